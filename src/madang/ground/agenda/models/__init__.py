"""The agenda item, its scoring, who pursues it together, and how items merge and divide."""

from madang.ground.agenda.models.items import AgendaItem, Field, Stage
from madang.ground.agenda.models.lineage import Division, Merger
from madang.ground.agenda.models.scoring import Criterion, Score
from madang.ground.agenda.models.sharing import CoOwner, Partnership, Referral

__all__ = [
    "AgendaItem",
    "CoOwner",
    "Criterion",
    "Division",
    "Field",
    "Merger",
    "Partnership",
    "Referral",
    "Score",
    "Stage",
]
