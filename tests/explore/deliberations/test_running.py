"""From the preparation of a deliberation to its end: who decides, what is fixed, what is recorded, who is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from madang.explore.deliberations.models import Deliberation
from madang.explore.deliberations.operations import hiding, moderation, opening, running, statements
from madang.explore.deliberations.operations.common import DeliberationError
from madang.ground.participation.models import Follow, Notice
from madang.ground.people.models import Level
from madang.ground.record.models import Entry
from tests.factories import DeliberationFactory, ParticipantFactory, UserFactory

pytestmark = pytest.mark.django_db


def plan(**changes) -> opening.Plan:
    now = timezone.now()
    return opening.Plan(**{
        "title": "심야버스를 어떻게 할까요?", "opens_at": now + timedelta(days=1), "closes_at": now + timedelta(days=9),
        **changes,
    })  # fmt: skip


@pytest.fixture
def draft(place, officer, item):
    made = opening.prepare(place=place, plan=plan(), by=officer, now=timezone.now(), seed=7, item=item)
    seeds = [(f"심야버스에 관한 의견 {n}번입니다", None) for n in range(5)]
    statements.add_seeds(deliberation_id=made.pk, texts=seeds, by=officer, now=timezone.now())
    return made


def entries(row) -> list[str]:
    return list(Entry.objects.filter(subject=row.record_key).order_by("id").values_list("kind", flat=True))


def told(kind) -> set[int]:
    return set(Notice.objects.filter(kind=kind).values_list("user_id", flat=True))


def test_from_announcement_to_close(draft, officer, item):
    follower, now = UserFactory(), timezone.now()
    Follow.objects.create(subject=item.participation, user=follower, created_at=now - timedelta(days=1))
    row = opening.announce(pk=draft.pk, by=officer, now=now)
    assert (row.state, row.is_public, told("deliberation_announced")) == ("announced", True, {follower.pk})
    assert running.open_due(now=now) == 0
    assert running.open_due(now=now + timedelta(days=1, minutes=1)) == 1
    row.refresh_from_db()
    me = ParticipantFactory(deliberation=row)
    Follow.objects.create(subject=row.subject, user=follower, created_at=now)
    assert row.takes_votes(now + timedelta(days=2))
    opened = Entry.objects.get(subject=row.record_key, kind="deliberation_opened")
    assert opened.data["digest"] == row.frozen_digest == running.digest_of(running.settings_of(row))
    assert len(opened.data["settings"]["statements"]) == 5
    late = now + timedelta(days=8, hours=12)
    assert [running.remind_due(now=late), running.remind_due(now=late)] == [1, 1]
    assert told("deliberation_closing") == {follower.pk, me.user_id}
    assert Notice.objects.filter(kind="deliberation_closing").count() == 2, "nobody is reminded twice"
    assert [running.close_due(now=late), running.close_due(now=now + timedelta(days=10))] == [0, 1]
    row.refresh_from_db()
    assert (row.status, row.closed_at) == ("closed", row.closes_at)
    assert entries(row) == ["deliberation_announced", "deliberation_opened", "closed"]
    assert told("deliberation_closed") == {follower.pk, me.user_id}


def test_a_deliberation_whose_time_has_come_opens_with_its_announcement(draft, officer):
    Deliberation.objects.filter(pk=draft.pk).update(opens_at=timezone.now() - timedelta(minutes=1))
    assert opening.announce(pk=draft.pk, by=officer, now=timezone.now()).status == "open"


def test_too_few_statements_or_a_past_end_cannot_be_announced(draft, officer):
    statements.remove(statement_id=draft.statements.first().pk, by=officer)
    with pytest.raises(opening.NotReadyError, match="5"):
        opening.announce(pk=draft.pk, by=officer, now=timezone.now())
    with pytest.raises(opening.NotReadyError):
        opening.announce(pk=draft.pk, by=officer, now=timezone.now() + timedelta(days=30))


def test_settings_change_until_voting_opens_and_not_after(draft, officer):
    opening.announce(pk=draft.pk, by=officer, now=timezone.now())
    row = opening.revise(pk=draft.pk, plan=plan(residents_only=True), by=officer, now=timezone.now())
    assert (row.residents_only, row.level) == (True, Level.RESIDENT)
    assert Entry.objects.get(subject=row.record_key, kind="settings").data["changed"] == [
        "closes_at", "level", "opens_at", "residents_only",
    ]  # fmt: skip
    running.open_due(now=timezone.now() + timedelta(days=2))
    with pytest.raises(opening.FrozenError):
        opening.revise(pk=draft.pk, plan=plan(), by=officer, now=timezone.now())


def test_only_the_office_of_the_place_decides(draft, item):
    stranger, now = UserFactory(), timezone.now()
    tries = [
        lambda: opening.prepare(place=item.place, plan=plan(), by=stranger, now=now, seed=1, item=item),
        lambda: opening.revise(pk=draft.pk, plan=plan(), by=stranger, now=now),
        lambda: opening.announce(pk=draft.pk, by=stranger, now=now),
        lambda: statements.add_seeds(
            deliberation_id=draft.pk, texts=[("새로운 의견 하나입니다", None)], by=stranger, now=now
        ),
        lambda: statements.move(statement_id=draft.statements.first().pk, up=True, by=stranger),
        lambda: moderation.reject(statement_id=draft.statements.first().pk, reason="x", by=stranger, now=now),
        lambda: running.close(pk=draft.pk, reason="x", by=stranger, now=now),
    ]
    for one in tries:
        with pytest.raises(PermissionDenied):
            one()
    assert not entries(draft)


def test_extending_needs_a_later_end_and_a_reason(place, officer):
    row, now = DeliberationFactory(place=place), timezone.now()
    for end, reason, error in (
        (row.closes_at, "r", running.ExtensionError),
        (now + timedelta(days=400), "r", running.ExtensionError),
        (row.closes_at + timedelta(days=3), " ", running.ReasonError),
    ):
        with pytest.raises(error):
            running.extend(pk=row.pk, closes_at=end, reason=reason, by=officer, now=now)
    done = running.extend(pk=row.pk, closes_at=row.closes_at + timedelta(days=3), reason="연휴", by=officer, now=now)
    entry = Entry.objects.get(subject=row.record_key, kind="deliberation_extended")
    assert (entry.reason, entry.data["to"]) == ("연휴", done.closes_at.isoformat())


def test_closing_early_needs_a_reason_and_an_open_deliberation(place, officer):
    row, now = DeliberationFactory(place=place), timezone.now()
    with pytest.raises(running.ReasonError):
        running.close(pk=row.pk, reason="", by=officer, now=now)
    assert running.close(pk=row.pk, reason="중복 개최", by=officer, now=now).closed_at == now
    with pytest.raises(running.NotOpenError):
        running.close(pk=row.pk, reason="중복 개최", by=officer, now=now)


def test_hidden_and_shown_again_it_stands_as_before(place, officer):
    for state, status in (({}, "open"), ({"closed": True}, "closed"), ({"announced": True}, "draft")):
        row = DeliberationFactory(place=place, **state)
        hiding.hide_by_rule(pk=row.pk, rule=1, reason="욕설", by=officer, now=timezone.now())
        row.refresh_from_db()
        assert (row.status, row.is_public) == ("hidden", False)
        with pytest.raises(DeliberationError):
            hiding.hide_by_rule(pk=row.pk, rule=1, reason="욕설", by=officer, now=timezone.now())
        assert hiding.show_again(pk=row.pk, reason="", by=officer, now=timezone.now()).status == status


@pytest.mark.parametrize(
    "change",
    [
        {"title": ""},
        {"closes_at": timezone.now() - timedelta(days=90)},
        {"frozen_at": None},
        {"frozen_digest": ""},
        {"announced_at": None},
        {"status": "closed"},
        {"source": "imported"},
    ],
)
def test_the_database_holds_what_a_deliberation_must_be(place, change):
    row = DeliberationFactory(place=place)
    with pytest.raises(IntegrityError), transaction.atomic():
        Deliberation.objects.filter(pk=row.pk).update(**change)
