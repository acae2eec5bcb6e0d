"""One thread that writes what many requests brought: what arrives during a transaction goes into the next."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import Error, InterfaceError, OperationalError, connection

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

log = logging.getLogger(__name__)


class BusyError(Exception):
    """More waits than the queue holds. Nothing of this request was taken on."""


class NotWrittenError(Exception):
    """The rows are not known to be written: the database was away, or did not answer in time."""


@dataclass
class _Waiting:
    """The rows of one request, and what became of them."""

    rows: Sequence[Any]
    done: threading.Event = field(default_factory=threading.Event)
    outcomes: Sequence[Any] = ()
    error: Exception | None = None

    def finish(self, outcomes: Sequence[Any] = (), error: Exception | None = None) -> None:
        self.outcomes, self.error = outcomes, error
        self.done.set()


class Committer:
    """Writes rows for others, in the order in which they came.

    write: rows → one outcome each, in one transaction. most_waiting: requests that may wait; most_rows: in one
    transaction; gather: seconds for which the first of a batch waits for others; patience: seconds for which a request
    waits for its outcome; pause: seconds before a lost connection is tried again, once.
    """

    def __init__(
        self,
        write: Callable[[Sequence[Any]], Sequence[Any]],
        *,
        most_waiting: int = 1_000,
        most_rows: int = 500,
        gather: float = 0.002,
        patience: float = 15.0,
        pause: float = 0.1,
    ) -> None:
        self._write, self._most_waiting, self._most_rows = write, most_waiting, most_rows
        self._gather, self._patience, self._pause = gather, patience, pause
        self._queue: deque[_Waiting] = deque()
        self._lock = threading.Condition()
        self._thread: threading.Thread | None = None

    def submit(self, rows: Sequence[Any]) -> Sequence[Any]:
        """Wait until these rows are on the disk; their outcomes.

        Raises BusyError, NotWrittenError, or what `write` raised. Safe to repeat after any error, as the rows carry
        their own keys.
        """
        waiting = _Waiting(rows)
        with self._lock:
            if len(self._queue) >= self._most_waiting:
                raise BusyError
            self._queue.append(waiting)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="lane", daemon=True)
                self._thread.start()
            self._lock.notify()
        if not waiting.done.wait(self._patience):
            raise NotWrittenError
        if waiting.error is not None:
            raise waiting.error
        return waiting.outcomes

    def _run(self) -> None:
        while True:
            batch = self._next()
            try:
                self._carry_out(batch)
            except BaseException as error:
                # Nobody may wait for an answer that never comes.
                for one in batch:
                    one.finish(error=NotWrittenError(str(error)))
                log.exception("A lane could not write %s requests", len(batch))

    def _next(self) -> list[_Waiting]:
        """What has gathered: at least one request, whole ones, at most so many rows."""
        with self._lock:
            while not self._queue:
                self._lock.wait()
        if self._gather:
            time.sleep(self._gather)
        with self._lock:
            batch = [self._queue.popleft()]
            rows = len(batch[0].rows)
            while self._queue and rows + len(self._queue[0].rows) <= self._most_rows:
                batch.append(self._queue.popleft())
                rows += len(batch[-1].rows)
            return batch

    def _carry_out(self, batch: list[_Waiting], *, again: bool = True) -> None:
        """Write a batch; where it fails, once more or in halves, so that a bad request fails alone."""
        try:
            outcomes = self._write([row for one in batch for row in one.rows])
        except (OperationalError, InterfaceError) as error:
            # A lost connection, a deadlock, a shutdown: nothing is known to be written, and all of it may be repeated.
            connection.close()
            if again:
                time.sleep(self._pause)
                self._carry_out(batch, again=False)
                return
            for one in batch:
                one.finish(error=NotWrittenError(str(error)))
        except (Error, ValueError, TypeError, LookupError) as error:
            if len(batch) == 1:
                batch[0].finish(error=error)
                return
            half = len(batch) // 2
            self._carry_out(batch[:half])
            self._carry_out(batch[half:])
        else:
            self._hand_out(batch, outcomes)

    @staticmethod
    def _hand_out(batch: list[_Waiting], outcomes: Sequence[Any]) -> None:
        at = 0
        for one in batch:
            one.finish(outcomes[at : at + len(one.rows)])
            at += len(one.rows)
