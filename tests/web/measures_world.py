"""Measures for the tests that walk every address."""

from __future__ import annotations

from datetime import date

from madang.ground.participation.models import Subject
from madang.plan.measures.models import Measure, Milestone, Photo, Spending
from tests.factories import MeasureFactory

DAY = date(2027, 3, 1)


def for_access(place, office):
    """A measure of an office at a place, with a step and a picture."""
    measure = MeasureFactory(place=place, office=office)
    step = Milestone.objects.create(measure=measure, position=1, title="설계", first_due_on=DAY, due_on=DAY)
    # With its size given nobody opens the file, which is not there.
    (photo,) = Photo.objects.bulk_create([Photo(measure=measure, file="a.jpg", width=1, height=1, description="현장")])
    return {"measure": measure.pk, "step": step.pk, "photo": photo.pk}


def grow(things, n, start, now):
    """`n` more measures, all of one item; the first has the steps, the money and the pictures."""
    subjects = Subject.objects.bulk_create(
        Subject(kind="measure", place=things["place"], created_at=now) for _ in range(n)
    )
    made = Measure.objects.bulk_create(
        Measure(
            subject=one, place=things["place"], office=things["office"], item_id=things["item"], title=f"과제 {start + i}",
            body="본문", status_since=now, created_at=now,
        )
        for i, one in enumerate(subjects)
    )  # fmt: skip
    first = things.setdefault("measure", made[0].pk)
    Milestone.objects.bulk_create(
        Milestone(measure_id=first, position=start + i + 1, title="설계", first_due_on=DAY, due_on=DAY)
        for i in range(n)
    )
    Spending.objects.bulk_create(
        Spending(measure_id=first, kind="paid", label="공사비", amount=1, spent_on=DAY, entered_at=now)
        for _ in range(n)
    )
    Photo.objects.bulk_create(
        Photo(measure_id=first, file="a.jpg", width=1, height=1, description="현장") for _ in range(n)
    )
