"""Real budgets from .pb files: pots, projects and ballots, as they were cast elsewhere, labelled so."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.utils.translation import gettext as _

from madang.engines.ballots.counting import as_meta
from madang.engines.ballots.election import ElectionError
from madang.engines.ballots.pabulib import read
from madang.ground.footing import jobs
from madang.ground.participation.models import Subject
from madang.ground.participation.operations import add_subject
from madang.ground.participation.search.index import mark_waiting
from madang.ground.record.operations import record
from madang.plan.budgets.models import (
    Ballot,
    Budget,
    Conflict,
    ConflictMember,
    Phase,
    Pot,
    Project,
    Voter,
)
from madang.plan.budgets.models.budgets import BallotType, Rule
from madang.plan.budgets.operations.common import BudgetError
from madang.plan.budgets.operations.opening import digest_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from madang.engines.ballots.election import Election
    from madang.engines.ballots.pabulib import Note
    from madang.ground.people.models import User
    from madang.ground.places.models import Place

BATCH = 5000


class UnfitFileError(BudgetError):
    """An election that the site cannot hold as it is; the message says why and what to do."""


@dataclass(frozen=True)
class Imported:
    """The budget, how much was written, and how the file was read. repeated: it was there already."""

    budget: Budget
    projects: int
    voters: int
    notes: tuple[Note, ...] = ()
    repeated: bool = False


def import_pb(
    *, data: bytes, place: Place, name: str, by: User | None, now: datetime, job: jobs.Job = jobs.SILENT
) -> Imported:
    """Load a .pb file as a budget of a place; the same file again changes nothing.

    Raises PabulibError, UnfitFileError.
    """
    digest = hashlib.sha256(data).hexdigest()
    known = Budget.objects.filter(place=place, source_digest=digest).first()
    if known:
        return Imported(known, known.projects.count(), known.voters.count(), repeated=True)
    parsed = read(data)
    election = parsed.election
    _check(election)
    with transaction.atomic():
        budget = _budget(election, place, name, digest, by, now)
        begins, ends = _phases(budget, election)
        numbers = _projects(budget, election, begins)
        _relations(budget, election, numbers)
        voters = _ballots(budget, election, (begins, ends), job)
        _freeze(budget, election, begins, now)
        data_told = {"digest": budget.frozen_digest, "file": digest, "voters": voters, "projects": election.m}
        record(kind="budget_imported", subject=budget.record_key, place=place, by=by, now=now, data=data_told)
        mark_waiting([budget.subject_id, *(one.subject_id for one in numbers.values())])
        job.finish(url=budget.get_absolute_url())
    return Imported(budget, election.m, voters, parsed.notes)


def _check(election: Election) -> None:
    if election.units != 1:
        raise UnfitFileError(
            _("Its amounts have decimals. Multiply them until they are whole, and say so in the name.")
        )
    if election.points_units != 1:
        raise UnfitFileError(_("Its points have decimals. Multiply them until they are whole."))
    if election.weights is not None:
        raise UnfitFileError(_("Its voters have weights, and here each voter counts once."))
    if election.budget <= 0:
        raise UnfitFileError(_("It names no money to spend."))


def _budget(election: Election, place: Place, name: str, digest: str, by: User | None, now: datetime) -> Budget:
    meta = election.meta
    options = _options(election)
    where = ", ".join(one for one in (meta.get("unit", ""), meta.get("district", ""), meta.get("country", "")) if one)
    title = (meta.get("description") or name)[:120]
    points = election.points
    kind = election.ballot_type if election.ballot_type in BallotType.values else "cumulative"
    budget = Budget.objects.create(
        subject=add_subject(kind=Budget.KIND, place=place, now=now), place=place, title=title,
        description=_description(meta, where), year=_year(meta), currency=(meta.get("currency") or "XXX")[:3],
        status=Budget.Status.PUBLIC, level=0, admits_paper=True, ballot_type=kind,
        least_choices=_number(meta.get("min_length")), most_choices=_number(meta.get("max_length")) or None,
        points=max(1, int(points.max()) if points is not None and len(points) else 0) if kind == "cumulative" else None,
        source=Budget.Source.IMPORTED, source_digest=digest, threshold=election.threshold,
        attribution=_("%(where)s. Data: pabulib.org, file %(name)s.") % {"where": where, "name": name},
        created_by=by, created_at=now, **options,
    )  # fmt: skip
    Pot.objects.create(budget=budget, name=_("All projects"), amount=election.budget)
    return budget


def _options(election: Election) -> dict[str, Any]:
    """The rule that the file names; most votes first where it names none that is known here."""
    try:
        found = as_meta(election)
    except ElectionError:
        return {"rule": Rule.GREEDY, "completion": "none", "tie": "file"}
    rule = found.rule if found.rule in Rule.values else Rule.GREEDY
    return {
        "rule": rule, "utility": found.utility, "completion": found.completion, "stop": found.stop, "tie": found.tie,
        "comparison": found.comparison, "seed": found.seed,
    }  # fmt: skip


def _description(meta: Any, where: str) -> str:
    lines = [meta.get("description", ""), where, meta.get("comment", ""), meta.get("acknowledgments", "")]
    return "\n\n".join(one for one in lines if one)[:4000]


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 5 else 0


def _year(meta: Any) -> int:
    return _moment(meta.get("date_begin", ""), last=False).year


def _moment(text: str, *, last: bool) -> datetime:
    """A date of the file: 18.09.2023 or 2023; of a year the first or the last day."""
    parts = [int(one) for one in text.strip().split(".") if one.isdecimal()]
    try:
        if len(parts) == 3:
            return datetime(parts[2], parts[1], parts[0], tzinfo=UTC)
        if len(parts) == 1 and 1900 < parts[0] < 2200:
            return datetime(parts[0], 12, 31, tzinfo=UTC) if last else datetime(parts[0], 1, 1, tzinfo=UTC)
    except ValueError:
        pass
    return datetime(2000, 1, 1, tzinfo=UTC)


def _phases(budget: Budget, election: Election) -> tuple[datetime, datetime]:
    begins = _moment(election.meta.get("date_begin", ""), last=False)
    ends = max(_moment(election.meta.get("date_end", ""), last=True), begins) + timedelta(days=1)
    result = ends + timedelta(days=30)
    Phase.objects.create(budget=budget, kind="vote", starts_at=begins, ends_at=ends)
    Phase.objects.create(budget=budget, kind="result", starts_at=ends, ends_at=result)
    return begins, ends


def _projects(budget: Budget, election: Election, at: datetime) -> dict[int, Project]:
    """One row each in the file's order, which numbers them."""
    pot = budget.pots.get()
    subjects = Subject.objects.bulk_create(
        Subject(kind=Project.KIND, place=budget.place, created_at=at, announced_at=at) for _one in election.projects
    )
    rows = [
        Project(
            subject=subject, budget=budget, pot=pot, number=number, source_id=one.id[:80],
            title=(one.name or _("Project %(id)s") % {"id": one.id})[:150],
            summary=one.name[:200] if len(one.name) > 150 else "",
            categories=[*one.categories, *one.beneficiaries], place=budget.place, latitude=one.latitude,
            longitude=one.longitude, cost=one.cost, funded=one.funded, created_at=at,
            status=Project.Status.WITHDRAWN if one.withdrawn else Project.Status.BALLOT,
        )
        for number, (subject, one) in enumerate(zip(subjects, election.projects, strict=True), 1)
    ]  # fmt: skip
    Project.objects.bulk_create(rows, batch_size=500)
    return {number - 1: row for number, row in enumerate(rows, 1)}


def _relations(budget: Budget, election: Election, projects: dict[int, Project]) -> None:
    for group in election.conflicts:
        conflict = Conflict.objects.create(budget=budget, reason=_("Excluded each other in the original vote"))
        ConflictMember.objects.bulk_create(
            ConflictMember(conflict=conflict, project=projects[at]) for at in sorted(group)
        )
    for at, needed in election.needs:
        projects[at].needs = projects[needed]
        projects[at].save(update_fields=["needs"])


def _freeze(budget: Budget, election: Election, begins: datetime, now: datetime) -> None:
    """As it stood when voting opened there; then what the file says of the result."""
    del now
    budget.frozen_digest, budget.frozen_at = digest_of(budget), begins
    budget.save(update_fields=["frozen_digest", "frozen_at"])
    chosen = {at + 1: one.published_selected for at, one in enumerate(election.projects) if not one.withdrawn}
    for status, value in ((Project.Status.WON, 1), (Project.Status.LOST, 0)):
        numbers = [number for number, selected in chosen.items() if selected == value]
        budget.projects.filter(number__in=numbers).update(status=status)


def _ballots(budget: Budget, election: Election, during: tuple[datetime, datetime], job: jobs.Job) -> int:
    """Voters and ballots through COPY, a batch at a time."""
    ids = _reserve(election.n)
    voter, ballot = Voter._meta.db_table, Ballot._meta.db_table  # noqa: SLF001
    begins, ends = during
    cast = ends - timedelta(seconds=1)
    for at in range(0, election.n, BATCH):
        until = min(at + BATCH, election.n)
        voters = (
            (ids[one], budget.pk, "", "resident", "imported", _age(election, one), begins) for one in range(at, until)
        )
        _copy(f"COPY {voter} (id, budget_id, identity, basis, channel, age_band, began_at) FROM STDIN", voters)
        ballots = (
            (ids[one], budget.pk, *_marked(election, one), 1, _receipt(budget, one), cast, cast)
            for one in range(at, until)
        )
        columns = "voter_id, budget_id, choices, points, version, receipt, cast_at, submitted_at"
        _copy(f"COPY {ballot} ({columns}) FROM STDIN", ballots)
        job.advance(until, election.n)
    return election.n


def _reserve(count: int) -> list[int]:
    """So many ids of voters, which nobody else gets."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [Voter._meta.db_table, count],  # noqa: SLF001
        )
        return [int(one) for (one,) in cursor.fetchall()]


def _copy(statement: str, rows: Iterator[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _marked(election: Election, voter: int) -> tuple[list[int], list[int] | None]:
    begin, end = int(election.start[voter]), int(election.start[voter + 1])
    choices = [int(one) + 1 for one in election.project[begin:end]]
    points = None if election.points is None else [int(one) for one in election.points[begin:end]]
    return choices, points


def _age(election: Election, voter: int) -> str:
    ages = election.electorate.get("age")
    return ages[voter][:8] if ages else ""


def _receipt(budget: Budget, voter: int) -> str:
    return hashlib.sha256(f"imported:{budget.source_digest}:{voter}".encode()).hexdigest()
