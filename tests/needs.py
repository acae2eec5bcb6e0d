"""What a run may lack, and what it promised to have."""

from __future__ import annotations

import os

import pytest


def require(what: str, variable: str) -> None:
    """Skip for want of something, or fail where the run promised to have it."""
    if os.environ.get(variable) == "1":
        pytest.fail(f"{what} (and {variable}=1)")
    pytest.skip(what)
