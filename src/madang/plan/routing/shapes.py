"""How routing looks in the API."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import Field

from madang.ground.agenda.shapes import ItemName, item_name
from madang.ground.footing.rest import Shape
from madang.ground.places.shapes import OfficeName, office_name

if TYPE_CHECKING:
    from madang.plan.routing.models import Assignment
    from madang.plan.routing.queries import Advised


class CandidateOut(Shape):
    """An office that might own the item, and how sure the suggester is."""

    office: OfficeName
    confidence: float = Field(description="0 to 1.")
    score: float
    reasons: int = Field(description="How many sentences of its mandate and past decisions speak for it.")


class SuggestionOut(Shape):
    """What the suggester said; it advises, an officer decides."""

    verdict: str = Field(description="one, crosses or none")
    offices: list[OfficeName] = Field(description="Those that it names.")
    candidates: list[CandidateOut] = Field(description="Best first.")
    n_offices: int = Field(description="Among how many it chose.")
    engine_version: str
    input_digest: str = Field(description="Of all that it read, so that anybody can recompute it.")
    made_at: datetime


class AssignmentOut(Shape):
    """An office asked to own an item, and its answer."""

    id: int
    office: OfficeName
    status: str = Field(description="pending, accepted, handed_back or replaced")
    reason: str
    follows_suggestion: bool
    assigned_at: datetime
    due_at: datetime
    escalated_at: datetime | None = None
    answered_at: datetime | None = None
    answer_reason: str = ""


class WaitingOut(AssignmentOut):
    item: ItemName


class RoutingOut(Shape):
    item: int
    suggestion: SuggestionOut | None = None
    assignments: list[AssignmentOut] = Field(description="Newest first.")


def suggestion_out(advised: Advised | None) -> dict[str, object] | None:
    if advised is None:
        return None
    names = ("verdict", "n_offices", "engine_version", "input_digest", "made_at")
    return {
        **{name: getattr(advised.suggestion, name) for name in names},
        "offices": [office_name(one) for one in advised.named],
        "candidates": [
            {
                "office": office_name(row["office"]),  # type: ignore[arg-type]
                "confidence": row["confidence"],
                "score": row["score"],
                "reasons": len(row["reasons"]),  # type: ignore[arg-type]
            }
            for row in advised.candidates
        ],
    }


def assignment_out(assignment: Assignment) -> dict[str, object]:
    """An assignment whose office is loaded with its place."""
    names = ("status", "reason", "follows_suggestion", "assigned_at", "due_at", "escalated_at", "answered_at")
    return {
        "id": assignment.pk,
        "office": office_name(assignment.office),
        "answer_reason": assignment.answer_reason,
        **{name: getattr(assignment, name) for name in names},
    }


def waiting_out(assignment: Assignment) -> dict[str, object]:
    return {**assignment_out(assignment), "item": item_name(assignment.item)}
