"""Every example of docs/api.md is run as it stands there, and must answer with the status written below it."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
from django.test import Client

from tests.web.api.conftest import secret_of

pytestmark = pytest.mark.django_db
PAGE = (Path(__file__).resolve().parents[3] / "docs" / "api.md").read_text(encoding="utf-8")


def examples():
    """(command, status, words that the answer holds) of each curl in the page."""
    for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL):
        for command, status, told in re.findall(r"(curl .*?)\n# (\d{3}) ([^\n]*)", block, re.DOTALL):
            names = re.findall(r'"([a-z_]+)":', told)
            yield command.replace("\\\n", " "), int(status), names


def run(command, variables):
    """Carry a curl command out by the test client."""
    for name, value in variables.items():
        command = command.replace(f"${name}", value)
    words, headers, method, body, url = shlex.split(command)[1:], {}, "GET", "", ""
    while words:
        word = words.pop(0)
        if word == "-X":
            method = words.pop(0)
        elif word == "-H":
            name, _colon, value = words.pop(0).partition(": ")
            headers[name] = value
        elif word == "-d":
            body = words.pop(0)
        elif not word.startswith("-"):
            url = word
    kind = headers.pop("Content-Type", "application/octet-stream")
    return Client().generic(method, url.removeprefix("http://testserver"), body, content_type=kind, headers=headers)


def test_the_examples_answer_as_the_page_says(town):
    found = list(examples())
    assert len(found) >= 7
    variables = {"BASE": "http://testserver", "TOKEN": secret_of(town.people["citizen"]), "RANDOM_KEY": "k-1"}
    for command, status, names in found:
        answer = run(command, variables)
        assert answer.status_code == status, (command, answer.content)
        text = json.dumps(answer.json())
        assert all(f'"{name}"' in text for name in names), (command, text)
