"""The moderators' queue, one case with all that belongs to it, and the public figures of moderation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import connection
from django.db.models import Count, OuterRef, Q, Subquery
from django.utils.translation import ngettext

from madang.ground.footing.keyset import page
from madang.ground.participation import things
from madang.ground.participation.models import Amendment, Appeal, Case, Comment, Report
from madang.ground.participation.targets import Target, of_case
from madang.ground.people.permissions import scope
from madang.ground.places.models import Place

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.db.models import QuerySet

SIZE = 20
TABS = ("open", "appeals", "closed")


@dataclass(frozen=True)
class Row:
    """A case of the queue: what it is about, and what was said to be wrong with it."""

    case: Case
    target: Target
    categories: Sequence[str]

    @property
    def labels(self) -> list[str]:
        """What was said to be wrong, in words; at most three."""
        names = dict(Report.Category.choices)
        return [str(names[key]) for key in self.categories if key in names][:3]


@dataclass(frozen=True)
class Queue:
    """A page of cases, the cursors around it, and how many wait in each part."""

    rows: Sequence[Row]
    next: str
    previous: str
    counts: dict[str, int]


def queue(user: object, *, tab: str = "open", after: str = "") -> Queue:
    """The cases that somebody may decide, the oldest first (closed: the newest). Five queries and one a kind."""
    mine = scope(user, "participation.decide_case", Case.objects.all())
    said = Report.objects.filter(case=OuterRef("pk")).order_by().values("case")
    rows = _of_tab(mine, tab, user).annotate(
        categories=Subquery(said.annotate(found=ArrayAgg("category", distinct=True)).values("found"))
    )
    order = ("-closed_at", "-id") if tab == "closed" else ("opened_at", "id")
    found = page(_loaded(rows), by=order, after=after, size=SIZE)
    cards = things.cards({case.subject_id for case in found.rows})
    shown = [
        Row(case, of_case(case, cards[case.subject_id]), vars(case)["categories"] or [])
        for case in found.rows
        if case.subject_id in cards
    ]
    return Queue(shown, found.next, found.previous, _counts(mine, user))


def case(pk: int) -> Case:
    """One case with what it is about (one query). Raises Case.DoesNotExist."""
    return _loaded(Case.objects.filter(pk=pk)).get()


def waiting_cases(user: object) -> int:
    """How many cases wait for somebody (one query)."""
    return scope(user, "participation.decide_case", Case.objects.filter(outcome=Case.Outcome.OPEN)).count()


def target(*, subject_id: int = 0, comment_id: int = 0, amendment_id: int = 0) -> Target:
    """What an address names as the target of a report. Raises LookupError."""
    comment = amendment = None
    if comment_id:
        comment = Comment.objects.select_related("author", "subject").filter(pk=comment_id).first()
        subject_id = comment.subject_id if comment else 0
    elif amendment_id:
        amendment = Amendment.objects.select_related("author", "subject").filter(pk=amendment_id).first()
        subject_id = amendment.subject_id if amendment else 0
    card = things.card(subject_id) if subject_id else None
    if card is None:
        raise LookupError
    return Target(card, comment, amendment)


def _of_tab(rows: QuerySet[Case], tab: str, user: object) -> QuerySet[Case]:
    if tab == "appeals":
        return rows.filter(_appealed(user))
    return rows.filter(outcome=Case.Outcome.OPEN) if tab == "open" else rows.exclude(outcome=Case.Outcome.OPEN)


def _appealed(user: object) -> Q:
    """Appeals that wait for somebody else than who decided first."""
    return Q(appeal__outcome=Appeal.Outcome.WAITING) & ~Q(appeal__first_by=getattr(user, "pk", None))


def _counts(rows: QuerySet[Case], user: object) -> dict[str, int]:
    return rows.aggregate(
        open=Count("pk", filter=Q(outcome=Case.Outcome.OPEN)), appeals=Count("pk", filter=_appealed(user))
    )


def _loaded(rows: QuerySet[Case]) -> QuerySet[Case]:
    loaded = rows.select_related(
        "comment__author", "comment__subject", "amendment__author", "place__parent", "author", "appeal", "subject"
    )
    return loaded.defer("place__boundary", "place__parent__boundary", "comment__fingerprints")


@dataclass(frozen=True)
class Figures:
    """What moderation did at a place (None: everywhere). Times in hours; None where nothing was decided."""

    place: Place | None
    reports: int
    cases: int
    held: int
    waiting: int
    kept: int
    hidden: int
    restored: int
    appeals: int
    overturned: int
    median: timedelta | None

    @property
    def median_words(self) -> str:
        """Such as "3 hours"; a dash where nothing was decided."""
        if self.median is None:
            return "–"
        hours = self.median.total_seconds() / 3600
        if hours < 1:
            return ngettext("%(n)d minute", "%(n)d minutes", n := max(1, round(hours * 60))) % {"n": n}
        if hours < 48:
            return ngettext("%(n)d hour", "%(n)d hours", n := round(hours)) % {"n": n}
        return ngettext("%(n)d day", "%(n)d days", n := round(hours / 24)) % {"n": n}


FIGURES = """
SELECT c.place_id, coalesce(sum(c.report_count), 0), count(*),
    count(*) FILTER (WHERE c.source = 'signals'), count(*) FILTER (WHERE c.outcome = 'open'),
    count(*) FILTER (WHERE c.outcome = 'kept'), count(*) FILTER (WHERE c.outcome = 'hidden'),
    count(*) FILTER (WHERE c.outcome = 'restored'), count(a.id),
    count(a.id) FILTER (WHERE a.outcome = 'overturned'),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY d.at - c.opened_at) FILTER (WHERE c.source <> 'office')
FROM ground_participation_case c
LEFT JOIN ground_participation_decision d ON d.case_id = c.id AND d.number = 1
LEFT JOIN ground_participation_appeal a ON a.case_id = c.id
WHERE c.opened_at >= %s GROUP BY GROUPING SETS ((), (c.place_id)) ORDER BY 3 DESC, 1 LIMIT 100
"""


def figures(*, since: datetime) -> list[Figures]:
    """Moderation since a day: everywhere first, then the places with the most cases (two queries)."""
    with connection.cursor() as cursor:
        cursor.execute(FIGURES, [since])
        rows = cursor.fetchall()
    places = Place.objects.defer("boundary").in_bulk([row[0] for row in rows if row[0]])
    found = [Figures(places.get(place), *rest) for place, *rest in rows]
    return sorted(found, key=lambda one: one.place is not None)
