"""How well the owner suggestion does on proposals that a department really answered, beside plain baselines.

    .venv/bin/python bench/texts_routing.py [--json PATH]

Ten-fold cross-validation on the proposals of ../shared/data/voices/seoul_proposals.jsonl.gz that carry a department.
A held-out row gives its title and body only: never its department's opinion. Weights are fitted anew on each fold's
training rows, each with its own evidence left out. All departments are candidates in every fold by their names, so
that a department without training rows can still be found by its name and is never favoured for having none.
"""

import argparse
import gzip
import json
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from madang.engines.texts.owner_evidence import Decided, Evidence, Office, office_words
from madang.engines.texts.owners import Router, Rules, confidences, fit_weights
from madang.engines.texts.tokens import default_tokenizer, with_parts
from madang.engines.texts.vectors import is_noun
from madang.engines.texts.wordspace import word_space

DATA = Path(__file__).parents[2] / "shared/data/voices/seoul_proposals.jsonl.gz"
FOLDS = 10
KS = (1, 3, 5)


def load():
    tokenizer = default_tokenizer()

    def tokens(text):
        return tuple(with_parts(tokenizer.tokenise(text or ""), tokenizer))

    with gzip.open(DATA, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    named = [r for r in rows if r.get("department")]
    decided = [
        Decided(
            r["department"],
            (tokens(r["title"]), tokens(r["body"][:1500])),
            (tokens((r.get("dept_opinion") or "")[:1500]),),
        )
        for r in named
    ]
    # Word meanings come from proposals that no department answered.
    space = word_space([tokens(r["title"] + "\n" + r["body"][:800]) for r in rows if not r.get("department")])
    known = [w for w, n in space.corpus.frequency.items() if n >= 15 and is_noun(w)]
    offices = [
        Office(d, d, name_tokens=office_words(d, tokenizer, known)) for d in sorted({r["department"] for r in named})
    ]
    return offices, decided, space


def ranks(scores, truth):
    """Expected rank (from 0) of the true office, ties shared."""
    return np.array([(s > s[t]).sum() + ((s == s[t]).sum() - 1) / 2 for s, t in zip(scores, truth, strict=True)])


def top(scores, truth):
    r = ranks(scores, truth)
    return {f"top{k}": round(float((r < k).mean()), 3) for k in KS}


def tripled(d, space):
    return space.bag([*d.texts[0], *d.texts[0], *d.texts[0], *d.texts[1]])


def nearest(bags, bag, train, position, k=5):
    """Plain nearest-neighbour voting: the k most similar past proposals vote with their cosine."""
    cosines = np.array([sum(v * other.get(w, 0.0) for w, v in bag.items()) for other in bags])
    votes = np.zeros(len(position))
    for j in np.argsort(-cosines, kind="stable")[:k]:
        votes[position[train[j].office]] += cosines[j]
    return votes


def prepare(offices, decided, space, seed=0):
    """Per fold: training rows, their features (own evidence left out), held-out rows and their features."""
    folds = np.random.default_rng(seed).permutation(len(decided)) % FOLDS
    prepared = []
    for fold in range(FOLDS):
        train = [d for d, f in zip(decided, folds, strict=True) if f != fold]
        evidence = Evidence(offices, train, space)
        held = np.flatnonzero(folds == fold)
        prepared.append(
            (
                train,
                np.array([evidence.features(d.texts, without=k) for k, d in enumerate(train)]),
                held,
                np.array([evidence.features(decided[i].texts) for i in held]),
            )
        )
    return prepared


def fitted(offices, decided, prepared, columns):
    """Held-out scores of every row with weights fitted on its fold's training rows, and those weights."""
    position = {o.id: i for i, o in enumerate(offices)}
    mask = np.array([c in columns for c in range(6)], dtype=float)
    scores, weights = np.zeros((len(decided), len(offices))), []
    for train, examples, held, features in prepared:
        weights.append(fit_weights(examples * mask, [position[d.office] for d in train]))
        scores[held] = (features * mask) @ np.array(weights[-1])
    return scores, weights


def baselines(offices, decided, space, prepared):
    position = {o.id: i for i, o in enumerate(offices)}
    majority, neighbours = np.zeros((len(decided), len(offices))), np.zeros((len(decided), len(offices)))
    for train, _, held, _ in prepared:
        counts = Counter(d.office for d in train)
        bags = [tripled(d, space) for d in train]
        for i in held:
            majority[i] = [counts[o.id] for o in offices]
            neighbours[i] = nearest(bags, tripled(decided[i], space), train, position)
    return {"majority": majority, "nearest neighbours (k=5)": neighbours}


def calibration(scores, truth):
    """Confidence of the first candidate against how often it was right, in bins of confidence."""
    p = np.array([confidences(s) for s in scores])
    first, sure = p.argmax(1), p.max(1)
    right = first == truth
    bins = []
    for low, high in ((0, 0.15), (0.15, 0.3), (0.3, 0.5), (0.5, 0.75), (0.75, 1.01)):
        chosen = (sure >= low) & (sure < high)
        if chosen.any():
            bins.append(
                {
                    "from": low,
                    "to": min(high, 1.0),
                    "n": int(chosen.sum()),
                    "confidence": round(float(sure[chosen].mean()), 3),
                    "right": round(float(right[chosen].mean()), 3),
                }
            )
    return bins


def halves(tokens):
    return tokens[: len(tokens) // 2], tokens[len(tokens) // 2 :]


def verdicts(offices, decided, space, prepared, weights, rules, seed=1):
    """Verdicts on single items (body cut in two, so that parts could disagree by chance), on made cross-department
    items (two proposals joined), and on items whose department was taken away.
    """
    rng = np.random.default_rng(seed)
    kinds = {"single": Counter(), "joined": Counter(), "absent": Counter()}
    right = named = 0
    for (train, _, held, _), w in zip(prepared, weights, strict=True):
        router = Router(offices, train, space=space, weights=w, rules=rules)
        for i in held:
            item = decided[i]
            parts = [item.texts[0], *halves(item.texts[1])]
            s = router.suggest(parts, limit=1)
            kinds["single"][s.verdict] += 1
            right += s.verdict == "one" and s.offices[0] == item.office
            other = decided[int(rng.choice([j for j in held if decided[j].office != item.office]))]
            s = router.suggest(
                [(*item.texts[0], *other.texts[0]), *((*d.texts[0], *d.texts[1]) for d in (item, other))], limit=1
            )
            kinds["joined"][s.verdict] += 1
            named += s.verdict == "crosses" and bool({item.office, other.office} & set(s.offices))
            less = Router(
                [o for o in offices if o.id != item.office],
                [d for d in train if d.office != item.office],
                space=space,
                weights=w,
                rules=rules,
            )
            kinds["absent"][less.suggest(parts, limit=1).verdict] += 1
    n = len(decided)
    shares = {k: {v: round(c[v] / n, 3) for v in ("one", "crosses", "none")} for k, c in kinds.items()}
    return {
        **shares,
        "right_when_one": round(right / max(kinds["single"]["one"], 1), 3),
        "crosses_names_a_true_office": round(named / max(kinds["joined"]["crosses"], 1), 3),
        "n": n,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", help="write the result here (- for standard output)")
    options = parser.parse_args()
    offices, decided, space = load()
    position = {o.id: i for i, o in enumerate(offices)}
    truth = np.array([position[d.office] for d in decided])
    counts = Counter(d.office for d in decided)
    shared = np.array([counts[d.office] > 1 for d in decided])
    result = {"n": len(decided), "departments": len(offices), "in_departments_seen_twice": int(shared.sum())}
    prepared = prepare(offices, decided, space)
    methods = baselines(offices, decided, space, prepared)
    for name, columns in (
        ("names only", (0, 1, 2)),
        ("past decisions only", (3, 4)),
        ("all evidence", (0, 1, 2, 3, 4)),
    ):
        methods[name], weights = fitted(offices, decided, prepared, columns)
    result["methods"] = {name: {**top(s, truth), "seen": top(s[shared], truth[shared])} for name, s in methods.items()}
    result["standard_error_top1"] = round(float(np.sqrt(0.3 * 0.7 / len(truth))), 3)
    result["weights"] = np.mean(weights, axis=0).round(2).tolist()
    result["calibration"] = calibration(methods["all evidence"], truth)
    result["verdicts"] = {
        name: verdicts(offices, decided, space, prepared, weights, rules)
        for name, rules in (("as shipped", Rules()), ("stricter (floor .20)", replace(Rules(), floor=0.20)))
    }
    show(result)
    if options.json:
        text = json.dumps(result, ensure_ascii=False, indent=1, sort_keys=True)
        print(text) if options.json == "-" else Path(options.json).write_text(text + "\n", encoding="utf-8")


def show(result):
    def say(*words):
        print(*words, file=sys.stderr)

    say(
        f"{result['n']} proposals, {result['departments']} departments; {result['in_departments_seen_twice']} in a "
        f"department that has another row (± {result['standard_error_top1']})"
    )
    say(f"{'method':28} top-1  top-3  top-5   | of departments seen twice")
    for name, m in result["methods"].items():
        say(
            f"{name:28} {m['top1']:.3f}  {m['top3']:.3f}  {m['top5']:.3f}   | "
            f"{m['seen']['top1']:.3f}  {m['seen']['top3']:.3f}  {m['seen']['top5']:.3f}"
        )
    say("weights", result["weights"])
    for b in result["calibration"]:
        say(
            f"confidence {b['from']:.2f}–{b['to']:.2f}: n {b['n']:3}, "
            f"said {b['confidence']:.2f}, right {b['right']:.2f}"
        )
    for name, v in result["verdicts"].items():
        say(
            f"{name}: single {v['single']} (right when 'one': {v['right_when_one']}), joined {v['joined']} "
            f"(crosses names a true office {v['crosses_names_a_true_office']}), absent {v['absent']}"
        )


if __name__ == "__main__":
    main()
