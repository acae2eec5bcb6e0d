"""Every change of an agenda item, each with its entry in the public record and its event."""

from madang.ground.agenda.operations.common import AgendaError, ItemClosedError, ReasonMissingError, locked
from madang.ground.agenda.operations.inspiration import CircleError, set_inspired_by
from madang.ground.agenda.operations.items import add_note, create_item, revise, set_counts, set_owner
from madang.ground.agenda.operations.lineage import LineageError, divide, merge, undo_merger
from madang.ground.agenda.operations.referrals import (
    ReferralError,
    answer_referral,
    escalate_referrals,
    refer,
    withdraw_referral,
)
from madang.ground.agenda.operations.scoring import ScoreInvalidError, score
from madang.ground.agenda.operations.sharing import (
    SharingError,
    add_co_owner,
    answer_invitation,
    end_co_owner,
    end_partnership,
    invite,
)
from madang.ground.agenda.operations.stages import RuleUnmetError, StageNotAllowedError, close_item, set_stage

__all__ = [
    "AgendaError",
    "CircleError",
    "ItemClosedError",
    "LineageError",
    "ReasonMissingError",
    "ReferralError",
    "RuleUnmetError",
    "ScoreInvalidError",
    "SharingError",
    "StageNotAllowedError",
    "add_co_owner",
    "add_note",
    "answer_invitation",
    "answer_referral",
    "close_item",
    "create_item",
    "divide",
    "end_co_owner",
    "end_partnership",
    "escalate_referrals",
    "invite",
    "locked",
    "merge",
    "refer",
    "revise",
    "score",
    "set_counts",
    "set_inspired_by",
    "set_owner",
    "set_stage",
    "undo_merger",
    "withdraw_referral",
]
