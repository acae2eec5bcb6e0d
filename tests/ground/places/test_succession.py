"""Codes over time: renamed, recoded, merged, divided; old addresses and lookups at a day; no code valid twice."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from madang.ground.agenda.models import AgendaItem
from madang.ground.people.models import Role
from madang.ground.people.operations import succeed
from madang.ground.people.queries import is_officer_at
from madang.ground.places.models import Office, Place, SettingValue, Succession
from madang.ground.places.operations import Named, SuccessionError, moving, set_settings
from madang.ground.places.queries import origins_of, place_at, places, settings_of, successors_of
from madang.ground.record.models import Entry
from tests.factories import (
    AgendaItemFactory,
    OfficeFactory,
    PlaceFactory,
    ProposalFactory,
    admin_of,
    gyeonggi,
    officer_at,
    platform_admin,
    suwon,
)
from tests.ground.people.test_roles import _together

pytestmark = pytest.mark.django_db
NOW = timezone.now()
DAY = timezone.localdate(NOW)


def osan():
    return PlaceFactory(code="41370", name_ko="오산시", name_en="Osan-si")


def change(*old, to, by=None, on=DAY, **more):
    return succeed(
        predecessors=old, successors=[Named(*one) for one in to], on=on, reason="법률에 따름", by=by or platform_admin(), now=NOW, **more
    )  # fmt: skip


class TestRenaming:
    def test_everything_follows_and_the_record_stays(self):
        old, officer = suwon(), officer_at(suwon())
        item, proposal, office = AgendaItemFactory(place=old), ProposalFactory(place=old), OfficeFactory(place=old)
        set_settings(place=old, values={"answer_days": 20})
        with transaction.atomic():
            entry = Entry.objects.create(at=NOW, kind="note", subject=f"agenda:{item.pk}", place=old, actor=officer)
        done = change(old, to=[("41110", "수원특례시", "Suwon")])
        new = done.heir
        for row in (item, proposal, office, proposal.subject):
            row.refresh_from_db()
            assert row.place == new
        entry.refresh_from_db()
        assert entry.place == old
        assert is_officer_at(type(officer).objects.get(pk=officer.pk), new)
        assert settings_of(Place.objects.get(pk=new.pk))["answer_days"].value == 20
        assert list(places().filter(code="41110")) == [new]

    def test_lookups_at_a_day(self):
        old = suwon()
        new = change(old, to=[("41110", "수원특례시", "Suwon")]).heir
        assert place_at("41110", DAY - timedelta(days=1)) == old
        assert place_at("41110", DAY) == new
        assert place_at("99999", DAY) is None

    def test_it_stands_on_the_record(self):
        done = change(suwon(), to=[("41111", "수원시", "Suwon-si")])
        entry = Entry.objects.get(kind="place_succeeded")
        assert entry.place == done.heir
        assert (entry.data["from"], entry.data["to"], entry.data["kind"]) == (["41110"], ["41111"], "recoded")


class TestMergersAndDivisions:
    def test_a_merger_gathers_what_both_had(self):
        one, two = suwon(), osan()
        items = [AgendaItemFactory(place=place) for place in (one, two)]
        OfficeFactory(place=one, key="transport", is_innovation_officer=True)
        OfficeFactory(place=two, key="transport", is_innovation_officer=True)
        both = officer_at(one)
        Role.objects.create(user=both, kind="officer", place=two)
        set_settings(place=one, values={"answer_days": 20})
        new = change(one, two, to=[("41120", "수원오산시", "Suwon-Osan")]).heir
        assert {row.place for row in AgendaItem.objects.filter(pk__in=[item.pk for item in items])} == {new}
        offices = Office.objects.filter(place=new)
        assert sorted(offices.values_list("key", flat=True)) == ["transport", "transport-41370"]
        assert offices.filter(is_innovation_officer=True).count() == 1
        assert both.roles.filter(place=new).count() == 1, "the role held twice stays once with a place that ended"
        assert not SettingValue.objects.filter(place=new).exists()
        assert [step.predecessor for step in origins_of(new)] == [one, two]

    def test_a_division_leaves_everything_to_the_first(self):
        old = suwon()
        item = AgendaItemFactory(place=old)
        set_settings(place=old, values={"answer_days": 20})
        done = change(old, to=[("41112", "북수원시", "North"), ("41114", "남수원시", "South")])
        item.refresh_from_db()
        assert item.place == done.successors[0]
        assert {settings_of(place)["answer_days"].value for place in done.successors} == {20}
        assert [one.code for one in successors_of("41110")] == ["41112", "41114"]

    def test_addresses_lead_on_through_several_changes(self):
        first = change(suwon(), to=[("41111", "수원시", "Suwon-si")], on=DAY - timedelta(days=30)).heir
        change(first, osan(), to=[("41120", "수원오산시", "Suwon-Osan")])
        assert [one.code for one in successors_of("41110")] == ["41120"]
        assert [one.code for one in successors_of("41370")] == ["41120"]
        assert successors_of("00000") == []

    def test_a_municipality_moves_to_another_province(self):
        seoul = PlaceFactory(code="11680", parent__code="11", parent__name_ko="서울특별시").parent
        new = change(osan(), to=[("11900", "오산구", "Osan-gu")], parent=seoul).heir
        assert new.parent == seoul

    def test_a_province_takes_its_municipalities_along(self):
        suwon()
        new = change(gyeonggi(), to=[("52", "경기특별자치도", "Gyeonggi")]).heir
        assert Place.objects.get(code="41110").parent == new


class TestRefusals:
    @pytest.mark.parametrize(
        "what",
        [
            {"to": []},
            {"to": [("41111", "가", "A"), ("41111", "나", "B")]},
            {"to": [("41370", "오산과 같은 코드", "Same")]},
            {"to": [("41111", "가", "A")], "on": DAY + timedelta(days=1)},
            {"to": [("41111", "가", "A")], "on": date(1990, 1, 1)},
            {"to": [("41111", "가", "A")], "ended": True},
        ],
    )
    def test_what_makes_no_sense(self, what):
        old = suwon()
        osan()
        Place.objects.filter(pk=old.pk).update(valid_from=date(2000, 1, 1))
        if what.pop("ended", False):
            Place.objects.filter(pk=old.pk).update(valid_to=DAY)
        with pytest.raises(SuccessionError):
            change(old, **what)
        assert not Succession.objects.exists()

    def test_only_from_above(self):
        with pytest.raises(PermissionDenied):
            change(suwon(), to=[("41111", "수원시", "Suwon-si")], by=admin_of(suwon()))
        change(suwon(), to=[("41111", "수원시", "Suwon-si")], by=admin_of(gyeonggi()))


class TestConstraints:
    @pytest.mark.parametrize(
        ("one", "two", "clash"),
        [
            ((None, None), (None, None), True),
            ((None, date(2020, 1, 1)), (date(2020, 1, 1), None), False),
            ((None, date(2020, 1, 2)), (date(2020, 1, 1), None), True),
            ((date(2010, 1, 1), date(2012, 1, 1)), (date(2011, 1, 1), date(2013, 1, 1)), True),
            ((date(2010, 1, 1), date(2012, 1, 1)), (date(2012, 1, 1), date(2013, 1, 1)), False),
        ],
    )
    def test_no_code_is_valid_twice_on_a_day(self, one, two, clash):
        def make(span):
            with transaction.atomic():
                Place.objects.create(code="49", level="province", name_ko="가", name_en="A", valid_from=span[0], valid_to=span[1])  # fmt: skip

        make(one)
        if clash:
            with pytest.raises(IntegrityError):
                make(two)
        else:
            make(two)

    def test_a_place_has_one_heir_and_does_not_follow_itself(self):
        one, two = suwon(), osan()
        for rows in ([(one, one)], [(one, two), (one, gyeonggi())], [(one, two), (one, two)]):
            with pytest.raises(IntegrityError), transaction.atomic():
                for old, new in rows:
                    Succession.objects.create(predecessor=old, successor=new, kind="merged", on=DAY)


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_two_changes_of_one_place_at_once(self):
        old, one, two = suwon(), platform_admin(), platform_admin()
        results = _together(
            lambda: change(old, to=[("41111", "가", "A")], by=one),
            lambda: change(old, to=[("41112", "나", "B")], by=two),
        )
        assert sum(isinstance(result, SuccessionError) for result in results) == 1, results
        assert Place.objects.filter(valid_to=None, level="municipality").count() == 1

    def test_two_places_that_take_the_same_code_at_once(self):
        olds, admins = (suwon(), osan()), (platform_admin(), platform_admin())
        results = _together(
            *[
                lambda old=old, by=by: change(old, to=[("41999", "가", "A")], by=by)
                for old, by in zip(olds, admins, strict=True)
            ]
        )
        assert sum(isinstance(result, SuccessionError) for result in results) == 1, results
        assert Place.objects.filter(code="41999").count() == 1


def test_the_tables_that_hang_on_a_place_are_found():
    """Handing over is driven by the models; what stays says so."""
    found = {f"{way.model._meta.label_lower}.{way.name}" for way in moving.ways_to(Place)}
    expected = {
        "ground_agenda.agendaitem.place", "ground_people.role.place", "ground_people.user.home", "ground_places.office.place",
        "ground_places.place.parent", "explore_proposals.proposal.place", "ground_participation.subject.place",
    }  # fmt: skip
    assert expected <= found
    assert not any(one.startswith("ground_record.") for one in found)
