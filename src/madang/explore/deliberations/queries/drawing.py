"""Seed statements drawn from real voices: short sentences that say what many say, and different ones.

The texts engine finds the words; a sentence scores by how much of the common vocabulary of the voices it carries, and
the next one is taken where it adds most to those already taken (maximal marginal relevance, Carbonell & Goldstein
1998). People then edit, order and reject: nothing is used that nobody chose.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING

from madang.engines.texts import privacy
from madang.engines.texts.light import LightTokenizer
from madang.engines.texts.normalise import bare, clean, strip_boilerplate
from madang.explore.proposals.models import Evidence, Proposal, ThemeMember
from madang.ground.participation.text import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from madang.explore.deliberations.models import Deliberation

VOICES = 300
SHORTEST, LONGEST = 12, 110
OFFERED = 20
# How much a sentence loses by saying again what a chosen one said.
REPEATING = 0.6
_END = re.compile(r"(?<=[.!?。])\s+|\n+")
_CLAIM = re.compile(
    r"(?:한다|하자|해야|필요|바랍니다|좋겠|주세요|주십시오|합니다|습니다|should|must|needs?|want)", re.IGNORECASE
)
# So many of the weightiest sentences are compared with each other.
COMPARED = 400
_GREETING = re.compile(r"^(?:안녕|감사|수고|존경하는|저는|제목|내용|hello|dear|thank)", re.IGNORECASE)


@dataclass(frozen=True)
class Drawn:
    """A sentence of a voice; score in [0, 1]-ish, the voices that share its words."""

    text: str
    proposal: Proposal
    voices: int


def draw(deliberation: Deliberation, *, size: int = OFFERED) -> list[Drawn]:
    """Sentences from the voices of the item or theme, the most telling first; none that is used already."""
    voices = list(_voices(deliberation))
    sentences = [(one, words) for one in voices for words in _sentences(one)]
    used = {bare(text) for text in deliberation.statements.values_list("text", flat=True)}
    fresh = {bare(words): (one, words) for one, words in reversed(sentences) if bare(words) not in used}
    return _chosen(list(fresh.values())[::-1], size)


def _voices(deliberation: Deliberation) -> Iterable[Proposal]:
    """Typical voices first: by rank in the theme, else by support."""
    if deliberation.theme_id:
        members = ThemeMember.objects.filter(theme=deliberation.theme_id, proposal__status__in=Proposal.VISIBLE)
        return [one.proposal for one in members.select_related("proposal").order_by("rank")[:VOICES]]
    rows = Evidence.objects.filter(item=deliberation.item_id, proposal__status__in=Proposal.VISIBLE)
    loaded = rows.select_related("proposal").order_by("-proposal__support_count", "pk")
    return [one.proposal for one in loaded[:VOICES]]


def _sentences(voice: Proposal) -> list[str]:
    """The title and the sentences of the text that could stand alone, without marks and personal data."""
    body = strip_boilerplate(plain(voice.body))
    pieces = [voice.title, *_END.split(clean(body))]
    found = (" ".join(privacy.mask(piece).text.split()).strip("-·• ") for piece in pieces[:40])
    return [one for one in found if _fits(one)]


def _fits(sentence: str) -> bool:
    """Long enough to say something, a claim rather than a question or a greeting, and with nothing masked in it."""
    long_enough = SHORTEST <= len(sentence) <= LONGEST
    masked = any(mark in sentence for mark in privacy.MARKS.values())
    return long_enough and not masked and not sentence.endswith("?") and not _GREETING.match(sentence)


def _chosen(candidates: Sequence[tuple[Proposal, str]], size: int) -> list[Drawn]:
    tokenizer = LightTokenizer()
    words = [set(tokenizer.tokenise(text)) for _voice, text in candidates]
    spread: Counter[str] = Counter()
    for together in _by_voice(candidates, words).values():
        spread.update(together)
    claims = [1.15 if _CLAIM.search(text) else 1.0 for _voice, text in candidates]
    weights = [_weight(own, spread) * claim for own, claim in zip(words, claims, strict=True)]
    left = sorted(range(len(candidates)), key=lambda at: (-weights[at], at))[:COMPARED]
    picked: list[int] = []
    while left and len(picked) < size:
        best = max(left, key=lambda at: (weights[at] * (1 - REPEATING * _most_like(words[at], words, picked)), -at))
        picked.append(best)
        left.remove(best)
    return [Drawn(candidates[at][1], candidates[at][0], _sharing(words[at], spread)) for at in picked]


def _by_voice(candidates: Sequence[tuple[Proposal, str]], words: Sequence[set[str]]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for (voice, _text), own in zip(candidates, words, strict=True):
        found.setdefault(voice.pk, set()).update(own)
    return found


def _weight(words: set[str], spread: Counter[str]) -> float:
    """The mean weight of its words by how many voices use them: a sentence of common words, not a long one."""
    if len(words) < 2:
        return 0.0
    return sum(log(1 + spread[word]) for word in words) / (len(words) + 2)


def _most_like(own: set[str], words: Sequence[set[str]], picked: Sequence[int]) -> float:
    """The largest share of its words that a chosen sentence has too (Jaccard)."""
    return max((len(own & words[at]) / len(own | words[at]) for at in picked if own | words[at]), default=0.0)


def _sharing(words: set[str], spread: Counter[str]) -> int:
    """How many voices use its most common word: an upper bound of those that it may speak for."""
    return max((spread[word] for word in words), default=0)
