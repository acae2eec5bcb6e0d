"""How well the owner suggestion does where offices have mandates: the demo's own proposals, whose owner is known.

    .venv/bin/python bench/texts_routing_sample.py [--json PATH]

Every proposal names the office that should own it, or none where it crosses departments or fits none; so do the
agenda items. An owner is sought among the offices of the truth's place (the province's where there is none); the
Social Innovation Officer takes what is declined. Five-fold cross-validation of everything tuned (weights,
confidence, floor), in two situations: past decisions are the few answers published in the sample, or the owners of
the four training folds. No proposal is evidence for itself. The proposals were written for the demo: the numbers
tell what mandates add, not how well a real house would be served.
"""

import argparse
import json
import sys
from collections import Counter
from itertools import pairwise, product
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from madang.engines.texts.owner_evidence import Decided, Evidence, Office, office_words
from madang.engines.texts.owners import (
    FLAT_SHARE,
    RECKONED_WITH_MANDATES,
    WEIGHTS,
    WITH_MANDATES,
    Router,
    Rules,
    confidences,
    fit_weights,
)
from madang.engines.texts.tokens import default_tokenizer, with_parts
from madang.engines.texts.vectors import is_noun
from madang.engines.texts.wordspace import word_space
from texts_data import say, write

CONTENT = Path(__file__).parents[1] / "src/madang/web/demo/content"
FOLDS = 5
KS = (1, 3, 5)
SHARES, ELSEWHERE, FLOORS = (0.05, 0.15, 0.3), (-9.0, 2.0, 2.5, 3.0, 3.5, 4.0), (0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5)
# A wrong office named costs a third of what a right one gains: an officer decides, but reads the suggestion first.
COST = 1 / 3


def lines(name):
    return [json.loads(line) for path in sorted(CONTENT.glob(name)) for line in path.read_text("utf-8").splitlines()]


def tokens(text):
    tokenizer = default_tokenizer()
    return tuple(with_parts(tokenizer.tokenise(text or ""), tokenizer))


class Sample:
    """Offices and word spaces by place; `cases`: (place, item, position of the owner or −1, row)."""

    def __init__(self, limit=None):
        rows = lines("proposals_*.jsonl")[:limit]
        offices = lines("offices.jsonl")
        self.officers = {o["key"] for o in offices if o["is_innovation_officer"]}
        self.place_of = {o["key"]: o["place"] for o in offices}
        ordinary = [o for o in offices if not o["is_innovation_officer"]]
        sentences = {
            o["key"]: [tokens(s) for k in ("mandate", "business_plan") for s in o[k].splitlines() if s.strip()]
            for o in ordinary
        }
        read = [(tokens(r["title"]), tokens(r["body"])) for r in rows]
        self.spaces = {p: self._space(p, ordinary, sentences, rows, read) for p in ("11", "41")}
        self.offices = {}
        for o in ordinary:
            self.offices.setdefault(o["place"], []).append(self._office(o, sentences[o["key"]]))
        self.position = {o.id: i for here in self.offices.values() for i, o in enumerate(here)}
        self.cases = [
            (self.place_of.get(r["office"], r["place"][:2]), item, self.position.get(r["office"], -1), r)
            for r, item in zip(rows, read, strict=True)
        ]
        self.answered = {
            r["key"]: Decided(r["answer"]["office"], item, (tokens(r["answer"]["text"]),))
            for r, item in zip(rows, read, strict=True)
            if r.get("answer") and r["answer"]["office"] in self.position
        }
        self.agenda = lines("agenda.jsonl")

    def _space(self, province, ordinary, sentences, rows, read):
        own = [o for o in ordinary if o["place"][:2] == province]
        texts = [x for o in own for x in (tokens(o["name_ko"]), *sentences[o["key"]])]
        voices = [(*t, *b) for r, (t, b) in zip(rows, read, strict=True) if r["place"][:2] == province]
        return word_space([*texts, *voices])

    def _office(self, row, sentences):
        frequency = self.spaces[row["place"][:2]].corpus.frequency
        known = [w for w, n in frequency.items() if n >= 5 and is_noun(w)]
        name = office_words(row["name_ko"], default_tokenizer(), known)
        return Office(row["key"], row["name_ko"], row["parent"], mandate=tuple(sentences), name_tokens=name)

    def past(self, place, keys):
        """Decisions of a place's offices among the rows `keys`, each with its answer where it has one."""
        return {
            r["key"]: self.answered.get(r["key"]) or Decided(r["office"], item)
            for p, item, owner, r in self.cases
            if p == place and owner >= 0 and r["key"] in keys
        }

    def published(self, place, without=()):
        """Decisions that the sample itself published: its answers."""
        here = {o.id for o in self.offices[place]}
        return {k: d for k, d in self.answered.items() if d.office in here and k not in without}


def few(sample):
    """Features of every case with the published answers as past decisions, its own left out."""
    found = [None] * len(sample.cases)
    for place, offices in sample.offices.items():
        past = sample.published(place)
        evidence, keys = Evidence(offices, list(past.values()), sample.spaces[place[:2]]), list(past)
        for i, (p, item, _, row) in enumerate(sample.cases):
            if p == place:
                own = keys.index(row["key"]) if row["key"] in past else None
                found[i] = evidence.features(item, without=own)
    return found


def many(sample, folds):
    """Features of every case with the owners of the other folds as past decisions."""
    found = [None] * len(sample.cases)
    for place, offices in sample.offices.items():
        for fold in range(FOLDS):
            train = {c[3]["key"] for c, f in zip(sample.cases, folds, strict=True) if f != fold}
            past = list(sample.past(place, train).values())
            evidence = Evidence(offices, past, sample.spaces[place[:2]])
            for i, (p, item, _, _) in enumerate(sample.cases):
                if p == place and folds[i] == fold:
                    found[i] = evidence.features(item)
    return found


def fitted(features, truth, folds, columns):
    """Held-out scores with weights fitted on the other folds, and the mean of those weights."""
    mask = np.array([c in columns for c in range(6)], dtype=float)
    scores, weights = [None] * len(truth), []
    for fold in range(FOLDS):
        train = [i for i in range(len(truth)) if truth[i] >= 0 and folds[i] != fold]
        weights.append(fit_weights([features[i] * mask for i in train], [truth[i] for i in train]))
        for i in np.flatnonzero(folds == fold):
            scores[i] = (features[i] * mask) @ np.array(weights[-1])
    return scores, np.mean(weights, axis=0).round(2).tolist()


def baselines(sample, folds):
    """Scores by how often an office owned a training row, and by the votes of the five nearest of them."""
    majority, nearest = [], []
    for i, (place, item, _, _) in enumerate(sample.cases):
        space, n = sample.spaces[place[:2]], len(sample.offices[place])
        train = [c for c, f in zip(sample.cases, folds, strict=True) if f != folds[i] and c[0] == place and c[2] >= 0]
        counts = Counter(c[2] for c in train)
        majority.append(np.array([counts[k] for k in range(n)], dtype=float))
        bag, votes = tripled(space, item), np.zeros(n)
        cosines = [
            sum(v * other.get(w, 0.0) for w, v in bag.items()) for other in (tripled(space, c[1]) for c in train)
        ]
        for j in np.argsort(-np.array(cosines), kind="stable")[:5]:
            votes[train[j][2]] += cosines[j]
        nearest.append(votes)
    return majority, nearest


def tripled(space, item, kept={}):  # noqa: B006 (a cache)
    if (key := (id(space), id(item))) not in kept:
        kept[key] = space.bag([*item[0], *item[0], *item[0], *item[1]])
    return kept[key]


def top(scores, truth, chosen):
    """Top-k among the chosen cases; ties count by their expected rank."""
    ranks = np.array(
        [(s > s[t]).sum() + ((s == s[t]).sum() - 1) / 2 for s, t in ((scores[i], truth[i]) for i in chosen)]
    )
    return {f"top{k}": round(float((ranks < k).mean()), 3) for k in KS}


def log_loss(scores, truth, share, elsewhere):
    """Mean −log of what the true office, or "none of these", was given."""
    said = [confidences(s, share, elsewhere) for s in scores]
    return -float(
        np.mean([np.log(max(p[t] if t >= 0 else 1 - p.sum(), 1e-6)) for p, t in zip(said, truth, strict=True)])
    )


def outcome(scores, truth, share, elsewhere, floor):
    """What happens at a floor: shares of proposals, and what was gained (see COST)."""
    said = [confidences(s, share, elsewhere) for s in scores]
    sure, first, none = np.array([p.max() for p in said]), np.array([int(p.argmax()) for p in said]), truth < 0
    one, right = sure >= floor, first == truth
    return {
        "declined": round(float((~one).mean()), 3),
        "declined_rightly": round(float(none[~one].mean()), 3) if (~one).any() else None,
        "first_wrong_among_declined": round(float((~right)[~one].mean()), 3) if (~one).any() else None,
        "ownerless_declined": round(float((~one)[none].mean()), 3),
        "right_when_one": round(float(right[one].mean()), 3) if one.any() else None,
        "gain": float((right & one).sum() - COST * (~right & one).sum()),
    }


def tuned(scores, truth, folds):
    """Confidence and floor chosen on four folds and judged on the fifth, beside the shipped ones on all."""
    choices, held = [], dict.fromkeys(("log_loss", "gain"), 0.0)
    for fold in range(FOLDS):
        train, test = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        take = lambda ids: ([scores[i] for i in ids], truth[ids])  # noqa: E731
        share, elsewhere = min(product(SHARES, ELSEWHERE), key=lambda c: log_loss(*take(train), *c))
        floor = max(FLOORS, key=lambda f: outcome(*take(train), share, elsewhere, f)["gain"])
        choices.append((share, elsewhere, floor))
        held["log_loss"] += log_loss(*take(test), share, elsewhere) * len(test) / len(truth)
        held["gain"] += outcome(*take(test), share, elsewhere, floor)["gain"]
    shipped = outcome(scores, truth, *RECKONED_WITH_MANDATES, WITH_MANDATES.floor)
    return {
        "chosen_in_folds": choices,
        "held_out": {k: round(v, 3) for k, v in held.items()},
        "shipped": shipped | {"log_loss": round(log_loss(scores, truth, *RECKONED_WITH_MANDATES), 3)},
        "without_mandates_rules": outcome(scores, truth, FLAT_SHARE, None, Rules().floor),
        "calibration": calibration(scores, truth),
    }


def calibration(scores, truth):
    """Confidence of the first candidate against how often it was right, those without an owner counted as wrong."""
    said = [confidences(s, *RECKONED_WITH_MANDATES) for s in scores]
    sure, right = np.array([p.max() for p in said]), np.array([int(p.argmax()) for p in said]) == truth
    edges = (0, 0.1, 0.25, 0.4, 0.6, 0.8, 1.01)
    bins = [(sure >= low) & (sure < high) for low, high in pairwise(edges)]
    return [
        {"n": int(b.sum()), "confidence": round(float(sure[b].mean()), 3), "right": round(float(right[b].mean()), 3)}
        for b in bins
        if b.any()
    ]


def agenda(sample):
    """Verdicts on the agenda's items, their own voices left out of past decisions."""
    voices, found = {c[3]["key"]: c for c in sample.cases}, []
    for row in sample.agenda:
        place, title = row["place"], tokens(row["title"])
        past = list(sample.published(place, row["voices"]).values())
        router = Router(sample.offices[place], past, space=sample.spaces[place[:2]])
        texts = [(*voices[k][1][0], *voices[k][1][1]) for k in row["voices"] if k in voices]
        s = router.suggest([title, (*title, *tokens(row["summary"])), *texts])
        found.append(
            {
                "item": row["key"],
                "expected": row["routing"].get("expected"),
                "verdict": s.verdict,
                "offices": s.offices,
                "first": s.candidates[0].office,
                "confidence": s.candidates[0].confidence,
            }
        )
    return found


def measure(sample, seed=0):
    """Everything that is printed, as a dictionary."""
    truth = np.array([c[2] for c in sample.cases])
    folds = np.random.default_rng(seed).permutation(len(truth)) % FOLDS
    owned = np.flatnonzero(truth >= 0)
    province = [i for i in owned if len(sample.cases[i][0]) == 2]
    methods, result = dict(zip(("majority", "nearest neighbours (k=5)"), baselines(sample, folds), strict=True)), {}
    for situation, features in (("published answers", few(sample)), ("four folds decided", many(sample, folds))):
        former = np.array([*WEIGHTS[:5], 9.0])
        methods[f"{situation}: weights as before"] = [f @ former for f in features]
        shipped = methods[f"{situation}: as shipped"] = [f @ np.array(WEIGHTS) for f in features]
        columns = {"all, fitted anew": range(6)}
        if situation == "published answers":
            columns |= {"names only, fitted": (0, 1, 2), "mandates only, fitted": (5,)}
        for name, used in columns.items():
            methods[f"{situation}: {name}"], weights = fitted(features, truth, folds, used)
            result.setdefault("weights", {})[f"{situation}: {name}"] = weights
        result[situation] = tuned(shipped, truth, folds)
    return {
        "n": len(truth),
        "owned": len(owned),
        "in_provinces": len(province),
        "methods": {m: {**top(s, truth, owned), "province": top(s, truth, province)} for m, s in methods.items()},
        **result,
        "agenda": agenda(sample),
    }


def show(result):
    say(f"{result['n']} proposals, {result['owned']} with an office, {result['in_provinces']} of these in a province")
    say(f"{'method':45} top-1  top-3  top-5  | in a province")
    for name, m in result["methods"].items():
        say(f"{name:45} {m['top1']:.3f}  {m['top3']:.3f}  {m['top5']:.3f}  | {list(m['province'].values())}")
    for situation in ("published answers", "four folds decided"):
        say(situation, *(f"\n  {k}: {v}" for k, v in result[situation].items()))
    for name, weights in result["weights"].items():
        say("weights,", name, weights)
    for row in result["agenda"]:
        say(row)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", help="write the result here (- for standard output)")
    options = parser.parse_args()
    result = measure(Sample())
    show(result)
    write(result, options.json)


if __name__ == "__main__":
    main()
