"""What `madang check` asks, registered by whoever knows: does everything that the site stands on answer?

checks.register(checks.Check("webhooks", "Webhooks", questions.problems, order=60))
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from madang.ground.footing.registry import Registry


@dataclass(frozen=True)
class Problem:
    """What is wrong, and how to mend it."""

    what: str
    mend: str


@dataclass(frozen=True)
class Check:
    """A part of the site, and what is wrong with it at the moment."""

    key: str
    label: str
    problems: Callable[[], Iterable[Problem]]
    order: int = 100


CHECKS: Registry[Check] = Registry("check")
register = CHECKS.register
