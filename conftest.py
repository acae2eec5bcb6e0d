"""What every test may ask for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent
SHARED = ROOT.parent / "shared"


def require(what: str, variable: str) -> None:
    """Skip for want of something, or fail where the run promised to have it."""
    if os.environ.get(variable) == "1":
        pytest.fail(f"{what} (and {variable}=1)")
    pytest.skip(what)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data beside the project; absent on most clones."""
    folder = SHARED / "data"
    if not folder.is_dir():
        require("the real data is not beside this clone (../shared/data)", "MADANG_REQUIRE_SHARED")
    return folder
