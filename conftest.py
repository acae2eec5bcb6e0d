"""What every test may ask for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.needs import require

ROOT = Path(__file__).resolve().parent
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data beside the project; absent on most clones."""
    folder = SHARED / "data"
    if not folder.is_dir():
        require("the real data is not beside this clone (../shared/data)", "MADANG_REQUIRE_SHARED")
    return folder
