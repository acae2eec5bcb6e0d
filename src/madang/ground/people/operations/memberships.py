"""Who belongs to an organization: ranks, representation, leaving. One that stands has a representative.

Every change happens under the lock of the organization's row, and the database looks again when it commits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from madang.ground.people.authority import LEAD, MEMBERS
from madang.ground.people.models import Membership
from madang.ground.people.operations.organizations import OrganizationError, locked
from madang.ground.people.permissions import require
from madang.ground.people.queries import forget_memberships

if TYPE_CHECKING:
    from datetime import datetime

    from madang.ground.people.models import Organization, User

Rank = Membership.Rank


def join(*, organization: Organization, user: User, rank: str, added_by: User | None, now: datetime) -> Membership:
    """Take somebody in, in the transaction of whoever decided it. Raises OrganizationError."""
    try:
        with transaction.atomic():
            locked(organization)
            made = Membership.objects.create(
                organization=organization, user=user, rank=rank, represents=rank == Rank.REPRESENTATIVE, joined_at=now,
                added_by=added_by,
            )  # fmt: skip
    except IntegrityError as clash:
        raise OrganizationError(_("You belong to this organization already.")) from clash
    forget_memberships(user)
    return made


@transaction.atomic
def set_rank(*, membership: Membership, rank: str, represents: bool, by: User) -> Membership:
    """Change what somebody is and whether they may act in the organization's name.

    Representatives are made and unmade by representatives. Raises PermissionDenied, OrganizationError.
    """
    organization, row = _locked(membership, by)
    involved = Rank.REPRESENTATIVE in {rank, row.rank} or represents != row.represents
    require(by, LEAD if involved else MEMBERS, organization)
    row.rank, row.represents = rank, represents or rank == Rank.REPRESENTATIVE
    row.save(update_fields=["rank", "represents"])
    _keep_a_representative(organization)
    forget_memberships(by)
    return row


@transaction.atomic
def transfer(*, membership: Membership, by: User) -> Membership:
    """Hand one's own representation over: the other becomes representative, oneself a manager."""
    organization, row = _locked(membership, by)
    require(by, LEAD, organization)
    if row.user_id == by.pk:
        raise OrganizationError(_("You represent the organization already. Choose somebody else."))
    Membership.objects.filter(pk=row.pk).update(rank=Rank.REPRESENTATIVE, represents=True)
    mine = organization.memberships.filter(user=by, ended_at=None)
    mine.update(rank=Rank.MANAGER, represents=False)
    forget_memberships(by)
    row.refresh_from_db()
    return row


@transaction.atomic
def end_membership(*, membership: Membership, by: User, now: datetime) -> Membership:
    """Leave, or be taken out by a manager (a representative only by a representative)."""
    organization, row = _locked(membership, by)
    if row.user_id != by.pk:
        require(by, LEAD if row.rank == Rank.REPRESENTATIVE else MEMBERS, organization)
    row.ended_at, row.ended_by = max(now, row.joined_at), by
    row.save(update_fields=["ended_at", "ended_by"])
    _keep_a_representative(organization)
    forget_memberships(by)
    return row


def _locked(membership: Membership, by: User) -> tuple[Organization, Membership]:
    """Organization and membership as they stand under the organization's lock; what `by` may do is read anew."""
    organization = locked(membership.organization)
    forget_memberships(by)
    row = organization.memberships.select_related("user").filter(pk=membership.pk, ended_at=None).first()
    if row is None:
        raise OrganizationError(_("This person has just left the organization. Reload the page."))
    if not by.is_active:
        raise PermissionDenied(_("Your role does not allow this here."))
    return organization, row


def _keep_a_representative(organization: Organization) -> None:
    current = organization.memberships.filter(ended_at=None)
    if not current.filter(rank=Rank.REPRESENTATIVE).exists():
        raise OrganizationError(
            _("The organization would have no representative. Hand the representation over first, or close it.")
        )
