"""Statements near to one that is being written, by the texts engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from madang.explore.deliberations.models import Statement

if TYPE_CHECKING:
    from madang.explore.deliberations.models import Deliberation

# Below this share of meaning two sentences only share a common word.
NEAR = 0.25
SHOWN = 4
ENOUGH = 300


@dataclass(frozen=True)
class Near:
    """A statement, and the words that both share."""

    statement: Statement
    shared: tuple[str, ...]


def near(deliberation: Deliberation, text: str) -> list[Near]:
    """Statements that say something similar, the nearest first (one query)."""
    words = " ".join(text.split())[:ENOUGH]
    if len(words) < 4:
        return []
    from madang.engines.texts.light import LightTokenizer
    from madang.engines.texts.similar import similar_texts

    shown = list(deliberation.statements.filter(status=Statement.Status.SHOWN).order_by("number"))
    found = similar_texts([one.text for one in shown], words, LightTokenizer(), limit=SHOWN)
    return [Near(shown[one.index], one.shared) for one in found if one.score >= NEAR]
