"""What the honest method costs and what it gains: time and memory by size, votes it foretells, groups out of nothing.

    .venv/bin/python bench/opinions_honest.py [--only real,parish,large,million,held-out,nothing,needed] [--json PATH]

CPU seconds, one thread, from votes in memory to the finished map with all its resampling, beside red-dwarf 0.4.0, which
does none (see opinions_polis.py for its environment). held-out: a tenth of the votes is hidden and foretold, agree
against disagree, by our places and by Polis' projection. nothing: votes dealt anew within statements, through both
methods. needed: real votes thinned until no groups show; what the map then says is needed, beside what was.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time

import numpy as np

from opinions_data import invented, real
from opinions_polis import ONE_THREAD, compared, peak, peer
from search_corpus import finish, machine, say, table

REAL = ("15-per-hour-seattle", "brexit-consensus", "vtaiwan.uberx")
SIZES = {
    "parish": (2_031, 896, 225_000),
    "large": (100_000, 1_000, 2_000_000),
    "million": (1_000_000, 2_000, 50_000_000),
}


def drawn(votes, repeats):
    from madang.engines.opinions.honest import honest_map

    honest_map(invented(30, 8, 200))  # the compiled loops are loaded
    taken = []
    for _ in range(repeats):
        start = time.process_time()
        told = honest_map(votes)
        taken.append(time.process_time() - start)
    return {
        "votes": len(votes),
        "cpu_seconds": round(statistics.median(taken), 3),
        "peak_gb": peak(),
        "directions": told.trace["rank"],
        "groups": len(told.groups),
        "findings": sum(len(group.findings) for group in told.groups),
        "ari": told.stability.ari,
        "verdict": told.stability.verdict,
    }


def conversations():
    return {name: compared(drawn(real(name), 3), peer(real(name), 3)) for name in REAL}


def parish():
    votes = invented(*SIZES["parish"])
    return compared(drawn(votes, 1), peer(votes, 1))


def large():
    return drawn(invented(*SIZES["large"]), 1)


def million():
    return drawn(invented(*SIZES["million"]), 1)


def auc(score, agreed):
    """The chance that an agreement has the higher score than a disagreement."""
    from scipy.stats import rankdata

    ranks, n = rankdata(score), agreed.sum()
    return (ranks[agreed].sum() - n * (n + 1) / 2) / (n * (~agreed).sum())


def foretold(votes, keep):
    """AUC of the votes not kept, by our places and by Polis' projection."""
    from madang.engines.opinions import factors
    from madang.engines.opinions.cells import rows_of
    from madang.engines.opinions.components import components
    from madang.engines.opinions.polis import project
    from madang.engines.opinions.residual import residual
    from madang.engines.opinions.votes import collect

    rest = collect(votes.people, votes.statements, *(x[keep] for x in (votes.person, votes.statement, votes.value)))
    i, j, said = (x[~keep & (votes.value != 0)] for x in (votes.person, votes.statement, votes.value))
    cells = rows_of(rest)
    row, column = np.argsort(cells.people)[i], np.argsort(cells.statements)[j]
    told = factors.fit(cells)
    ours = told.intercept[column] + (told.people[row] * told.statements[column]).sum(1)
    rows = residual(rest)
    found = components(rows)
    theirs = rows.mean[j] + (np.nan_to_num(project(rows, found))[i] * found.axes[j]).sum(1)
    return auc(ours, said > 0), auc(theirs, said > 0)


def held_out():
    told = {}
    for name in REAL:
        votes, rng = real(name), np.random.default_rng(0)
        pairs = np.array([foretold(votes, rng.random(len(votes)) > 0.1) for _ in range(40)])
        gain = pairs[:, 0] - pairs[:, 1]
        told[name] = {
            "honest": round(pairs[:, 0].mean(), 4),
            "polis": round(pairs[:, 1].mean(), 4),
            "gain": round(gain.mean(), 4),
            "spread_of_gain": round(gain.std(), 4),
        }
    return told


def redealt(votes, seed):
    from madang.engines.opinions import drawing
    from madang.engines.opinions.cells import rows_of
    from madang.engines.opinions.votes import collect

    cells = rows_of(votes)
    dealt = drawing.permuted(cells, *drawing.by_statement(cells), seed)
    person = np.repeat(dealt.people, dealt.counted())
    return collect(votes.people, votes.statements, person, dealt.statements[dealt.statement], dealt.value)


def nothing():
    """Of fifty conversations without content: with groups, findings, dividing statements."""
    from madang.engines.opinions.honest import honest_map
    from madang.engines.opinions.polis import polis_map

    told = {}
    for name in REAL:
        votes = real(name)
        pairs = [(honest_map(dealt, seed=s), polis_map(dealt)) for s in range(50) for dealt in (redealt(votes, s),)]
        told[name] = {
            "honest_with_groups": sum(bool(own.groups) for own, _ in pairs),
            "honest_with_divisive": sum(bool(own.divisive) for own, _ in pairs),
            "polis_with_groups": sum(bool(other.groups) for _, other in pairs),
            "polis_findings": statistics.median(sum(len(g.findings) for g in other.groups) for _, other in pairs),
        }
    return told


def needed():
    """Votes a person that the map of thinned votes asks for, and with which the same votes first showed groups."""
    from madang.engines.opinions.honest import honest_map
    from madang.engines.opinions.votes import collect

    told = {}
    for name in REAL:
        votes, ratios, silent = real(name), [], 0
        for seed in range(5):
            order = np.random.default_rng(seed).random(len(votes))
            maps = {}
            for part in (0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6, 0.8, 1.0):
                keep = order < part
                three = (x[keep] for x in (votes.person, votes.statement, votes.value))
                maps[part] = honest_map(collect(votes.people, votes.statements, *three), seed=seed)
            first = next((p for p, m in maps.items() if m.groups), None)
            for part, one in maps.items():
                if first is None or part >= first:
                    break
                asked = one.stability.needed
                silent += "votes_per_person" not in asked or one.stability.verdict in {"few-votes", "few-people"}
                if one.stability.verdict == "unstable" and "votes_per_person" in asked:
                    ratios.append(asked["votes_per_person"] / asked["votes_per_person_now"] / (first / part))
        told[name] = {"asked_over_true": [round(float(q), 2) for q in np.quantile(ratios or [np.nan], (0.1, 0.5, 0.9))],
                      "estimates": len(ratios), "without_estimate": silent}  # fmt: skip
    return told


PARTS = {
    "real": conversations,
    "parish": parish,
    "large": large,
    "million": million,
    "held-out": held_out,
    "nothing": nothing,
    "needed": needed,
}


def apart(name):
    """Run one part in a process of its own, so that its peak memory is its own."""
    command = [sys.executable, __file__, "--part", name]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env={**os.environ, **ONE_THREAD})
    return json.loads(done.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default=",".join(PARTS))
    parser.add_argument("--part", choices=PARTS, help=argparse.SUPPRESS)
    parser.add_argument("--json", metavar="PATH")
    options = parser.parse_args()
    if options.part:
        print(json.dumps(PARTS[options.part]()))
        return
    result = {"machine": machine(), "load": os.getloadavg()[0]}
    for name in options.only.split(","):
        say(f"{name} …")
        result[name] = apart(name)
    if options.json != "-":
        table(
            [
                (name, key, value if not isinstance(value, dict) else json.dumps(value))
                for name, part in result.items()
                if name in PARTS
                for key, value in part.items()
            ],
            ("part", "what", "value"),
        )
    finish(result, options.json)


if __name__ == "__main__":
    main()
