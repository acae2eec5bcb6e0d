"""A deliberation for the tests that walk every address."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.utils import timezone

from madang.explore.deliberations.models import Deliberation, Participant, Statement, Vote
from madang.explore.deliberations.queries import routing
from madang.ground.participation.models import Subject
from tests.factories import DeliberationFactory


def for_access(author, place) -> dict[str, object]:
    """One that is open at the place."""
    deliberation = DeliberationFactory(place=place, statements=3, level=0)
    mapped(deliberation.pk)
    return {"deliberation": deliberation.pk, "statement": deliberation.statements.first().pk}


def mapped(pk) -> None:
    """Twenty people who voted on the first statements, and the map of them."""
    from madang.explore.deliberations.models import Cast, Map
    from madang.explore.deliberations.operations.mapping import draw_maps
    from madang.explore.deliberations.operations.replaying import draw_replay

    now = timezone.now()
    rows = list(Statement.objects.filter(deliberation_id=pk, status="shown").order_by("number")[:20])
    if not Map.objects.filter(deliberation_id=pk).exists():
        people = Participant.objects.bulk_create(
            Participant(deliberation_id=pk, number=1000 + i, joined_at=now) for i in range(20)
        )
        acts = [(who, one, (-1) ** (who.number * one.number % 5)) for who in people for one in rows]
        Vote.objects.bulk_create(Vote(participant=a, statement=b, value=c, cast_at=now) for a, b, c in acts)
        Cast.objects.bulk_create(
            Cast(participant=a, statement=b, value=c, cast_at=now, client_key=uuid.uuid4()) for a, b, c in acts
        )
    deliberation = Deliberation.objects.get(pk=pk)
    (drawn,) = draw_maps(deliberation=deliberation, now=now, methods=("polis",))
    draw_replay(deliberation=deliberation, drawn=drawn, now=now)


def grow(things, n, start, now) -> None:
    """So many more deliberations, and on the first one statements."""
    routing._kept.clear()  # what a process remembers of counts would make the later pages seem cheaper
    place = things["place"]
    subjects = Subject.objects.bulk_create(Subject(kind="deliberation", place=place, created_at=now) for _ in range(n))
    rows = Deliberation.objects.bulk_create(
        Deliberation(
            subject=one, place=place, item_id=things["item"], title=f"숙의 {start + i}", status="open", created_at=now,
            opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=9), announced_at=now, frozen_at=now,
            frozen_digest="0" * 64, languages=["ko"], level=0,
        )
        for i, one in enumerate(subjects)
    )  # fmt: skip
    things.setdefault("deliberation", rows[0].pk)
    Statement.objects.bulk_create(
        Statement(
            deliberation_id=things["deliberation"], number=start + i, text=f"진술 {start + i}", origin="seed",
            status="shown", created_at=now,
        )
        for i in range(n)
    )  # fmt: skip
    _vote(things, start)
    mapped(things["deliberation"])


def _vote(things, start) -> None:
    """The person's votes on every statement but the newest, their statements, and what waits."""
    first = things["deliberation"]
    me, _made = Participant.objects.get_or_create(
        deliberation_id=first, user=things["user"], defaults={"number": 0, "joined_at": timezone.now()}
    )
    rows = list(Statement.objects.filter(deliberation_id=first, number__gte=start).order_by("number"))
    things.setdefault("statement", rows[0].pk)
    Vote.objects.bulk_create(
        Vote(participant=me, statement=one, value=one.number % 3 - 1, cast_at=timezone.now()) for one in rows[:-1]
    )
    half = [one.pk for one in rows[::2]]
    Statement.objects.filter(pk__in=half).update(author=me, origin="participant")
    Statement.objects.filter(pk__in=half[1::2]).update(status="waiting")
