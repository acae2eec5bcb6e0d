"""The stages as they may follow each other: each transition declared once, with what must hold before it.

A later app adds what its stage asks for by one line in its `ready()`:

    stages.register(Rule("owner", Stage.PLAN, Stage.PRACTICE, _("An owner office has accepted the item"),
                         holds=queries.has_owner, where=queries.address, mend=_("Ask an office to own it")))

The stage page then shows whether it holds and leads to where it can be made to hold. An officer may go ahead without
(unless the rule is not `waivable`), with a reason; the record says so.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from madang.ground.agenda.models import AgendaItem, Referral, Stage
from madang.ground.agenda.permissions import EDIT
from madang.ground.agenda.queries import latest_entry_before_closing
from madang.ground.footing.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable

ANY = ""


@dataclass(frozen=True)
class Transition:
    """From one stage to another. label: what the officer does; permission: who may; every one asks for a reason."""

    source: str
    target: str
    label: object
    permission: str = EDIT

    @property
    def key(self) -> str:
        return f"{self.source}:{self.target}"


@dataclass(frozen=True)
class Rule:
    """What must hold before a transition. Source or target may be ANY.

    needs: what must hold, lazy; holds: (item) → whether it does, at most one query; where: (item) → address of the page
    on which it can be made to hold; mend: the words of that link, lazy; waivable: an officer may go ahead without.
    """

    key: str
    source: str
    target: str
    needs: object
    holds: Callable[[AgendaItem], bool] = field(repr=False)
    where: Callable[[AgendaItem], str] = field(repr=False)
    mend: object
    waivable: bool = True
    order: int = 50

    def governs(self, transition: Transition) -> bool:
        return self.source in (ANY, transition.source) and self.target in (ANY, transition.target)


# One step forward, one step back, or closed; a closed item opens again where it stood.
TRANSITIONS = (
    Transition(Stage.EXPLORE, Stage.PLAN, _("Take it into planning")),
    Transition(Stage.PLAN, Stage.PRACTICE, _("Put the plan into practice")),
    Transition(Stage.PRACTICE, Stage.DIFFUSE, _("Spread what worked")),
    Transition(Stage.PLAN, Stage.EXPLORE, _("Back to exploring")),
    Transition(Stage.PRACTICE, Stage.PLAN, _("Back to planning")),
    Transition(Stage.DIFFUSE, Stage.PRACTICE, _("Back to practice")),
    Transition(Stage.EXPLORE, Stage.CLOSED, _("Close the item")),
    Transition(Stage.PLAN, Stage.CLOSED, _("Close the item")),
    Transition(Stage.PRACTICE, Stage.CLOSED, _("Close the item")),
    Transition(Stage.DIFFUSE, Stage.CLOSED, _("Close the item")),
    Transition(Stage.CLOSED, Stage.EXPLORE, _("Open it again for exploring")),
    Transition(Stage.CLOSED, Stage.PLAN, _("Open it again for planning")),
    Transition(Stage.CLOSED, Stage.PRACTICE, _("Open it again for practice")),
    Transition(Stage.CLOSED, Stage.DIFFUSE, _("Open it again for diffusion")),
)
_rules: Registry[Rule] = Registry("rule of a transition")
register = _rules.register


def rules_of(transition: Transition) -> list[Rule]:
    """Everything that must hold before a transition."""
    return [rule for rule in _rules if rule.governs(transition)]


@dataclass(frozen=True)
class Way:
    """A transition that starts where an item stands, each rule with whether it holds."""

    transition: Transition
    rules: tuple[tuple[Rule, bool], ...]

    @property
    def unmet(self) -> list[Rule]:
        return [rule for rule, holds in self.rules if not holds]

    @property
    def open(self) -> bool:
        return not self.unmet

    @property
    def passable(self) -> bool:
        """Open, or closed only by rules that an officer may set aside."""
        return all(rule.waivable for rule in self.unmet)


def ways(item: AgendaItem) -> list[Way]:
    """Where an item may go from here, and what is missing (one query, and those of the rules)."""
    before = latest_entry_before_closing(item) if item.stage == Stage.CLOSED else ANY
    here = [one for one in TRANSITIONS if one.source == item.stage and before in (ANY, one.target)]
    return [Way(one, tuple((rule, rule.holds(item)) for rule in rules_of(one))) for one in here]


def way(item: AgendaItem, target: str) -> Way | None:
    """The way to one stage; None where no transition leads there from here."""
    return next((one for one in ways(item) if one.transition.target == target), None)


def _nothing_referred(item: AgendaItem) -> bool:
    return not Referral.objects.filter(item=item, status=Referral.Status.WAITING).exists()


register(
    Rule(
        "referral",
        ANY,
        Stage.CLOSED,
        _("No other place has still to answer a referral"),
        holds=_nothing_referred,
        where=lambda item: reverse("agenda:referral", args=[item.pk]),
        mend=_("Look at the referral"),
        waivable=False,
        order=10,
    )
)
register(
    Rule(
        "merged",
        Stage.CLOSED,
        ANY,
        _("The item is not merged into another"),
        holds=lambda item: item.merged_into_id is None,
        where=lambda item: reverse("agenda:merger", args=[item.pk]),
        mend=_("Undo the merger"),
        waivable=False,
        order=10,
    )
)
