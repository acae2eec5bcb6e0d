"""What deliberations hold of a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from madang.explore.deliberations.models import Participant
from madang.explore.deliberations.operations.leaving import leave
from madang.ground.people import data

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from madang.ground.people.models import User


def _votes(user: User) -> Iterable[Mapping[str, Any]]:
    """Every participation with its votes and statements."""
    for one in Participant.objects.filter(user=user).select_related("deliberation").order_by("pk"):
        yield {
            "deliberation": one.deliberation_id,
            "question": one.deliberation.title,
            "number": one.number,
            "joined_at": one.joined_at,
            "votes": list(one.votes.order_by("pk").values("statement__number", "statement__text", "value", "cast_at")),
            "every_vote": list(one.casts.order_by("pk").values("statement__number", "value", "cast_at")),
            "statements": list(one.statements.order_by("pk").values("number", "text", "status", "created_at")),
        }


HOLDING = data.Holding(
    "deliberations", _("Votes and statements in deliberations"), _votes, leave,
    (data.covered(Participant, "user"),), order=60,
)  # fmt: skip
