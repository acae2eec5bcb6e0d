"""Offices: made, renamed, taken out of service, merged; in public and without loops."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from madang.ground.agenda.models import AgendaItem
from madang.ground.people.operations import change_office, create_office, retire_office
from madang.ground.people.operations.roles import RoleError
from madang.ground.places.models import Office
from madang.ground.places.operations import OfficeError
from madang.ground.record.models import Entry
from tests.factories import (
    AgendaItemFactory,
    OfficeFactory,
    PlaceFactory,
    admin_of,
    gyeonggi,
    officer_at,
    staff_of,
    suwon,
)
from tests.ground.people.test_roles import _together

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def make(**fields):
    values = {"kind": "division", "name_ko": "보행환경과", "name_en": "Walking Division"} | fields
    return create_office(place=suwon(), fields=values, by=admin_of(suwon()), now=NOW)


def test_made_with_a_key_of_its_own_and_recorded():
    first, second = make(), make()
    assert (first.key, second.key) == ("walking-division", "walking-division-2")
    assert Entry.objects.filter(kind="office_created").count() == 2


def test_renamed_on_the_record():
    office = make()
    change_office(office=office, fields={"name_ko": "걷고싶은도시과"}, by=admin_of(gyeonggi()), now=NOW)
    assert Entry.objects.get(kind="office_renamed").reason == "보행환경과 → 걷고싶은도시과"


def test_only_by_administrators_of_the_place_or_above():
    office = make()
    for who in (officer_at(suwon()), admin_of(PlaceFactory(code="41370", name_ko="오산시"))):
        with pytest.raises(PermissionDenied):
            change_office(office=office, fields={"name_ko": "다른 이름"}, by=who, now=NOW)
        with pytest.raises(PermissionDenied):
            retire_office(office=office, into=None, reason="개편", by=who, now=NOW)


def test_no_loops_no_strangers_and_one_innovation_officer():
    admin = admin_of(suwon())
    top = make(kind="bureau", is_innovation_officer=True)
    under = make(parent=top)
    for office, fields in (
        (top, {"parent": under}),
        (under, {"parent": OfficeFactory(place=gyeonggi())}),
        (under, {"is_innovation_officer": True}),
    ):
        with pytest.raises(OfficeError):
            change_office(office=Office.objects.get(pk=office.pk), fields=fields, by=admin, now=NOW)


def test_taken_out_of_service_its_roles_end():
    office = make()
    staff = staff_of(office)
    retire_office(office=office, into=None, reason="조직 개편", by=admin_of(suwon()), now=NOW)
    assert staff.roles.get().ended_at == NOW
    with pytest.raises(OfficeError):
        retire_office(office=office, into=None, reason="또", by=admin_of(suwon()), now=NOW)
    with pytest.raises(RoleError):
        retire_office(office=make(), into=None, reason=" ", by=admin_of(suwon()), now=NOW)


def test_merged_into_another_which_takes_everything_over():
    old, into = make(), make()
    staff, item = staff_of(old), AgendaItemFactory(place=suwon(), owner=old)
    under = make(parent=old)
    retire_office(office=old, into=into, reason="조직 개편", by=admin_of(suwon()), now=NOW)
    item.refresh_from_db()
    under.refresh_from_db()
    assert (item.owner, under.parent, staff.roles.get().office) == (into, into, into)
    assert Entry.objects.get(kind="office_merged").office == old, "the record stays with the office that decided"


def test_not_into_itself_elsewhere_or_something_gone():
    office, admin = make(), admin_of(suwon())
    for into in (office, OfficeFactory(place=gyeonggi()), OfficeFactory(place=suwon(), active=False)):
        with pytest.raises(OfficeError):
            retire_office(office=office, into=into, reason="개편", by=admin, now=NOW)
    make(parent=office)
    with pytest.raises(OfficeError):
        retire_office(office=office, into=None, reason="개편", by=admin, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_two_offices_merged_into_each_other_at_once_leave_one():
    one, two, admin = make(), make(), admin_of(suwon())
    AgendaItemFactory(place=suwon(), owner=one)
    results = _together(
        lambda: retire_office(office=one, into=two, reason="개편", by=admin, now=NOW),
        lambda: retire_office(office=two, into=one, reason="개편", by=admin, now=NOW),
    )
    assert sum(isinstance(result, OfficeError) for result in results) == 1, results
    assert Office.objects.filter(active=True).count() == 1
    assert AgendaItem.objects.get().owner.active
