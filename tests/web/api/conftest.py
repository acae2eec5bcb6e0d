"""People with tokens, and a client that speaks JSON."""

from __future__ import annotations

import json
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.test import Client
from django.utils import timezone

from madang.ground.footing.rest import scopes
from madang.ground.people.tokens.operations import make_token
from tests.factories import (
    AgendaItemFactory,
    OfficeFactory,
    PlaceFactory,
    ProposalFactory,
    UserFactory,
    gyeonggi,
    officer_at,
    platform_admin,
    staff_of,
    suwon,
)


class Caller:
    """Somebody who calls the API; anonymous without a token."""

    def __init__(self, secret=""):
        self.client, self.secret = Client(raise_request_exception=False), secret

    def __call__(self, method, path, body=None, **headers):
        if self.secret:
            headers.setdefault("Authorization", f"Bearer {self.secret}")
        data = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        return self.client.generic(method.upper(), f"/api/v1{path}", headers=headers, **data)

    def get(self, path, **headers):
        return self("get", path, **headers)


def secret_of(user, *only, days=30):
    keys = only or [scope.key for scope in scopes.registered()]
    made = make_token(by=user, name="검사", scopes=keys, lifetime=timedelta(days=days), now=timezone.now())
    return made.secret


def caller(user=None, *only):
    return Caller(secret_of(user, *only) if user else "")


@pytest.fixture
def town(db):
    """Suwon with a proposal, an item and an office, and callers of each role."""
    place, author = suwon(), UserFactory()
    gangnam = PlaceFactory(code="11680", name_ko="강남구", parent__code="11", parent__name_ko="서울특별시")
    office = OfficeFactory(place=place)
    people = {
        "citizen": UserFactory(),
        "author": author,
        "staff": staff_of(office),
        "officer": officer_at(place),
        "above": officer_at(gyeonggi()),
        "elsewhere": officer_at(gangnam),
        "admin": platform_admin(),
    }
    return SimpleNamespace(
        place=place,
        office=office,
        gangnam=gangnam,
        people=people,
        proposal=ProposalFactory(place=place, author=author),
        item=AgendaItemFactory(place=place, created_by=people["officer"]),
        anonymous=caller(),
        **{role: caller(user) for role, user in people.items()},
    )
