"""Founding and changing organizations, and their verification by the officials of a place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import DateTimeField, F, Value
from django.db.models.functions import Greatest
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from madang.ground.footing.limits import Limit, take
from madang.ground.footing.recording import recorded
from madang.ground.footing.telling import told
from madang.ground.people.authority import EDIT, FOUND, LEAD, VERIFY
from madang.ground.people.models import Membership, Organization, VerificationRequest
from madang.ground.people.permissions import require
from madang.ground.people.queries import forget_memberships

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from madang.ground.people.models import User
    from madang.ground.places.models import Place

FOUNDED_PER_DAY = Limit(5, 86_400)
FIELDS = (
    "kind", "name_ko", "name_en", "home", "country", "website", "description", "registration_number",
    "registration_public",
)  # fmt: skip
# What an official confirmed; changed, it has to be confirmed again.
PROVED = ("kind", "name_ko", "home", "country", "registration_number")


class OrganizationError(ValueError):
    """What cannot be done with an organization; the message says why and what to do next."""


@transaction.atomic
def found(*, fields: Mapping[str, Any], by: User, now: datetime) -> Organization:
    """Enter an organization; whoever enters it is its first representative. Raises OrganizationError."""
    require(by, FOUND)
    if not take(f"found:{by.pk}", FOUNDED_PER_DAY, now=now).allowed:
        raise OrganizationError(_("You have entered five organizations today. Go on tomorrow."))
    values = {name: fields[name] for name in FIELDS if name in fields}
    organization = Organization.objects.create(**values, created_by=by, created_at=now, updated_at=now)
    Membership.objects.create(
        organization=organization, user=by, rank=Membership.Rank.REPRESENTATIVE, represents=True, joined_at=now
    )
    forget_memberships(by)
    return organization


@transaction.atomic
def revise(*, organization: Organization, fields: Mapping[str, Any], by: User, now: datetime) -> Organization:
    """Change what an organization says of itself. Where that was verified, it has to be verified again."""
    require(by, EDIT, organization)
    organization = locked(organization)
    before = {name: getattr(organization, name) for name in PROVED}
    for name in FIELDS:
        if name in fields:
            setattr(organization, name, fields[name])
    lapsed = bool(organization.verified_at) and any(getattr(organization, name) != before[name] for name in PROVED)
    if lapsed:
        _lapse(organization, by, now)
    organization.updated_at = now
    organization.save()
    return organization


def _lapse(organization: Organization, by: User, now: datetime) -> None:
    reason = _("What had been verified was changed by the organization itself.")
    recorded(
        kind="organization_lapsed", subject=organization.subject, place=organization.verified_for, by=by, now=now,
        reason=reason,
    )  # fmt: skip
    organization.verified_at = organization.verified_for = None


@transaction.atomic
def close(*, organization: Organization, by: User, now: datetime) -> Organization:
    """The organization is no more: it leaves the directory, nobody speaks for it, its page tells so."""
    require(by, LEAD, organization)
    organization = locked(organization)
    organization.closed_at, organization.updated_at = now, now
    organization.save(update_fields=["closed_at", "updated_at"])
    organization.invitations.filter(accepted_at=None, withdrawn_at=None).update(withdrawn_at=now)
    organization.memberships.filter(ended_at=None).update(
        ended_at=Greatest(F("joined_at"), Value(now, DateTimeField())), ended_by=by
    )
    forget_memberships(by)
    return organization


def locked(organization: Organization) -> Organization:
    """The organization under a lock, as it stands now. Raises OrganizationError where it was closed."""
    rows = Organization.objects.select_for_update(of=("self",), no_key=True)
    found = rows.select_related("home", "verified_for").get(pk=organization.pk)
    if found.closed_at:
        raise OrganizationError(_("This organization was closed. Nothing about it changes any more."))
    return found


def ask_for_verification(
    *, organization: Organization, place: Place, note: str, by: User, now: datetime
) -> VerificationRequest:
    """Ask the officials of a place (the home, or for one from overseas the place it works with) to confirm it."""
    require(by, EDIT, organization)
    try:
        with transaction.atomic():
            organization = locked(organization)
            if organization.verified_at:
                raise OrganizationError(_("The organization is verified already."))
            if organization.home_id and place.pk not in {organization.home_id, organization.home.parent_id}:  # type: ignore[union-attr]
                raise OrganizationError(_("Ask the place where the organization is at home, or the one above it."))
            return VerificationRequest.objects.create(
                organization=organization, place=place, note=note.strip(), asked_by=by, asked_at=now
            )
    except IntegrityError as clash:
        raise OrganizationError(_("A request waits already. You will be told when it is answered.")) from clash


def answer_verification(
    *, request: VerificationRequest, verified: bool, reason: str, by: User, now: datetime
) -> VerificationRequest:
    """Confirm an organization or not, with a reason on the public record. Raises OrganizationError."""
    if not reason.strip():
        raise OrganizationError(_("Give the reason: it stands on the public record."))
    try:
        with transaction.atomic():
            return _answer(request, verified, reason.strip(), by, now)
    except IntegrityError as clash:
        raise OrganizationError(
            _("Another verified organization has this registration number. Settle with both which one is right.")
        ) from clash


def _answer(request: VerificationRequest, verified: bool, reason: str, by: User, now: datetime) -> VerificationRequest:
    organization = locked(request.organization)
    request = VerificationRequest.objects.select_for_update(of=("self",)).select_related("place__parent").get(
        pk=request.pk
    )  # fmt: skip
    require(by, VERIFY, request)
    if request.answered_at:
        raise OrganizationError(_("A colleague has just answered this request. Reload the page."))
    Verdict = VerificationRequest.Verdict  # noqa: N806 - a class
    request.verdict = Verdict.VERIFIED if verified else Verdict.REFUSED
    request.reason, request.answered_by, request.answered_at = reason, by, now
    request.save(update_fields=["verdict", "reason", "answered_by", "answered_at"])
    if verified:
        organization.verified_at, organization.verified_for = now, request.place
        organization.save(update_fields=["verified_at", "verified_for"])
    recorded(
        kind="organization_verified" if verified else "organization_refused",
        subject=organization.subject, place=request.place, by=by, now=now, reason=reason,
    )  # fmt: skip
    _tell_answer(organization, request, now)
    return request


def _tell_answer(organization: Organization, request: VerificationRequest, now: datetime) -> None:
    message = (
        gettext_noop("%(organization)s is verified now.")
        if request.verdict == VerificationRequest.Verdict.VERIFIED
        else gettext_noop("%(organization)s was not verified; the reason stands on its page.")
    )
    rows = organization.memberships.filter(ended_at=None).exclude(rank=Membership.Rank.MEMBER)
    with translation.override("ko"):
        name = organization.name
    told(
        users=list(rows.values_list("user_id", flat=True)), kind="organization", message=message,
        params={"organization": name}, url=organization.get_absolute_url(), key=f"verification:{request.pk}", now=now,
    )  # fmt: skip
