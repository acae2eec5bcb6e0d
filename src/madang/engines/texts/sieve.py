"""A cheap sieve before tokenising: which raw texts could contain a word at all?

Lets one query over a file of thousands of voices tokenise a few hundred of them instead of all.
"""

from collections.abc import Sequence

from .normalise import for_tokens
from .vocabulary import SAME

_LONG_FORMS: dict[str, tuple[str, ...]] = {}
for _long, _short in SAME.items():
    _LONG_FORMS[_short] = (*_LONG_FORMS.get(_short, ()), _long)


def anchors(word: str) -> tuple[str, ...]:
    """Return stretches one of which every text with `word` among its tokens holds literally; empty: no such promise.

    >>> anchors("분리"), anchors("시끄럽다"), anchors("막다"), anchors("policy")
    (('분리',), ('시끄',), (), ('polic',))
    """
    if word.isascii():
        return (word[:-1] if len(word) > 3 else word,)
    if word.endswith("다"):
        stem = word[:-2]
        return (stem,) if stem else (() if len(word) < 3 else (word[:-1],))
    return (word, *_LONG_FORMS.get(word, ()))


class Sieve:
    """Raw texts, prepared once, and the positions of those that could match."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = [for_tokens(t).lower() for t in texts]

    def holding(self, word: str) -> frozenset[int]:
        """Return the positions of texts that could contain `word`."""
        options = anchors(word)
        if not options:
            return frozenset(range(len(self._texts)))
        return frozenset(i for i, t in enumerate(self._texts) if any(a in t for a in options))

    def all_of(self, words: Sequence[str]) -> list[int]:
        """Return the positions of texts that could contain every word; all texts when there are no words."""
        found = frozenset(range(len(self._texts)))
        for word in words:
            found &= self.holding(word)
        return sorted(found)

    def lengths(self) -> list[int]:
        """Return the texts' lengths in characters."""
        return [len(t) for t in self._texts]
