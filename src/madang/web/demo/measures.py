"""How the winners of the demo's finished budget are carried out: one done, one under way, one late."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from madang.plan.measures import operations
from madang.plan.measures.models import Measure

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from madang.ground.people.models import User
    from madang.plan.budgets.models import Budget

# Steps with the days after the result on which they are due, and on which they were reached (None: not yet).
DONE = (("설계와 주민 설명회", 30, 28), ("업체 선정", 60, 66), ("공사", 110, 108), ("주민 확인과 마무리", 130, 127))
UNDERWAY = (("설계와 주민 설명회", 40, 39), ("업체 선정", 80, 85), ("공사", 240, None))
WHY_LATE = "부지를 함께 쓰는 학교의 방학 공사와 겹쳐 협의가 늦어졌습니다."
LATE = (("주민 설명회", 45, 45), ("부지 사용 협의", 90, None))


def carry_out(*, budget: Budget, by: User, since: datetime) -> None:
    """Work on the first three winners, from the result on."""
    rows = Measure.objects.filter(project__budget=budget).select_related("place", "office")
    done, underway, late = rows.order_by("project__number")[:3]
    for measure, steps in ((done, DONE), (underway, UNDERWAY), (late, LATE)):
        _begin(measure, by, since + timedelta(days=10))
        _steps(measure, steps, by, since)
    _pay(
        done, (("공사 계약", "contracted", 0.96, 66), ("선금", "paid", 0.4, 70), ("잔금", "paid", 0.56, 127)), by, since
    )
    _pay(underway, (("공사 계약", "contracted", 0.9, 85), ("선금", "paid", 0.3, 90)), by, since)
    operations.set_status(measure=done, status="done", reason="", by=by, now=since + timedelta(days=128))
    step = late.milestones.get(done_on=None)
    operations.move_milestone(
        milestone=step, due_on=timezone.localdate(since + timedelta(days=150)), reason=WHY_LATE,
        by=by, now=since + timedelta(days=88),
    )  # fmt: skip


def _begin(measure: Measure, by: User, now: datetime) -> None:
    operations.set_status(measure=measure, status="underway", reason="", by=by, now=now)


def _steps(measure: Measure, steps: Sequence[tuple[str, int, int | None]], by: User, since: datetime) -> None:
    for title, due, reached in steps:
        due_on = timezone.localdate(since + timedelta(days=due))
        step = operations.add_milestone(
            measure=measure, title=title, due_on=due_on, by=by, now=since + timedelta(days=11)
        )
        if reached is not None:
            moment = since + timedelta(days=reached)
            operations.finish_milestone(
                milestone=step, done_on=timezone.localdate(moment), note="", by=by, now=moment
            )  # fmt: skip


def _pay(measure: Measure, lines: Sequence[tuple[str, str, float, int]], by: User, since: datetime) -> None:
    for label, kind, share, days in lines:
        moment = since + timedelta(days=days)
        operations.add_spending(
            measure=measure, kind=kind, label=label, amount=round(measure.budget * share), by=by, now=moment,
            spent_on=timezone.localdate(moment),
        )  # fmt: skip
