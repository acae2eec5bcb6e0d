"""Invitations: one letter, one acceptance, only by the mailbox invited, only while the inviter may."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from madang.ground.people.models import Invitation, Membership, Role
from madang.ground.people.operations import (
    InvitationError,
    accept,
    end,
    invite_member,
    invite_to_role,
    send_again,
    token_of,
    withdraw,
)
from madang.ground.people.operations.invitations import accept_own
from madang.ground.people.operations.letters import send_invitation
from madang.ground.people.queries import invitations_for
from tests.factories import (
    OfficeFactory,
    UserFactory,
    admin_of,
    gyeonggi,
    member_of,
    organization_of,
    platform_admin,
    suwon,
)
from tests.ground.people.test_roles import _together

pytestmark = pytest.mark.django_db
NOW = timezone.now()
HER = "Younghee@Example.org"


def to_organization(**more):
    made, boss = organization_of()
    return invite_member(organization=made, email=HER, rank="member", by=boss, now=NOW, **more)


def to_role(by=None, **more):
    return invite_to_role(
        email=HER,
        kind=Role.Kind.OFFICER,
        place=suwon(),
        by=by or admin_of(suwon()),
        now=NOW,
        reason="인사 발령",
        **more,
    )


def her():
    return UserFactory(email=HER.lower())


class TestLetters:
    def test_the_letter_holds_the_link_and_the_database_does_not(self):
        made = to_organization(language="ko")
        assert send_invitation(invitation_id=made.pk, now=NOW)
        assert not send_invitation(invitation_id=made.pk, now=NOW), "not twice"
        (letter,) = mail.outbox
        token = re.search(r"/invitations/([0-9a-f]{64})/", letter.body)[1]
        with connection.cursor() as cursor:
            cursor.execute("SELECT row_to_json(i)::text FROM ground_people_invitation i")
            assert token not in cursor.fetchone()[0]
            cursor.execute("SELECT coalesce(string_agg(args::text, ''), '') FROM procrastinate_jobs")
            assert token not in cursor.fetchone()[0]
        assert letter.to == [HER.lower()]
        accept(token=token, by=her(), now=NOW)

    def test_one_queue_entry_in_the_same_transaction(self):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'madang.people.send_invitation'")
            before = cursor.fetchone()[0]
            to_organization()
            cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'madang.people.send_invitation'")
            assert cursor.fetchone()[0] == before + 1

    def test_a_new_letter_ends_the_old_link(self):
        made = to_organization()
        old = token_of(made)
        again = send_again(invitation=made, by=made.invited_by, now=NOW)
        user = her()
        with pytest.raises(InvitationError):
            accept(token=old, by=user, now=NOW)
        accept(token=token_of(again), by=user, now=NOW)

    def test_no_mailbox_is_flooded(self):
        for _ in range(6):
            to_organization()
        with pytest.raises(InvitationError):
            to_organization()

    def test_the_same_invitation_is_open_once(self):
        admin = admin_of(suwon())
        to_role(admin)
        with pytest.raises(InvitationError):
            to_role(admin)
        Invitation.objects.update(invited_at=NOW - timedelta(days=30), expires_at=NOW - timedelta(days=1))
        to_role(admin)


class TestAccepting:
    def test_into_an_organization(self):
        made = to_organization()
        user = her()
        accept(token=token_of(made), by=user, now=NOW)
        assert Membership.objects.get(user=user).added_by == made.invited_by

    def test_into_a_role_with_its_end(self):
        made = to_role(expires_at=NOW + timedelta(days=365))
        user = her()
        accept(token=token_of(made), by=user, now=NOW)
        role = user.roles.get()
        assert (role.place, role.granted_by, role.expires_at) == (suwon(), made.invited_by, made.role_expires_at)

    @pytest.mark.parametrize("spoil", ["used", "withdrawn", "late", "other", "wrong"])
    def test_not_otherwise(self, spoil):
        made, user, now, token = to_organization(), her(), NOW, None
        if spoil == "used":
            accept(token=token_of(made), by=user, now=NOW)
        if spoil == "withdrawn":
            withdraw(invitation=made, by=made.invited_by, now=NOW)
        if spoil == "late":
            now = NOW + timedelta(days=15)
        if spoil == "other":
            user = UserFactory()
        if spoil == "wrong":
            token = "0" * 64
        with pytest.raises(InvitationError):
            accept(token=token or token_of(made), by=user, now=now)
        assert Membership.objects.filter(user=user).count() == (spoil == "used")

    def test_not_when_the_inviter_can_no_longer_give_it(self):
        admin, top = admin_of(suwon()), platform_admin()
        made = to_role(admin)
        end(role=admin.roles.get(), by=top, now=NOW, reason="전보")
        user = her()
        with pytest.raises(InvitationError):
            accept(token=token_of(made), by=user, now=NOW)
        assert not user.roles.exists()

    def test_without_the_letter_only_with_a_verified_address(self):
        made, user = to_organization(), her()
        assert invitations_for(user, now=NOW) == []
        with pytest.raises(InvitationError):
            accept_own(invitation_id=made.pk, by=user, now=NOW)
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        assert invitations_for(user, now=NOW) == [made]
        accept_own(invitation_id=made.pk, by=user, now=NOW)
        other = UserFactory()
        EmailAddress.objects.create(user=other, email=other.email, verified=True, primary=True)
        with pytest.raises(InvitationError):
            accept_own(invitation_id=to_organization().pk, by=other, now=NOW)


class TestInviting:
    def test_only_to_what_one_may_give(self):
        made, _boss = organization_of()
        plain, manager = member_of(made), member_of(made, "manager")
        with pytest.raises(PermissionDenied):
            invite_member(organization=made, email=HER, rank="member", by=plain, now=NOW)
        with pytest.raises(PermissionDenied):
            invite_member(organization=made, email=HER, rank="representative", by=manager, now=NOW)
        with pytest.raises(PermissionDenied):
            invite_to_role(
                email=HER, kind="municipal_admin", place=gyeonggi(), by=admin_of(suwon()), now=NOW, reason="인사"
            )

    def test_neither_oneself_nor_without_sense(self):
        admin = admin_of(suwon())
        for fields in (
            {"email": admin.email.upper(), "kind": "officer", "place": suwon(), "reason": "인사"},
            {"email": HER, "kind": "staff", "place": suwon(), "reason": "인사"},
            {"email": HER, "kind": "officer", "place": suwon(), "reason": " "},
            {"email": HER, "kind": "officer", "place": suwon(), "reason": "인사", "expires_at": NOW},
        ):
            with pytest.raises(InvitationError):
                invite_to_role(by=admin, now=NOW, **fields)
        assert not Invitation.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_who_accept_the_same_link_at_once_are_one():
    made, user = to_organization(), her()
    token = token_of(made)
    results = _together(*[lambda: accept(token=token, by=user, now=NOW)] * 4)
    assert sum(isinstance(one, Invitation) for one in results) == 1, results
    assert Membership.objects.filter(user=user).count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"rank": "member"},
        {"role": "officer", "rank": "member"},
        {"organization": True, "rank": "member", "role": "officer"},
        {"organization": True},
        {"role": "officer", "accepted_at": NOW, "withdrawn_at": NOW},
        {"role": "officer", "expires_at": NOW - timedelta(days=1)},
        {"role": "officer", "email": "Big@Example.org"},
    ],
)
def test_the_database_refuses_invitations_without_sense(wrong):
    values = {
        "email": "a@example.org",
        "token_hash": "x",
        "salt": "s",
        "invited_at": NOW,
        "expires_at": NOW + timedelta(1),
    }
    if wrong.get("organization"):
        wrong = wrong | {"organization": organization_of()[0]}
    with pytest.raises(IntegrityError), transaction.atomic():
        Invitation.objects.create(**values | wrong)


def test_staff_are_invited_to_their_office():
    office = OfficeFactory(place=suwon())
    made = invite_to_role(email=HER, kind="staff", office=office, by=admin_of(suwon()), now=NOW, reason="인사 발령")
    user = her()
    accept(token=token_of(made), by=user, now=NOW)
    assert user.roles.get().office == office
