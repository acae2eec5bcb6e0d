"""The OpenAPI document says all that holds, and its page says it in both languages."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils.translation import gettext, override

from madang.ground.footing.rest import scopes
from madang.web.api import openapi
from madang.web.api.problems import KINDS

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def document():
    with override("en"):
        return openapi.document("en")


def operations(document):
    return [(path, method, one) for path, methods in document["paths"].items() for method, one in methods.items()]


def test_it_is_openapi_3_1_with_names_that_stay(document):
    assert document["openapi"] == "3.1.0"
    names = [one["operationId"] for _path, _method, one in operations(document)]
    assert len(names) == len(set(names)) > 50
    assert {"listProposals", "addProposal", "getItem", "putStage", "listEntries", "assign"} <= set(names)


def test_every_operation_says_who_may_and_what_comes_back(document):
    known = {one.key for one in scopes.registered()}
    for path, method, one in operations(document):
        assert one["summary"] and one["description"], path
        assert "application/problem+json" in one["responses"]["default"]["content"]
        asked = [scheme["token"][0] for scheme in one["security"] if "token" in scheme]
        assert set(asked) <= known
        named = {parameter["name"] for parameter in one["parameters"]}
        if method != "get":
            assert asked and "Idempotency-Key" in named, path
        assert ("If-Match" in named) == (method == "patch"), path


def texts(document):
    """Everything that the page of the reference shows of the document's own words."""
    for _path, _method, one in operations(document):
        yield from (one["summary"], one["description"])
        yield from (parameter.get("description", "") for parameter in one["parameters"])
    for schema in document["components"]["schemas"].values():
        yield from (field.get("description", "") for field in schema.get("properties", {}).values())


def test_its_words_are_complete_in_korean(document):
    with override("ko"):
        missing = {text for one in texts(document) if (text := " ".join(one.split())) and gettext(text) == text}
    assert not missing, "Translate in locale/ko/fragments/api_reference.po"


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_page_shows_every_operation_and_every_problem(document, language):
    page = Client().get("/api/docs", headers={"Accept-Language": language})
    text = page.content.decode()
    assert page.status_code == 200
    for _path, _method, one in operations(document):
        assert f'id="{one["operationId"]}"' in text
    for code in KINDS:
        assert f'id="problem-{code}"' in text


def test_the_document_is_served_as_json():
    answer = Client().get("/api/v1/openapi.json")
    assert answer.json()["openapi"] == "3.1.0" and answer["Access-Control-Allow-Origin"] == "*" and answer["ETag"]
