"""Compile the translations; fail on what is missing, fuzzy or contradictory."""

import sys

from madang.web.messages import compile_catalog, missing

compile_catalog()
lines = missing()
print("\n".join(lines) or "Korean and English are complete.")
sys.exit(bool(lines))
