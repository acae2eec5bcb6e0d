"""The minutes of a count, as data of a printable document."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from madang.ground.footing.money import said
from madang.plan.budgets.queries.results import rule_label

if TYPE_CHECKING:
    from datetime import datetime

    from madang.plan.budgets.models import Phase
    from madang.plan.budgets.queries.results import Result, Row

TEMPLATE = Path(__file__).parent / "documents" / "minutes.typ"


def data(result: Result, phase: Phase | None) -> dict[str, Any]:
    """Everything in words, so that the template holds none."""
    budget, count = result.budget, result.count
    return {
        "place": budget.place.name,
        "foot": _("Digest of the ballots: %(digest)s") % {"digest": count.input_digest[:32]},
        "facts": _facts(result), "course_title": _("The vote"), "course": _course(result, phase),
        "won_title": _("Projects that won"),
        "won_head": [_("Round"), _("No."), _("Project"), _("Cost"), _("Votes"), _("Paid by")],
        "won": [_winner(one, budget.currency) for one in result.rounds],
        "lost_title": _("Projects that were not chosen"), "lost_head": [_("No."), _("Project"), _("Cost"), _("Votes")],
        "lost": [_loser(one, budget.currency) for one in result.lost],
        "proof_title": _("So that anybody can count again"), "proof": _proof(result),
        "sign_title": _("Signed"), "sign": [_("Election officer"), _("Witness"), _("Witness")],
        "note": budget.attribution,
    }  # fmt: skip


def _facts(result: Result) -> list[dict[str, str]]:
    currency = result.budget.currency
    return [
        {"number": f"{result.count.voters:,}", "label": _("ballots counted")},
        {"number": str(len(result.rounds)), "label": _("projects won")},
        {"number": said(result.cost, currency), "label": _("of %(all)s") % {"all": said(result.amount, currency)}},
    ]


def _moment(when: datetime) -> str:
    return date_format(localtime(when), "DATETIME_FORMAT")


def _course(result: Result, phase: Phase | None) -> list[list[str]]:
    count, paper = result.count, result.details.get("paper") or {}
    rows = [[_("Count"), rule_label(result.budget.rule)], [_("Counted"), _moment(count.counted_at)]]
    if phase:
        rows.insert(0, [_("Open"), f"{_moment(phase.starts_at)} – {_moment(phase.ends_at)}"])
    if paper.get("issued"):
        words = _(
            "%(issued)s handed out, %(received)s came back, %(ballots)s ballots, %(void)s void, %(double)s double"
        )
        rows.append([_("Paper sheets"), words % paper])
    return rows


def _winner(one: Row, currency: str) -> list[str]:
    votes = f"{one.why.get('votes', 0):,}"
    return [str(one.place), str(one.project.number), one.project.title, said(one.project.cost, currency), votes,
            f"{one.paid_by:,}" if one.paid_by else "—"]  # fmt: skip


def _loser(one: Row, currency: str) -> list[str]:
    return [
        str(one.project.number),
        one.project.title,
        said(one.project.cost, currency),
        f"{one.why.get('votes', 0):,}",
    ]


def _proof(result: Result) -> list[list[str]]:
    count = result.count
    return [
        [_("Program"), count.engine_version], [_("Digest of the ballots"), count.input_digest],
        [_("SHA-256 of the open data"), count.open_data_digest],
        [_("SHA-256 of the list of receipts"), str(result.details.get("receipts", "—"))],
        [_("Seed of the lot"), str(result.budget.seed)],
    ]  # fmt: skip
