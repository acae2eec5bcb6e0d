"""Evidence that an office owns an item: its name, its mandate, and what it decided before."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .tokens import Tokenizer, with_parts
from .vectors import is_noun
from .vocabulary import EMPTY_LABELS
from .wordspace import WordSpace

_SUFFIX = re.compile(r"(?:담당관|정책관|기획관|본부|센터|사업소|[과국실단팀부])$")
# Words of nearly every office's name.
_GENERAL = frozenset(
    "담당관 담당 정책 관리 운영 지원 계획 사업 센터 본부 총괄 대응 시설 서비스 기획 개선 "
    "과 부 단 행정 서울 서울시 시청".split()
)
FEATURES = ("name_title", "name_body", "kinship", "decided", "answers", "mandate")


@dataclass(frozen=True)
class Office:
    """An office. parent: the bureau's id. mandate: sentences of mandate and business plan, each as tokens."""

    id: str
    name: str
    parent: str | None = None
    is_innovation_officer: bool = False
    mandate: tuple[tuple[str, ...], ...] = ()
    name_tokens: tuple[str, ...] = ()


@dataclass(frozen=True)
class Decided:
    """A past item and the office that took it. texts: title and body as tokens; answers: what the office published."""

    office: str
    texts: tuple[tuple[str, ...], ...]
    answers: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Reason:
    """Why an office is suggested. source: name, kinship, decided, answers or mandate.

    part: which of the item's token lists; against: which decided item or mandate sentence (None for the name);
    shared: words in common, weightiest first; weight: this source's share of the office's score.
    """

    source: str
    part: int
    against: int | None
    shared: tuple[str, ...]
    weight: float


def office_words(name: str, tokenizer: Tokenizer, known: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the telling words of an office's name; `known` words of the corpus are found inside compounds.

    >>> from madang.engines.texts.tokens import default_tokenizer
    >>> office_words("보행자전거과", default_tokenizer(), ["보행", "자전거"])
    ('보행자전거', '보행', '자전거')
    """
    stem = _SUFFIX.sub("", name) or name
    inside = [w for w in known if len(w) > 1 and w in stem and is_noun(w)]
    # The suffix helps the analyser with some names (자원순환과) and misleads it with others: both readings count.
    words = dict.fromkeys([*with_parts([*tokenizer.tokenise(stem), *tokenizer.tokenise(name)], tokenizer), *inside])
    return tuple(w for w in words if w not in _GENERAL and len(w) > 1 and (w != name or w == stem)) or (stem,)


class Evidence:
    """Features of every office for an item, in the order of FEATURES."""

    def __init__(self, offices: Sequence[Office], decided: Sequence[Decided], space: WordSpace) -> None:
        self.offices, self.decided, self.space = tuple(offices), tuple(decided), space
        self.position = {o.id: i for i, o in enumerate(self.offices)}
        self.names = [o.name_tokens or (o.name,) for o in self.offices]
        self.name_rows = np.array([space.meaning(n) for n in self.names]).reshape(
            len(self.offices), space.vectors.shape[1]
        )
        self._texts = _Postings(
            (
                (self.position[d.office], k, _joined(d.texts))
                for k, d in enumerate(decided)
                if d.office in self.position
            ),
            space,
        )
        self._answers = _Postings(
            (
                (self.position[d.office], k, _joined(d.answers))
                for k, d in enumerate(decided)
                if d.office in self.position
            ),
            space,
        )
        self._mandates = _Postings(
            ((i, k, s) for i, o in enumerate(self.offices) for k, s in enumerate(o.mandate)), space
        )

    def features(self, item: Sequence[Sequence[str]], *, without: int | None = None) -> NDArray[np.float64]:
        """Return an array (offices, features) ≥ 0 but for kinship.

        item: its title's tokens, then those of its voices. without: a decided item to leave out, for evaluation.
        """
        title, everything = list(item[0]) if item else [], [t for part in item for t in part]
        found = np.zeros((len(self.offices), len(FEATURES)))
        body = Counter(everything)
        for i, words in enumerate(self.names):
            found[i, 0], found[i, 1] = self._name(words, set(title), body)
        bag = self.space.bag([*title, *title, *everything])
        if len(self.offices) and self.name_rows.shape[1]:
            found[:, 2] = self.name_rows @ self.space.meaning([*title, *title, *everything])
        for column, postings in ((3, self._texts), (4, self._answers), (5, self._mandates)):
            skip = without if column < 5 else None
            for i, (score, _) in postings.best(bag, skip).items():
                found[i, column] = score
        return found

    def _name(self, words: Sequence[str], title: set[str], body: Mapping[str, int]) -> tuple[float, float]:
        idf = self.space.corpus.idf
        total = sum(idf(w) for w in words) + 2
        often = sum(idf(w) * min(1.0, (1 + log(body[w])) / 3) for w in words if w in body)
        return sum(idf(w) for w in words if w in title) / total, often / total

    def reasons(
        self, office: int, item: Sequence[Sequence[str]], contributions: Mapping[str, float]
    ) -> tuple[Reason, ...]:
        """Return the reasons behind an office's score, strongest first, each with the words shared."""
        found = []
        for source, postings in (("decided", self._texts), ("answers", self._answers), ("mandate", self._mandates)):
            if contributions[source] > 0:
                part, against, shared = self._best_part(office, item, postings)
                if shared:
                    found.append(Reason(source, part, against, shared, contributions[source]))
        for source, weight in (
            ("name", contributions["name_title"] + contributions["name_body"]),
            ("kinship", contributions["kinship"]),
        ):
            if weight > 0 and (reason := self._name_reason(source, office, item, weight)):
                found.append(reason)
        return tuple(sorted(found, key=lambda r: (-r.weight, r.source)))

    def _best_part(
        self, office: int, item: Sequence[Sequence[str]], postings: "_Postings"
    ) -> tuple[int, int | None, tuple[str, ...]]:
        best: tuple[float, int, int | None, tuple[str, ...]] = (0.0, 0, None, ())
        for part, tokens in enumerate(item):
            bag = self.space.bag(tokens)
            score, against = postings.best(bag, None).get(office, (0.0, None))
            if against is not None and score > best[0]:
                best = (score, part, against, _telling(bag, postings.bag(office, against)))
        return best[1:]

    def _name_reason(self, source: str, office: int, item: Sequence[Sequence[str]], weight: float) -> Reason | None:
        words = self.names[office]
        for part, tokens in enumerate(item):
            if shared := tuple(w for w in words if w in set(tokens)):
                return Reason("name", part, None, shared, weight) if source == "name" else None
        if source == "name" or not item:
            return None
        return Reason("kinship", 0, None, tuple(words), weight)


class _Postings:
    """An inverted index of short texts that belong to offices; cosine by TF-IDF."""

    def __init__(self, entries: Iterable[tuple[int, int, Sequence[str]]], space: WordSpace) -> None:
        self._bags: dict[tuple[int, int], dict[str, float]] = {}
        self._index: dict[str, list[tuple[tuple[int, int], float]]] = defaultdict(list)
        for office, key, tokens in entries:
            bag = space.bag(tokens)
            self._bags[office, key] = bag
            for word, weight in bag.items():
                self._index[word].append(((office, key), weight))

    def bag(self, office: int, key: int) -> dict[str, float]:
        return self._bags[office, key]

    def best(self, bag: Mapping[str, float], skip: int | None) -> dict[int, tuple[float, int]]:
        """Per office: its best text's cosine plus 0.3 of the second best, and which text was best."""
        cosines: dict[tuple[int, int], float] = defaultdict(float)
        for word, weight in bag.items():
            for entry, other in self._index.get(word, ()):
                cosines[entry] += weight * other
        per_office: dict[int, list[tuple[float, int]]] = defaultdict(list)
        for (office, key), score in cosines.items():
            if key != skip:
                per_office[office].append((score, -key))
        found = {}
        for office, scores in per_office.items():
            scores.sort(reverse=True)
            found[office] = (scores[0][0] + 0.3 * sum(s for s, _ in scores[1:2]), -scores[0][1])
        return found


def _joined(texts: Sequence[Sequence[str]]) -> list[str]:
    """All texts as one, the first (the title) counted twice more."""
    return [*(texts[0] if texts else ()), *(texts[0] if texts else ()), *(t for text in texts for t in text)]


def _telling(one: Mapping[str, Any], other: Mapping[str, Any]) -> tuple[str, ...]:
    shared = sorted((w for w in one if w in other), key=lambda w: (-one[w] * other[w], w))
    return tuple(w for w in shared if w not in EMPTY_LABELS)[:8] or tuple(shared[:3])
