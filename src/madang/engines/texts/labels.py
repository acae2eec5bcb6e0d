"""Words that tell a theme from the others, or nothing where no words would."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log

from .general_words import ENGLISH, VAGUE, WEAK
from .vectors import is_noun
from .vocabulary import BASES, EMPTY_LABELS, PLACES

# Adjacent nouns become one phrase when they stand together in this share of the texts that hold the weightier one.
TOGETHER = 0.35
LEAST_PHRASE = 3
SAMPLE = 400
# A label's first word stands in this share of the members, and its first three words between them in the second.
LEAD = 0.25
SPEAKS_FOR = 0.5
# Below this size a theme may be anything: two texts that share one word.
JUDGED_FROM = 5
# What a word gains by standing in a title, where the writer says what the matter is.
TITLE = 1.0
NEVER = EMPTY_LABELS | VAGUE | ENGLISH
# A place says where, not what.
NOT_ALONE = WEAK | PLACES | frozenset(BASES.values())
# Words of one letter that end a compound (배달 앱).
TAILS = frozenset({"앱"})

Texts = Sequence[Sequence[str]]


@dataclass(frozen=True)
class _Ranked:
    """Candidates, best first, and in which of the sampled members each word of theirs stands."""

    candidates: tuple[str, ...]
    holders: dict[str, frozenset[int]]
    size: int

    def cover(self, candidates: Iterable[str]) -> float:
        """Share of the members that hold one of the candidates, or the telling word of a phrase."""
        held = (self.holders[c] for c in candidates)
        return len(frozenset().union(*held)) / self.size if self.size else 0.0


def label_themes(
    groups: Sequence[Texts],
    frequency: Counter[str],
    n: int,
    *,
    words: int = 6,
    titles: Sequence[Texts] | None = None,
) -> list[tuple[str, ...]]:
    """Return up to `words` labels per theme, phrases such as "층간 소음" before their parts.

    groups: the token lists of each theme's members (a sample of 400 is enough). frequency: in how many of the
    corpus' `n` texts each word occurs. titles: the token lists of the members' titles, in the same order.
    A word's score is its share p in the theme, plus its share in the titles, times log(p / its share in the corpus).
    With titles known, only words of a title can be labels. The first word stands in a quarter of the members.
    Themes take turns, and a word taken by one theme is left alone by the others. A label is empty where its first
    three words stand in less than half of the members between them: nobody could name such a theme.
    """
    told: Sequence[Texts | None] = titles if titles is not None else [None] * len(groups)
    ranked = [
        _ranked(group[:SAMPLE], title[:SAMPLE] if title is not None else None, frequency, n)
        for group, title in zip(groups, told, strict=True)
    ]
    taken: set[str] = set()
    labels: list[list[str]] = [[] for _ in groups]
    for turn in range(words):
        for label, one in zip(labels, ranked, strict=True):
            if choice := _choice(one, label, taken, LEAD if turn == 0 else 0.0):
                label.append(choice)
                taken.update((choice, choice.replace(" ", "")))
    full = [label or list(one.candidates[:2]) for label, one in zip(labels, ranked, strict=True)]
    return [tuple(label) if _speaks(one, label) else () for label, one in zip(full, ranked, strict=True)]


def _choice(one: _Ranked, label: Sequence[str], taken: set[str], least: float) -> str | None:
    free = [c for c in one.candidates if c not in taken and _adds(c, label)]
    return next((c for c in free if one.cover([c]) >= least), free[0] if free else None)


def _speaks(one: _Ranked, label: Sequence[str]) -> bool:
    if one.size < JUDGED_FROM:
        return bool(label)
    return one.cover(label[:1]) >= LEAD and one.cover(label[:3]) >= SPEAKS_FOR


def _ranked(group: Texts, titles: Texts | None, frequency: Counter[str], n: int) -> _Ranked:
    holders: dict[str, set[int]] = {}
    for i, tokens in enumerate(group):
        for word in {t for t in tokens if is_noun(t)}:
            holders.setdefault(word, set()).add(i)
    in_titles = Counter(t for tokens in titles or () for t in set(tokens))
    size = len(group)
    scores = {
        w: _score(len(held), in_titles[w], size, frequency[w], n)
        for w, held in holders.items()
        if (len(held) > 1 or size < 4) and _may_stand_alone(w) and (in_titles[w] or not in_titles)
    }
    for phrase, head, share in _phrases(group, titles, scores, holders):
        # The phrase says all that its stronger word said, and more.
        scores[phrase], holders[phrase] = scores[head] * (0.75 + 0.75 * share), holders[head]
    best = tuple(sorted(scores, key=lambda w: (-scores[w], w))[:60])
    return _Ranked(best, {w: frozenset(holders[w]) for w in best}, size)


def _may_stand_alone(word: str) -> bool:
    return word not in NEVER and word not in NOT_ALONE and any(letter.isalpha() for letter in word)


def _phrases(
    group: Texts, titles: Texts | None, scores: dict[str, float], holders: dict[str, set[int]]
) -> list[tuple[str, str, float]]:
    """Phrases with their weightier word, and in what share of its texts they stand.

    With titles known, only phrases of a title count: in running text the end of one clause meets the next.
    """
    counts = Counter(pair for tokens in group for pair in set(_neighbours(tokens)))
    titled = {pair for tokens in titles for pair in _neighbours(tokens)} if titles is not None else counts.keys()
    least = max(2 if len(group) <= 12 and titles is not None else LEAST_PHRASE, len(group) / 50)
    found = []
    for (a, b), c in counts.items():
        heads = [w for w in (a, b) if scores.get(w, 0.0) > 0]
        if c < least or not heads or a in PLACES or (a, b) not in titled:
            continue
        head = max(heads, key=lambda w: (scores[w], w))
        if c / len(holders[head]) >= TOGETHER:
            found.append((f"{a} {b}", head, c / len(holders[head])))
    return found


def _neighbours(tokens: Sequence[str]) -> Iterable[tuple[str, str]]:
    for a, b in pairwise(tokens):
        if a != b and is_noun(a) and (is_noun(b) or b in TAILS) and _in_phrases(a) and _in_phrases(b):
            yield a, b


def _in_phrases(word: str) -> bool:
    """Neighbours of an English phrase are seldom one notion: its words stand by themselves."""
    return word not in NEVER and not word.isascii()


def _score(inside: int, told: int, size: int, everywhere: int, n: int) -> float:
    if not everywhere:
        return 0.0
    share = inside / size
    return (share + TITLE * told / size) * log(1e-9 + share / max(everywhere / n, 1e-9))


def _adds(candidate: str, label: Sequence[str]) -> bool:
    """Whether a candidate tells more than the words already chosen (`소음` after `층간 소음` does not)."""
    new, old = set(candidate.split()), {w for chosen in label for w in chosen.split()}
    return not any(w in o or o in w for w in new for o in old)


def diversity(labels: Iterable[Sequence[str]]) -> float:
    """Return the share of different words among all labels, the usual measure of how alike topics read.

    >>> diversity([("공원", "나무"), ("공원", "버스")])
    0.75
    """
    flat = [w for label in labels for w in label]
    return len(set(flat)) / len(flat) if flat else 1.0
