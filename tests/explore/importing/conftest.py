"""Files of voices, written as people write them."""

from __future__ import annotations

import csv
import io
import json

import pytest
from django.utils import translation

HEADER = ["id", "title", "body", "date", "votes"]


@pytest.fixture(autouse=True)
def _english():
    """The reasons are compared in English."""
    with translation.override("en"):
        yield


@pytest.fixture
def write(tmp_path):
    """A function that writes rows, text or bytes to a file and returns its path."""

    def make(content, name="voices.csv", *, encoding="utf-8", header=HEADER, delimiter=","):
        path = tmp_path / name
        if isinstance(content, bytes):
            path.write_bytes(content)
        elif isinstance(content, str):
            path.write_bytes(content.encode(encoding))
        elif name.endswith(".jsonl"):
            path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in content), encoding=encoding)
        else:
            text = io.StringIO(newline="")
            csv.writer(text, delimiter=delimiter).writerows([header, *content])
            path.write_bytes(text.getvalue().encode(encoding))
        return path

    return make


def rows(count, start=1):
    """Sound rows in the order of HEADER."""
    return [
        [f"v{n}", f"제안 {n}", f"버스 정류장 {n}곳에 그늘막을 놓아 주세요.", f"2026-01-{n % 28 + 1:02}", n % 50]
        for n in range(start, start + count)
    ]
