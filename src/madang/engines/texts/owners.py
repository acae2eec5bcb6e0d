"""Who should own an item: a suggestion with reasons, which declines when the evidence is thin or split."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .owner_evidence import FEATURES, Decided, Evidence, Office, Reason, office_words
from .wordspace import WordSpace, word_space

__all__ = ["Candidate", "Decided", "Office", "Reason", "Router", "Rules", "Suggestion", "fit_weights", "office_words"]

# Fitted by conditional logit: the first five on proposals that departments really decided (bench/texts_routing.py),
# `mandate`, of which those departments have none, on written ones (bench/texts_routing_sample.py).
WEIGHTS: tuple[float, ...] = (0.0, 3.4, 4.9, 9.0, 7.5, 16.0)


@dataclass(frozen=True)
class Rules:
    """When to decline.

    floor: the best office's confidence below which the verdict is `none`. part_floor: the confidence that a part
    needs in its own best office to speak for it. clear: an office this likely for the whole item owns it even if
    parts point elsewhere. apart: two parts point to different offices only if each holds the other's office for less
    than this share as likely as its own. min_part: parts with fewer tokens don't speak.
    """

    floor: float = 0.10
    part_floor: float = 0.12
    clear: float = 0.75
    apart: float = 0.5
    min_part: int = 4


# A mandate tells offices apart better than a name does: where most have one, more may be asked of a suggestion.
WITH_MANDATES = Rules(floor=0.20, part_floor=0.40, clear=0.90)
MOSTLY = 0.5


@dataclass(frozen=True)
class Candidate:
    """An office with its score (log-odds scale), its confidence (see `confidences`) and reasons."""

    office: str
    score: float
    confidence: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Suggestion:
    """verdict: `one` office owns it, it `crosses` bureaus, or `none` fits.

    offices: the owner; the offices it crosses; or nothing. For `crosses` and `none` the Social Innovation Officer's
    office is `fallback`. margin: confidence of the first minus the second candidate.
    """

    verdict: str
    offices: tuple[str, ...]
    fallback: str | None
    candidates: tuple[Candidate, ...]
    margin: float
    n_offices: int
    n_decided: int


class Router:
    """Suggests owners among `offices`, from their names, mandates and past decisions.

    rules: by default Rules(), or WITH_MANDATES where most offices have a mandate; confidence is then reckoned
    otherwise, too (see `confidences`). space: a WordSpace of the place's voices (`wordspace.word_space`), to be kept
    between requests; without it one is learned from mandates and decisions. Tokens on both sides should come from
    `with_parts(tokenise(...))`.

    >>> offices = [Office("1", "자전거정책과", name_tokens=("자전거",)),
    ...            Office("2", "하천관리과", name_tokens=("하천",)),
    ...            Office("9", "사회혁신담당관", is_innovation_officer=True, name_tokens=("사회", "혁신"))]
    >>> router = Router(offices, [Decided("2", (("홍수", "대비"),))])
    >>> router.suggest([("자전거", "도로"), ("자전거", "위험")]).offices
    ('1',)
    >>> router.suggest([("급식", "메뉴")]).verdict, router.suggest([("급식", "메뉴")]).fallback
    ('none', '9')
    """

    def __init__(
        self,
        offices: Sequence[Office],
        decided: Sequence[Decided] = (),
        *,
        space: WordSpace | None = None,
        weights: Sequence[float] = WEIGHTS,
        rules: Rules | None = None,
    ) -> None:
        if space is None:
            space = word_space(
                [
                    *(s for o in offices for s in (*o.mandate, o.name_tokens)),
                    *(t for d in decided for t in (*d.texts, *d.answers)),
                ]
            )
        self.evidence = Evidence(offices, decided, space)
        self.weights = np.asarray(weights, dtype=float)
        mandated = _mandated(offices)
        self.rules = rules or (WITH_MANDATES if mandated else Rules())
        self._reckoning = RECKONED_WITH_MANDATES if mandated else (FLAT_SHARE, None)
        self._fallback = next((o.id for o in offices if o.is_innovation_officer), None)

    def suggest(self, item: Sequence[Sequence[str]], *, limit: int = 5) -> Suggestion:
        """Suggest an owner.

        item: the title's tokens first, then one list for each voice (or sentence) behind it.
        """
        features = self.evidence.features(item)
        scores = features @ self.weights
        confidence = confidences(scores, *self._reckoning)
        order = np.lexsort((np.arange(len(scores)), -scores))
        candidates = tuple(self._candidate(int(i), item, features, scores, confidence) for i in order[:limit])
        verdict, offices = self._verdict(item, features, confidence, order)
        top = confidence[order[:2]]
        margin = float(top[0] - (top[1] if len(top) > 1 else 0)) if len(top) else 0.0
        return Suggestion(
            verdict,
            offices,
            None if verdict == "one" else self._fallback,
            candidates,
            round(margin, 4),
            len(self.evidence.offices),
            len(self.evidence.decided),
        )

    def _candidate(
        self,
        i: int,
        item: Sequence[Sequence[str]],
        features: NDArray[np.float64],
        scores: NDArray[np.float64],
        confidence: NDArray[np.float64],
    ) -> Candidate:
        contributions = dict(zip(FEATURES, (features[i] * self.weights).tolist(), strict=True))
        reasons = self.evidence.reasons(i, item, contributions)
        return Candidate(
            self.evidence.offices[i].id, round(float(scores[i]), 4), round(float(confidence[i]), 4), reasons
        )

    def _verdict(
        self,
        item: Sequence[Sequence[str]],
        features: NDArray[np.float64],
        confidence: NDArray[np.float64],
        order: NDArray[np.int64],
    ) -> tuple[str, tuple[str, ...]]:
        offices = self.evidence.offices
        if not len(order) or not features[order[0]].clip(min=0).any():
            return "none", ()
        best = int(order[0])
        if confidence[best] < self.rules.clear:
            winners = self._part_winners(item)
            if len(winners) > 1:
                return "crosses", tuple(offices[i].id for i in winners)
        if confidence[best] < self.rules.floor:
            return "none", ()
        return "one", (offices[best].id,)

    def _part_winners(self, item: Sequence[Sequence[str]]) -> list[int]:
        """The offices that single parts point to, most sure first; one per bureau."""
        spoken: list[tuple[float, int, NDArray[np.float64]]] = []
        for part in item[1:]:
            if len(part) >= self.rules.min_part:
                confidence = confidences(self.evidence.features([part, part]) @ self.weights, *self._reckoning)
                i = int(np.argmax(confidence))
                if confidence[i] >= self.rules.part_floor:
                    spoken.append((float(confidence[i]), i, confidence))
        chosen: list[tuple[int, NDArray[np.float64]]] = []
        for _, i, confidence in sorted(spoken, key=lambda s: (-s[0], s[1])):
            if all(self._apart(i, confidence, j, other) for j, other in chosen):
                chosen.append((i, confidence))
        return [i for i, _ in chosen]

    def _apart(self, i: int, one: NDArray[np.float64], j: int, other: NDArray[np.float64]) -> bool:
        share = self.rules.apart
        return self._bureau(i) != self._bureau(j) and one[j] < share * one[i] and other[i] < share * other[j]

    def _bureau(self, i: int) -> str:
        office = self.evidence.offices[i]
        return office.parent or office.id


def softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return shares that sum to one."""
    if not len(scores):
        return scores
    weights = np.exp(scores - scores.max())
    return weights / weights.sum()


# Where the model fitted to names and past decisions said .9, it was right in .55 of cases: a share of a flatter
# distribution is mixed in. With mandates it is nearly right, once it may also say that no office here owns the item:
# (flat_share, elsewhere), fitted in bench/texts_routing_sample.py.
FLAT_SHARE, FLAT_SCALE = 0.4, 0.3
RECKONED_WITH_MANDATES = (0.15, 3.0)


def _mandated(offices: Sequence[Office]) -> bool:
    ordinary = [o for o in offices if not o.is_innovation_officer]
    return bool(ordinary) and sum(bool(o.mandate) for o in ordinary) >= MOSTLY * len(ordinary)


def confidences(
    scores: NDArray[np.float64], flat_share: float = FLAT_SHARE, elsewhere: float | None = None
) -> NDArray[np.float64]:
    """Return what share of such suggestions would be right, in the order of `scores`.

    flat_share: how much of a flatter distribution is mixed in. elsewhere: the score of "none of these offices"; the
    shares then sum to less than one, and a place with two offices can be unsure, too. Without it they sum to one.

    >>> confidences(np.array([2.0, 0.0])).round(2).tolist()
    [0.79, 0.21]
    >>> confidences(np.array([2.0, 0.0]), elsewhere=2.0).round(2).tolist()
    [0.44, 0.12]
    """
    if not len(scores):
        return scores
    all_scores = scores if elsewhere is None else np.append(scores, elsewhere)
    shares = (1 - flat_share) * softmax(all_scores) + flat_share * softmax(FLAT_SCALE * all_scores)
    return shares[: len(scores)]


def fit_weights(
    examples: Sequence[NDArray[np.float64]], owners: Sequence[int], *, ridge: float = 1.0
) -> tuple[float, ...]:
    """Fit the weights of features by conditional logit (McFadden 1974), with a ridge on standardised weights.

    examples: one features array (offices, features) per decided item, with its own evidence left out
    (`Evidence.features(item, without=…)`), each with the offices of its place; owners: the position of the true
    office in each. Features that never vary get weight 0; negative weights are not allowed (evidence never speaks
    against).
    """
    from scipy.optimize import minimize

    lengths = np.array([len(one) for one in examples])
    starts = np.cumsum(lengths) - lengths
    x = np.concatenate([np.asarray(one, dtype=float) for one in examples])
    spread = x.std(axis=0)
    used = spread > 1e-9
    x, truth = x[:, used] / spread[used], starts + np.asarray(owners)

    def loss(w: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        z = x @ w
        p = np.exp(z - np.repeat(np.maximum.reduceat(z, starts), lengths))
        p /= np.repeat(np.add.reduceat(p, starts), lengths)
        gradient = p @ x - x[truth].sum(axis=0) + 2 * ridge * w
        return float(-np.log(p[truth] + 1e-12).sum() + ridge * w @ w), gradient

    best = minimize(
        loss, np.zeros(int(used.sum())), jac=True, bounds=[(0, None)] * int(used.sum()), method="L-BFGS-B"
    ).x
    weights = np.zeros(len(used))
    weights[used] = best / spread[used]
    return tuple(round(float(w), 3) for w in weights)
