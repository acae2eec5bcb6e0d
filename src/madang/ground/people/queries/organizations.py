"""Organizations, who belongs to them, and for which of them a person may speak."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q

from madang.ground.footing import keyset
from madang.ground.people.models import Invitation, Membership, Organization, User, VerificationRequest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from madang.ground.places.models import Place

SIZE = 20


def memberships_of(user: object) -> list[Membership]:
    """The organizations to which somebody belongs, asked once a request and kept on the user."""
    if not isinstance(user, User) or not user.is_active:
        return []
    cached = getattr(user, "_memberships_in_force", None)
    if cached is None:
        rows = user.memberships.filter(ended_at=None, organization__closed_at=None).select_related("organization__home")
        cached = list(rows.defer("organization__home__boundary").order_by("joined_at", "id"))
        user._memberships_in_force = cached  # type: ignore[attr-defined] # noqa: SLF001
    return cached


def forget_memberships(user: object) -> None:
    """Read the memberships anew when they are next asked for: they have just changed."""
    vars(user).pop("_memberships_in_force", None)


def membership_of(user: object, organization_id: int) -> Membership | None:
    """What somebody is in an organization."""
    return next((one for one in memberships_of(user) if one.organization_id == organization_id), None)


def acting_for(user: object) -> list[Organization]:
    """The organizations in whose name the user may act."""
    return [one.organization for one in memberships_of(user) if one.represents]


def directory(
    *, search: str = "", kind: str = "", place: Place | None = None, verified: bool = False, after: str = ""
) -> keyset.Page[Organization]:
    """Standing organizations, the newest first, a page at a time; a province stands for its municipalities too."""
    rows = Organization.objects.filter(closed_at=None)
    if search:
        rows = rows.filter(Q(name_ko__icontains=search) | Q(name_en__icontains=search))
    if kind:
        rows = rows.filter(kind=kind)
    if place:
        rows = rows.filter(Q(home=place) | Q(home__parent=place))
    if verified:
        rows = rows.filter(verified_at__isnull=False)
    rows = rows.select_related("home").defer("home__boundary")
    return keyset.page(rows, by=("-created_at", "-id"), after=after, size=SIZE)


@dataclass(frozen=True)
class Sheet:
    """What the page of an organization shows. members, invitations: only to those who belong to it."""

    organization: Organization
    speakers: list[Membership]
    n_members: int
    mine: Membership | None
    members: list[Membership]
    invitations: list[Invitation]
    request: VerificationRequest | None


def sheet(organization: Organization, viewer: object) -> Sheet:
    """An organization with those who speak for it, and more for its own people (five queries)."""
    mine = membership_of(viewer, organization.pk)
    members = list(organization.memberships.filter(ended_at=None).select_related("user"))
    manages = mine is not None and mine.rank != Membership.Rank.MEMBER
    return Sheet(
        organization=organization,
        speakers=[one for one in members if one.represents],
        n_members=len(members),
        mine=mine,
        members=members if mine else [],
        invitations=list(open_invitations().filter(organization=organization)) if manages else [],
        request=organization.verification_requests.select_related("place").order_by("-asked_at", "-id").first(),
    )


def organization_for_page(pk: int) -> Organization | None:
    rows = Organization.objects.select_related("home__parent", "verified_for")
    return rows.defer("home__boundary", "home__parent__boundary", "verified_for__boundary").filter(pk=pk).first()


def open_invitations() -> QuerySet[Invitation]:
    """Invitations that nobody has accepted or withdrawn."""
    return Invitation.objects.filter(accepted_at=None, withdrawn_at=None).select_related("invited_by")


def waiting_requests(place: Place) -> QuerySet[VerificationRequest]:
    """Requests for verification at a place and below it that nobody has answered, the oldest first."""
    rows = VerificationRequest.objects.filter(Q(place=place) | Q(place__parent=place), answered_at=None)
    return rows.select_related("organization__home", "place", "asked_by").defer(
        "organization__home__boundary", "place__boundary"
    )


def organizations_by_kind(places: Sequence[Place]) -> dict[str, int]:
    """How many standing organizations of each kind are at home in these places."""
    rows = Organization.objects.filter(closed_at=None, home__in=places).order_by()
    return dict(rows.values_list("kind").annotate(n=Count("pk")))
