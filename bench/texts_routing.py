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
from madang.engines.texts.owners import Router, Rules, fit_weights, softmax
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
    decided = [Decided(r["department"], (tokens(r["title"]), tokens(r["body"][:1500])), (tokens((r.get("dept_opinion") or "")[:1500]),)) for r in named]
    # Word meanings come from proposals that no department answered.
    space = word_space([tokens(r["title"] + "\n" + r["body"][:800]) for r in rows if not r.get("department")])
    known = [w for w, n in space.corpus.frequency.items() if n >= 15 and is_noun(w)]
    offices = [Office(d, d, name_tokens=office_words(d, tokenizer, known)) for d in sorted({r["department"] for r in named})]
    return offices, decided, space


def ranks(scores, truth):
    """Expected rank (from 0) of the true office, ties shared."""
    return np.array([(s > s[t]).sum() + ((s == s[t]).sum() - 1) / 2 for s, t in zip(scores, truth, strict=True)])


def top(scores, truth):
    r = ranks(scores, truth)
    return {f"top{k}": round(float((r < k).mean()), 3) for k in KS}


def nearest(evidence, item, k=5):
    """Plain nearest-neighbour voting: the k most similar past proposals vote with their cosine."""
    bag = evidence.space.bag([*item[0], *item[0], *item[0], *item[1]])
    cosines = []
    for d in evidence.decided:
        other = evidence.space.bag([*d.texts[0], *d.texts[0], *d.texts[0], *d.texts[1]])
        cosines.append(sum(v * other.get(w, 0.0) for w, v in bag.items()))
    votes = np.zeros(len(evidence.offices))
    for j in np.argsort(-np.array(cosines), kind="stable")[:k]:
        votes[evidence.position[evidence.decided[j].office]] += cosines[j]
    return votes


def cross_validate(offices, decided, space, columns, seed=0):
    """Held-out scores of every row by (a) fitted features, (b) majority, (c) neighbours; and each fold's router."""
    n, position = len(decided), {o.id: i for i, o in enumerate(offices)}
    folds = np.random.default_rng(seed).permutation(n) % FOLDS
    out = {"features": np.zeros((n, len(offices))), "majority": np.zeros((n, len(offices))), "neighbours": np.zeros((n, len(offices)))}
    routers = {}
    for fold in range(FOLDS):
        train = [d for d, f in zip(decided, folds, strict=True) if f != fold]
        evidence = Evidence(offices, train, space)
        mask = np.array([c in columns for c in range(6)], dtype=float)
        examples = [evidence.features(d.texts, without=k) * mask for k, d in enumerate(train)]
        weights = fit_weights(examples, [position[d.office] for d in train])
        routers[fold] = (weights, train)
        counts = np.array([sum(d.office == o.id for d in train) for o in offices], dtype=float)
        for i in np.flatnonzero(folds == fold):
            out["features"][i] = (evidence.features(decided[i].texts) * mask) @ np.array(weights)
            out["majority"][i] = counts
            out["neighbours"][i] = nearest(evidence, decided[i].texts)
    return out, folds, routers


def calibration(scores, truth):
    """Confidence of the first candidate against how often it was right, in bins of confidence."""
    p = np.array([softmax(s) for s in scores])
    first, sure = p.argmax(1), p.max(1)
    right = first == truth
    bins = []
    for low, high in ((0, 0.15), (0.15, 0.3), (0.3, 0.5), (0.5, 0.75), (0.75, 1.01)):
        chosen = (sure >= low) & (sure < high)
        if chosen.any():
            bins.append({"from": low, "to": min(high, 1.0), "n": int(chosen.sum()), "confidence": round(float(sure[chosen].mean()), 3), "right": round(float(right[chosen].mean()), 3)})
    return bins


def verdicts(offices, decided, space, folds, routers, rules, seed=1):
    """Verdicts on single items, on made cross-department items, and on items whose department was taken away."""
    rng = np.random.default_rng(seed)
    single, right, joined, absent, sound = Counter(), 0, Counter(), Counter(), 0
    both = 0
    for fold, (weights, train) in routers.items():
        router = Router(offices, train, space=space, weights=weights, rules=rules)
        held = [int(i) for i in np.flatnonzero(folds == fold)]
        for i in held:
            item = decided[i]
            s = router.suggest(item.texts, limit=1)
            single[s.verdict] += 1
            right += s.verdict == "one" and s.offices[0] == item.office
            others = [j for j in held if decided[j].office != item.office]
            other = decided[int(rng.choice(others))]
            voices = [(*d.texts[0], *d.texts[1]) for d in (item, other)]
            s = router.suggest([(*item.texts[0], *other.texts[0]), *voices], limit=1)
            joined[s.verdict] += 1
            sound += s.verdict in ("crosses", "none")
            both += s.verdict == "crosses" and {item.office, other.office} <= set(s.offices)
            without = [o for o in offices if o.id != item.office]
            s = Router(without, [d for d in train if d.office != item.office], space=space, weights=weights, rules=rules).suggest(item.texts, limit=1)
            absent[s.verdict] += 1
    n = len(decided)
    share = {k: {v: round(c[v] / n, 3) for v in ("one", "crosses", "none")} for k, c in (("single", single), ("joined", joined), ("absent", absent))}
    return {**share, "precision_when_one": round(right / max(single["one"], 1), 3), "joined_not_given_to_one": round(sound / n, 3), "joined_both_named": round(both / n, 3), "n": n}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", help="write the result here (- for standard output)")
    options = parser.parse_args()
    offices, decided, space = load()
    position = {o.id: i for i, o in enumerate(offices)}
    truth = np.array([position[d.office] for d in decided])
    counts = Counter(d.office for d in decided)
    shared = np.array([counts[d.office] > 1 for d in decided])
    methods, result = {}, {"n": len(decided), "departments": len(offices), "in_departments_seen_twice": int(shared.sum())}
    for name, columns in (("names only", (0, 1, 2)), ("past decisions only", (3, 4)), ("all evidence", (0, 1, 2, 3, 4))):
        out, folds, routers = cross_validate(offices, decided, space, columns)
        methods[name] = out["features"]
    methods = {"majority": out["majority"], "nearest neighbours (k=5)": out["neighbours"], **methods}
    result["methods"] = {name: {**top(s, truth), "seen": top(s[shared], truth[shared])} for name, s in methods.items()}
    result["standard_error_top1"] = round(float(np.sqrt(0.3 * 0.7 / len(truth))), 3)
    result["weights"] = np.mean([w for w, _ in routers.values()], axis=0).round(2).tolist()
    result["calibration"] = calibration(methods["all evidence"], truth)
    result["verdicts"] = {name: verdicts(offices, decided, space, folds, routers, rules) for name, rules in (
        ("as shipped", Rules()), ("stricter floor .30", replace(Rules(), floor=0.30)), ("never declines", Rules(floor=0.0, part_floor=2.0)))}
    show(result)
    if options.json:
        text = json.dumps(result, ensure_ascii=False, indent=1, sort_keys=True)
        print(text) if options.json == "-" else Path(options.json).write_text(text + "\n", encoding="utf-8")


def show(result):
    say = lambda *a: print(*a, file=sys.stderr)
    say(f"{result['n']} proposals, {result['departments']} departments; {result['in_departments_seen_twice']} in a department that has another row (± {result['standard_error_top1']})")
    say(f"{'method':28} top-1  top-3  top-5   | of departments seen twice")
    for name, m in result["methods"].items():
        say(f"{name:28} {m['top1']:.3f}  {m['top3']:.3f}  {m['top5']:.3f}   | {m['seen']['top1']:.3f}  {m['seen']['top3']:.3f}  {m['seen']['top5']:.3f}")
    say("weights", result["weights"])
    for b in result["calibration"]:
        say(f"confidence {b['from']:.2f}–{b['to']:.2f}: n {b['n']:3}, said {b['confidence']:.2f}, right {b['right']:.2f}")
    for name, v in result["verdicts"].items():
        say(f"{name}: single {v['single']} (right when 'one': {v['precision_when_one']}), joined {v['joined']} (both named {v['joined_both_named']}), absent {v['absent']}")


if __name__ == "__main__":
    main()
