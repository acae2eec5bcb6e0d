"""Organizations, their people, who speaks for them, and their verification."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from madang.ground.participation.models import Notice
from madang.ground.people import authority, registration
from madang.ground.people.models import Membership, Organization, VerificationRequest
from madang.ground.people.operations import (
    OrganizationError,
    answer_verification,
    ask_for_verification,
    close,
    end_membership,
    found,
    revise,
    set_rank,
    transfer,
)
from madang.ground.people.permissions import can, scope
from madang.ground.people.queries import acting_for, directory, forget_memberships, sheet
from madang.ground.record.models import Entry
from tests.factories import (
    OrganizationFactory,
    PlaceFactory,
    UserFactory,
    admin_of,
    gyeonggi,
    member_of,
    officer_at,
    organization_of,
    suwon,
)
from tests.ground.people.test_roles import _together

pytestmark = pytest.mark.django_db
NOW = timezone.now()
Rank = Membership.Rank
NUMBER = "1248100998"


def fields(**more):
    return {"kind": "ngo", "name_ko": "수원마을기록단", "home": suwon(), "country": "KR"} | more


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("124-81-00998", True),
        ("1248100998", True),
        ("124-81-00999", False),
        ("12481009", False),
        ("가나다라마바사아자차", False),
    ],
)
def test_registration_numbers_are_checked_by_their_last_digit(text, good):
    assert registration.is_valid(registration.digits_of(text)) is good


def test_every_last_digit_but_one_is_refused():
    assert sum(registration.is_valid(f"124810099{last}") for last in range(10)) == 1


class TestFounding:
    def test_who_enters_it_represents_it(self):
        user = UserFactory()
        made = found(fields=fields(), by=user, now=NOW)
        assert acting_for(user) == [made]
        assert [one.user for one in sheet(made, None).speakers] == [user]

    def test_no_more_than_five_a_day(self):
        user = UserFactory()
        for _ in range(5):
            found(fields=fields(), by=user, now=NOW)
        with pytest.raises(OrganizationError):
            found(fields=fields(), by=user, now=NOW)
        found(fields=fields(), by=user, now=NOW + timedelta(days=2))

    def test_its_page_shows_members_only_to_its_own(self):
        made, boss = organization_of()
        member_of(made)
        assert len(sheet(made, UserFactory()).members) == 0
        assert len(sheet(made, boss).members) == 2
        assert sheet(made, None).n_members == 2

    def test_the_directory_finds_and_filters(self):
        one, _ = organization_of(name_ko="수원협동조합", kind="cooperative")
        organization_of(name_ko="강남연구소", home=PlaceFactory(code="11680", parent__code="11"))
        OrganizationFactory(name_ko="문 닫은 곳", closed_at=NOW)
        assert [row.pk for row in directory(search="협동").rows] == [one.pk]
        assert [row.pk for row in directory(kind="cooperative").rows] == [one.pk]
        assert [row.pk for row in directory(place=gyeonggi()).rows] == [one.pk]
        assert len(directory().rows) == 2
        assert directory(verified=True).rows == []


class TestRepresentation:
    def test_the_last_representative_cannot_leave_or_step_down(self):
        made, boss = organization_of()
        member_of(made, Rank.MANAGER)
        mine = made.memberships.get(user=boss)
        with pytest.raises(OrganizationError):
            end_membership(membership=mine, by=boss, now=NOW)
        with pytest.raises(OrganizationError):
            set_rank(membership=mine, rank=Rank.MEMBER, represents=False, by=boss)

    def test_handing_over(self):
        made, boss = organization_of()
        other = member_of(made)
        transfer(membership=made.memberships.get(user=other), by=boss)
        forget_memberships(other)
        assert acting_for(other) == [made]
        assert acting_for(boss) == []
        end_membership(membership=made.memberships.get(user=boss), by=boss, now=NOW)
        assert made.memberships.filter(ended_at=None).count() == 1

    def test_a_manager_takes_members_out_but_no_representative(self):
        made, boss = organization_of()
        manager, member = member_of(made, Rank.MANAGER), member_of(made)
        end_membership(membership=made.memberships.get(user=member), by=manager, now=NOW)
        with pytest.raises(PermissionDenied):
            end_membership(membership=made.memberships.get(user=boss), by=manager, now=NOW)
        with pytest.raises(PermissionDenied):
            set_rank(
                membership=made.memberships.get(user=manager), rank=Rank.REPRESENTATIVE, represents=True, by=manager
            )

    def test_a_member_may_be_allowed_to_speak_and_a_stranger_changes_nothing(self):
        made, boss = organization_of()
        member = member_of(made)
        row = made.memberships.get(user=member)
        set_rank(membership=row, rank=Rank.MEMBER, represents=True, by=boss)
        forget_memberships(member)
        assert acting_for(member) == [made]
        with pytest.raises(PermissionDenied):
            set_rank(membership=row, rank=Rank.MANAGER, represents=False, by=UserFactory())

    def test_closing_ends_everything(self):
        made, boss = organization_of()
        close(organization=made, by=boss, now=NOW)
        assert acting_for(boss) == []
        assert directory().rows == []
        with pytest.raises((OrganizationError, PermissionDenied)):
            revise(organization=made, fields={"name_ko": "새 이름"}, by=boss, now=NOW)

    def test_scope_says_what_can_says(self):
        made, boss = organization_of()
        organization_of()
        for user in (boss, member_of(made), member_of(made, Rank.MANAGER), UserFactory()):
            for permission in (authority.EDIT, authority.MEMBERS, authority.LEAD):
                rows = Organization.objects.all()
                assert set(scope(user, permission, rows)) == {one for one in rows if can(user, permission, one)}


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_two_representatives_who_leave_at_once(self):
        made, one = organization_of()
        two = member_of(made, Rank.REPRESENTATIVE)
        rows = {user: made.memberships.get(user=user) for user in (one, two)}
        results = _together(
            *[lambda user=user: end_membership(membership=rows[user], by=user, now=NOW) for user in (one, two)]
        )
        assert sorted(type(result).__name__ for result in results) == ["Membership", "OrganizationError"], results

    def test_the_database_itself_keeps_a_representative(self):
        """Past all operations: two plain updates in two connections."""
        made, one = organization_of()
        two = member_of(made, Rank.REPRESENTATIVE)
        member_of(made)

        def leave(user):
            with transaction.atomic():
                return Membership.objects.filter(organization=made, user=user).update(ended_at=timezone.now())

        results = _together(lambda: leave(one), lambda: leave(two))
        assert sum(isinstance(result, IntegrityError) for result in results) == 1, results
        assert Membership.objects.filter(organization=made, rank=Rank.REPRESENTATIVE, ended_at=None).count() == 1

    def test_deleting_the_only_representative_is_refused(self):
        made, boss = organization_of()
        member_of(made)
        with pytest.raises(IntegrityError):
            Membership.objects.filter(organization=made, user=boss).delete()


class TestVerification:
    def ask(self, **more):
        made, boss = organization_of(home=suwon(), **more)
        return made, boss, ask_for_verification(organization=made, place=suwon(), note="등록증", by=boss, now=NOW)

    def test_verified_by_an_official_of_the_place_or_above(self):
        made, boss, asked = self.ask()
        answer_verification(request=asked, verified=True, reason="등록증을 확인함.", by=officer_at(gyeonggi()), now=NOW)
        made.refresh_from_db()
        assert made.verified_at == NOW
        assert made.verified_for == suwon()
        entry = Entry.objects.get(subject=made.subject)
        assert (entry.kind, entry.reason) == ("organization_verified", "등록증을 확인함.")
        assert Notice.objects.filter(user=boss, kind="organization").exists()

    def test_refused_with_a_reason_and_asked_again(self):
        made, boss, asked = self.ask()
        officer = admin_of(suwon())
        with pytest.raises(OrganizationError):
            answer_verification(request=asked, verified=False, reason="", by=officer, now=NOW)
        answer_verification(request=asked, verified=False, reason="번호가 다름.", by=officer, now=NOW)
        with pytest.raises(OrganizationError):
            answer_verification(request=asked, verified=True, reason="다시", by=officer, now=NOW)
        ask_for_verification(organization=made, place=suwon(), note="고친 등록증", by=boss, now=NOW)

    def test_only_once_at_a_time_and_only_at_home(self):
        made, boss, _ = self.ask()
        with pytest.raises(OrganizationError):
            ask_for_verification(organization=made, place=suwon(), note="또", by=boss, now=NOW)
        other, chief = organization_of(home=suwon())
        elsewhere = PlaceFactory(code="11680", parent__code="11")
        with pytest.raises(OrganizationError):
            ask_for_verification(organization=other, place=elsewhere, note="또", by=chief, now=NOW)

    def test_officials_elsewhere_have_no_say(self):
        _, boss, asked = self.ask()
        for who in (boss, officer_at(PlaceFactory(code="11680", parent__code="11")), UserFactory()):
            with pytest.raises(PermissionDenied):
                answer_verification(request=asked, verified=True, reason="확인", by=who, now=NOW)

    def test_one_from_overseas_asks_the_place_it_works_with(self):
        made, boss = organization_of(kind="overseas", home=None, country="FI", name_en="Demos Helsinki")
        asked = ask_for_verification(organization=made, place=suwon(), note="registry", by=boss, now=NOW)
        answer_verification(request=asked, verified=True, reason="확인함.", by=officer_at(suwon()), now=NOW)
        made.refresh_from_db()
        assert made.verified_for == suwon()

    def test_changing_what_was_proved_lets_it_lapse(self):
        made, boss, asked = self.ask(registration_number=NUMBER)
        answer_verification(request=asked, verified=True, reason="확인함.", by=officer_at(suwon()), now=NOW)
        made.refresh_from_db()
        revise(organization=made, fields={"description": "새 소개"}, by=boss, now=NOW)
        made.refresh_from_db()
        assert made.verified_at
        revise(organization=made, fields={"name_ko": "딴 이름"}, by=boss, now=NOW)
        made.refresh_from_db()
        assert made.verified_at is None
        assert Entry.objects.filter(subject=made.subject, kind="organization_lapsed").exists()

    def test_a_number_is_claimed_by_many_and_proved_by_one(self):
        officer = officer_at(suwon())
        _, _, first = self.ask(registration_number=NUMBER)
        _, _, second = self.ask(registration_number=NUMBER)
        answer_verification(request=first, verified=True, reason="확인함.", by=officer, now=NOW)
        with pytest.raises(OrganizationError):
            answer_verification(request=second, verified=True, reason="확인함.", by=officer, now=NOW)

    def test_the_queue_of_an_official_says_what_can_says(self):
        self.ask()
        for user in (
            officer_at(suwon()),
            officer_at(gyeonggi()),
            UserFactory(),
            admin_of(PlaceFactory(code="11680", parent__code="11")),
        ):
            rows = VerificationRequest.objects.select_related("place")
            assert set(scope(user, authority.VERIFY, rows)) == {one for one in rows if can(user, authority.VERIFY, one)}


@pytest.mark.parametrize(
    "wrong",
    [
        {"name_ko": ""},
        {"home": None},
        {"kind": "overseas"},
        {"kind": "overseas", "home": None},
        {"country": "US"},
        {"registration_number": "12-34"},
        {"verified_at": NOW},
    ],
)
def test_the_database_refuses_organizations_without_sense(wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        OrganizationFactory(**wrong)


def test_the_database_refuses_memberships_without_sense():
    made, boss = organization_of()
    for row in (
        {"user": boss, "rank": "member"},
        {"user": UserFactory(), "rank": "representative", "represents": False},
        {"user": UserFactory(), "ended_by": boss},
        {"user": UserFactory(), "ended_at": NOW - timedelta(days=9)},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Membership.objects.create(organization=made, joined_at=timezone.now(), **row)
    for row in ({"verdict": "verified"}, {"answered_at": NOW}, {"answered_at": NOW, "verdict": "refused"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            VerificationRequest.objects.create(organization=made, place=suwon(), asked_at=NOW, note="n", **row)


def test_the_first_member_of_a_standing_organization_must_represent_it():
    made = OrganizationFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(organization=made, user=UserFactory(), joined_at=NOW)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class TestLeavingThePlatform:
    """Deleting one's account never leaves an organization without somebody who speaks for it."""

    def erase(self, user):
        from madang.ground.people.models import Deletion
        from madang.ground.people.operations.leaving import erase

        Deletion.objects.create(user=user, asked_at=NOW, due_at=NOW, keep_texts=True)
        assert erase(user_id=user.pk, now=NOW)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    def test_the_longest_manager_takes_over(self):
        made, boss = organization_of()
        member_of(made)
        manager = member_of(made, Rank.MANAGER)
        self.erase(boss)
        assert made.memberships.get(rank=Rank.REPRESENTATIVE).user == manager

    def test_one_without_others_is_closed(self):
        made, boss = organization_of()
        self.erase(boss)
        made.refresh_from_db()
        assert made.closed_at == NOW
