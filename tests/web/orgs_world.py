"""Organizations, roles and invitations for the matrix of addresses and the count of queries."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from madang.ground.people.models import (
    GovernmentSetup,
    Invitation,
    Membership,
    Role,
    SettingChange,
    VerificationRequest,
)
from madang.ground.people.operations.invitations import hash_of
from madang.ground.places.models import Office
from tests.factories import OrganizationFactory, UserFactory

TOKEN = "0f" * 32


def _invitation(number, by, now, **what):
    return Invitation(
        email=f"invited{number}@example.org", token_hash=hash_of(TOKEN) if number == 0 else f"hash{number}", salt="s",
        invited_by=by, invited_at=now, expires_at=now + timedelta(days=9), **what,
    )  # fmt: skip


def for_access(author, place, office, colleague):
    """The author represents an organization; a colleague holds a role that the administration could end."""
    now = timezone.now()
    organization = OrganizationFactory(home=place)
    Membership.objects.create(
        organization=organization, user=author, rank="representative", represents=True, joined_at=now
    )
    member = Membership.objects.create(organization=organization, user=UserFactory(), joined_at=now)
    request = VerificationRequest.objects.create(
        organization=organization, place=place, asked_by=author, asked_at=now, note="n"
    )
    invitation = _invitation(0, author, now, organization=organization, rank="member")
    invitation.save()
    setup = GovernmentSetup.objects.create(sha256="0" * 64, name="a.xlsx", content=b"x", uploaded_at=now)
    return {
        "organization": organization.pk, "member": member.pk, "request": request.pk, "invitation": invitation.pk,
        "invited_token": TOKEN, "held_role": colleague.roles.get().pk, "office_row": office.pk, "setup": setup.pk,
    }  # fmt: skip


def grow(things, n, start, now):
    """More organizations, members, requests, invitations, roles, changes and offices."""
    user, place, office = things["user"], things["place"], things["office"]
    made = [OrganizationFactory(home=place) for _ in range(n)]
    if start == 0:
        first = made[0]
        Membership.objects.create(organization=first, user=user, rank="representative", represents=True, joined_at=now)
        role = Role.objects.create(user=UserFactory(), kind="officer", place=place)
        setup = GovernmentSetup.objects.create(sha256="0" * 64, name="a.xlsx", content=b"x", uploaded_at=now)
        things |= {
            "organization": first.pk, "invited_token": TOKEN, "held_role": role.pk, "office_row": office.pk, "_first": first,
            "setup": setup.pk,
        }  # fmt: skip
    people = [UserFactory() for _ in range(n)]
    members = Membership.objects.bulk_create(
        Membership(organization=things["_first"], user=one, joined_at=now) for one in people
    )
    asked = VerificationRequest.objects.bulk_create(
        VerificationRequest(organization=one, place=place, asked_by=user, asked_at=now, note="n") for one in made
    )
    Role.objects.bulk_create(
        Role(user=one, kind="expert", place=place, expires_at=now + timedelta(days=9), granted_by=user)
        for one in people
    )
    invited = Invitation.objects.bulk_create(
        _invitation(
            start + i,
            user,
            now,
            **(
                {"organization": things["_first"], "rank": "member"}
                if i % 2 == 0
                else {"role": "staff", "office": office}
            ),
        )
        for i in range(n)
    )
    SettingChange.objects.bulk_create(
        SettingChange(
            place=place, key="answer_days", before=i, after=i + 1, reason="r", changed_by=user, changed_at=now
        )
        for i in range(n)
    )
    Office.objects.bulk_create(
        Office(place=place, key=f"grown-{start + i}", kind="division", name_ko=f"과 {i}", parent=office)
        for i in range(n)
    )
    GovernmentSetup.objects.bulk_create(
        GovernmentSetup(sha256="0" * 64, name="a.xlsx", uploaded_at=now, uploaded_by=user) for _ in range(n)
    )
    things.setdefault("member", members[0].pk)
    things.setdefault("request", asked[1].pk)
    things.setdefault("invitation", invited[0].pk)
