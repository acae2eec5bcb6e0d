"""How rooms below the public record put a decision on it.

Places and people lie below the record, so they cannot import it; the record plugs itself in when it is ready. Rooms
above the record call `madang.ground.record.operations.record` itself.
"""

from __future__ import annotations

from collections.abc import Callable

Recorder = Callable[..., object]
_recorders: list[Recorder] = []


class NoRecordError(RuntimeError):
    """A public decision was about to be taken while nothing records it."""


def plug(recorder: Recorder) -> None:
    """Name the function that records; a second, different one raises ValueError."""
    if _recorders and _recorders[0] is not recorder:
        raise ValueError("The public record is plugged in already.")
    _recorders[:] = [recorder]


def recorded(**decision: object) -> object:
    """Record a decision in its own transaction: kind, subject, place, by, now, and reason, office, data where known.

    The arguments are those of `madang.ground.record.operations.record`. Raises NoRecordError.
    """
    if not _recorders:
        raise NoRecordError("Install madang.ground.record: decisions must be recorded.")
    return _recorders[0](**decision)
