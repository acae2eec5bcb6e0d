"""What may end a run, and how an error is told to operators."""

from __future__ import annotations

import traceback

from procrastinate.exceptions import JobAborted

LONGEST = 4000


class AlreadyDoneError(RuntimeError):
    """The work was finished by an earlier run; there is nothing left to do."""


class CanceledError(RuntimeError):
    """Somebody canceled the work; what is not committed is undone."""


class OvertakenError(RuntimeError):
    """A later run took over, because this one was taken for dead; what is not committed is undone."""


class ShutdownError(JobAborted):
    """The worker was asked to stop; what is not committed is undone, and the work goes back to the queue."""


class HopelessError(RuntimeError):
    """Trying again cannot help: what the job was given is wrong. Its text is shown to the person who waits."""


def public_error(error: BaseException) -> str:
    """An error for the operators' page: class, text and the last frames, with personal data masked."""
    from madang.engines.texts.privacy import mask

    frames = traceback.extract_tb(error.__traceback__)[-4:]
    where = "\n".join(
        f"  {frame.filename.rpartition('site-packages/')[2]}:{frame.lineno} {frame.name}" for frame in frames
    )
    # The detail of a database error quotes the row: keep its first line only.
    first = str(error).partition("\n")[0]
    return mask(f"{type(error).__name__}: {first}").text[:LONGEST] + (f"\n{where}" if where else "")
