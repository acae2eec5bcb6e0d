"""Writing through the API: once, by those who may, and only what was meant."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client, override_settings
from django.utils import timezone

from madang.explore.proposals.models import Proposal
from madang.ground.agenda.models import AgendaItem
from madang.ground.footing.limits import Limit
from madang.ground.participation.models import Comment, Subject, Support
from madang.ground.people.models import ApiToken, KeptAnswer
from madang.ground.people.tokens import operations as tokens
from madang.plan.routing.models import Assignment
from tests.factories import UserFactory, suwon
from tests.web.api.conftest import caller
from tests.web.api.test_errors import problem_of

pytestmark = pytest.mark.django_db
WORDS = {"title": "정류장에 그늘을", "body": "한여름에 기다리기 어렵습니다.", "place": "41110"}


def test_a_citizen_proposes_edits_and_withdraws(town):
    made = town.citizen("post", "/proposals", WORDS)
    assert made.status_code == 201 and made.json()["status"] == "open" and made.json()["may"]["edit"]
    path, tag = f"/proposals/{made.json()['id']}", made["ETag"]
    changed = town.citizen("patch", path, {"title": "정류장에 그늘막을", "body": "다시 씁니다."}, **{"If-Match": tag})
    assert changed.status_code == 200 and changed.json()["title"] == "정류장에 그늘막을" and changed["ETag"] != tag
    assert [one["title"] for one in town.anonymous.get(f"{path}/history").json()] == [
        "정류장에 그늘막을",
        "정류장에 그늘을",
    ]
    gone = town.citizen("put", f"{path}/withdrawal", {"reason": "해결됨"})
    assert gone.json()["status"] == "withdrawn"
    assert town.anonymous.get(path).json()["body"] == ""


def test_a_change_needs_the_version_that_was_read(town):
    path = f"/proposals/{town.proposal.pk}"
    words = {"title": "새 제목", "body": "새 본문"}
    problem_of(town.author("patch", path, words), 428)
    tag = town.author.get(path)["ETag"]
    town.citizen("put", f"{path}/support")  # a support meanwhile is no conflict
    assert town.author("patch", path, words, **{"If-Match": tag}).status_code == 200
    problem_of(town.author("patch", path, {**words, "title": "또"}, **{"If-Match": tag}), 412)
    assert Proposal.objects.get(pk=town.proposal.pk).title == "새 제목"
    item = f"/agenda/{town.item.pk}"
    words = {"title": "새 의제", "summary": "요약", "field": "jobs"}
    problem_of(town.officer("patch", item, words), 428)
    assert town.officer("patch", item, words, **{"If-Match": town.officer.get(item)["ETag"]}).status_code == 200
    problem_of(town.officer("patch", item, words, **{"If-Match": '"0.0"'}), 412)


def test_the_whole_way_from_a_voice_to_its_owner(town):
    voice = f"/proposals/{town.proposal.pk}"
    assert town.citizen("put", f"{voice}/support").json() == {"supports": 1, "supported": True}
    assert town.citizen("put", f"{voice}/support").json()["supports"] == 1
    assert town.citizen("delete", f"{voice}/support").json() == {"supports": 0, "supported": False}
    said = town.citizen("post", f"/things/proposal/{town.proposal.pk}/comments", {"body": "저도 찬성합니다."})
    assert said.status_code == 201 and said.json()["author"] == {"name": town.people["citizen"].display_name}
    assert town.citizen("put", f"/things/proposal/{town.proposal.pk}/following").status_code == 204
    assert town.staff("post", f"{voice}/answers", {"office": town.office.pk, "body": "검토합니다."}).status_code == 201
    made = town.officer(
        "post",
        "/agenda",
        {
            "title": "그늘",
            "summary": "요약",
            "field": "jobs",
            "proposals": [town.proposal.pk],
            "reason": "많은 주민이 말합니다.",
        },
    )
    assert made.status_code == 201 and made.json()["voices"] == 1
    item = f"/agenda/{made.json()['id']}"
    assert town.officer("put", f"{item}/stage", {"stage": "plan", "reason": "준비됨"}).json()["stage"] == "plan"
    problem_of(town.officer("put", f"{item}/stage", {"stage": "diffuse", "reason": "급함"}), 409)
    asked = town.officer("post", f"{item}/assignments", {"office": town.office.pk, "reason": "소관입니다."})
    assert asked.status_code == 201 and asked.json()["office"]["id"] == town.office.pk
    (waiting,) = town.staff.get("/routing/assignments").json()["items"]
    assert waiting["item"]["title"] == "그늘"
    taken = town.staff("put", f"/assignments/{asked.json()['id']}/answer", {"decision": "accept"})
    assert taken.json()["status"] == "accepted"
    assert town.anonymous.get(item).json()["owner"]["id"] == town.office.pk
    kinds = [one["kind"] for one in town.anonymous.get(f"{item}/record").json()["items"]]
    assert kinds == ["promoted", "stage", "assigned", "accepted"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/proposals", {**WORDS, "status": "promoted"}), ("/proposals", {**WORDS, "author": 1}),
        ("/proposals", {**WORDS, "support_count": 9999}), ("/proposals", {**WORDS, "agenda_item": 1}),
        ("/proposals", {**WORDS, "created_at": "2020-01-01T00:00:00Z"}),
    ],
)  # fmt: skip
def test_no_field_is_set_that_nobody_offered(town, path, body):
    before = Proposal.objects.count()
    problem_of(town.citizen("post", path, body), 422)
    assert Proposal.objects.count() == before


def test_an_officer_decides_only_at_home(town):
    """The ids of another place lead nowhere, whichever operation they are given to."""
    for method, path, body in (
        ("put", f"/agenda/{town.item.pk}/stage", {"stage": "plan", "reason": "r"}),
        ("post", f"/agenda/{town.item.pk}/notes", {"text": "t"}),
        ("post", f"/agenda/{town.item.pk}/assignments", {"office": town.office.pk, "reason": "r"}),
        ("post", f"/agenda/{town.item.pk}/evidence", {"proposals": [town.proposal.pk]}),
        ("post", "/agenda", {"title": "t", "summary": "s", "field": "jobs", "proposals": [town.proposal.pk]}),
        ("put", f"/proposals/{town.proposal.pk}/hiding", {"reason": "r"}),
        ("post", f"/proposals/{town.proposal.pk}/answers", {"office": town.office.pk, "body": "b"}),
    ):
        problem_of(town.elsewhere(method, path, body), 403)
        problem_of(town.citizen(method, path, body), 403)
    assert AgendaItem.objects.get().stage == "explore" and not Assignment.objects.exists()
    assert Proposal.objects.get(pk=town.proposal.pk).status == "open"


def test_staff_answer_only_as_their_own_office(town):
    from tests.factories import OfficeFactory

    other = OfficeFactory(place=town.place)
    problem_of(town.staff("post", f"/proposals/{town.proposal.pk}/answers", {"office": other.pk, "body": "b"}), 403)


def test_a_token_does_what_its_scopes_say_and_no_more(town):
    reader = caller(town.people["citizen"], "read")
    found = problem_of(reader("post", "/proposals", WORDS), 403)
    assert "write:proposals" in found["detail"]
    assert reader.get("/me").json()["scopes"] == ["read"]


def test_a_token_ends_when_revoked_expired_or_its_person_goes(town):
    user = town.people["citizen"]
    token = ApiToken.objects.get(user=user)
    assert town.citizen.get("/me").status_code == 200
    ApiToken.objects.filter(pk=token.pk).update(
        expires_at=timezone.now(), created_at=timezone.now() - timedelta(days=1)
    )
    problem_of(town.citizen.get("/me"), 401)
    ApiToken.objects.filter(pk=token.pk).update(expires_at=timezone.now() + timedelta(days=1))
    tokens.revoke_token(by=user, token_id=token.pk, now=timezone.now())
    problem_of(town.citizen.get("/me"), 401)
    again = caller(user)
    user.is_active = False
    user.save()
    problem_of(again.get("/me"), 401)


def test_only_a_digest_of_the_token_is_kept(town):
    token = ApiToken.objects.get(user=town.people["citizen"])
    kept = " ".join(str(getattr(token, field.name)) for field in token._meta.fields)
    assert town.citizen.secret not in kept and town.citizen.secret.startswith(token.prefix)
    assert town.citizen.get("/me").status_code == 200
    token.refresh_from_db()
    assert token.last_used_at is not None


def test_somebody_elses_token_cannot_be_revoked(town):
    token = ApiToken.objects.get(user=town.people["citizen"])
    with pytest.raises(ApiToken.DoesNotExist):
        tokens.revoke_token(by=town.people["author"], token_id=token.pk, now=timezone.now())


def test_a_session_writes_with_its_forgery_token_only(town):
    client = Client(enforce_csrf_checks=True)
    client.force_login(town.people["citizen"], "django.contrib.auth.backends.ModelBackend")
    path = f"/api/v1/proposals/{town.proposal.pk}/support"
    problem_of(client.put(path), 403)
    assert not Support.objects.exists()
    client.get("/accounts/login/")
    mark = "a" * 32
    client.cookies["csrftoken"] = mark
    assert client.put(path, headers={"X-CSRFToken": mark}).status_code == 200
    # A token needs none, and the session beside it does not speak.
    other = caller(town.people["author"])
    client.put(path, headers={"Authorization": f"Bearer {other.secret}"})
    assert Support.objects.get().user == town.people["citizen"]


# Sent again


def test_a_request_sent_again_gets_the_same_answer_once_done(town):
    first = town.citizen("post", "/proposals", WORDS, **{"Idempotency-Key": "abc-1"})
    again = town.citizen("post", "/proposals", WORDS, **{"Idempotency-Key": "abc-1"})
    assert first.status_code == again.status_code == 201 and first.content == again.content
    assert again["Idempotency-Replayed"] == "true" and "Idempotency-Replayed" not in first
    assert Proposal.objects.filter(author=town.people["citizen"]).count() == 1


def test_a_key_belongs_to_one_request_and_one_person(town):
    town.citizen("post", "/proposals", WORDS, **{"Idempotency-Key": "abc-1"})
    problem_of(town.citizen("post", "/proposals", {**WORDS, "title": "다른 제목"}, **{"Idempotency-Key": "abc-1"}), 422)
    assert town.author("post", "/proposals", WORDS, **{"Idempotency-Key": "abc-1"}).status_code == 201
    problem_of(town.citizen("post", "/proposals", WORDS, **{"Idempotency-Key": "x" * 201}), 400)


def test_a_refused_request_leaves_its_key_free(town):
    problem_of(town.citizen("post", "/proposals", {**WORDS, "title": ""}, **{"Idempotency-Key": "k"}), 422)
    assert not KeptAnswer.objects.exists()
    assert town.citizen("post", "/proposals", WORDS, **{"Idempotency-Key": "k"}).status_code == 201


def test_answers_are_forgotten_after_a_day(town):
    town.citizen("post", "/proposals", WORDS, **{"Idempotency-Key": "k"})
    assert tokens.forget_answers(now=timezone.now() + timedelta(hours=23)) == 0
    assert tokens.forget_answers(now=timezone.now() + timedelta(hours=25)) == 1


@pytest.mark.django_db(transaction=True)
def test_sixteen_at_once_with_one_key_write_once():
    user = UserFactory()
    suwon()
    ask = caller(user)
    start, answers = threading.Barrier(16), []

    def send():
        start.wait()
        answers.append(caller_of(ask.secret)("post", "/proposals", WORDS, **{"Idempotency-Key": "race"}))
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(16)]
    [one.start() for one in threads]
    [one.join() for one in threads]
    assert {one.status_code for one in answers} == {201}
    assert len({one.content for one in answers}) == 1
    assert sum("Idempotency-Replayed" in one for one in answers) == 15
    assert Proposal.objects.count() == Subject.objects.count() == 1


def caller_of(secret):
    from tests.web.api.conftest import Caller

    return Caller(secret)


# Limits


@override_settings(API_LIMITS={"anonymous": (2, 60), "read": (3, 60), "write": (2, 60)})
def test_the_limit_is_told_and_kept_for_each_caller(town):
    first = town.anonymous.get("/places")
    assert first["RateLimit-Policy"] == '"anonymous";q=2;w=60' and first["RateLimit"].startswith('"anonymous";r=1;')
    assert town.anonymous.get("/places").status_code == 200
    refused = town.anonymous.get("/places")
    problem_of(refused, 429)
    assert 0 < int(refused["Retry-After"]) <= 60
    assert town.citizen.get("/places").status_code == 200
    assert town.citizen("put", f"/things/proposal/{town.proposal.pk}/following").status_code == 204
    assert town.citizen("put", f"/things/proposal/{town.proposal.pk}/following").status_code == 204
    problem_of(town.citizen("put", f"/things/proposal/{town.proposal.pk}/following"), 429)


def test_a_limit_counts_down():
    from madang.ground.footing import limits

    now = timezone.now()
    assert [limits.take("k", Limit(3, 60), now=now).remaining for _ in range(4)] == [2, 1, 0, 0]


# What the database itself refuses


@pytest.mark.parametrize(
    "broken",
    [
        {"name": ""}, {"scopes": []}, {"expires_at": timezone.now() - timedelta(days=99)},
        {"revoked_at": timezone.now() - timedelta(days=99)},
    ],
)  # fmt: skip
def test_no_token_without_name_scope_and_end(broken):
    now = timezone.now()
    fields = {"name": "n", "scopes": ["read"], "created_at": now, "expires_at": now + timedelta(days=1)} | broken
    with pytest.raises(IntegrityError), transaction.atomic():
        ApiToken.objects.create(user=UserFactory(), prefix="mdg_1", digest="d", **fields)


def test_one_answer_a_key_and_person():
    user, now = UserFactory(), timezone.now()
    KeptAnswer.objects.create(user=user, key="k", digest="d", kept_at=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        KeptAnswer.objects.create(user=user, key="k", digest="e", kept_at=now)


@pytest.mark.parametrize(
    ("name", "scopes", "days"),
    [("", ["read"], 30), ("n", [], 30), ("n", ["fly"], 30), ("n", ["read"], 500), ("n", ["read"], 0)],
)
def test_a_token_that_cannot_be_made(name, scopes, days):
    with pytest.raises(tokens.TokenRefusedError):
        tokens.make_token(by=UserFactory(), name=name, scopes=scopes, lifetime=timedelta(days=days), now=timezone.now())


def test_a_person_holds_twenty_tokens_at_most():
    user, now = UserFactory(), timezone.now()
    made = {"by": user, "name": "n", "scopes": ["read"], "lifetime": timedelta(days=1), "now": now}
    first, *_others = [tokens.make_token(**made) for _ in range(tokens.PER_PERSON)]
    with pytest.raises(tokens.TokenRefusedError):
        tokens.make_token(**made)
    tokens.revoke_token(by=user, token_id=first.token.pk, now=now)
    tokens.make_token(**made)


def test_a_comment_where_none_is_taken(town):
    Proposal.objects.filter(pk=town.proposal.pk).update(status="withdrawn")
    problem_of(town.citizen("post", f"/things/proposal/{town.proposal.pk}/comments", {"body": "b"}), 404)
    assert not Comment.objects.exists()
