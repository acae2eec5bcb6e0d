"""What may still win beside the winners so far: budget, pots and quotas, conflicts, needs, minimum, withdrawal."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from madang.engines.ballots.conversion import tally
from madang.engines.ballots.election import ElectionError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from madang.engines.ballots.conversion import Tally
    from madang.engines.ballots.election import Election


class Room:
    """The room that a set of winners leaves. Why a project can't be taken, as `refusal` names it:

    won, withdrawn, below-minimum, conflict, limit (a pot or quota is used up), reserved (what is left of the budget is
    kept for others): these stay true whatever wins later. needs: waits for a project that may still win.
    The budget itself is asked for with `fits`. Raises ElectionError for conditions that contradict each other.
    """

    def __init__(self, election: Election, winners: Iterable[int] = ()) -> None:
        check(election)
        self.election = election
        self.costs = [one.cost for one in election.projects]
        self.won: set[int] = set()
        self.spent = 0
        self.taken = [0] * len(election.limits)
        self.number = [0] * len(election.limits)
        self.limits_of: dict[int, list[int]] = defaultdict(list)
        for index, limit in enumerate(election.limits):
            for project in limit.projects:
                self.limits_of[project].append(index)
        self.rivals: dict[int, set[int]] = defaultdict(set)
        for conflict in election.conflicts:
            for project in conflict:
                self.rivals[project] |= conflict - {project}
        self.needed: dict[int, set[int]] = defaultdict(set)
        for project, other in election.needs:
            self.needed[project].add(other)
        self.tally = tally(election)
        self.barred = _barred(election, self.tally)
        # What all may use: the budget without what is kept for single pots.
        self.common = election.budget - sum(limit.least for limit in election.limits)
        self.reserving = any(limit.least for limit in election.limits)
        for project in winners:
            self.take(project)

    @property
    def left(self) -> int:
        """What is left of the budget, in units."""
        return self.election.budget - self.spent

    def fits(self, project: int) -> bool:
        """Whether the budget still holds the project."""
        return self.costs[project] <= self.left

    def refusal(self, project: int) -> str:
        """Return why the project can't be taken now, budget aside, or ''."""
        if project in self.won:
            return "won"
        if project in self.barred:
            return self.barred[project]
        if not self.rivals[project].isdisjoint(self.won):
            return "conflict"
        return self._refused_money(project) or ("" if self.needed[project] <= self.won else "needs")

    def _refused_money(self, project: int) -> str:
        for index in self.limits_of[project]:
            limit = self.election.limits[index]
            if limit.most is not None and self.taken[index] + self.costs[project] > limit.most:
                return "limit"
            if limit.most_projects is not None and self.number[index] + 1 > limit.most_projects:
                return "limit"
        if self.reserving and self._common_use(project) > self.common:
            return "reserved"
        return ""

    def _common_use(self, project: int) -> int:
        """What the project would take of the money that is kept for nobody."""
        cost = self.costs[project]
        for index in self.limits_of[project]:
            least, taken = self.election.limits[index].least, self.taken[index]
            if least:
                return max(0, taken + cost - least) - max(0, taken - least)
        return cost

    def take(self, project: int) -> None:
        """Let the project win."""
        self.common -= self._common_use(project)
        self.won.add(project)
        self.spent += self.costs[project]
        for index in self.limits_of[project]:
            self.taken[index] += self.costs[project]
            self.number[index] += 1

    def give_back(self, project: int, common: int) -> None:
        """Undo the last take; common: what `common` was before it."""
        self.common = common
        self.won.discard(project)
        self.spent -= self.costs[project]
        for index in self.limits_of[project]:
            self.taken[index] -= self.costs[project]
            self.number[index] -= 1


def _barred(election: Election, counted: Tally) -> dict[int, str]:
    """Return which projects can't win from the start, with the reason."""
    barred = {p: "withdrawn" for p, one in enumerate(election.projects) if one.withdrawn}
    if election.threshold:
        least = election.threshold * election.points_units
        for project, score in enumerate(counted.score.tolist()):
            if score < least:
                barred.setdefault(project, "below-minimum")
    return barred


def check(election: Election) -> None:
    """Raise ElectionError where costs, pots, conflicts or needs can't be meant."""
    if election.budget < 0 or any(one.cost < 0 for one in election.projects):
        raise ElectionError("A cost or the budget is negative: give amounts of 0 or more.")
    reserved = [limit for limit in election.limits if limit.least]
    if sum(limit.least for limit in reserved) > election.budget:
        raise ElectionError("More money is kept for single pots than the budget holds: lower what they are to get.")
    seen: set[int] = set()
    for limit in reserved:
        if not limit.projects:
            raise ElectionError(f"{limit.key} keeps money for no project: name its projects or keep nothing.")
        if not seen.isdisjoint(limit.projects):
            raise ElectionError(f"A project is in {limit.key} and in another pot that keeps money: let it be in one.")
        seen |= limit.projects
    _no_circle(election)


def _no_circle(election: Election) -> None:
    needed = defaultdict(set)
    for project, other in election.needs:
        needed[project].add(other)
    waiting = set(needed)
    while waiting:
        done = {p for p in waiting if not (needed[p] & waiting)}
        if not done:
            names = ", ".join(sorted(election.projects[p].id for p in waiting))
            raise ElectionError(f"The projects {names} need each other in a circle: take one of these conditions away.")
        waiting -= done
