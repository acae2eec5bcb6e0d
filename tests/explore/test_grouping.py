"""Merging, undoing, keeping apart: nobody counted twice, nobody lost, and one officer wins."""

from __future__ import annotations

import random
import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from madang.explore.proposals.models import DuplicateGroup, GroupMember, Proposal
from madang.explore.proposals.operations import grouping
from madang.explore.proposals.operations.grouping import (
    GroupDecidedError,
    GroupTooSmallError,
    NotInGroupError,
    UndoBlockedError,
)
from madang.ground.participation.models import Notice, SearchDocument, Subject, Support
from madang.ground.participation.operations import support, take_back_support
from madang.ground.places.operations import set_settings
from madang.ground.record.models import Entry
from tests.factories import ProposalFactory, UserFactory, gyeonggi, officer_at, suwon

NOW = timezone.now()


def group_of(*voices, canonical=None) -> DuplicateGroup:
    group = DuplicateGroup.objects.create(
        place=suwon(), found_at=NOW, engine_version="t", size=len(voices), canonical=canonical
    )
    GroupMember.objects.bulk_create(GroupMember(group=group, proposal=one, score=0.9) for one in voices)
    return group


def back(voice, *people):
    for person in people:
        support(subject_id=voice.pk, by=person, now=NOW)
        Proposal.objects.filter(pk=voice.pk).update(support_count=Support.objects.filter(subject_id=voice.pk).count())


def state():
    """Everything that a merge may touch."""
    return {
        "voices": list(
            Proposal.objects.order_by("pk").values_list("pk", "status", "merged_into", "support_count", "answer_due_at")
        ),
        "counts": list(Subject.objects.order_by("pk").values_list("pk", "support_count")),
        "supports": sorted(Support.objects.values_list("subject_id", "user_id", "created_at")),
        "visible": sorted(SearchDocument.objects.values_list("pk", "visible")),
        "groups": list(DuplicateGroup.objects.order_by("pk").values_list("pk", "status", "decided_by", "decided_at")),
        "moved": list(GroupMember.objects.order_by("pk").values_list("pk", "status_before", "moved_supports")),
    }


@pytest.fixture
def officer(db):
    return officer_at(suwon())


@pytest.mark.django_db
class TestMerge:
    def test_every_supporter_counts_once(self, officer):
        both, one, other = UserFactory.create_batch(3)
        a, b = ProposalFactory(), ProposalFactory()
        back(a, both, one)
        back(b, both, other)
        merge = grouping.accept_group(group=group_of(a, b), canonical=a, by=officer, now=NOW)
        a.refresh_from_db()
        b.refresh_from_db()
        assert merge.supporters_gained == 1
        assert a.support_count == 3 == Subject.objects.get(pk=a.pk).support_count
        assert (b.status, b.merged_into_id, b.support_count) == ("merged", a.pk, 2)

    def test_the_author_of_the_voice_that_stands_does_not_support_it(self, officer):
        a, b = ProposalFactory(), ProposalFactory()
        back(b, a.author)
        assert grouping.accept_group(group=group_of(a, b), canonical=a, by=officer, now=NOW).supporters_gained == 0

    def test_the_most_supported_stands_unless_another_was_chosen(self, officer):
        a, b = ProposalFactory(supporters=1), ProposalFactory(supporters=4)
        assert grouping.accept_group(group=group_of(a, b), by=officer, now=NOW).canonical == b
        c, d = ProposalFactory(supporters=1), ProposalFactory(supporters=4)
        group = group_of(c, d)
        grouping.choose_canonical(group=group, proposal=c, by=officer, now=NOW)
        assert grouping.accept_group(group=group, by=officer, now=NOW).canonical == c

    def test_every_author_is_told_and_the_record_says_so(self, officer):
        a, b, c = ProposalFactory.create_batch(3)
        grouping.accept_group(group=group_of(a, b, c), canonical=a, by=officer, now=NOW)
        assert set(Notice.objects.values_list("user_id", flat=True)) == {a.author_id, b.author_id, c.author_id}
        assert Entry.objects.filter(kind="merged").count() == 3

    def test_voices_no_longer_public_stay_out(self, officer):
        a, b, gone = ProposalFactory(), ProposalFactory(), ProposalFactory(status="withdrawn")
        merge = grouping.accept_group(group=group_of(a, b, gone), canonical=a, by=officer, now=NOW)
        assert [one.pk for one in merge.merged] == [b.pk]
        with pytest.raises(GroupTooSmallError):
            grouping.accept_group(group=group_of(ProposalFactory(), gone), by=officer, now=NOW)
        with pytest.raises(NotInGroupError):
            grouping.accept_group(group=group_of(*ProposalFactory.create_batch(2)), canonical=gone, by=officer, now=NOW)

    def test_a_promise_to_answer_outlives_the_merge_and_its_undoing(self, officer):
        due = NOW + timedelta(days=3)
        a, b = ProposalFactory(supporters=5), ProposalFactory(threshold_met_at=NOW, answer_due_at=due)
        group = group_of(a, b)
        grouping.accept_group(group=group, canonical=a, by=officer, now=NOW)
        assert Proposal.objects.get(pk=a.pk).answer_due_at == due
        grouping.undo_merge(group=group, by=officer, now=NOW)
        assert Proposal.objects.get(pk=a.pk).answer_due_at is None

    def test_joined_supports_may_start_the_clock(self, officer):
        set_settings(place=suwon(), values={"support_threshold": 4})
        a, b = ProposalFactory(supporters=2), ProposalFactory(supporters=2)
        grouping.accept_group(group=group_of(a, b), canonical=a, by=officer, now=NOW)
        assert Proposal.objects.get(pk=a.pk).answer_due_at is not None

    def test_a_decided_group_says_who_decided(self, officer):
        group = group_of(*ProposalFactory.create_batch(2))
        grouping.keep_apart(group=group, by=officer, now=NOW)
        with pytest.raises(GroupDecidedError, match=officer.display_name):
            grouping.accept_group(group=group, by=officer, now=NOW)


@pytest.mark.django_db
class TestUndo:
    def test_a_later_merge_must_be_undone_first(self, officer):
        a, b, c = ProposalFactory.create_batch(3)
        first, second = group_of(a, b), group_of(b, c)
        grouping.accept_group(group=first, canonical=b, by=officer, now=NOW)
        grouping.accept_group(group=second, canonical=c, by=officer, now=NOW)
        with pytest.raises(UndoBlockedError):
            grouping.undo_merge(group=first, by=officer, now=NOW)
        grouping.undo_merge(group=second, by=officer, now=NOW)
        grouping.undo_merge(group=first, by=officer, now=NOW)
        with pytest.raises(UndoBlockedError):
            grouping.undo_merge(group=first, by=officer, now=NOW)

    def test_a_supporter_whom_another_merge_holds_up_stays(self, officer):
        person = UserFactory()
        a, b, c = ProposalFactory.create_batch(3)
        back(a, person)
        back(c, person)
        first, second = group_of(a, b), group_of(b, c)
        grouping.accept_group(group=first, canonical=b, by=officer, now=NOW)
        grouping.accept_group(group=second, canonical=b, by=officer, now=NOW)
        grouping.undo_merge(group=first, by=officer, now=NOW)
        assert Proposal.objects.get(pk=b.pk).support_count == 1
        grouping.undo_merge(group=second, by=officer, now=NOW)
        assert Proposal.objects.get(pk=b.pk).support_count == 0

    def test_one_who_changed_their_mind_meanwhile_is_left_as_they_are(self, officer):
        leaves, returns, joins = UserFactory.create_batch(3)
        a, b = ProposalFactory.create_batch(2)
        back(b, leaves, returns)
        group = group_of(a, b)
        grouping.accept_group(group=group, canonical=a, by=officer, now=NOW)
        take_back_support(subject_id=a.pk, by=leaves)
        take_back_support(subject_id=a.pk, by=returns)
        Proposal.objects.filter(pk=a.pk).update(support_count=0)
        back(a, returns, joins)
        grouping.undo_merge(group=group, by=officer, now=NOW)
        assert set(Support.objects.filter(subject_id=a.pk).values_list("user_id", flat=True)) == {returns.pk, joins.pk}
        assert set(Support.objects.filter(subject_id=b.pk).values_list("user_id", flat=True)) == {leaves.pk, returns.pk}
        assert Proposal.objects.get(pk=a.pk).support_count == 2

    def test_a_voice_withdrawn_meanwhile_stays_withdrawn(self, officer):
        a, b = ProposalFactory.create_batch(2)
        group = group_of(a, b)
        grouping.accept_group(group=group, canonical=a, by=officer, now=NOW)
        Proposal.objects.filter(pk=b.pk).update(status="withdrawn", merged_into=None)
        grouping.undo_merge(group=group, by=officer, now=NOW)
        assert Proposal.objects.get(pk=b.pk).status == "withdrawn"


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(plan=st.lists(st.sets(st.integers(0, 5)), min_size=2, max_size=5), order=st.randoms(use_true_random=False))
@pytest.mark.django_db
def test_merge_then_undo_is_as_if_nothing_had_happened(plan, order: random.Random):
    """Any supports over any voices, merged by one or two overlapping groups and undone in any order."""
    with transaction.atomic():
        _merge_and_undo(plan, order)
        transaction.set_rollback(True)


def _merge_and_undo(plan, order):
    officer, people = officer_at(suwon()), UserFactory.create_batch(6)
    voices = [ProposalFactory(title=f"제안 {number}") for number in range(len(plan))]
    for voice, backers in zip(voices, plan, strict=True):
        SearchDocument.objects.create(subject=voice.subject, place=voice.place, indexed_at=NOW)
        back(voice, *(people[one] for one in backers))
    cut = order.randint(1, len(voices) - 1)
    stands = voices[0]
    groups = [group_of(*voices[: cut + 1], canonical=stands)]
    groups += [group_of(stands, *voices[cut + 1 :], canonical=stands)] if voices[cut + 1 :] else []
    before = state()
    for group in groups:
        grouping.accept_group(group=group, by=officer, now=NOW)
    assert Proposal.objects.get(pk=stands.pk).support_count == len(set().union(*plan))
    order.shuffle(groups)
    for group in groups:
        grouping.undo_merge(group=group, by=officer, now=NOW)
    after = state()
    assert after == before


def _at_once(*jobs):
    """Run jobs in threads that start together; their results or errors."""
    gate, results = threading.Barrier(len(jobs)), [None] * len(jobs)

    def run(number, job):
        gate.wait()
        try:
            results[number] = job()
        except Exception as error:  # noqa: BLE001
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.django_db(transaction=True)
def test_two_officers_accept_at_once_and_one_wins():
    first, second = officer_at(suwon()), officer_at(suwon())
    a, b = ProposalFactory(supporters=2), ProposalFactory(supporters=3)
    group = group_of(a, b)
    results = _at_once(
        lambda: grouping.accept_group(group=group, canonical=a, by=first, now=NOW),
        lambda: grouping.accept_group(group=group, canonical=b, by=second, now=NOW),
    )
    assert sorted(type(one).__name__ for one in results) == ["GroupDecidedError", "Merge"]
    assert Proposal.objects.filter(status="merged").count() == 1
    assert Proposal.objects.get(merged_into=None, pk__in=[a.pk, b.pk]).support_count == 5


@pytest.mark.django_db(transaction=True)
def test_supporting_during_a_merge_loses_no_support():
    officer, people = officer_at(suwon()), UserFactory.create_batch(6)
    a, b = ProposalFactory(), ProposalFactory(supporters=3)
    group = group_of(a, b)
    jobs = [lambda person=person: support(subject_id=a.pk, by=person, now=NOW) for person in people]
    results = _at_once(lambda: grouping.accept_group(group=group, canonical=a, by=officer, now=NOW), *jobs)
    assert not [one for one in results if isinstance(one, Exception)]
    assert Subject.objects.get(pk=a.pk).support_count == 9 == Support.objects.filter(subject_id=a.pk).count()


LONG = (
    "횡단보도 신호가 너무 짧아 어르신들이 다 건너기 전에 빨간불로 바뀝니다. 시장 앞 사거리에서 매일 보는 일이고 지난달에는 "
    "보행기를 밀던 할머니가 넘어지셨습니다. 신호 시간을 늘리고 중간에 쉼터를 만들어 주시기 바랍니다. 학교 앞도 마찬가지입니다."
)
OTHER = (
    "공공도서관 열람실을 밤 열 시까지 열어 주세요. 퇴근하고 가면 이미 문을 닫아 책을 빌릴 수도 공부할 수도 없습니다. 주말만이라도 "
    "연장 운영하고 자원봉사자를 모집하면 인건비 부담도 줄일 수 있습니다. 이웃 도시는 이미 그렇게 하고 있습니다."
)


def indexed(body, **fields) -> Proposal:
    """A proposal that the duplicate finder knows."""
    from madang.engines.texts import duplicates

    voice = ProposalFactory(title="제안합니다", body=body, **fields)
    bands = duplicates.bands(duplicates.signature(f"{voice.title}\n{body}"))
    SearchDocument.objects.create(subject=voice.subject, place=voice.place, bands=bands, indexed_at=NOW)
    return voice


@pytest.mark.django_db
class TestFinding:
    def test_copies_are_found_and_others_are_not(self):
        copies = [indexed(LONG), indexed(LONG + " 부탁드립니다."), indexed(LONG)]
        indexed(OTHER)
        (group,) = grouping.find_groups(place=gyeonggi(), now=NOW)
        assert set(group.members.values_list("proposal_id", flat=True)) == {one.pk for one in copies}
        assert (group.place, group.size, group.status) == (suwon(), 3, "suggested")

    def test_a_second_look_finds_nothing_new_and_a_new_copy_joins(self):
        indexed(LONG), indexed(LONG + " 꼭 부탁드립니다.")
        (group,) = grouping.find_groups(place=gyeonggi(), now=NOW)
        assert grouping.find_groups(place=gyeonggi(), now=NOW) == []
        late = indexed("안녕하세요. " + LONG)
        assert grouping.find_groups(place=gyeonggi(), now=NOW, since=NOW) == [group]
        assert group.members.filter(proposal=late).exists()

    def test_what_was_kept_apart_is_never_suggested_again(self, officer):
        indexed(LONG), indexed(LONG + " 꼭 부탁드립니다.")
        (group,) = grouping.find_groups(place=gyeonggi(), now=NOW)
        grouping.keep_apart(group=group, by=officer, now=NOW)
        assert grouping.find_groups(place=gyeonggi(), now=NOW) == []

    def test_one_taken_out_stays_out_while_the_others_stay_together(self, officer):
        a, b, c = indexed(LONG), indexed(LONG), indexed(LONG)
        (group,) = grouping.find_groups(place=gyeonggi(), now=NOW)
        grouping.remove_member(group=group, proposal=b, by=officer, now=NOW)
        assert grouping.find_groups(place=gyeonggi(), now=NOW) == []
        assert set(group.members.values_list("proposal_id", flat=True)) == {a.pk, c.pk}
        d = indexed(LONG)
        grouping.find_groups(place=gyeonggi(), now=NOW)
        for row in DuplicateGroup.objects.filter(status="suggested"):
            assert not {a.pk, b.pk} <= set(row.members.values_list("proposal_id", flat=True))
            assert not {c.pk, b.pk} <= set(row.members.values_list("proposal_id", flat=True))
        assert GroupMember.objects.filter(proposal=d, group__status="suggested").exists()

    def test_of_two_one_taken_out_means_kept_apart(self, officer):
        a, _b = indexed(LONG), indexed(LONG)
        (group,) = grouping.find_groups(place=gyeonggi(), now=NOW)
        assert grouping.remove_member(group=group, proposal=a, by=officer, now=NOW).status == "split"

    def test_an_undone_merge_is_not_suggested_a_second_time(self, officer):
        indexed(LONG), indexed(LONG)
        (group,) = grouping.find_groups(place=gyeonggi(), now=NOW)
        grouping.accept_group(group=group, by=officer, now=NOW)
        assert grouping.find_groups(place=gyeonggi(), now=NOW) == []
        grouping.undo_merge(group=group, by=officer, now=NOW)
        assert grouping.find_groups(place=gyeonggi(), now=NOW) == []
        assert DuplicateGroup.objects.count() == 1

    def test_a_form_letter_sent_by_many_is_one_group(self):
        for _ in range(30):
            indexed(LONG)
        (group,) = grouping.find_groups(place=gyeonggi(), now=NOW)
        assert group.size == 30
