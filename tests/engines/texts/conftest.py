"""Fixtures of the texts engine: one loaded analyser, and the real voices when they are there."""

import gzip
import json
import os
from pathlib import Path

import pytest

from madang.engines.texts.tokens import default_tokenizer

SHARED = Path(__file__).parents[4] / "shared"


@pytest.fixture(scope="session")
def kiwi():
    return default_tokenizer()


@pytest.fixture(scope="session")
def voices():
    """The first 600 proposals and 600 petitions, titles and bodies as written."""
    folder = SHARED / "data/voices"
    if not folder.is_dir():
        if os.environ.get("MADANG_REQUIRE_SHARED") == "1":
            pytest.fail(f"MADANG_REQUIRE_SHARED=1, but the real data are not in {folder}")
        pytest.skip("the real voices are not in ../shared/data: see docs/methods/texts.md")
    rows = []
    for name in ("seoul_proposals", "national_petitions"):
        with gzip.open(folder / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            rows += [json.loads(line) for line, _ in zip(lines, range(600), strict=False)]
    return rows
