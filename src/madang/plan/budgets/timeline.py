"""The phases of a budget as a line: which is over, which is now, which is to come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from madang.plan.budgets.models.budgets import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from madang.plan.budgets.models import Phase

ORDER = {kind: at for at, kind in enumerate(Kind.values)}


@dataclass(frozen=True)
class Station:
    """One phase on the line. state: done, now or waiting, as the templates of the line take it."""

    phase: Phase
    state: str

    @property
    def kind(self) -> str:
        return self.phase.kind

    @property
    def label(self) -> str:
        return str(self.phase.get_kind_display())


@dataclass(frozen=True)
class Timeline:
    """All phases in order. current: the one of this moment; None before, between and after."""

    stations: tuple[Station, ...]
    current: Phase | None
    following: Phase | None

    @property
    def kind(self) -> str:
        """The kind of the current phase, "" where there is none."""
        return self.current.kind if self.current else ""

    def phase(self, kind: str) -> Phase | None:
        return next((one.phase for one in self.stations if one.kind == kind), None)

    def has_begun(self, kind: str, now: datetime) -> bool:
        """Whether a phase of this kind, or one that comes after it, has begun."""
        later = [one.phase for one in self.stations if ORDER[one.kind] >= ORDER[kind]]
        return any(one.starts_at <= now for one in later)


def read(phases: Iterable[Phase], now: datetime) -> Timeline:
    """The line at a moment."""
    ordered = sorted(phases, key=lambda one: one.starts_at)
    current = next((one for one in ordered if one.starts_at <= now < one.ends_at), None)
    following = next((one for one in ordered if one.starts_at > now), None)
    stations = tuple(Station(one, _state(one, now)) for one in ordered)
    return Timeline(stations, current, following)


def _state(phase: Phase, now: datetime) -> str:
    if phase.ends_at <= now:
        return "done"
    return "now" if phase.starts_at <= now else "waiting"
