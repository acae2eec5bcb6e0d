"""Numbers about the site that `/metrics` tells beside those of requests: one line from any app's `ready()`.

gauges.register(gauges.Gauge("madang_notices_waiting", "Notices not sent yet.", queries.waiting))
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from madang.ground.footing.registry import Registry


@dataclass(frozen=True)
class Gauge:
    """A number read from the database when somebody asks: `read` returns it, or numbers by the value of `label`.

    label must have few values by nature (a state, a queue, a kind): never a person, a place or an address.
    """

    key: str
    help: str
    read: Callable[[], float | Mapping[str, float]]
    label: str = ""


GAUGES: Registry[Gauge] = Registry("gauge")
register = GAUGES.register
