"""The processes of a site: started together, mended while they run, stopped in order."""

from __future__ import annotations

import contextlib
import subprocess
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

# A process that lived so long was well: its next death counts as the first.
WELL = 60.0
LONGEST_PAUSE = 60.0
TICK = 0.3


@dataclass
class Child:
    """A process. essential: the site ends with it; the others are started again after a growing pause.

    grace: seconds that it may take to stop.
    """

    name: str
    command: list[str]
    essential: bool = False
    grace: float = 10.0
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    deaths: int = 0
    began: float = 0.0
    due: float = 0.0

    def start(self) -> None:
        """In a session of its own, so that Ctrl-C reaches it once and in order."""
        self.process = subprocess.Popen(self.command, start_new_session=True)  # noqa: S603 - our own programs
        self.began = time.monotonic()

    def died(self) -> int | None:
        """The exit code of a process that ended since it was last started, else None."""
        return self.process.poll() if self.process else None

    def mourn(self) -> float:
        """Note a death; returns the pause before the next start."""
        now = time.monotonic()
        self.deaths = 1 if now - self.began > WELL else self.deaths + 1
        pause = min(2.0 ** (self.deaths - 1), LONGEST_PAUSE)
        self.process, self.due = None, now + pause
        return pause

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(self.grace)
            if self.process.poll() is None:
                self.process.kill()
                self.process.wait()


@contextlib.contextmanager
def supervised(children: Sequence[Child], *, say: Callable[[str], None]) -> Iterator[Callable[[], int]]:
    """Start the processes; yields what watches over them until an essential one ends. Leaving stops the last first."""
    try:
        for child in children:
            child.start()
        yield lambda: _watch(children, say)
    finally:
        for child in reversed(children):
            if child.process and child.process.poll() is None:
                child.process.terminate()
        for child in reversed(children):
            child.stop()


def _watch(children: Sequence[Child], say: Callable[[str], None]) -> int:
    while True:
        for child in children:
            code = child.died()
            if code is not None:
                if child.essential:
                    say(f"The {child.name} process ended by itself with {code}.")
                    return 1
                say(f"The {child.name} process ended with {code}; it starts again in {child.mourn():.0f} s.")
            elif child.process is None and time.monotonic() >= child.due:
                child.start()
        time.sleep(TICK)
