"""Every error under /api/v1/ is a problem in the reader's language, never a page."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import Client

from madang.ground.places import queries as places
from madang.web.api.door import ApiDoor

pytestmark = pytest.mark.django_db


def problem_of(answer, status):
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    found = answer.json()
    assert found["status"] == status and found["title"] and found["detail"]
    assert found["type"].startswith("http://testserver/api/docs#problem-")
    return found


def test_an_unknown_address(town):
    assert problem_of(town.anonymous.get("/nothing/here"), 404)["instance"] == "/api/v1/nothing/here"
    problem_of(town.anonymous.get("/proposals/999999999999"), 404)
    problem_of(town.anonymous.get("/things/unicorn"), 404)
    problem_of(town.anonymous.get("/places/99999"), 404)


def test_a_wrong_method_names_the_right_ones(town):
    answer = town.citizen("delete", "/agenda")
    problem_of(answer, 405)
    assert set(answer["Allow"].split(", ")) == {"GET", "POST"}


def test_without_a_token_and_with_a_wrong_one(town):
    answer = town.anonymous("post", "/proposals", {})
    problem_of(answer, 401)
    assert answer["WWW-Authenticate"].startswith("Bearer")
    for header in ("Bearer mdg_nothing", "Basic abc", "nonsense", "Bearer "):
        problem_of(town.anonymous.get("/proposals", Authorization=header), 401)


def test_a_role_that_does_not_suffice(town):
    found = problem_of(
        town.elsewhere("put", f"/agenda/{town.item.pk}/stage", {"stage": "plan", "reason": "준비됨"}), 403
    )
    assert found["detail"]


def test_each_mistake_is_named_where_it_stands(town):
    found = problem_of(town.citizen("post", "/proposals", {"title": "", "body": "본문", "size": 3}), 422)
    assert {one["where"] for one in found["errors"]} == {"/body/title", "/body/place", "/body/size"}
    found = problem_of(town.anonymous.get("/proposals?size=0&order=best"), 422)
    assert {one["where"] for one in found["errors"]} == {"/query/size", "/query/order"}


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{", "application/json"), (b"\xff\xfe", "application/json"), (b'{"title": NaN}', "application/json"),
        (b'{"title": "\\ud800"}', "application/json"), (b'{"title": "\\u0000"}', "application/json"),
        (b"title=1", "application/x-www-form-urlencoded"), (b"[" * 100_000, "application/json"),
    ],
)  # fmt: skip
def test_a_body_that_is_no_json(town, body, kind):
    headers = {"Authorization": f"Bearer {town.citizen.secret}"}
    answer = Client().generic("POST", "/api/v1/proposals", body, content_type=kind, headers=headers)
    problem_of(answer, 400)


def test_nul_in_an_address(town):
    problem_of(town.anonymous.get("/proposals?q=a%00b"), 400)


def test_a_failure_of_ours_says_so_and_nothing_more(town, monkeypatch, caplog):
    monkeypatch.setattr(places, "place_by_code", lambda code: 1 / 0)
    found = problem_of(town.anonymous.get("/places/41110"), 500)
    assert "division" not in str(found) and "division" in caplog.text


def test_a_failure_outside_of_every_operation(rf):
    def broken(request):
        return HttpResponse("<html>", status=502)

    request = rf.get("/api/v1/proposals")
    request.user = AnonymousUser()
    answer = ApiDoor(broken)(request)
    assert (answer.status_code, answer["Content-Type"]) == (500, "application/problem+json")


def test_the_readers_language(town):
    korean = town.anonymous.get("/nothing", **{"Accept-Language": "ko"}).json()
    english = town.anonymous.get("/nothing", **{"Accept-Language": "en"}).json()
    assert english["title"] == "Not found" and korean["title"] != english["title"]


def test_pages_outside_the_api_stay_pages(client):
    assert client.get("/nothing").headers["Content-Type"].startswith("text/html")
