"""Who may do what with an agenda item."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import rules
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from madang.ground.agenda.models import Partnership
from madang.ground.agenda.queries import partner_place_ids
from madang.ground.footing.rest import scopes
from madang.ground.people.models import Role
from madang.ground.people.permissions import define, edits_the_thread
from madang.ground.people.queries import is_platform_admin, officer_place_ids, roles_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

EDIT = "agenda.edit"
NOTE = "agenda.note"
SCORE = "agenda.score"
ANSWER_INVITATION = "agenda.answer_invitation"
ANSWER_REFERRAL = "agenda.answer_referral"
WORK_BETWEEN_PLACES = "agenda.work_between_places"
RATERS = {Role.Kind.STAFF, Role.Kind.EXPERT, Role.Kind.OFFICER, Role.Kind.MUNICIPAL_ADMIN}


def _rating_places(user: object) -> set[int]:
    """Ids of the places at which somebody rates, by a role there or in an office there."""
    held = (role.place_id or role.office.place_id for role in roles_of(user) if role.kind in RATERS)  # type: ignore[union-attr]
    return {pk for pk in held if pk}


@rules.predicate
def rates_here(user: object, item: object) -> bool:
    """Holds an official's or expert's role at the item's place or the place above, or in an office there."""
    place = item.place  # type: ignore[attr-defined]
    return bool(_rating_places(user) & {place.pk, place.parent_id})


@rules.predicate
def rates_as_partner(user: object, item: object) -> bool:
    held = _rating_places(user)
    return bool(held) and bool(held & partner_place_ids(item))  # type: ignore[arg-type]


@rules.predicate
def edits_at_a_partner(user: object, item: object) -> bool:
    """Edits the thread at a place that takes part in the item, or at the place above it."""
    held = officer_place_ids(user)
    return bool(held) and bool(held & partner_place_ids(item))  # type: ignore[arg-type]


@rules.predicate
def answers_for_the_target(user: object, referral: object) -> bool:
    """Edits the thread where the item was referred to; never merely from where it came."""
    if is_platform_admin(user):
        return True
    target, origin = referral.target, referral.origin_id  # type: ignore[attr-defined]
    held = officer_place_ids(user)
    return target.pk in held or (target.parent_id in held and target.parent_id != origin)


@rules.predicate
def edits_somewhere(user: object) -> bool:
    return is_platform_admin(user) or bool(officer_place_ids(user))


def _led(held: set[int]) -> Q:
    return Q(place__in=held) | Q(place__parent__in=held)


def _shared(held: set[int]) -> Q:
    """Items in which one of these places takes part, or one below them."""
    partners = Partnership.objects.filter(_led(held), status=Partnership.Status.ACCEPTED)
    return Q(pk__in=partners.values("item_id"))


def _edited(user: object, rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows if is_platform_admin(user) else rows.filter(_led(officer_place_ids(user)))


def _noted(user: object, rows: QuerySet[Any]) -> QuerySet[Any]:
    held = officer_place_ids(user)
    return rows if is_platform_admin(user) else rows.filter(_led(held) | _shared(held))


def _rated(user: object, rows: QuerySet[Any]) -> QuerySet[Any]:
    if is_platform_admin(user):
        return rows
    held = _rating_places(user)
    return rows.filter(_led(held) | _shared(held) | _led(officer_place_ids(user)))


scopes.register(
    scopes.Scope("write:agenda", _("Decide on agenda items, where I edit the thread"), official=True, order=40)
)
define(EDIT, edits_the_thread, scope=_edited)
define(NOTE, edits_the_thread | edits_at_a_partner, scope=_noted)
define(SCORE, edits_the_thread | rates_here | rates_as_partner, scope=_rated)
define(ANSWER_INVITATION, edits_the_thread)
define(ANSWER_REFERRAL, answers_for_the_target)
define(WORK_BETWEEN_PLACES, edits_somewhere)
