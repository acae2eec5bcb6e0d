"""Suggestions of change: made, joined with what changed since, taken over, declined, taken back, backed."""

from __future__ import annotations

import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from madang.engines.texts.wordwise import compare, merge
from madang.explore.proposals.models import Proposal, Revision
from madang.explore.proposals.operations import writing
from madang.explore.proposals.queries.detail import history
from madang.ground.participation import operations, queries
from madang.ground.participation.models import Amendment, AmendmentSupport, Notice, SearchDocument
from madang.ground.record.models import Entry
from tests.factories import AgendaItemFactory, AmendmentFactory, ProposalFactory, UserFactory
from tests.ground.talk.helpers import NOW, at_once, later

pytestmark = pytest.mark.django_db
BODY = "여름에 정류장이 덥습니다. 그늘막을 놓아 주세요. 의자도 부족합니다."


@pytest.fixture
def proposal():
    return ProposalFactory(title="정류장에 그늘막을", body=BODY)


def suggest(proposal, body, by=None, title=None, reason="더 알기 쉽습니다.", **more):
    words = operations.Words(title or proposal.title, body)
    return operations.suggest(
        subject_id=proposal.pk, by=by or UserFactory(), words=words, reason=reason, now=NOW, **more
    ).amendment


def accept(made, by, **more):
    return operations.accept(amendment_id=made.pk, by=by, now=later(minutes=1), **more)


def test_taken_over_it_stands_in_the_text_the_history_and_the_record(proposal):
    made = suggest(proposal, BODY.replace("그늘막을", "나무 그늘막을"))
    accept(made, proposal.author)
    proposal.refresh_from_db()
    assert "나무 그늘막을" in proposal.body
    latest = history(proposal)[0]
    assert (latest.suggested_by, latest.suggestion) == (made.author.display_name, made.pk)
    assert [piece.text for piece in latest.body if piece.kind == "added"] == ["나무 "]
    assert Entry.objects.get(kind="amended").subject == f"proposal:{proposal.pk}"
    assert SearchDocument.objects.get(pk=proposal.pk).waiting
    assert Notice.objects.filter(user=proposal.author).count() == Notice.objects.filter(user=made.author).count() == 1


def test_changes_of_different_words_fit_together(proposal):
    made = suggest(proposal, BODY.replace("의자도", "긴 의자도"))
    typed = writing.Text(proposal.title, BODY.replace("여름에", "한여름에"))
    writing.edit(proposal_id=proposal.pk, by=proposal.author, typed=typed, now=NOW)
    accept(made, proposal.author)
    proposal.refresh_from_db()
    assert proposal.body == BODY.replace("의자도", "긴 의자도").replace("여름에", "한여름에")


def test_changes_of_the_same_words_are_joined_by_hand(proposal):
    made = suggest(proposal, BODY.replace("그늘막을", "나무 그늘막을"))
    typed = writing.Text(proposal.title, BODY.replace("그늘막을", "천 그늘막을"))
    writing.edit(proposal_id=proposal.pk, by=proposal.author, typed=typed, now=NOW)
    with pytest.raises(operations.AmendmentConflictError):
        accept(made, proposal.author)
    made.refresh_from_db()
    assert made.status == "open"
    by_hand = operations.Words(proposal.title, BODY.replace("그늘막을", "나무나 천 그늘막을"))
    accept(made, proposal.author, by_hand=by_hand)
    assert "나무나 천" in Proposal.objects.get(pk=proposal.pk).body


def test_only_the_author_decides(proposal):
    made = suggest(proposal, BODY + " 급합니다.")
    for by in (UserFactory(), made.author):
        with pytest.raises(PermissionDenied):
            accept(made, by)
        with pytest.raises(PermissionDenied):
            operations.decline(amendment_id=made.pk, by=by, answer="아니요", now=NOW)


def test_declining_gives_a_reason_and_ends_it(proposal):
    made = suggest(proposal, BODY + " 급합니다.")
    with pytest.raises(operations.AmendmentError):
        operations.decline(amendment_id=made.pk, by=proposal.author, answer=" ", now=NOW)
    operations.decline(amendment_id=made.pk, by=proposal.author, answer="급하지는 않습니다.", now=NOW)
    with pytest.raises(operations.AmendmentError):
        accept(made, proposal.author)
    assert Proposal.objects.get(pk=proposal.pk).body == BODY


def test_taking_back_is_for_its_maker_and_final(proposal):
    made = suggest(proposal, BODY + " 급합니다.")
    with pytest.raises(PermissionDenied):
        operations.withdraw_amendment(amendment_id=made.pk, by=proposal.author, now=NOW)
    for _ in range(2):
        operations.withdraw_amendment(amendment_id=made.pk, by=made.author, now=NOW)
    with pytest.raises(operations.AmendmentError):
        accept(made, proposal.author)


@pytest.mark.parametrize("fields", [{"status": "hidden"}, {"status": "withdrawn"}, {"answered_at": NOW}])
def test_fixed_words_take_no_suggestions(fields):
    with pytest.raises(operations.AmendmentError):
        suggest(ProposalFactory(body=BODY, **fields), BODY + " 더")


def test_nothing_to_suggest_where_nobody_wrote_it_or_nothing_changes(proposal):
    item = AgendaItemFactory()
    with pytest.raises(operations.AmendmentError):
        operations.suggest(
            subject_id=item.participation.pk, by=UserFactory(), words=operations.Words("제", "본"), reason="왜", now=NOW
        )
    for body, reason in ((BODY, "왜"), (BODY + " 더", " "), (" ", "왜")):
        with pytest.raises(operations.AmendmentError):
            suggest(proposal, body, reason=reason)
    with pytest.raises(PermissionDenied):
        suggest(proposal, BODY + " 더", by=proposal.author)


def test_the_same_form_sent_twice_is_one_suggestion(proposal):
    by, key = UserFactory(), uuid.uuid4()
    assert suggest(proposal, BODY + " 더", by, client_key=key) == suggest(proposal, BODY + " 더", by, client_key=key)
    assert Amendment.objects.count() == 1


def test_backing_counts_each_person_once(proposal):
    made, user = suggest(proposal, BODY + " 더"), UserFactory()
    for _ in range(2):
        operations.support_amendment(amendment_id=made.pk, by=user, now=NOW)
    assert Amendment.objects.get().support_count == AmendmentSupport.objects.count() == 1
    operations.take_back_amendment_support(amendment_id=made.pk, by=user)
    assert Amendment.objects.get().support_count == 0


@pytest.mark.django_db(transaction=True)
def test_taken_over_at_once_it_is_taken_over_once(proposal):
    made = suggest(proposal, BODY.replace("그늘막을", "나무 그늘막을"))
    found = at_once(*[lambda: accept(made, proposal.author)] * 5)
    assert sorted(type(one).__name__ for one in found) == ["Amendment"] + ["AmendmentError"] * 4
    assert Revision.objects.count() == Entry.objects.filter(kind="amended").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_suggestions_at_once_both_stand_in_the_text(proposal):
    first = suggest(proposal, BODY.replace("여름에", "한여름에"))
    second = suggest(proposal, BODY.replace("의자도", "긴 의자도"))
    found = at_once(*[lambda one=one: accept(one, proposal.author) for one in (first, second)])
    assert all(isinstance(one, Amendment) for one in found), found
    proposal.refresh_from_db()
    assert "한여름에" in proposal.body
    assert "긴 의자도" in proposal.body


def test_pages_show_the_words_that_change(client, proposal):
    made = suggest(proposal, BODY.replace("그늘막을", "나무 그늘막을"))
    page = client.get(f"/talk/amendments/{made.pk}/").content.decode()
    assert "나무 </ins>" in page
    assert made.reason in client.get(f"/talk/subjects/{proposal.pk}/amendments/").content.decode()
    client.force_login(proposal.author)
    assert client.post(f"/talk/amendments/{made.pk}/acceptance").status_code == 302
    assert "나무 그늘막을" in client.get(proposal.get_absolute_url()).content.decode()


def test_hidden_ones_are_not_readable(client, proposal):
    made = AmendmentFactory(proposal=proposal, visibility="hidden", hidden_reason="광고입니다.", reason="비밀 광고")
    page = client.get(f"/talk/amendments/{made.pk}/").content.decode()
    assert "광고입니다." in page
    assert "비밀 광고" not in page
    assert "비밀 광고" not in client.get(f"/talk/subjects/{proposal.pk}/amendments/").content.decode()
    assert queries.amendments_of(proposal.pk, viewer=None, moderates=False).rows == []
    assert queries.amendments_of(proposal.pk, viewer=made.author, moderates=False).rows == [made]


class TestConstraints:
    @pytest.mark.parametrize(
        "fields",
        [
            {"reason": ""},
            {"title": ""},
            {"status": "accepted"},
            {"status": "declined"},
            {"decided_at": NOW},
            {"visibility": "hidden"},
            {"hidden_reason": "r"},
            {"body": "ㄱ", "base_body": "ㄱ"},
        ],
    )
    def test_the_database_refuses(self, fields):
        made = AmendmentFactory()
        with pytest.raises(IntegrityError), transaction.atomic():
            Amendment.objects.filter(pk=made.pk).update(**fields)

    def test_backed_once(self):
        made, user = AmendmentFactory(), UserFactory()
        AmendmentSupport.objects.create(amendment=made, user=user, created_at=NOW)
        with pytest.raises(IntegrityError), transaction.atomic():
            AmendmentSupport.objects.create(amendment=made, user=user, created_at=NOW)


words = st.lists(st.sampled_from(["그늘", "의자", "나무", "버스", "여름", "\n"]), max_size=12).map(" ".join)

# A busy machine is no fault of the texts.
ROOM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


class TestJoining:
    @ROOM
    @given(base=words, mine=words)
    def test_joining_with_nothing_is_the_change(self, base, mine):
        assert merge(base, mine, base) == merge(base, base, mine) == mine
        assert merge(base, mine, mine) == mine

    @ROOM
    @given(base=words, mine=words, theirs=words)
    def test_the_order_does_not_matter_and_nothing_is_lost(self, base, mine, theirs):
        joined = merge(base, mine, theirs)
        assert joined == merge(base, theirs, mine)
        if joined is not None:
            gained = {piece.text for side in (mine, theirs) for piece in compare(base, side) if piece.kind == "added"}
            assert all(one in joined for one in gained)

    def test_neighbors_are_a_conflict(self):
        assert merge("가 나 다", "하 나 다", "가 하 다") is None
