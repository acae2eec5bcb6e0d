"""What the set-up offers: places one may set up for, outlines to begin from, districts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from madang.ground.people.permissions import scope
from madang.ground.places.models import Place
from madang.ground.places.queries import places
from madang.plan.budgets.models import Template
from madang.plan.budgets.outlines import BUILT_IN, Outline, of_template

if TYPE_CHECKING:
    from collections.abc import Sequence


def places_of(user: object) -> list[Place]:
    """The places in force at which somebody may set budgets up (one query)."""
    return list(scope(user, "budgets.set_up", places()).defer("boundary").order_by("code"))


def districts_of(place: Place) -> list[Place]:
    """The places below one, or itself where there are none (one query)."""
    return list(Place.objects.filter(parent=place, valid_to=None).defer("boundary").order_by("code")) or [place]


def outlines_for(places: Sequence[Place]) -> list[Outline]:
    """The built-in outlines, then the templates of these places and of those above (one query)."""
    ids = {one.pk for one in places} | {one.parent_id for one in places if one.parent_id}
    kept = Template.objects.filter(Q(place__in=ids) | Q(place=None)).select_related("place").defer("place__boundary")
    return [*BUILT_IN, *(of_template(one) for one in kept[:100])]


def templates_of(user: object) -> list[Template]:
    """The kept templates that somebody may edit (one query)."""
    rows = scope(user, "budgets.set_up", Template.objects.filter(place__isnull=False))
    return list(rows.select_related("place").defer("place__boundary")[:200])


def earlier_names(place: Place) -> list[str]:
    """Titles of the budgets before, the latest first."""
    return list(place.budgets.order_by("-created_at").values_list("title", flat=True)[:5])
