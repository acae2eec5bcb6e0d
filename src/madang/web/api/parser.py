"""Reading JSON strictly: text that UTF-8 or the database cannot hold is refused, wherever it hides."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from ninja.errors import HttpError
from ninja.parser import Parser

if TYPE_CHECKING:
    from django.http import HttpRequest


class StrictParser(Parser):
    """The parser of every operation."""

    def parse_body(self, request: HttpRequest) -> dict:
        kind = request.content_type or "application/json"
        if kind != "application/json":
            raise HttpError(400, _("Send JSON with Content-Type: application/json."))
        try:
            data = json.loads(request.body, parse_constant=_no_number)
        except (ValueError, RecursionError) as broken:
            raise HttpError(400, _("The body is not JSON.")) from broken
        if not _fit(data):
            raise HttpError(400, _("The body holds text that is not valid Unicode, or numbers beyond measure."))
        return data


def _no_number(name: str) -> float:
    raise ValueError(name)


def _fit(value: object) -> bool:
    """Whether every text in it can be written as UTF-8 and holds no NUL."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            waiting += [*one.keys(), *one.values()]
        elif isinstance(one, list):
            waiting += one
        elif isinstance(one, str) and ("\x00" in one or any("\ud800" <= letter <= "\udfff" for letter in one)):
            return False
    return True
