"""Who may be named in a discussion, and for which office somebody may speak in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from madang.ground.participation.mentions import Nameable
from madang.ground.participation.models import Block, Comment, Subject
from madang.ground.people.models import User
from madang.ground.people.queries import is_official, office_ids, officer_place_ids
from madang.ground.places.models import Office

if TYPE_CHECKING:
    from madang.ground.places.models import Place

SHOWN = 8


def nameable(*, subject_id: int, author_id: int | None, place: Place, by: User) -> Nameable:
    """People of this discussion who do not mind, and the offices of its place and the one above (two queries)."""
    people = _people(subject_id, author_id, by).values_list("pk", "display_name")
    offices = _offices(place)
    return Nameable(dict(people[:500]), {office.pk: office.name for office in offices})


def suggestions(
    *, subject_id: int, author_id: int | None, place: Place, by: User, start: str
) -> list[tuple[str, int, str]]:
    """(kind, id, name) of those whose name holds what was typed: people first (two queries)."""
    found = _people(subject_id, author_id, by).filter(display_name__icontains=start)
    people = [
        ("user", pk, name) for pk, name in found.order_by("display_name").values_list("pk", "display_name")[:SHOWN]
    ]
    named = _offices(place).filter(Q(name_ko__icontains=start) | Q(name_en__icontains=start))
    offices = [("office", office.pk, office.name) for office in named[: SHOWN - len(people)]]
    return [*people, *offices]


def place_of(subject_id: int) -> Place:
    """The place of a subject, with the place above (one query). Raises Subject.DoesNotExist."""
    rows = Subject.objects.select_related("place__parent").defer("place__boundary", "place__parent__boundary")
    return rows.get(pk=subject_id).place


def voices_of(user: object, place: Place) -> list[Office]:
    """Offices of this place or the one above for which somebody may speak; no query for a citizen."""
    if not isinstance(user, User) or not is_official(user):
        return []
    near = {place.pk, place.parent_id} - {None}
    heads = Q(is_innovation_officer=True, place__in=officer_place_ids(user) & near)
    rows = Office.objects.filter(Q(pk__in=office_ids(user)) | heads, active=True, place__in=near)
    return list(rows.select_related("place").defer("place__boundary").order_by("-is_innovation_officer", "pk"))


def _people(subject_id: int, author_id: int | None, by: User):  # noqa: ANN202
    said = Comment.objects.filter(subject_id=subject_id, status=Comment.Status.SHOWN).values("author_id")
    minding = Block.objects.filter(blocked=by).values("user_id")
    here = User.objects.filter(Q(pk__in=said) | Q(pk=author_id), is_active=True)
    return here.exclude(pk=by.pk).exclude(pk__in=minding)


def _offices(place: Place):  # noqa: ANN202
    near = [pk for pk in (place.pk, place.parent_id) if pk]
    return Office.objects.filter(active=True, place__in=near).order_by("pk")
