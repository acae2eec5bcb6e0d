"""Statements: drawn from voices, written by the office, added by people, checked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from madang.explore.deliberations.models import Statement
from madang.explore.deliberations.operations import moderation, statements
from madang.explore.deliberations.operations.leaving import leave
from madang.explore.deliberations.operations.opening import FrozenError
from madang.explore.deliberations.queries import drawing, likeness
from madang.ground.participation.models import Notice
from madang.ground.people.data import GONE, Leaving
from madang.ground.record.models import Entry
from tests.factories import DeliberationFactory, ParticipantFactory, StatementFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def open_one(place, item):
    return DeliberationFactory(place=place, item=item, statements=2)


@pytest.fixture
def me(open_one, citizen):
    return ParticipantFactory(deliberation=open_one, user=citizen)


def say(me, text, **more):
    return statements.suggest(participant=me, text=text, now=more.pop("now", timezone.now()), **more)


def test_sentences_of_real_voices_are_offered_without_questions_greetings_and_personal_data(place, item):
    draft = DeliberationFactory(place=place, item=item, draft=True)
    offered = drawing.draw(draft)
    texts = [one.text for one in offered]
    assert "심야버스 배차 간격을 30분으로 줄여야 합니다." in texts
    assert not [one for one in texts if "?" in one or "010" in one or "번호" in one]
    assert all(one.proposal.evidence.filter(item=item).exists() for one in offered)
    assert texts == [one.text for one in drawing.draw(draft)], "the same voices give the same sentences"
    StatementFactory(deliberation=draft, text=texts[0])
    assert texts[0] not in [one.text for one in drawing.draw(draft)]


def test_the_first_sentences_speak_for_many_and_differ(place, item):
    draft = DeliberationFactory(place=place, item=item, draft=True)
    first, second, *_ = drawing.draw(draft)
    assert "심야버스" in first.text
    assert first.voices >= 2
    assert first.text != second.text


def test_the_office_writes_orders_and_takes_out_until_voting_opens(place, item, officer):
    draft, now = DeliberationFactory(place=place, item=item, draft=True), timezone.now()
    texts = [("첫째 의견은 이렇습니다", None), ("둘째 의견은 이렇습니다", None), ("셋째 의견은 이렇습니다", None)]
    one, two, three = statements.add_seeds(deliberation_id=draft.pk, texts=texts, by=officer, now=now)
    statements.move(statement_id=three.pk, up=True, by=officer)
    assert list(draft.statements.values_list("text", flat=True)) == [texts[0][0], texts[2][0], texts[1][0]]
    statements.remove(statement_id=one.pk, by=officer)
    assert list(draft.statements.values_list("number", "text")) == [(0, texts[2][0]), (1, texts[1][0])]
    draft.refresh_from_db()
    assert draft.statement_count == 2
    words = {"text": "둘째 의견을 고쳤습니다", "translations": {"en": "Mended", "ko": " "}, "is_meta": True}
    mended = statements.reword(statement_id=two.pk, by=officer, now=now, **words)
    assert (mended.text, mended.translations, mended.is_meta) == (words["text"], {"en": "Mended"}, True)
    with pytest.raises(statements.UnfitStatementError):
        statements.add_seeds(deliberation_id=draft.pk, texts=[(words["text"] + "!", None)], by=officer, now=now)


def test_after_the_opening_only_translations_change(open_one, officer):
    seed, now = open_one.statements.first(), timezone.now()
    for refused in (
        lambda: statements.add_seeds(
            deliberation_id=open_one.pk, texts=[("늦게 온 의견입니다", None)], by=officer, now=now
        ),
        lambda: statements.move(statement_id=seed.pk, up=False, by=officer),
        lambda: statements.remove(statement_id=seed.pk, by=officer),
        lambda: statements.reword(
            statement_id=seed.pk, text="다른 말입니다만", translations={}, is_meta=False, by=officer, now=now
        ),
    ):
        with pytest.raises(FrozenError):
            refused()
    kept = statements.reword(
        statement_id=seed.pk, text=seed.text, translations={"en": "Shade"}, is_meta=False, by=officer, now=now
    )
    assert kept.translations == {"en": "Shade"}


def test_a_statement_waits_or_is_shown_as_the_deliberation_says(open_one, me, citizen, officer):
    first = say(me, "전화로도 버스를 부를 수 있어야 한다. 010-1234-5678").statement
    assert (first.status, first.origin, first.author) == ("waiting", "participant", me)
    assert "1234" not in first.text
    open_one.moderation = "after"
    open_one.save()
    assert say(me, "대학가와 병원 앞을 먼저 지나야 한다").statement.status == "shown"
    open_one.refresh_from_db()
    assert open_one.statement_count == 3
    citizen.joined_at = timezone.now()
    citizen.save()
    me.refresh_from_db()
    held = say(
        me, "https://a.example https://b.example https://c.example https://d.example https://e.example 보세요"
    ).statement
    assert held.status == "waiting", "signals of spam ask for a check in any case"


def test_what_is_too_short_too_long_or_said_already_is_refused(open_one, me):
    for text in ("예", "가" * 141, open_one.statements.first().text + " !"):
        with pytest.raises(statements.UnfitStatementError):
            say(me, text)


def test_limits_and_ends_are_told(open_one, me):
    open_one.statement_limit = 1
    open_one.save()
    say(me, "첫 번째이자 마지막 의견입니다")
    with pytest.raises(statements.NotTakenError, match="1"):
        say(me, "하나 더 하고 싶은 의견입니다")
    open_one.statement_limit, open_one.statements_open = 5, False
    open_one.save()
    with pytest.raises(statements.NotTakenError):
        say(me, "부서만 내는 곳의 의견입니다")
    with pytest.raises(statements.NotTakenError):
        say(me, "끝난 뒤에 낸 의견입니다만", now=open_one.closes_at + timedelta(seconds=1))


def test_decisions_are_told_and_a_rejection_is_on_the_record(open_one, me, citizen, officer):
    statement, now = say(me, "외국어 안내판도 필요하다고 생각한다").statement, timezone.now()
    moderation.show(statement_id=statement.pk, by=officer, now=now)
    with pytest.raises(moderation.ReasonMissingError):
        moderation.reject(statement_id=statement.pk, reason=" ", by=officer, now=now)
    moderation.reject(statement_id=statement.pk, reason="주제와 무관", by=officer, now=now)
    statement.refresh_from_db()
    assert (statement.status, statement.reason, statement.decided_by) == ("rejected", "주제와 무관", officer)
    kinds = Notice.objects.filter(user=citizen).values_list("kind", flat=True)
    assert set(kinds) == {"statement_shown", "statement_rejected"}
    entry = Entry.objects.get(subject=open_one.record_key, kind="statement_rejected")
    assert (entry.reason, entry.data) == ("주제와 무관", {"statement": statement.number})


def test_officers_hear_once_a_day_that_statements_wait(open_one, me, officer):
    say(me, "검토를 기다리는 의견입니다")
    now = timezone.now()
    assert moderation.tell_of_waiting(now=now) == moderation.tell_of_waiting(now=now) == 1
    assert Notice.objects.filter(kind="statements_waiting").values_list("user_id", flat=True).get() == officer.pk


def test_similar_statements_are_found_with_the_words_both_share(open_one):
    StatementFactory(deliberation=open_one, number=10, text="정류장마다 밝은 조명을 달아야 한다")
    StatementFactory(deliberation=open_one, number=11, text="요금을 올려도 괜찮다", status="shown")
    found = likeness.near(open_one, "정류장에 밝은 조명이 필요합니다")
    assert found[0].statement.text == "정류장마다 밝은 조명을 달아야 한다"
    assert "조명" in found[0].shared
    assert likeness.near(open_one, " ") == []


def test_whoever_leaves_takes_their_words_unless_they_may_stay(open_one, me, citizen):
    statement = say(me, "떠날 사람이 남긴 의견입니다").statement
    leave(Leaving(citizen, keep_texts=True, now=timezone.now()))
    statement.refresh_from_db()
    assert statement.text == "떠날 사람이 남긴 의견입니다"
    other = UserFactory()
    mine = ParticipantFactory(deliberation=open_one, user=other)
    theirs = say(mine, "다른 사람이 남긴 의견입니다").statement
    leave(Leaving(other, keep_texts=False, now=timezone.now()))
    theirs.refresh_from_db()
    mine.refresh_from_db()
    assert (theirs.text, theirs.status, mine.user) == (GONE, "rejected", None)


@pytest.mark.parametrize("change", [{"text": ""}, {"number": 1}, {"status": "rejected", "reason": ""}])
def test_the_database_holds_what_a_statement_must_be(open_one, change):
    with pytest.raises(IntegrityError), transaction.atomic():
        Statement.objects.filter(pk=open_one.statements.first().pk).update(**change)
