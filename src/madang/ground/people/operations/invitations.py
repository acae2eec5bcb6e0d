"""Inviting by e-mail, to a role or to an organization: one letter, one acceptance, and only by the mailbox invited.

The link carries a token of which the database knows only a hash. The job that sends the letter derives the token from
a salt and the site's secret, so that no queue and no backup holds a working link.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from madang.ground.footing.limits import Limit, take
from madang.ground.footing.telling import told
from madang.ground.people.authority import GRANT, LEAD, MEMBERS
from madang.ground.people.models import Invitation, Membership, Role, User
from madang.ground.people.operations import memberships
from madang.ground.people.operations.roles import RoleError, check, place_role
from madang.ground.people.permissions import can, require
from madang.ground.people.queries import owns_its_address
from madang.ground.people.queries.invitations import proposed_role

if TYPE_CHECKING:
    from datetime import datetime

    from madang.ground.people.models import Organization
    from madang.ground.places.models import Office, Place

TASK = "madang.people.send_invitation"
VALID = timedelta(days=14)
PER_HOUR = Limit(60, 3600)
PER_MAILBOX = Limit(6, 86_400)
RELATED = ("organization__home", "place__parent", "office__place__parent", "invited_by")


class InvitationError(ValueError):
    """An invitation that cannot be sent or taken up; the message says why and what to do next."""


def token_of(invitation: Invitation) -> str:
    """The secret of the link, derived anew whenever the letter is written."""
    return salted_hmac("madang.invitation", invitation.salt, algorithm="sha256").hexdigest()


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def invite_member(
    *, organization: Organization, email: str, rank: str, by: User, now: datetime, language: str = "ko"
) -> Invitation:
    """Invite somebody into an organization. Raises PermissionDenied, InvitationError."""
    require(by, LEAD if rank == Membership.Rank.REPRESENTATIVE else MEMBERS, organization)
    return _send(Invitation(organization=organization, rank=rank), email, by, now, language)


def invite_to_role(
    *,
    email: str,
    kind: str,
    by: User | None,
    now: datetime,
    reason: str,
    place: Place | None = None,
    office: Office | None = None,
    expires_at: datetime | None = None,
    language: str = "ko",
    name: str = "",
    by_operator: bool = False,
) -> Invitation:
    """Invite somebody to a role. `by_operator`: whoever runs the program sets a government up; nobody else is asked."""
    role = Role(kind=kind, place=place, office=office, granted_by=by, reason=reason.strip(), expires_at=expires_at)
    if not role.reason:
        raise InvitationError(_("Give the reason: it stands on the public record."))
    if expires_at and expires_at <= now:
        raise InvitationError(_("That day is past. Choose a later one."))
    if kind == Role.Kind.STAFF and office is None:
        raise InvitationError(_("Department staff answer for an office: choose which."))
    if not by_operator:
        require(by, GRANT, role)
    made = Invitation(
        role=kind, place=place, office=office, role_expires_at=expires_at, reason=role.reason, name=name[:40],
        by_operator=by_operator,
    )  # fmt: skip
    return _send(made, email, by, now, language, limited=not by_operator)


def _send(
    invitation: Invitation, email: str, by: User | None, now: datetime, language: str, *, limited: bool = True
) -> Invitation:
    address = email.strip().lower()
    if by and by.email.lower() == address:
        raise InvitationError(_("This is your own address. Invite somebody else."))
    invitation.email, invitation.language, invitation.invited_by = address, language, by
    invitation.invited_at, invitation.expires_at = now, now + VALID
    _renew(invitation)
    try:
        with transaction.atomic():
            _forget_expired(invitation, now)
            if limited:
                _limit(invitation, now)
            invitation.save()
            _queue(invitation)
    except IntegrityError as clash:
        raise InvitationError(
            _("This address has been invited already. Send that invitation again instead.")
        ) from clash
    return invitation


def _renew(invitation: Invitation) -> None:
    invitation.salt = secrets.token_hex(16)
    invitation.token_hash = hash_of(token_of(invitation))


def _limit(invitation: Invitation, now: datetime) -> None:
    """Nobody sends letters by the hundred, and no mailbox is flooded."""
    mailbox = hashlib.sha256(invitation.email.encode()).hexdigest()[:32]
    for key, limit in ((f"invite:{invitation.invited_by_id}", PER_HOUR), (f"invited:{mailbox}", PER_MAILBOX)):
        if not take(key, limit, now=now).allowed:
            raise InvitationError(_("Too many invitations in a short time. Go on in an hour."))


def _forget_expired(invitation: Invitation, now: datetime) -> None:
    Invitation.objects.filter(
        email=invitation.email, organization=invitation.organization, role=invitation.role, place=invitation.place,
        office=invitation.office, accepted_at=None, withdrawn_at=None, expires_at__lte=now,
    ).update(withdrawn_at=now)  # fmt: skip


def _queue(invitation: Invitation) -> None:
    """The letter, and a notice for whoever has an account already; the notice holds no link that works by itself."""
    from procrastinate.contrib.django import app

    app.configure_task(TASK).defer(invitation=invitation.pk)
    known = User.objects.filter(email=invitation.email, is_active=True).values_list("pk", flat=True)
    told(
        users=list(known), kind="invitation", message=gettext_noop("You have an invitation. Look at it and decide."),
        params={}, url="/me/roles/", key=f"invitation:{invitation.salt}", now=invitation.invited_at,
    )  # fmt: skip


def send_again(*, invitation: Invitation, by: User, now: datetime) -> Invitation:
    """A new letter with a new link; the old link stops working."""
    with transaction.atomic():
        row = _open(invitation)
        require_inviter(by, row)
        _limit(Invitation(email=row.email, invited_by=by), now)
        _renew(row)
        row.expires_at, row.sent_at = now + VALID, None
        row.save(update_fields=["salt", "token_hash", "expires_at", "sent_at"])
        _queue(row)
    return row


@transaction.atomic
def withdraw(*, invitation: Invitation, by: User, now: datetime) -> Invitation:
    """Take an invitation back; its link stops working."""
    row = _open(invitation)
    require_inviter(by, row)
    row.withdrawn_at, row.name = now, ""
    row.save(update_fields=["withdrawn_at", "name"])
    return row


def _open(invitation: Invitation) -> Invitation:
    rows = Invitation.objects.select_for_update(of=("self",)).select_related(*RELATED)
    row = rows.get(pk=invitation.pk)
    if row.accepted_at or row.withdrawn_at:
        raise InvitationError(_("This invitation has been answered or taken back already."))
    return row


def require_inviter(by: User, invitation: Invitation) -> None:
    """Whoever could send it may send it again or take it back. Raises PermissionDenied."""
    if invitation.organization:
        leads = invitation.rank == Membership.Rank.REPRESENTATIVE
        require(by, LEAD if leads else MEMBERS, invitation.organization)
    else:
        require(by, GRANT, proposed_role(invitation))


def accept(*, token: str, by: User, now: datetime) -> Invitation:
    """Take an invitation up by its link, once. Raises InvitationError."""
    return _accept(Q(token_hash=hash_of(token)), by, now)


def accept_own(*, invitation_id: int, by: User, now: datetime) -> Invitation:
    """Take an invitation up without its letter, signed in with a verified address. Raises InvitationError."""
    if not owns_its_address(by):
        raise InvitationError(_("Verify your e-mail address first, or open the link in the letter."))
    return _accept(Q(pk=invitation_id, email=by.email.lower()), by, now)


@transaction.atomic
def _accept(which: Q, by: User, now: datetime) -> Invitation:
    rows = Invitation.objects.select_for_update(of=("self",)).select_related(*RELATED)
    invitation = rows.filter(which).first()
    if invitation is None or (problem := problem_with(invitation, now)):
        raise InvitationError(problem if invitation else _taken_back())
    if by.email.lower() != invitation.email:
        raise InvitationError(
            _("This invitation was sent to another address. Sign in with the account of that address.")
        )
    _take_up(invitation, by, now)
    invitation.accepted_at, invitation.accepted_by, invitation.name = now, by, ""
    invitation.save(update_fields=["accepted_at", "accepted_by", "name"])
    return invitation


def problem_with(invitation: Invitation, now: datetime) -> str:
    """Why an invitation cannot be taken up any more; "" where it can."""
    if invitation.withdrawn_at:
        return _taken_back()
    if invitation.accepted_at:
        return _("This invitation has been taken up already.")
    if invitation.expires_at <= now:
        return _("This invitation has run out. Ask whoever invited you for a new one.")
    return ""


def _taken_back() -> str:
    return _("This invitation was taken back. Ask whoever invited you for a new one.")


def _take_up(invitation: Invitation, by: User, now: datetime) -> None:
    """Give what was offered, if whoever offered it still could."""
    inviter = invitation.invited_by
    if invitation.organization:
        if inviter is None or not can(inviter, MEMBERS, invitation.organization):
            raise InvitationError(_("Whoever invited you no longer speaks for the organization. Ask for a new one."))
        memberships.join(organization=invitation.organization, user=by, rank=invitation.rank, added_by=inviter, now=now)
        return
    role = proposed_role(invitation)
    if not invitation.by_operator and (inviter is None or not can(inviter, GRANT, role)):
        raise InvitationError(_("Whoever invited you can no longer give this role. Ask for a new invitation."))
    role.user, role.granted_at = by, now
    try:
        check(role, now)
        with transaction.atomic():
            place_role(role, now=now)
    except RoleError as problem:
        raise InvitationError(str(problem)) from problem
    except IntegrityError as clash:
        raise InvitationError(_("You hold this role already.")) from clash
