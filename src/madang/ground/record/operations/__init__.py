"""Every write to the public record."""

from madang.ground.record.operations.checkpoints import NothingNewError, RecordDamagedError, checkpoint
from madang.ground.record.operations.entries import OutsideTransactionError, UnknownKindError, record
from madang.ground.record.operations.forgetting import ForgettingError, forget, withhold
from madang.ground.record.operations.publishing import publish
from madang.ground.record.operations.sequencing import sequence
from madang.ground.record.operations.witnessing import WitnessError, add_witness, cosign, end_witness

__all__ = [
    "ForgettingError",
    "NothingNewError",
    "OutsideTransactionError",
    "RecordDamagedError",
    "UnknownKindError",
    "WitnessError",
    "add_witness",
    "checkpoint",
    "cosign",
    "end_witness",
    "forget",
    "publish",
    "record",
    "sequence",
    "withhold",
]
