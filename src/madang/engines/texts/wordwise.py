"""Differences between two versions of a text, word by word, and joining two changes of the same text.

Guarantees: `compare` loses nothing (same + removed spell `before`, same + added spell `after`). `merge` succeeds only
where the two changes touch different words with at least one unchanged word between them; it never guesses. Matching is
the standard library's (Ratcliff and Obershelp); ties go to the earliest match.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

LONG = 600


@dataclass(frozen=True)
class Piece:
    """A stretch of a comparison: kind is `same`, `removed` or `added`."""

    kind: str
    text: str


def compare(before: str, after: str) -> list[Piece]:
    """The differences between two versions, word by word, line breaks kept.

    >>> [(piece.kind, piece.text) for piece in compare("밤길이 어둡습니다", "골목길이 어둡습니다")]
    [('removed', '밤길이 '), ('added', '골목길이 '), ('same', '어둡습니다')]
    """
    old, new = _words(before), _words(after)
    pieces: list[Piece] = []
    for tag, a, b, c, d in _opcodes(old, new):
        kinds = [("same", old[a:b])] if tag == "equal" else [("removed", old[a:b]), ("added", new[c:d])]
        pieces += [Piece(kind, "".join(words)) for kind, words in kinds if words]
    return pieces


@dataclass(frozen=True)
class Hunk:
    """Words `start:end` of the base are replaced by `words`."""

    start: int
    end: int
    words: tuple[str, ...]


def merge(base: str, mine: str, theirs: str) -> str | None:
    """Both changes of `base` in one text; None where they touch each other and a person must decide.

    A change made on both sides alike counts once.

    >>> merge("낮은 의자를 놓아 주세요", "낮은 의자를 둘 놓아 주세요", "튼튼한 의자를 놓아 주세요")
    '튼튼한 의자를 둘 놓아 주세요'
    >>> merge("낮은 의자", "높은 의자", "넓은 의자") is None
    True
    """
    words = _words(base)
    changes = sorted(
        {*_hunks(words, _words(mine)), *_hunks(words, _words(theirs))}, key=lambda one: (one.start, one.end)
    )
    if any(later.start <= earlier.end for earlier, later in pairwise(changes)):
        return None
    merged, at = [], 0
    for change in changes:
        merged += [*words[at : change.start], *change.words]
        at = change.end
    return "".join([*merged, *words[at:]])


def _words(text: str) -> list[str]:
    # A word carries the blanks behind it: blanks as words of their own would make long texts quadratic.
    return re.findall(r"\S+[^\S\n]*|\n|[^\S\n]+", text)


def _opcodes(old: list[str], new: list[str]) -> Sequence[tuple[str, int, int, int, int]]:
    # In long texts words that stand everywhere do not anchor a match: else a text of one sentence a thousand times
    # would keep the server busy for seconds.
    return difflib.SequenceMatcher(None, old, new, autojunk=len(new) > LONG).get_opcodes()


def _hunks(old: list[str], new: list[str]) -> list[Hunk]:
    return [Hunk(a, b, tuple(new[c:d])) for tag, a, b, c, d in _opcodes(old, new) if tag != "equal"]
