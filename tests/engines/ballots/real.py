"""The real elections beside the project, and how to do without them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from madang.engines.ballots.pabulib import Parsed, read
from tests.needs import require

FOLDER = Path(__file__).parents[4] / "shared" / "data" / "ballots"
FILES = (
    "Netherlands_Amsterdam_309.pb",
    "Poland_Krakow_2018_Podgorze_Duchackie.pb",
    "Poland_Swiecie_2023.pb",
    "Poland_Wieliczka_2023_Green_Budget.pb",
    "US_Stanford_Dataset_2022_Jersey_City_Ward_E_vote_knapsacks.pb",
    "US_Stanford_Dataset_PB_Cambridge_2018_vote_approvals.pb",
)


def path(name: str) -> Path:
    """Return a real file, or skip."""
    found = FOLDER / name
    if not found.exists():
        require(f"the real election {name} is not at {found}", "MADANG_REQUIRE_SHARED")
    return found


@cache
def parsed(name: str) -> Parsed:
    """Return a real file, read."""
    return read(path(name).read_bytes())
