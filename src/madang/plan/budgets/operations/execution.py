"""What won becomes a measure of an office: money, words and place of the project go with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from madang.ground.participation.operations import carry_over
from madang.plan.budgets.models import Budget, Project, Screening
from madang.plan.measures.operations.starting import start

if TYPE_CHECKING:
    from datetime import datetime

    from madang.ground.people.models import User
    from madang.plan.measures.models import Measure


@transaction.atomic
def carry_out(*, project: Project, budget: Budget, by: User | None, now: datetime) -> Measure:
    """Begin the measure of a project that won, once; the office that found it feasible carries it out."""
    locked = Project.objects.select_for_update(of=("self",)).select_related("measure").get(pk=project.pk)
    if locked.measure:
        return locked.measure
    typed = {
        "title": project.title, "body": project.body or project.summary or project.title,
        "budget": project.cost if budget.currency == "KRW" else 0, "office": _office(project),
        "latitude": project.latitude, "longitude": project.longitude,
    }  # fmt: skip
    measure = start(place=project.place, typed=typed, by=by, now=now, item=project.item)
    Project.objects.filter(pk=project.pk).update(measure=measure)
    # Who followed the project hears how it goes on; who voted for it is known to nobody, and so not followed up.
    carry_over(source=project.subject_id, target=measure.subject_id, now=now)
    return measure


def _office(project: Project) -> object:
    rows = Screening.objects.filter(project=project, verdict__in=("feasible", "changed")).select_related("office")
    found = rows.order_by("-decided_at").first()
    return found.office if found else None
