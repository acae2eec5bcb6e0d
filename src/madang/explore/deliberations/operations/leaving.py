"""What stays of somebody who leaves: votes without a name, as they were counted; their words only if they may stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from madang.explore.deliberations.models import Participant, Statement
from madang.explore.deliberations.operations.statements import recount
from madang.ground.people import data

if TYPE_CHECKING:
    from madang.ground.people.data import Leaving

REASON = "작성자 탈퇴 (the author left)"


def leave(leaving: Leaving) -> None:
    """Unlink the person from their numbers; take their statements out unless the words may stay."""
    mine = Participant.objects.filter(user=leaving.user)
    if not leaving.keep_texts:
        theirs = Statement.objects.filter(author__in=mine)
        touched = set(theirs.values_list("deliberation_id", flat=True))
        theirs.update(
            text=data.GONE, translations={}, status=Statement.Status.REJECTED, reason=REASON, decided_at=leaving.now
        )
        for pk in touched:
            recount(pk)
    mine.update(user=None)
