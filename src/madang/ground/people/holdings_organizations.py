"""What is held of a person in organizations and roles: what a download contains, and what leaving does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from madang.ground.people import data
from madang.ground.people.models import Invitation, Membership, Organization

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from madang.ground.people.models import User

Rank = Membership.Rank


def _export_memberships(user: User) -> Iterable[Mapping[str, Any]]:
    columns = ("organization__name_ko", "rank", "represents", "joined_at", "ended_at")
    return user.memberships.order_by("pk").values(*columns)


def _leave_organizations(leaving: data.Leaving) -> None:
    """The organization goes on: whoever has managed it longest represents it now; without anybody it is closed."""
    mine = Membership.objects.filter(user=leaving.user)
    alone = mine.filter(ended_at=None, rank=Rank.REPRESENTATIVE, organization__closed_at=None)
    led = Organization.objects.select_for_update().filter(pk__in=alone.values("organization")).order_by("pk")
    for organization in led:
        _hand_on(organization, leaving)
    mine.delete()


def _hand_on(organization: Organization, leaving: data.Leaving) -> None:
    others = organization.memberships.filter(ended_at=None).exclude(user=leaving.user).order_by("joined_at", "pk")
    if others.filter(rank=Rank.REPRESENTATIVE).exists():
        return
    heir = others.filter(rank=Rank.MANAGER).first() or others.first()
    if heir:
        Membership.objects.filter(pk=heir.pk).update(rank=Rank.REPRESENTATIVE, represents=True)
    else:
        organization.closed_at = organization.updated_at = leaving.now
        organization.save(update_fields=["closed_at", "updated_at"])


def _letters(user: User) -> QuerySet[Invitation]:
    return Invitation.objects.filter(Q(email=user.email.lower()) | Q(accepted_by=user))


def _export_letters(user: User) -> Iterable[Mapping[str, Any]]:
    return _letters(user).order_by("pk").values("email", "role", "rank", "reason", "invited_at", "accepted_at")


HOLDINGS = (
    data.Holding(
        "memberships", _("Organizations"), _export_memberships, _leave_organizations,
        (data.covered(Membership, "user"),),
    ),
    data.Holding(
        "invitations", _("Invitations"), _export_letters, lambda leaving: _letters(leaving.user).delete(),
        (data.covered(Invitation, "accepted_by"),),
    ),
)  # fmt: skip
