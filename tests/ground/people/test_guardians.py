"""Somebody under 14 has no account until a guardian consents, and none after the guardian withdraws."""

from __future__ import annotations

import re
import threading
from datetime import date, timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from madang.ground.people.models import Deletion, GuardianConsent, User
from madang.ground.people.operations import guardians, leaving
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
NOW = timezone.now()
CHILD = {
    "email": "child@example.org", "display_name": "새싹", "password1": "a-long-password", "birth_year": NOW.year - 10,
    "guardian_email": "parent@example.org",
}  # fmt: skip


def sign_up(client, django_capture_on_commit_callbacks, **changes):
    with django_capture_on_commit_callbacks(execute=True):
        return client.post("/accounts/signup/", {**CHILD, **changes})


def link() -> str:
    return re.search(r"/guardian/[\w-]+/", mail.outbox[-1].body)[0]


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"birth_year": "", "guardian_email": ""}, "of_age"),
        ({"birth_year": NOW.year - 20}, "birth_year"),
        ({"guardian_email": ""}, "guardian_email"),
        ({"guardian_email": "CHILD@example.org"}, "guardian_email"),
        ({"birth_year": ""}, "birth_year"),
    ],
)
def test_a_child_needs_a_year_and_somebody_else(client, django_capture_on_commit_callbacks, changes, refused):
    answer = sign_up(client, django_capture_on_commit_callbacks, **changes)
    assert list(answer.context["form"].errors) == [refused]
    assert not User.objects.exists()


def test_of_somebody_of_14_nothing_is_asked_or_kept(client, django_capture_on_commit_callbacks):
    sign_up(client, django_capture_on_commit_callbacks, of_age="on", birth_year="", guardian_email="")
    assert User.objects.get().is_active and not GuardianConsent.objects.exists()


def test_a_child_waits_until_the_guardian_consents(client, django_capture_on_commit_callbacks):
    answer = sign_up(client, django_capture_on_commit_callbacks)
    assert answer.url == "/guardian/waiting"
    child = User.objects.get()
    assert not child.is_active
    assert child.guardian_consent.needed_until == date(NOW.year + 5, 1, 1), "no birthday is kept"
    assert mail.outbox[-1].to == ["parent@example.org"]
    again = client.post("/accounts/login/", {"login": CHILD["email"], "password": CHILD["password1"]})
    assert again.url == "/guardian/waiting"
    page = client.get(link()).content.decode()
    assert "새싹" in page
    assert client.post(link(), {"name": "김보호"}).status_code == 422
    client.post(link(), {"name": "김보호", "relationship": "parent", "agreed": "on"})
    child.refresh_from_db()
    assert child.is_active and child.guardian_consent.given_at
    client.post("/accounts/login/", {"login": CHILD["email"], "password": CHILD["password1"]})
    assert client.get("/account/").status_code == 200


def test_consent_withdrawn_closes_the_account(client, django_capture_on_commit_callbacks):
    sign_up(client, django_capture_on_commit_callbacks)
    client.post(link(), {"name": "김보호", "relationship": "parent", "agreed": "on"})
    client.post("/accounts/login/", {"login": CHILD["email"], "password": CHILD["password1"]})
    other = type(client)()
    other.post(f"{link()}withdrawal")
    assert client.get("/account/").status_code == 302, "signed out at once"
    child = User.objects.get()
    assert not child.is_active
    assert Deletion.objects.get(user=child).due_at > NOW + timedelta(days=13)
    other.post(link(), {"name": "김보호", "relationship": "parent", "agreed": "on"})
    assert User.objects.get().is_active and not Deletion.objects.exists(), "thought better of in time"


def test_what_nobody_consented_to_is_destroyed_after_five_days():
    child = UserFactory(email="kid@example.org")
    guardians.ask_guardian(user=child, birth_year=NOW.year - 8, email="p@example.org", now=NOW)
    leaving.sweep(now=NOW + timedelta(days=4))
    assert leaving.erase_due(now=NOW + timedelta(days=4)) == 0
    leaving.sweep(now=NOW + timedelta(days=5))
    assert leaving.erase_due(now=NOW + timedelta(days=5)) == 1
    assert not GuardianConsent.objects.exists()
    assert not User.objects.filter(email="kid@example.org").exists()


def test_a_refusal_deletes_what_was_given(client, django_capture_on_commit_callbacks):
    sign_up(client, django_capture_on_commit_callbacks)
    client.post(f"{link()}withdrawal")
    assert leaving.erase_due(now=timezone.now()) == 1
    assert not User.objects.filter(email=CHILD["email"]).exists()
    assert client.get(link()).status_code == 404


def test_at_14_the_person_decides(client, django_capture_on_commit_callbacks):
    sign_up(client, django_capture_on_commit_callbacks)
    client.post(link(), {"name": "김보호", "relationship": "parent", "agreed": "on"})
    GuardianConsent.objects.update(needed_until=date(NOW.year, 1, 1))
    assert client.post(f"{link()}withdrawal").status_code == 404
    assert User.objects.get().is_active


def test_the_database_refuses_a_consent_of_nobody():
    consent = guardians.ask_guardian(user=UserFactory(), birth_year=NOW.year - 8, email="p@example.org", now=NOW)
    rows = GuardianConsent.objects.filter(pk=consent.pk)
    with pytest.raises(IntegrityError, match="consent_given_by_somebody"), transaction.atomic():
        rows.update(given_at=NOW)
    with pytest.raises(IntegrityError, match="consent_withdrawn_after_given"), transaction.atomic():
        rows.update(
            given_at=NOW, guardian_name="김", relationship="parent", withdrawn_at=NOW - timedelta(days=1)
        )  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_consent_and_withdrawal_at_once_leave_no_half(monkeypatch):
    monkeypatch.setattr(guardians.secrets, "token_urlsafe", lambda n: "known-secret")
    child = UserFactory()
    guardians.ask_guardian(user=child, birth_year=NOW.year - 8, email="p@example.org", now=NOW)
    start = threading.Barrier(8)

    def act(number: int) -> None:
        start.wait()
        try:
            if number % 2:
                guardians.withdraw_consent(secret="known-secret", now=timezone.now())
            else:
                guardians.give_consent(secret="known-secret", name="김", relationship="parent", now=timezone.now())
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=[number]) for number in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    consent, child = GuardianConsent.objects.get(), User.objects.get(pk=child.pk)
    open_ = consent.given_at is not None and consent.withdrawn_at is None
    assert child.is_active == open_ and Deletion.objects.filter(user=child).exists() != open_
