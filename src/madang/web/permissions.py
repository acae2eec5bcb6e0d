"""Who follows long work, and who operates the site."""

from __future__ import annotations

import rules

from madang.ground.people.permissions import define
from madang.ground.people.queries import is_officer_at, is_platform_admin
from madang.ground.places.models import Place


@rules.predicate
def operates(user: object) -> bool:
    return is_platform_admin(user)


@rules.predicate
def asked_for(user: object, progress: object) -> bool:
    pk = getattr(user, "pk", None)
    return pk is not None and getattr(progress, "by_id", None) == pk


@rules.predicate
def has_the_desk_of(user: object, progress: object) -> bool:
    """Edits the thread at the place whose work it is."""
    place_id = getattr(progress, "place_id", None)
    place = Place.objects.only("pk", "parent_id").filter(pk=place_id).first() if place_id else None
    return place is not None and is_officer_at(user, place)


define("jobs.operate", operates)
define("jobs.view", operates | asked_for | has_the_desk_of)
