"""Words that tell a theme from the others."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import log

from .vectors import is_noun
from .vocabulary import EMPTY_LABELS, PLACES

# Adjacent nouns become one phrase when they stand together in this share of the texts that hold the weightier one.
TOGETHER = 0.35
LEAST_PHRASE = 3
SAMPLE = 400


def label_themes(
    groups: Sequence[Sequence[Sequence[str]]], frequency: Counter[str], n: int, *, words: int = 6
) -> list[tuple[str, ...]]:
    """Return up to `words` labels per theme, phrases such as "층간 소음" before their parts.

    groups: the token lists of each theme's members (a sample of 400 is enough). frequency: in how many of the
    corpus' `n` texts each word occurs. A word's score is its share p in the theme times log(p / its share in the
    corpus). Themes take turns, and a word taken by one theme is left alone by the others (unless they'd have none).
    """
    ranked = [_ranked(group[:SAMPLE], frequency, n) for group in groups]
    taken: set[str] = set()
    labels: list[list[str]] = [[] for _ in groups]
    for _ in range(words):
        for label, candidates in zip(labels, ranked, strict=True):
            if choice := next((c for c in candidates if c not in taken and _adds(c, label)), None):
                label.append(choice)
                taken.update((choice, choice.replace(" ", "")))
    return [tuple(label or candidates[:2]) for label, candidates in zip(labels, ranked, strict=True)]


def _ranked(group: Sequence[Sequence[str]], frequency: Counter[str], n: int) -> list[str]:
    nouns: Counter[str] = Counter()
    phrases: Counter[tuple[str, str]] = Counter()
    for tokens in group:
        nouns.update({t for t in tokens if is_noun(t)})
        phrases.update(set(_neighbours(tokens)))
    size = len(group)
    scores = {
        w: _score(c, size, frequency[w], n) for w, c in nouns.items() if w not in EMPTY_LABELS and (c > 1 or size < 4)
    }
    for (a, b), c in phrases.items():
        head = max(a, b, key=lambda w: (scores.get(w, 0.0), w))
        share = c / nouns[head]
        if c >= max(LEAST_PHRASE, size / 50) and share >= TOGETHER and scores.get(head, 0) > 0 and a not in PLACES:
            # The phrase says all that its stronger word said, and more.
            scores[f"{a} {b}"] = scores[head] * (0.75 + 0.75 * share)
    return sorted(scores, key=lambda w: (-scores[w], w))[:60]


def _neighbours(tokens: Sequence[str]) -> Iterable[tuple[str, str]]:
    for a, b in pairwise(tokens):
        if a != b and is_noun(a) and is_noun(b) and not (a in EMPTY_LABELS and b in EMPTY_LABELS):
            yield a, b


def _score(inside: int, size: int, everywhere: int, n: int) -> float:
    share = inside / size
    return share * log(1e-9 + share / max(everywhere / n, 1e-9)) if everywhere else 0.0


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
