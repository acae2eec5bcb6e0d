"""The published result of a budget: what won, round by round, why, and how it would have been by another rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from madang.engines.ballots.counting import options_from
from madang.engines.ballots.election import Election
from madang.plan.budgets.models import Budget, Count, Project
from madang.plan.budgets.models.budgets import Rule
from madang.plan.budgets.queries.election import Cast, election_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from madang.plan.budgets.models import Ballot

TONES = 6


@dataclass(frozen=True)
class Row:
    """A project in the result. place: of a winner, from 1; paid_by: voters whose share paid; left: of the budget."""

    project: Project
    won: bool
    why: Mapping[str, Any]
    place: int = 0
    paid_by: int = 0
    left: int = 0
    phase: str = "rule"
    x: float = 0.0
    width: float = 0.0
    tone: int = 0

    @property
    def url(self) -> str:
        return reverse("budgets:result_project", args=[self.project.budget_id, self.project.number])

    @property
    def percent(self) -> int:
        """How much of its cost its supporters could have paid at the end, for those that fell short."""
        covered = self.why.get("covered")
        return round(100 * min(1.0, float(covered))) if covered is not None else 0


@dataclass(frozen=True)
class Result:
    """Everything that the result's page draws."""

    budget: Budget
    count: Count
    amount: int
    rounds: Sequence[Row]
    lost: Sequence[Row]
    other_only: Sequence[Project]
    here_only: Sequence[Project]
    both: int

    @property
    def cost(self) -> int:
        return int(self.count.outcome["cost"])

    @property
    def left(self) -> int:
        return self.amount - self.cost

    @property
    def details(self) -> Mapping[str, Any]:
        return self.count.details

    @property
    def other(self) -> Mapping[str, Any]:
        return self.count.details.get("other") or {}

    @property
    def other_rule(self) -> str:
        return rule_label(str(self.other.get("rule", "")))

    @property
    def excluded_percent(self) -> float:
        return 100 * float(self.count.outcome["fairness"]["exclusion_ratio"])

    @property
    def other_excluded_percent(self) -> float:
        there = self.other.get("there") or {}
        return 100 * there["excluded"] / there["ballots"] if there.get("ballots") else 0.0

    @property
    def blocks(self) -> list[dict[str, Any]]:
        """The winners as the picture of blocks takes them."""
        return [{"label": one.project.title, "amount": one.project.cost, "url": one.url} for one in self.rounds]

    @property
    def unpaid(self) -> bool:
        """Whether the prices fail to prove the outcome (they never should)."""
        found = self.details.get("certificate")
        return bool(found and (found["unpaid"] or found["affordable"]))


def rule_label(key: str) -> str:
    return str(dict(Rule.choices).get(key, key))


def official(budget: Budget) -> Count | None:
    """The official count without the open data (one query)."""
    return Count.objects.filter(budget=budget, official=True).defer("open_data").first()


def result(budget: Budget, count: Count) -> Result:
    """Read a count for its page (three queries)."""
    projects = {str(one.number): one for one in _listed(budget)}
    amount = sum(budget.pots.values_list("amount", flat=True))
    why = count.details.get("projects", {})
    rounds = list(_rounds(count, projects, why, amount))
    won = {str(one.project.number) for one in rounds}
    lost = [Row(one, won=False, why=why.get(key, {})) for key, one in projects.items() if key not in won]
    lost.sort(key=lambda one: (-int(one.why.get("votes", 0)), one.project.number))
    other = count.details.get("other") or {}
    return Result(
        budget, count, amount, rounds, lost, _named(projects, other.get("only_there", ())),
        _named(projects, other.get("only_here", ())), len(other.get("both", ())),
    )  # fmt: skip


def _listed(budget: Budget) -> Iterable[Project]:
    rows = budget.projects.filter(status__in=Project.ON_BALLOT).select_related("pot", "measure", "place")
    return rows.defer("body", "place__boundary").order_by("number")


def _named(projects: Mapping[str, Project], keys: Iterable[str]) -> list[Project]:
    return [projects[key] for key in keys if key in projects]


def _rounds(count: Count, projects: Mapping[str, Project], why: Mapping[str, Any], amount: int) -> Iterable[Row]:
    spent = 0
    for at, one in enumerate(count.outcome["rounds"]):
        project = projects.get(one["project"])
        if project is None:
            continue
        cost = project.cost or 0
        x, spent = spent, spent + cost
        yield Row(
            project, won=True, why=why.get(one["project"], {}), place=at + 1, paid_by=one["paid_by"],
            left=amount - spent, phase=one["phase"], x=100 * x / amount, width=100 * cost / amount, tone=at % TONES,
        )  # fmt: skip


@dataclass(frozen=True)
class Reason:
    """Why one project is in or out. taken: which winners its supporters paid for, with how much."""

    project: Project
    count: Count
    why: Mapping[str, Any]
    taken: Sequence[tuple[Project, int]]
    rivals: Sequence[Project]

    @property
    def won(self) -> bool:
        return bool(self.why.get("reason") == "won")

    @property
    def shared(self) -> bool:
        """Whether the rule charges voters' shares."""
        return bool(self.count.outcome["rule"] == "equal-shares" and not self.count.details["exact"]["switched"])

    @property
    def needed(self) -> int:
        return int(self.why.get("votes", 0)) + int(self.why.get("approvals") or 0)


def reason(budget: Budget, count: Count, number: int) -> Reason:
    """The reasons of one project (two queries). Raises Project.DoesNotExist."""
    projects = {one.number: one for one in _listed(budget)}
    if number not in projects:
        raise Project.DoesNotExist
    for one in projects.values():
        one.budget = budget
    why = count.details.get("projects", {}).get(str(number), {})
    taken = [
        (projects[int(one["project"])], round(one["amount"]))
        for one in why.get("taken", ())
        if int(one["project"]) in projects
    ]
    return Reason(projects[number], count, why, taken, ())


@dataclass(frozen=True)
class Share:
    """What one voter's ballot did, for that voter alone. paid: winner and amount; wished: chosen ones that lost."""

    share: float | None
    left: float | None
    paid: Sequence[tuple[Project, float]]
    won: Sequence[Project]
    lost: Sequence[Project]


def share_of(budget: Budget, count: Count, ballot: Ballot) -> Share:
    """Read off the exact prices what a ballot's share paid for (four queries)."""
    from madang.engines.ballots import explain
    from madang.plan.budgets import explaining  # they compile; only this page needs them

    alone = Cast([ballot.choices], [ballot.points], {})
    election: Election = election_of(budget, alone)
    outcome = explaining.restored(options_from(count.options), count.outcome, count.details["exact"])
    found = explain.voter(election, outcome, 0)
    projects = {str(one.number): one for one in _listed(budget)}
    for one in projects.values():
        one.budget = budget
    return Share(
        None if found.share is None else float(found.share), None if found.left is None else float(found.left),
        [(projects[one.project], float(one.amount)) for one in found.paid if one.project in projects],
        _named(projects, found.won), _named(projects, found.lost),
    )  # fmt: skip


def others(budget: Budget) -> list[Count]:
    """Counts by other rules, which decide nothing (one query)."""
    return list(Count.objects.filter(budget=budget, official=False).defer("open_data"))
