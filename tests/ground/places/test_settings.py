"""Settings: registered by a line, inherited and overridden, changed in public, never lost to a colleague."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from madang.ground.people.models import SettingChange
from madang.ground.people.operations import NoReasonError, SettingsChangedError, change_settings
from madang.ground.people.queries.administration import setting_history, setting_rows
from madang.ground.places import settings
from madang.ground.places.models import SettingValue
from madang.ground.places.operations import set_settings
from madang.ground.places.queries import settings_by_place, settings_of
from madang.ground.places.settings import Setting, SettingValueError
from madang.ground.record.models import Entry
from tests.factories import PlaceFactory, admin_of, gyeonggi, officer_at, suwon
from tests.ground.people.test_roles import _together

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def change(place, values, by=None, **more):
    return change_settings(place=place, values=values, by=by or admin_of(place), now=NOW, reason="의회 의결", **more)


def in_force(place, key="answer_days"):
    found = settings_of(place)[key]
    return found.value, found.origin


class TestInheriting:
    def test_own_then_above_then_default(self):
        default = settings.get("answer_days").default
        assert in_force(suwon()) == (default, None)
        set_settings(place=gyeonggi(), values={"answer_days": 25})
        assert in_force(suwon()) == (25, gyeonggi())
        set_settings(place=suwon(), values={"answer_days": 20})
        assert in_force(suwon()) == (20, suwon())
        set_settings(place=suwon(), values={"answer_days": None})
        assert in_force(suwon()) == (25, gyeonggi())

    def test_many_places_at_the_price_of_one(self, django_assert_num_queries):
        many = [suwon(), gyeonggi(), *(PlaceFactory(code=f"4199{n}", name_ko=f"시 {n}") for n in range(5))]
        set_settings(place=gyeonggi(), values={"answer_days": 25})
        with django_assert_num_queries(1):
            found = settings_by_place(many)
        assert {found[one.pk]["answer_days"].value for one in many} == {25}


class TestTypes:
    YES = Setting("t_yes", default=True, label="yes?")
    NUMBER = Setting("t_number", default=5, label="n", minimum=1, maximum=9, unit="days")
    CHOICE = Setting("t_choice", default="a", label="c", choices=(("a", "가"), ("b", "나")))

    @pytest.mark.parametrize(
        ("setting", "value", "good"),
        [
            (YES, False, True), (YES, 1, False), (NUMBER, 9, True), (NUMBER, 0, False), (NUMBER, 10, False), (NUMBER, True, False),
            (NUMBER, "5", False), (CHOICE, "b", True), (CHOICE, "c", False), (CHOICE, 1, False),
        ],
    )  # fmt: skip
    def test_a_setting_takes_only_its_values(self, setting, value, good):
        if good:
            assert setting.read(value) == value
        else:
            with pytest.raises(SettingValueError):
                setting.read(value)

    def test_a_validator_of_its_own(self):
        def even(value):
            if value % 2:
                raise SettingValueError("even, please")

        with pytest.raises(SettingValueError):
            Setting("t_even", default=2, label="e", validator=even).read(3)

    def test_unknown_settings_are_refused(self):
        with pytest.raises(KeyError):
            set_settings(place=suwon(), values={"no_such": 1})


class TestDeciding:
    def test_it_is_recorded_with_what_was_before(self):
        admin = admin_of(suwon())
        change(suwon(), {"answer_days": 20}, by=admin)
        change(suwon(), {"answer_days": None}, by=admin)
        first, second = Entry.objects.filter(kind="settings").order_by("id")
        assert first.data["changes"] == [{"key": "answer_days", "before": None, "after": 20}]
        assert second.data["changes"] == [{"key": "answer_days", "before": 20, "after": None}]
        assert [one.after for one in setting_history(suwon(), "answer_days")] == [None, 20]
        row = next(one for one in setting_rows(suwon()) if one.setting.key == "answer_days")
        assert (row.own, row.change.changed_by) == (None, admin)

    def test_nothing_changed_leaves_no_trace(self):
        admin = admin_of(suwon())
        change(suwon(), {"answer_days": 20}, by=admin)
        change(suwon(), {"answer_days": 20}, by=admin)
        assert SettingChange.objects.count() == 1

    def test_only_administrators_and_with_a_reason(self):
        with pytest.raises(PermissionDenied):
            change(suwon(), {"answer_days": 20}, by=officer_at(suwon()))
        with pytest.raises(PermissionDenied):
            change(gyeonggi(), {"answer_days": 20}, by=admin_of(suwon()))
        with pytest.raises(NoReasonError):
            change_settings(place=suwon(), values={"answer_days": 20}, by=admin_of(suwon()), now=NOW, reason=" ")
        change(suwon(), {"answer_days": 20}, by=admin_of(gyeonggi()))

    def test_a_colleagues_change_is_not_overwritten(self):
        admin = admin_of(suwon())
        change(suwon(), {"answer_days": 20}, by=admin, seen={"answer_days": None})
        with pytest.raises(SettingsChangedError):
            change(suwon(), {"answer_days": 40}, by=admin, seen={"answer_days": None})
        assert in_force(suwon())[0] == 20


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_is_told():
    place = suwon()
    admins = admin_of(place), admin_of(place)
    results = _together(
        *[
            lambda by=by, days=days: change(place, {"answer_days": days}, by=by, seen={"answer_days": None})
            for by, days in zip(admins, (10, 20), strict=True)
        ]
    )
    assert sum(isinstance(one, SettingsChangedError) for one in results) == 1, results
    assert SettingChange.objects.count() == SettingValue.objects.count() == Entry.objects.count() == 1


def test_the_database_keeps_one_value_for_each_setting():
    SettingValue.objects.create(place=suwon(), key="answer_days", value=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        SettingValue.objects.create(place=suwon(), key="answer_days", value=2)
