"""Roles: who grants what to whom, until when; and that the record tells it without a name."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from madang.ground.participation.models import Notice
from madang.ground.people import authority
from madang.ground.people.models import Role, User
from madang.ground.people.operations import RoleError, end, extend, grant, remind_of_expiry
from madang.ground.people.permissions import can, scope
from madang.ground.people.queries import forget_roles, holds, in_force, is_officer_at, reach_of
from madang.ground.places.models import Place
from madang.ground.record.models import Entry
from tests.factories import (
    OfficeFactory,
    PlaceFactory,
    UserFactory,
    admin_of,
    gyeonggi,
    officer_at,
    organization_of,
    platform_admin,
    staff_of,
    suwon,
)

pytestmark = pytest.mark.django_db
NOW = timezone.now()
Kind = Role.Kind
WHY = "정기 인사 발령에 따름."


def gangnam():
    return PlaceFactory(code="11680", name_ko="강남구", parent__code="11", parent__name_ko="서울특별시")


def give(by, user=None, **fields):
    return grant(user=user or UserFactory(), by=by, now=NOW, reason=WHY, **fields)


class TestDelegation:
    """Province → municipality → office: downwards, never sideways or up."""

    def test_a_province_names_the_administrators_of_its_municipalities(self):
        role = give(admin_of(gyeonggi()), kind=Kind.MUNICIPAL_ADMIN, place=suwon())
        assert is_officer_at(role.user, suwon())
        assert not is_officer_at(role.user, gyeonggi())

    def test_a_municipality_names_officers_and_staff(self):
        admin, office = admin_of(suwon()), OfficeFactory(place=suwon())
        give(admin, kind=Kind.OFFICER, place=suwon())
        staff = give(admin, kind=Kind.STAFF, office=office).user
        assert holds(staff, {Kind.STAFF}, office=office)

    def test_the_platform_names_anybody(self):
        by = platform_admin()
        give(by, kind=Kind.PLATFORM_ADMIN)
        give(by, kind=Kind.MUNICIPAL_ADMIN, place=gyeonggi())

    @pytest.mark.parametrize(
        ("by", "fields"),
        [
            ("province", lambda: {"kind": Kind.PLATFORM_ADMIN}),
            ("province", lambda: {"kind": Kind.MUNICIPAL_ADMIN, "place": gyeonggi()}),
            ("province", lambda: {"kind": Kind.MUNICIPAL_ADMIN, "place": gangnam()}),
            ("province", lambda: {"kind": Kind.OFFICER, "place": gangnam()}),
            ("city", lambda: {"kind": Kind.MUNICIPAL_ADMIN, "place": suwon()}),
            ("city", lambda: {"kind": Kind.OFFICER, "place": gyeonggi()}),
            ("city", lambda: {"kind": Kind.STAFF, "office": OfficeFactory(place=gyeonggi())}),
            ("city", lambda: {"kind": Kind.EXPERT, "place": gangnam()}),
            ("officer", lambda: {"kind": Kind.STAFF, "office": OfficeFactory(place=suwon())}),
            ("staff", lambda: {"kind": Kind.EXPERT, "place": suwon()}),
            ("citizen", lambda: {"kind": Kind.EXPERT, "place": suwon()}),
            ("admin", lambda: {"kind": Kind.MEMBER, "organization": organization_of()[0]}),
        ],
    )
    def test_nobody_grants_above_or_beside_themselves(self, by, fields):
        people = {
            "province": lambda: admin_of(gyeonggi()),
            "city": lambda: admin_of(suwon()),
            "officer": lambda: officer_at(suwon()),
            "staff": lambda: staff_of(OfficeFactory(place=suwon())),
            "citizen": UserFactory,
            "admin": platform_admin,
        }
        with pytest.raises(PermissionDenied):
            give(people[by](), **fields())
        assert Entry.objects.count() == 0

    def test_nobody_grants_to_themselves(self):
        for admin, fields in (
            (admin_of(suwon()), {"kind": Kind.OFFICER, "place": suwon()}),
            (platform_admin(), {"kind": Kind.OFFICER, "place": suwon()}),
        ):
            with pytest.raises(PermissionDenied):
                give(admin, user=admin, **fields)

    def test_the_scope_of_ending_says_what_can_says(self):
        office = OfficeFactory(place=suwon())
        people = [
            platform_admin(), admin_of(gyeonggi()), admin_of(suwon()), officer_at(gangnam()), staff_of(office),
            officer_at(suwon()), UserFactory(),
        ]  # fmt: skip
        organization, _ = organization_of(home=suwon())
        Role.objects.create(user=people[-1], kind=Kind.EVALUATOR, organization=organization)
        roles = Role.objects.select_related("place__parent", "office__place__parent", "organization__home__parent")
        for user in people:
            allowed = {one.pk for one in scope(user, authority.END, Role.objects.all())}
            assert allowed == {one.pk for one in roles if can(user, authority.END, one)}

    def test_the_scope_of_administering_says_what_can_says(self):
        gangnam()
        suwon()
        for user in (platform_admin(), admin_of(gyeonggi()), admin_of(suwon()), officer_at(suwon()), UserFactory()):
            allowed = {one.pk for one in scope(user, authority.ADMINISTER, Place.objects.all())}
            assert allowed == {one.pk for one in Place.objects.all() if can(user, authority.ADMINISTER, one)}
            reach = reach_of(user, {Kind.MUNICIPAL_ADMIN})
            role_rows = Role.objects.filter(place__isnull=False).filter(reach)
            assert all(holds(user, {Kind.MUNICIPAL_ADMIN}, place=one.place) for one in role_rows)


class TestTerms:
    def test_a_role_begins_and_ends_by_itself(self):
        role = give(
            platform_admin(), kind=Kind.OFFICER, place=suwon(),
            starts_at=NOW + timedelta(days=1), expires_at=NOW + timedelta(days=3),
        )  # fmt: skip
        days = [Role.objects.filter(in_force(NOW + timedelta(days=n)), pk=role.pk).exists() for n in range(5)]
        assert days == [False, True, True, False, False]

    def test_ended_roles_give_nothing_and_stay_readable(self):
        by = platform_admin()
        role = give(by, kind=Kind.OFFICER, place=suwon())
        end(role=role, by=by, now=NOW, reason="임기가 끝났습니다.")
        fresh = User.objects.get(pk=role.user_id)
        assert not is_officer_at(fresh, suwon())
        role.refresh_from_db()
        assert (role.ended_by, role.end_reason) == (by, "임기가 끝났습니다.")
        give(by, user=fresh, kind=Kind.OFFICER, place=suwon())

    def test_one_that_has_run_out_makes_way_for_a_new_one(self):
        by, user = platform_admin(), UserFactory()
        old = Role.objects.create(user=user, kind=Kind.OFFICER, place=suwon(), expires_at=NOW - timedelta(days=1))
        give(by, user=user, kind=Kind.OFFICER, place=suwon())
        old.refresh_from_db()
        assert old.ended_at == NOW

    def test_the_same_role_twice_is_refused_with_advice(self):
        by, user = platform_admin(), UserFactory()
        give(by, user=user, kind=Kind.OFFICER, place=suwon())
        with pytest.raises(RoleError):
            give(by, user=user, kind=Kind.OFFICER, place=suwon())

    def test_extending(self):
        by = admin_of(suwon())
        role = give(by, kind=Kind.EXPERT, place=suwon(), expires_at=NOW + timedelta(days=5))
        later = extend(role=role, expires_at=NOW + timedelta(days=90), by=by, now=NOW, reason=WHY)
        assert later.expires_at == NOW + timedelta(days=90)
        with pytest.raises(RoleError):
            extend(role=role, expires_at=NOW - timedelta(days=1), by=by, now=NOW, reason=WHY)
        with pytest.raises(PermissionDenied):
            extend(role=role, expires_at=None, by=admin_of(gangnam()), now=NOW, reason=WHY)

    def test_one_may_lay_down_ones_own_role_but_not_the_platforms_last(self):
        officer = officer_at(suwon())
        end(role=officer.roles.get(), by=officer, now=NOW, reason="퇴직합니다.")
        last = platform_admin()
        with pytest.raises(RoleError):
            end(role=last.roles.get(), by=last, now=NOW, reason="퇴직합니다.")

    def test_reasons_and_sense(self):
        by = platform_admin()
        for fields in (
            {"kind": Kind.STAFF, "place": suwon()},
            {"kind": Kind.STAFF, "office": OfficeFactory(active=False)},
            {"kind": Kind.OFFICER, "place": suwon(), "expires_at": NOW - timedelta(days=1)},
            {"kind": Kind.OFFICER, "place": suwon(), "user": UserFactory(is_active=False)},
        ):
            with pytest.raises(RoleError):
                give(by, **fields)
        with pytest.raises(RoleError):
            grant(user=UserFactory(), kind=Kind.OFFICER, place=suwon(), by=by, now=NOW, reason=" ")

    def test_everybody_is_reminded_once_of_what_runs_out(self):
        by = platform_admin()
        soon = give(by, kind=Kind.OFFICER, place=suwon(), expires_at=NOW + timedelta(days=5))
        give(by, kind=Kind.OFFICER, place=suwon(), expires_at=NOW + timedelta(days=50))
        assert remind_of_expiry(now=NOW) == 1
        assert remind_of_expiry(now=NOW) == 0
        told = Notice.objects.filter(key__startswith=f"role-expires:{soon.pk}")
        assert set(told.values_list("user_id", flat=True)) == {soon.user_id, by.pk}


class TestRecord:
    def test_each_decision_is_recorded_without_the_name(self):
        by, user = admin_of(suwon()), UserFactory(display_name="홍길동")
        role = give(by, user=user, kind=Kind.EXPERT, place=suwon(), expires_at=NOW + timedelta(days=9))
        extend(role=role, expires_at=None, by=by, now=NOW, reason=WHY)
        end(role=role, by=by, now=NOW, reason=WHY)
        entries = Entry.objects.filter(subject=role.subject).order_by("id")
        assert [one.kind for one in entries] == ["role_granted", "role_extended", "role_ended"]
        for one in entries:
            assert one.data["role"] == "expert"
            text = f"{one.data} {one.reason} {one.subject}"
            assert str(user.email) not in text
            assert "홍길동" not in text

    def test_a_role_over_the_platform_concerns_every_province(self):
        gangnam(), suwon()
        role = give(platform_admin(), kind=Kind.PLATFORM_ADMIN)
        assert {one.place.code for one in Entry.objects.filter(subject=role.subject)} == {"11", "41"}


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "officer"},
        {"kind": "platform_admin", "place": "suwon"},
        {"kind": "municipal_admin", "office": "office"},
        {"kind": "staff", "organization": "organization"},
        {"kind": "officer", "place": "suwon", "organization": "organization"},
        {"kind": "officer", "place": "suwon", "starts_at": NOW, "expires_at": NOW},
        {"kind": "officer", "place": "suwon", "end_reason": "끝"},
    ],
)
def test_the_database_refuses_roles_without_sense(fields):
    things = {"suwon": suwon(), "office": OfficeFactory(), "organization": organization_of()[0]}
    with pytest.raises(IntegrityError), transaction.atomic():
        Role.objects.create(user=UserFactory(), **{key: things.get(value, value) for key, value in fields.items()})


def _together(*calls):
    """Run calls at the same moment, each in a connection of its own; returns results or exceptions."""
    barrier, results = threading.Barrier(len(calls)), [None] * len(calls)

    def run(number, call):
        try:
            barrier.wait()
            results[number] = call()
        except Exception as problem:  # noqa: BLE001 - told below
            results[number] = problem
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    [one.start() for one in threads]
    [one.join() for one in threads]
    return results


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_the_last_two_administrators_cannot_both_leave(self):
        one, two = platform_admin(), platform_admin()
        roles = {user.pk: user.roles.get() for user in (one, two)}
        results = _together(
            lambda: end(role=roles[two.pk], by=one, now=NOW, reason=WHY),
            lambda: end(role=roles[one.pk], by=two, now=NOW, reason=WHY),
        )
        assert sum(isinstance(one, Role) for one in results) == 1, results
        assert Role.objects.filter(in_force(NOW), kind=Kind.PLATFORM_ADMIN).count() == 1

    def test_the_same_role_granted_by_two_is_held_once(self):
        user, one, two = UserFactory(), platform_admin(), platform_admin()
        place = suwon()
        results = _together(
            *[
                lambda by=by: grant(user=user, kind=Kind.OFFICER, place=place, by=by, now=NOW, reason=WHY)
                for by in (one, two)
            ]
        )
        assert sorted(type(one).__name__ for one in results) == ["Role", "RoleError"], results
        assert Entry.objects.filter(kind="role_granted").count() == 1

    def test_who_is_being_ended_grants_nothing_afterwards(self):
        place, top = suwon(), platform_admin()
        admin = admin_of(place)
        role = admin.roles.get()
        results = _together(
            lambda: end(role=role, by=top, now=NOW, reason=WHY),
            lambda: grant(user=UserFactory(), kind=Kind.OFFICER, place=place, by=admin, now=NOW, reason=WHY),
        )
        assert isinstance(results[0], Role)
        forget_roles(admin)
        with pytest.raises(PermissionDenied):
            grant(user=UserFactory(), kind=Kind.OFFICER, place=place, by=admin, now=NOW, reason=WHY)
        assert isinstance(results[1], Role | PermissionDenied), results
