"""What the set-up offers: places one may set up for, outlines to begin from, districts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from madang.ground.people.permissions import scope
from madang.ground.places.models import Place
from madang.ground.places.queries import places
from madang.plan.budgets.models import Ballot, Budget, Phase, Template
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


def with_ballots(budget: Budget, user: object) -> list[Budget]:
    """Other budgets that somebody may see and whose ballots can be counted, those of the place first (one query)."""
    voted = Exists(Ballot.objects.filter(budget=OuterRef("pk"), submitted_at__isnull=False))
    over = Exists(Phase.objects.filter(budget=OuterRef("pk"), kind="vote", ends_at__lte=timezone.now()))
    rows = scope(user, "budgets.see", Budget.objects.filter(voted, over).exclude(pk=budget.pk))
    found = list(rows.order_by("-created_at")[:50])
    return sorted(found, key=lambda one: one.place_id != budget.place_id)
