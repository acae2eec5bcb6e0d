"""Joint items: invitations and their answers, lists and rights of partner places, co-owner offices."""

from __future__ import annotations

import threading

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from madang.ground.agenda import operations, queries
from madang.ground.agenda.models import AgendaItem, CoOwner, Partnership
from madang.ground.agenda.permissions import ANSWER_INVITATION, EDIT, NOTE, SCORE
from madang.ground.participation.models import Notice
from madang.ground.people.models import Role
from madang.ground.people.permissions import can, scope
from madang.ground.record.models import Entry
from tests.factories import AgendaItemFactory, OfficeFactory, PlaceFactory, officer_at, platform_admin, staff_of, suwon
from tests.ground.agenda.conftest import yongin

NOW = timezone.now()


def invite(world, place=None):
    return operations.invite(
        item=world.item, place=place or world.other, reason="같은 하천을 씁니다.", by=world.officer, now=NOW
    )


def accept(invitation, by, accept=True, reason="함께하겠습니다."):
    return operations.answer_invitation(partnership=invitation, accept=accept, reason=reason, by=by, now=NOW)


@pytest.mark.django_db
class TestInvitations:
    def test_asked_accepted_and_on_both_lists(self, world):
        invitation = invite(world)
        assert Notice.objects.filter(user=world.partner, kind__endswith="_shared").count() == 1
        assert queries.items_page(place=world.other).rows == []
        accept(invitation, world.partner)
        (found,) = queries.items_page(place=world.other).rows
        assert found.pk == world.item.pk and found.joint
        assert [one.pk for one in queries.items_page(place=world.place).rows] == [world.item.pk]
        assert queries.counts_by_place() == {world.place.pk: 1, world.other.pk: 1}
        assert Notice.objects.filter(user=world.officer, kind__endswith="_shared").count() == 1
        kinds = list(Entry.objects.order_by("id").values_list("kind", "place__code"))
        assert kinds == [("partner_invited", "41110"), ("partner_accepted", "41460")]

    def test_declined_with_a_reason_and_asked_again(self, world):
        invitation = invite(world)
        with pytest.raises(operations.ReasonMissingError):
            accept(invitation, world.partner, accept=False, reason=" ")
        accept(invitation, world.partner, accept=False, reason="예산이 없습니다.")
        with pytest.raises(operations.SharingError):
            accept(invitation, world.partner)
        assert invite(world).pk != invitation.pk

    def test_nobody_is_asked_twice_nor_the_lead_at_all(self, world):
        invite(world)
        for place in (world.other, world.place):
            with pytest.raises(operations.SharingError):
                invite(world, place)

    def test_leaving_and_withdrawing(self, world):
        invitation = invite(world)
        operations.end_partnership(partnership=invitation, reason="잘못 보냈습니다.", by=world.officer, now=NOW)
        assert Partnership.objects.get().status == "withdrawn"
        joined = accept(invite(world), world.partner)
        operations.add_co_owner(
            item=world.item, office=OfficeFactory(place=world.other), reason="하천", by=world.partner, now=NOW
        )
        operations.end_partnership(partnership=joined, reason="사업을 마쳤습니다.", by=world.partner, now=NOW)
        assert queries.items_page(place=world.other).rows == []
        assert CoOwner.objects.get().ended_at == NOW
        with pytest.raises(operations.SharingError):
            operations.end_partnership(partnership=joined, reason="다시", by=world.partner, now=NOW)

    def test_a_closed_item_asks_nobody(self, world):
        operations.close_item(item=world.item, reason="끝", by=world.officer, now=NOW)
        with pytest.raises(operations.ItemClosedError):
            invite(world)


@pytest.mark.django_db
class TestRights:
    def test_partners_note_and_score_and_the_lead_decides(self, world):
        invitation = invite(world)
        fresh = AgendaItem.objects.get
        assert not can(world.partner, NOTE, fresh(pk=world.item.pk))
        assert can(world.partner, ANSWER_INVITATION, invitation)
        assert not can(world.officer, ANSWER_INVITATION, invitation)
        accept(invitation, world.partner)
        item = fresh(pk=world.item.pk)
        assert can(world.partner, NOTE, item) and can(world.partner, SCORE, item)
        assert not can(world.partner, EDIT, item)
        assert can(world.officer, EDIT, item) and can(world.above, EDIT, item)

    @pytest.mark.parametrize("permission", [EDIT, NOTE, SCORE])
    def test_one_and_many_say_the_same(self, world, permission):
        accept(invite(world), world.partner)
        elsewhere = PlaceFactory(code="11680", parent__code="11", parent__name_ko="서울특별시")
        (
            AgendaItemFactory(place=world.other),
            AgendaItemFactory(place=elsewhere),
            AgendaItemFactory(place=world.province),
        )
        expert = officer_at(elsewhere)
        Role.objects.create(user=expert, kind="expert", place=world.other)
        people = [
            world.officer, world.partner, world.above, expert, platform_admin(), staff_of(OfficeFactory(place=world.other))
        ]  # fmt: skip
        for user in people:
            rows = AgendaItem.objects.select_related("place")
            by_scope = {one.pk for one in scope(user, permission, rows)}
            assert by_scope == {one.pk for one in rows if can(user, permission, one)}


@pytest.mark.django_db
class TestCoOwners:
    def test_only_offices_of_places_that_take_part(self, world):
        office = OfficeFactory(place=world.other)
        ask = {"item": world.item, "office": office, "reason": "하천 관리", "by": world.officer, "now": NOW}
        with pytest.raises(operations.SharingError):
            operations.add_co_owner(**ask)
        accept(invite(world), world.partner)
        added = operations.add_co_owner(**ask)
        with pytest.raises(operations.SharingError):
            operations.add_co_owner(**ask)
        around = queries.around_of(queries.in_full(world.item.pk))
        assert [one.key for one in around.co_owners] == [str(office.pk)]
        assert [one.key for one in around.partners] == ["41460"]
        operations.end_co_owner(co_owner=added, reason="이관", by=world.officer, now=NOW)
        with pytest.raises(operations.SharingError):
            operations.end_co_owner(co_owner=added, reason="이관", by=world.officer, now=NOW)


@pytest.mark.django_db
class TestConstraints:
    @pytest.mark.parametrize(
        ("values", "name"),
        [
            ({"reason": ""}, "partner_invited_with_reason"),
            ({"status": "accepted"}, "partner_answered"),
            ({"status": "declined", "answered_at": NOW}, "partner_declined_with_reason"),
            ({"status": "left", "answered_at": NOW}, "partner_ended_with_reason"),
            ({"ended_at": NOW}, "partner_ended_with_reason"),
        ],
    )
    def test_a_partnership_is_whole(self, world, values, name):
        row = {"item": world.item, "place": world.other, "reason": "까닭", "invited_at": NOW, **values}
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Partnership.objects.create(**row)

    @pytest.mark.parametrize(
        ("values", "name"),
        [({"reason": ""}, "co_owner_with_reason"), ({"ended_at": NOW}, "co_owner_ended_with_reason")],
    )
    def test_so_is_a_co_owner(self, world, values, name):
        row = {"item": world.item, "office": OfficeFactory(), "reason": "까닭", "added_at": NOW, **values}
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            CoOwner.objects.create(**row)

    def test_once_at_a_time(self, world):
        invite(world)
        with pytest.raises(IntegrityError, match="partner_once"), transaction.atomic():
            Partnership.objects.create(item=world.item, place=world.other, reason="까닭", invited_at=NOW)


@pytest.mark.django_db(transaction=True)
def test_an_invitation_answered_twice_at_once_has_one_answer():
    item, other = AgendaItemFactory(place=suwon()), yongin()
    invitation = operations.invite(item=item, place=other, reason="까닭", by=officer_at(suwon()), now=NOW)
    officers, results, gate = [officer_at(other) for _ in range(4)], [], threading.Barrier(4)

    def answer(number):
        try:
            gate.wait()
            accept(invitation, officers[number], accept=bool(number % 2))
            results.append("answered")
        except operations.SharingError as told:
            results.append(str(told))
        finally:
            connection.close()

    threads = [threading.Thread(target=answer, args=(number,)) for number in range(4)]
    [one.start() for one in threads]
    [one.join() for one in threads]
    assert results.count("answered") == 1 and len(results) == 4
    assert Entry.objects.filter(kind__in=("partner_accepted", "partner_declined")).count() == 1
