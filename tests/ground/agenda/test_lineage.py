"""Merging, taking that back, dividing; the circle that inspiration never closes."""

from __future__ import annotations

import threading

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from madang.explore.proposals.models import Evidence, Proposal
from madang.explore.proposals.operations.promotion import promote
from madang.ground.agenda import lineage, operations, queries
from madang.ground.agenda.models import AgendaItem, Division, Merger
from madang.ground.participation.models import Follow, Notice, Subject
from madang.ground.participation.operations import follow, unfollow
from madang.ground.record.models import Entry
from madang.plan.routing.models import Assignment
from tests.factories import AgendaItemFactory, ProposalFactory, UserFactory, officer_at, suwon
from tests.ground.agenda.test_sharing import accept, invite
from tests.ground.agenda.test_stages import owned

NOW = timezone.now()


def item_of(voices, place, by):
    return promote(
        title="의제", summary="요약", field="jobs", by=by, now=NOW, proposals=[one.pk for one in voices], place=place
    ).item


def merge(source, target, by=None):
    return operations.merge(source=source, target=target, reason="같은 문제입니다.", by=by, now=NOW)


def undo(merger, by=None):
    return operations.undo_merger(merger=merger, reason="다른 문제였습니다.", by=by, now=NOW)


@pytest.fixture
def pair(world):
    voices = [ProposalFactory(place=world.place, supporters=2) for _ in range(4)]
    shared = voices[2]
    world.a = item_of(voices[:2], world.place, world.officer)
    world.b = item_of(voices[2:], world.place, world.officer)
    Evidence.objects.create(item=world.a, proposal=shared, added_at=NOW)
    world.voices, world.reader, world.both = voices, UserFactory(), UserFactory()
    for item, user in ((world.a, world.reader), (world.a, world.both), (world.b, world.both)):
        follow(subject_id=item.participation.pk, by=user, now=NOW)
    Notice.objects.all().delete()
    return world


@pytest.mark.django_db
class TestMergers:
    def test_voices_and_followers_go_along_and_are_told(self, pair):
        assignment = owned(pair.a, pair.officer)
        merge(pair.a, pair.b, pair.officer)
        a, b = AgendaItem.objects.get(pk=pair.a.pk), AgendaItem.objects.get(pk=pair.b.pk)
        assert (a.stage, a.merged_into) == ("closed", b)
        assert b.voice_count == 4 and b.supporter_count == 8
        assert set(Proposal.objects.values_list("agenda_item", flat=True)) == {b.pk}
        assert Evidence.objects.filter(item=a).count() == 3, "what stood behind it can still be read there"
        assert set(Follow.objects.filter(subject__item=b).values_list("user", flat=True)) == {
            pair.reader.pk,
            pair.both.pk,
        }
        assert Subject.objects.get(item=b).follower_count == 2
        told = Notice.objects.filter(kind="agenda_merged")
        assert told.filter(user=pair.reader, url=a.get_absolute_url()).count() == 1
        assert told.filter(user=pair.voices[0].author).exists(), "so do those whose voice stands behind it"
        assert Assignment.objects.get(pk=assignment.pk).status == "replaced"
        assert Entry.objects.filter(kind="merged", subject__in=[a.subject, b.subject]).count() == 2
        assert [one.key for one in queries.around_of(queries.in_full(b.pk)).merged] == [str(a.pk)]
        assert [one.pk for one in queries.items_page().rows if one.pk in (a.pk, b.pk)] == [b.pk]

    def test_undone_everything_stands_as_it_stood(self, pair):
        assignment = owned(pair.a, pair.officer)
        before = list(Evidence.objects.order_by("item", "proposal").values_list("item", "proposal"))
        merger = merge(pair.a, pair.b, pair.officer)
        undo(merger, pair.officer)
        a, b = AgendaItem.objects.get(pk=pair.a.pk), AgendaItem.objects.get(pk=pair.b.pk)
        assert (a.stage, a.merged_into, a.owner) == ("explore", None, assignment.office)
        assert (a.voice_count, b.voice_count) == (3, 2)
        assert list(Evidence.objects.order_by("item", "proposal").values_list("item", "proposal")) == before
        assert set(Follow.objects.filter(subject__item=b).values_list("user", flat=True)) == {pair.both.pk}
        assert Subject.objects.get(item=b).follower_count == 1
        assert Assignment.objects.get(pk=assignment.pk).status == "accepted"
        with pytest.raises(operations.LineageError):
            undo(merger, pair.officer)

    def test_who_stopped_following_meanwhile_is_left_alone(self, pair):
        merger = merge(pair.a, pair.b)
        unfollow(subject_id=pair.b.participation.pk, by=pair.reader)
        undo(merger)
        assert Subject.objects.get(item=pair.b).follower_count == 1

    def test_partner_places_go_along(self, world):
        accept(invite(world), world.partner)
        target = AgendaItemFactory(place=world.province)
        merger = merge(world.item, target)
        assert {one.key for one in queries.around_of(queries.in_full(target.pk)).partners} == {"41110", "41460"}
        undo(merger)
        assert queries.around_of(queries.in_full(target.pk)).partners == []
        assert {one.key for one in queries.around_of(queries.in_full(world.item.pk)).partners} == {"41460"}

    def test_what_cannot_be_merged_says_why(self, pair):
        with pytest.raises(operations.LineageError):
            merge(pair.a, pair.a)
        operations.refer(item=pair.a, to=pair.province, reason="도", by=None, now=NOW)
        with pytest.raises(operations.LineageError):
            merge(pair.a, pair.b)
        operations.close_item(item=pair.b, reason="끝", by=None, now=NOW)
        with pytest.raises(operations.ItemClosedError):
            merge(AgendaItemFactory(), pair.b)

    def test_of_a_chain_the_last_link_is_undone_first(self, pair):
        first = merge(pair.a, pair.b)
        second = merge(pair.b, AgendaItemFactory(place=pair.place))
        with pytest.raises(operations.LineageError):
            undo(first)
        undo(second)
        undo(first)
        assert not AgendaItem.objects.exclude(merged_into=None).exists()

    def test_a_merged_item_is_not_opened_by_the_stage(self, pair):
        merge(pair.a, pair.b)
        with pytest.raises(operations.RuleUnmetError):
            operations.set_stage(item=pair.a, stage="explore", reason="다시", by=None, now=NOW, forced=True)


def divide(item, chosen, by=None):
    return operations.divide(
        item=item,
        title="나뉜 의제",
        summary="한 부분",
        field="jobs",
        chosen=chosen,
        reason="따로 다룹니다.",
        by=by,
        now=NOW,
    )


@pytest.mark.django_db
class TestDivisions:
    def test_chosen_voices_become_an_item_of_their_own(self, pair):
        chosen = [choice.key for choice in lineage.choices(pair.a)][:1]
        division = divide(pair.a, chosen, pair.officer)
        part = AgendaItem.objects.get(pk=division.part_id)
        assert (part.stage, part.voice_count, AgendaItem.objects.get(pk=pair.a.pk).voice_count) == ("explore", 1, 2)
        assert Proposal.objects.get(pk=chosen[0]).agenda_item == part
        assert Follow.objects.filter(subject__item=part).count() == 2
        assert [one.key for one in queries.around_of(queries.in_full(part.pk)).whole] == [str(pair.a.pk)]
        assert [one.key for one in queries.around_of(queries.in_full(pair.a.pk)).parts] == [str(part.pk)]
        assert Notice.objects.filter(kind="agenda_split", user=pair.reader).count() == 1

    @pytest.mark.parametrize("how_many", [0, 3])
    def test_some_voices_go_and_some_stay(self, pair, how_many):
        with pytest.raises(operations.LineageError):
            divide(pair.a, [choice.key for choice in lineage.choices(pair.a)][:how_many])
        assert not Division.objects.exists()
        assert AgendaItem.objects.filter(title="나뉜 의제").count() == 0

    def test_voices_of_another_item_do_not_go_along(self, pair):
        strangers = Evidence.objects.filter(item=pair.b).exclude(proposal=pair.voices[2])
        with pytest.raises(operations.LineageError):
            divide(pair.a, list(strangers.values_list("proposal_id", flat=True)))

    def test_choices_are_found_by_their_words(self, pair):
        Proposal.objects.filter(pk=pair.voices[0].pk).update(title="밤길 가로등")
        assert [one.title for one in lineage.choices(pair.a, "가로등")] == ["밤길 가로등"]


@pytest.mark.django_db
class TestConstraints:
    @pytest.mark.parametrize(
        ("values", "name"),
        [
            ({"reason": ""}, "merger_with_reason"),
            ({"stage_before": "closed"}, "merger_of_open_item"),
            ({"undone_at": NOW}, "merger_undone_with_reason"),
        ],
    )
    def test_a_merger_is_whole(self, world, values, name):
        row = {
            "source": world.item,
            "target": AgendaItemFactory(),
            "reason": "까닭",
            "stage_before": "plan",
            "merged_at": NOW,
        }
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Merger.objects.create(**{**row, **values})

    def test_of_two_and_once_at_a_time(self, world):
        row = {"source": world.item, "reason": "까닭", "stage_before": "plan", "merged_at": NOW}
        with pytest.raises(IntegrityError, match="merger_of_two"), transaction.atomic():
            Merger.objects.create(target=world.item, **row)
        Merger.objects.create(target=AgendaItemFactory(), **row)
        with pytest.raises(IntegrityError, match="merged_once_at_a_time"), transaction.atomic():
            Merger.objects.create(target=AgendaItemFactory(), **row)

    def test_a_division_is_of_two_with_a_reason(self, world):
        row = {"source": world.item, "divided_at": NOW}
        with pytest.raises(IntegrityError, match="division_of_two"), transaction.atomic():
            Division.objects.create(part=world.item, reason="까닭", **row)
        with pytest.raises(IntegrityError, match="division_with_reason"), transaction.atomic():
            Division.objects.create(part=AgendaItemFactory(), reason="", **row)


@pytest.mark.django_db
class TestInspiration:
    def test_no_circle_however_long(self, world):
        chain = [AgendaItemFactory() for _ in range(4)]
        for later, earlier in zip(chain[1:], chain, strict=False):
            operations.set_inspired_by(item=later, sources=[earlier], by=world.officer, now=NOW)
        with pytest.raises(operations.CircleError):
            operations.set_inspired_by(item=chain[0], sources=[chain[3]], by=world.officer, now=NOW)
        assert queries.links_of(chain[0])["inspired_by"] == []

    def test_the_database_refuses_it_too(self, world):
        link = AgendaItem.inspired_by.through
        with pytest.raises(IntegrityError, match="itself"), transaction.atomic():
            link.objects.create(from_agendaitem=world.item, to_agendaitem=world.item)
        other = AgendaItemFactory()
        link.objects.create(from_agendaitem=world.item, to_agendaitem=other)
        with pytest.raises(IntegrityError, match="cannot learn"), transaction.atomic():
            link.objects.create(from_agendaitem=other, to_agendaitem=world.item)


@pytest.mark.django_db(transaction=True)
def test_two_halves_of_a_circle_written_at_once_never_close_it():
    one, two = AgendaItemFactory(place=suwon()), AgendaItemFactory(place=suwon())
    results = race(
        [
            lambda: operations.set_inspired_by(item=one, sources=[two], by=None, now=NOW),
            lambda: operations.set_inspired_by(item=two, sources=[one], by=None, now=NOW),
        ],
        operations.CircleError,
    )
    assert sorted(results) == ["done", "told"]


@pytest.mark.django_db(transaction=True)
def test_merging_both_ways_at_once_leaves_one_of_them():
    by, one, two = officer_at(suwon()), AgendaItemFactory(place=suwon()), AgendaItemFactory(place=suwon())
    results = race([lambda: merge(one, two, by), lambda: merge(two, one, by)], operations.AgendaError)
    assert sorted(results) == ["done", "told"]
    assert AgendaItem.objects.exclude(merged_into=None).count() == 1


def race(acts, told):
    """Do all at once; what became of each."""
    results, gate = [], threading.Barrier(len(acts))

    def run(act):
        try:
            gate.wait()
            act()
            results.append("done")
        except told:
            results.append("told")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    [one.start() for one in threads]
    [one.join() for one in threads]
    return results


@pytest.mark.django_db(transaction=True)
def test_following_while_items_merge_neither_deadlocks_nor_miscounts():
    by, one, two = officer_at(suwon()), AgendaItemFactory(place=suwon()), AgendaItemFactory(place=suwon())
    people = UserFactory.create_batch(6)
    for person in people:
        follow(subject_id=one.participation.pk, by=person, now=NOW)
    acts = [lambda p=person: follow(subject_id=two.participation.pk, by=p, now=NOW) for person in people]
    results = race([lambda: merge(one, two, by), *acts], operations.AgendaError)
    assert results == ["done"] * 7
    subject = Subject.objects.get(item=two)
    assert subject.follower_count == Follow.objects.filter(subject=subject).count() == 6
