"""Who gets which answer from which operation of the API. Walked from the OpenAPI document: a new operation needs a row."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from madang.ground.agenda.models import Criterion
from madang.ground.footing.rest import scopes
from madang.ground.people.models import ApiToken
from madang.ground.people.tokens.operations import make_token
from madang.web.api import openapi
from tests.web.test_access import ALSO, ROLES, answer_of, expected_of, world  # noqa: F401

pytestmark = pytest.mark.django_db
ALL, SIGNED = "o" * 9, "u" + "o" * 8
AUTHOR, NOT_AUTHOR, OWN = "ufoffffff", "uofoooooo", "unonnnnnn"
# A place that takes part scores and writes on the record too: the officer elsewhere stands at the partner place.
DESK, DECIDES, SCORES, NOTES = "uffoooooo", "uffffoofo", "uffoooooo", "uffffoooo"
# Answering: for one's own office, or as an officer of the place or above for any of it; asked: the office itself.
ANSWERS, ASKED = "uffofoofo", "uffofffff"

# operationId: (answers by role, arguments in the world, what is sent)
ROWS = {
    "listPlaces": (ALL, {}, None),
    "getPlace": (ALL, {"code": "41110"}, None),
    "listOffices": (ALL, {"code": "41110"}, None),
    "getOffice": (ALL, {"pk": "office"}, None),
    "listOrganizations": (ALL, {}, None),
    "getOrganization": (ALL, {"pk": "organization"}, None),
    "getMe": (SIGNED, {}, None),
    "listNotices": (SIGNED, {}, None),
    "readNotices": (SIGNED, {}, None),
    "listEntries": (ALL, {}, None),
    "getEntry": ("n" * 9, {"pk": 2**62}, None),
    "listKinds": (ALL, {}, None),
    "listThings": (ALL, {"kind": "proposal"}, None),
    "getThing": (ALL, {"kind": "proposal", "pk": "proposal"}, None),
    "listComments": (ALL, {"kind": "proposal", "pk": "proposal"}, None),
    "addComment": (SIGNED, {"kind": "proposal", "pk": "proposal"}, {"body": "저도 찬성합니다."}),
    "follow": (SIGNED, {"kind": "proposal", "pk": "proposal"}, None),
    "unfollow": (SIGNED, {"kind": "agenda", "pk": "item"}, None),
    "hideComment": (DECIDES, {"pk": "comment"}, {"reason": "욕설", "rule": 1}),
    "search": (ALL, {}, None),
    "listWebhooks": (SIGNED, {}, None),
    "addWebhook": (SIGNED, {}, {"name": "검사", "url": "https://example.org/"}),
    "getWebhook": (OWN, {"pk": "webhook"}, None),
    "removeWebhook": (OWN, {"pk": "webhook"}, None),
    "pingWebhook": (OWN, {"pk": "webhook"}, None),
    "listDeliveries": (OWN, {"pk": "webhook"}, None),
    "redeliver": (OWN, {"pk": "webhook", "delivery": "delivery"}, None),
    "listAgenda": (ALL, {}, None),
    "getItem": (ALL, {"pk": "item"}, None),
    "listItemRecord": (ALL, {"pk": "item"}, None),
    "listEvidence": (ALL, {"pk": "item"}, None),
    "getScores": (ALL, {"pk": "item"}, None),
    "putScores": (SCORES, {"pk": "item"}, {"values": {"urgency": 3}}),
    "putStage": (DECIDES, {"pk": "item"}, {"stage": "plan", "reason": "준비됨"}),
    "addNote": (NOTES, {"pk": "item"}, {"text": "현장을 보았다."}),
    "reviseItem": (DECIDES, {"pk": "item"}, {"title": "제목", "summary": "요약", "field": "jobs"}),
    # The deliberation at hand admits guests, and so everybody with an account.
    "listDeliberations": (ALL, {}, None),
    "getDeliberation": (ALL, {"pk": "deliberation"}, None),
    "listStatements": (ALL, {"pk": "deliberation"}, None),
    "addStatement": (SIGNED, {"pk": "deliberation"}, {"text": "정류장에는 앉을 자리가 있어야 한다"}),
    "listMyVotes": (SIGNED, {"pk": "deliberation"}, None),
    "castVotes": (
        SIGNED,
        {"pk": "deliberation"},
        {"votes": [{"key": "6f1cbe1c-9a2b-4c55-9d0e-0d5b8a4f3f10", "statement": 1, "value": 1}]},
    ),
    "promote": (DECIDES, {}, {"title": "제목", "summary": "요약", "field": "jobs", "proposals": ["proposal"]}),
    "addEvidence": (DECIDES, {"pk": "item"}, {"proposals": ["proposal"]}),
    "getRouting": (ALL, {"pk": "item"}, None),
    "suggestOwner": (DECIDES, {"pk": "item"}, None),
    "assign": (DECIDES, {"pk": "item"}, {"office": "office", "reason": "소관입니다."}),
    "answerAssignment": (ASKED, {"pk": "assignment"}, {"decision": "accept"}),
    "listWaiting": (DESK, {}, None),
    "listAssignments": (DESK, {}, None),
    "listBudgets": (ALL, {}, None),
    "getBudget": (ALL, {"pk": "budget"}, None),
    "listProjects": (ALL, {"pk": "budget"}, None),
    # Of a budget that still gathers ideas.
    "getTurnout": ("n" * 9, {"pk": "budget"}, None),
    "getResult": ("n" * 9, {"pk": "budget"}, None),
    "getProject": (ALL, {"pk": "budget", "number": "number"}, None),
    "putForward": (SIGNED, {"pk": "budget"}, {"proposal": "proposal"}),
    "listProposals": (ALL, {}, None),
    "addProposal": (SIGNED, {}, {"title": "제목", "body": "본문", "place": "41110"}),
    "findSimilar": (ALL, {}, None),
    "getProposal": (ALL, {"pk": "proposal"}, None),
    "editProposal": (AUTHOR, {"pk": "proposal"}, {"title": "제목", "body": "본문"}),
    "withdrawProposal": (AUTHOR, {"pk": "proposal"}, {}),
    "support": (NOT_AUTHOR, {"pk": "proposal"}, None),
    "takeBack": (SIGNED, {"pk": "proposal"}, None),
    "listNeighbors": (ALL, {"pk": "proposal"}, None),
    "getHistory": (ALL, {"pk": "proposal"}, None),
    "addAnswer": (ANSWERS, {"pk": "proposal"}, {"office": "office", "body": "검토합니다."}),
    "hideProposal": (DECIDES, {"pk": "proposal"}, {"reason": "욕설"}),
    "showProposal": (DECIDES, {"pk": "proposal"}, None),
    "listThemes": (ALL, {}, None),
    "getTheme": (ALL, {"pk": "theme"}, None),
}
QUERY = {"search": "?q=그늘", "findSimilar": "?text=그늘"}


def operations():
    """Every operation of the document: operationId, method, path, the scope that it asks for."""
    for path, methods in openapi.document("en")["paths"].items():
        for method, told in methods.items():
            scope = next((one["token"][0] for one in told["security"] if "token" in one), "")
            yield told["operationId"], method, path, scope


OPERATIONS = {name: (method, path, scope) for name, method, path, scope in operations()}


@pytest.fixture(scope="module")
def tokens(world, django_db_blocker):  # noqa: F811
    """A token with every scope for each role; of the one locked out too, made while they were still in."""
    everything = [one.key for one in scopes.registered()]
    with django_db_blocker.unblock():
        Criterion.objects.get_or_create(place=None, key="urgency", defaults={"name_ko": "시급성", "name_en": "Urgency"})
        made = {
            role: make_token(by=user, name="검사", scopes=everything, lifetime=timedelta(days=1), now=timezone.now())
            for role, user in world.people.items()
        }
        return {role: one.secret for role, one in made.items()}


def filled(value, things):
    """A body or an argument with the ids of the world in place of their names."""
    if isinstance(value, dict):
        return {key: filled(one, things) for key, one in value.items()}
    if isinstance(value, list):
        return [filled(one, things) for one in value]
    return things.get(value, value) if isinstance(value, str) else value


def _argument(name, arguments, things):
    return arguments[name] if name == "kind" else filled(arguments[name], things)


def call(world, name, *, secret="", session=""):  # noqa: F811
    method, path, _scope = OPERATIONS[name]
    _letters, arguments, body = ROWS[name]
    path = re.sub(r"\{(\w+)\}", lambda one: str(_argument(one[1], arguments, world.things)), path) + QUERY.get(name, "")
    headers = {"If-Match": "*"} | ({"Authorization": f"Bearer {secret}"} if secret else {})
    client = Client(raise_request_exception=False)
    if session:
        client.cookies["sessionid"] = session
    with transaction.atomic():
        data = json.dumps(filled(body, world.things)) if body is not None else ""
        response = client.generic(method.upper(), path, data, content_type="application/json", headers=headers)
        transaction.set_rollback(True)
    assert response.status_code < 500, response.content
    # A body that is refused would hide whether the role suffices.
    assert response.status_code not in (400, 422, 428), response.content
    return response


def test_every_operation_has_a_row():
    assert set(OPERATIONS) == set(ROWS), "Give each new operation a row, and take out those that are gone."


@pytest.mark.parametrize("name", ROWS)
def test_each_role_gets_its_answer_by_token_and_by_session(world, tokens, name):  # noqa: F811
    expected = expected_of(ROWS[name][0])
    by_token = {role: answer_of(call(world, name, secret=tokens.get(role, ""))) for role in (*ROLES, *ALSO)}
    # A token of somebody locked out is refused even where nobody need sign in.
    assert by_token == expected | {"inactive": "u"}
    by_session = {role: answer_of(call(world, name, session=world.sessions.get(role, ""))) for role in (*ROLES, *ALSO)}
    assert by_session == expected


@pytest.mark.parametrize("name", [name for name, (_method, _path, scope) in OPERATIONS.items() if scope])
def test_without_its_scope_a_token_opens_nothing(world, tokens, name):  # noqa: F811
    needed, role = OPERATIONS[name][2], ROLES[ROWS[name][0].index("o")]
    others = [one.key for one in scopes.registered() if one.key != needed]
    with transaction.atomic():
        ApiToken.objects.filter(user=world.people[role]).update(scopes=others)
        response = call(world, name, secret=tokens[role])
        transaction.set_rollback(True)
    assert (response.status_code, needed in response.json()["detail"]) == (403, True)
