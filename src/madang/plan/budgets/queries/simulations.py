"""A run of the simulator as its page shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from madang.plan.budgets.models.budgets import Rule

if TYPE_CHECKING:
    from madang.plan.budgets.models import Simulation

DISTRICTS = 40


def shown(row: Simulation) -> dict[str, Any] | None:
    """Rules as columns; figures, districts and projects as rows. None while it is not computed or failed."""
    if not row.result:
        return None
    rules = row.result["rules"]
    voters = row.result["voters"] or 1
    names = sorted({name for one in rules for name in one["districts"]})
    return {
        "voters": row.result["voters"],
        "budget": row.result["budget"],
        "columns": [{**one, "name": _name(one["label"]), "own": at == 0} for at, one in enumerate(rules)],
        "without": [(one["without"], round(100 * one["without"] / voters, 1)) for one in rules],
        "districts": [(name or _("Everywhere"), [one["districts"].get(name, 0) for one in rules]) for name in names][
            :DISTRICTS
        ],
        "projects": sorted(row.result["projects"], key=lambda one: (-sum(one["won"]), -one["votes"], one["id"])),
    }


def _name(label: str) -> str:
    rule, *rest = label.split("/")
    known = dict(Rule.choices)
    return " · ".join([str(known.get(rule, rule)), *rest])
