#!/usr/bin/env bash
# The checks of a landing, quick ones first. `all` adds the heavy tests.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=.venv/bin
bash scripts/browser.sh || true
step() { printf '\n── %s\n' "$*"; }

step "style"; $bin/ruff check -q src tests bench scripts conftest.py
step "format"; $bin/ruff format --check -q src tests bench scripts conftest.py
step "templates"; $bin/djlint --lint --quiet src/madang
step "types"; $bin/mypy --no-error-summary
step "languages"; $bin/python scripts/messages.py
marks=" and not slow"
[ "${1:-landing}" = all ] && marks=""
step "tests"; $bin/python -m pytest -q -n "${MADANG_TEST_PROCESSES:-2}" -m "not journey$marks"
# The journeys share one running site, so they run in one process.
step "journeys"; exec $bin/python -m pytest -q -n 0 -m "journey$marks" tests/journeys
