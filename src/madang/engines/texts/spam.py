"""Signals that a short text may be spam, each with what it was seen by; a person decides, never the number alone.

Points are added up. No signal but a person's own repetition reaches `THRESHOLD` alone, and nothing that honest people
do once does: a campaign's common wording, a foreign script, two links or a new account do not hold a text. See
docs/methods/spam.md for the table and what it was measured on.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

THRESHOLD = 100
_LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"']+", re.IGNORECASE)
# Scripts that Koreans read every day; any other is a faint signal.
_FAMILIAR = ("HANGUL", "LATIN", "CJK", "HIRAGANA", "KATAKANA", "HALFWIDTH", "FULLWIDTH", "IDEOGRAPHIC")
_LETTERS = 40


@dataclass(frozen=True)
class Circumstances:
    """What is known beside the text.

    account_days: age of the account; own_repeats: nearly the same text by the same person within a week;
    elsewhere: other people who wrote nearly the same; burst: texts by the same person within ten minutes.
    """

    account_days: float
    own_repeats: int = 0
    elsewhere: int = 0
    burst: int = 0


@dataclass(frozen=True)
class Signal:
    """key: links, new_account, repetition, elsewhere, burst, script; value: what was counted; points: its share."""

    key: str
    value: int
    points: int


@dataclass(frozen=True)
class Assessment:
    """The signals found, the heaviest first."""

    signals: tuple[Signal, ...]

    @property
    def score(self) -> int:
        return sum(one.points for one in self.signals)

    @property
    def holds(self) -> bool:
        """Whether a person should look before everybody does."""
        return self.score >= THRESHOLD


def assess(text: str, known: Circumstances) -> Assessment:
    """Weigh a text.

    >>> assess("좋은 생각입니다. https://example.org 를 보세요.", Circumstances(account_days=0.1)).score
    50
    >>> assess("같은 글", Circumstances(account_days=400, own_repeats=3)).holds
    True
    """
    links = len(_LINK.findall(text))
    new = known.account_days < 1
    foreign = _foreign_share(text)
    found = (
        Signal("links", links, min(75, 10 * min(links, 2) + 25 * max(0, links - 2))),
        Signal("new_account", int(new), (40 if links else 15) if new else 0),
        Signal("repetition", known.own_repeats, min(120, 40 * known.own_repeats)),
        Signal("elsewhere", known.elsewhere, min(60, 20 * max(0, known.elsewhere - 1))),
        Signal("burst", known.burst, min(40, 10 * max(0, known.burst - 4))),
        Signal("script", foreign, 20 if foreign > 50 else 0),
    )
    return Assessment(tuple(sorted((one for one in found if one.points), key=lambda one: -one.points)))


def _foreign_share(text: str) -> int:
    """Percent of the letters in a script that is not read here every day; 0 for a short text."""
    letters = [ch for ch in text if ch.isalpha()]
    if len(letters) < _LETTERS:
        return 0
    foreign = sum(not unicodedata.name(ch, "").startswith(_FAMILIAR) for ch in letters)
    return 100 * foreign // len(letters)
