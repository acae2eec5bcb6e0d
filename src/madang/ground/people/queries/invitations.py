"""Invitations as whoever was invited sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from django.utils.translation import gettext as _

from madang.ground.people.models import Invitation, Role, User

if TYPE_CHECKING:
    from datetime import datetime

RELATED = ("organization__home", "place", "office__place", "invited_by")


def where_of(role: Role) -> str:
    """The ground of a role in the reader's language."""
    return str(role.office or role.organization or role.place or _("the whole platform"))


def proposed_role(invitation: Invitation) -> Role:
    """The role that an invitation would give."""
    return Role(
        kind=invitation.role, place=invitation.place, office=invitation.office, expires_at=invitation.role_expires_at,
        granted_by=invitation.invited_by, reason=invitation.reason,
    )  # fmt: skip


def what_of(invitation: Invitation) -> str:
    """What is offered, in a few words: the organization, or the role and its ground."""
    if invitation.organization:
        return invitation.organization.name
    role = proposed_role(invitation)
    return f"{role.get_kind_display()} ({where_of(role)})"


def owns_its_address(user: object) -> bool:
    """Whether somebody has shown that they read the mailbox of their account."""
    return isinstance(user, User) and EmailAddress.objects.filter(user=user, email=user.email, verified=True).exists()


def invitation_by_hash(token_hash: str) -> Invitation | None:
    """The invitation behind a link."""
    rows = Invitation.objects.select_related(*RELATED).defer("place__boundary", "office__place__boundary")
    return rows.filter(token_hash=token_hash).first()


def invitations_for(user: object, *, now: datetime) -> list[Invitation]:
    """What somebody signed in has been offered and not yet answered; nothing where their address is not verified."""
    if not owns_its_address(user):
        return []
    rows = Invitation.objects.filter(email=user.email.lower(), accepted_at=None, withdrawn_at=None, expires_at__gt=now)  # type: ignore[attr-defined]
    return list(rows.select_related(*RELATED).defer("place__boundary", "office__place__boundary")[:20])
