"""Equal Shares: CPU seconds beside pabutools 1.2.3 with gmpy2, same winners; and alone where pabutools takes hours.

    .venv/bin/python bench/ballots_equal_shares.py [--data ../shared/data/ballots] [--large] [--json PATH]

Each count runs in a process of its own, after one count of a tiny election, so that compiled code is loaded, as in a
server. Ours is the whole of `equal_shares.count`, digest of the ballots and explanation of the rounds included; theirs
`method_of_equal_shares` alone; "with reading" adds the file. Winners must be the same. Add1 is compared with the
exhaustive stop, the one pabutools has. "city" is synthetic, popularity as in cities; "forint" has Budapest 2024's size:
28,943 voters, 175 projects that cost tens of millions, and steps of one unit.
--large adds 5 million voters (2 GB). The peer's environment: see ballots_rules.py.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from ballots_rules import ROOT, city, peer, run
from search_corpus import machine

TINY = "META\nkey;value\nbudget;30\nvote_type;approval\nPROJECTS\nproject_id;cost\na;11\nb;25\nVOTES\nvoter_id;vote\n1;a,b\n2;b"

OURS = f"""
import json, resource, sys, time
from madang.engines.ballots import equal_shares
from madang.engines.ballots.outcome import Options
from madang.engines.ballots.pabulib import read
options = Options("equal-shares", completion=sys.argv[2], stop="exhaustive")
equal_shares.count(read({TINY!r}).election, options)
at = time.process_time()
election = read(open(sys.argv[1], "rb").read()).election
reading = time.process_time() - at
at = time.process_time()
outcome = equal_shares.count(election, options)
counted = time.process_time() - at
print(json.dumps({{"seconds": counted, "reading": reading, "winners": sorted(outcome.winners), "steps": outcome.steps,
                  "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}}))
"""

THEIRS = """
import json, resource, sys, time, warnings
warnings.filterwarnings("ignore")
from pabutools.election import Cost_Sat, parse_pabulib
from pabutools.rules import method_of_equal_shares
from pabutools.tiebreaking import TieBreakingRule
at = time.process_time()
instance, profile = parse_pabulib(sys.argv[1])
reading = time.process_time() - at
place = {line.split(";")[0]: i for i, line in enumerate(open(sys.argv[1], encoding="utf-8"))}
first = TieBreakingRule(lambda inst, prof, project: place[str(project)])
more = {"voter_budget_increment": 1} if sys.argv[2] == "add1" else {}
at = time.process_time()
winners = method_of_equal_shares(instance, profile, sat_class=Cost_Sat, tie_breaking=first, **more)
counted = time.process_time() - at
print(json.dumps({"seconds": counted, "reading": reading, "winners": sorted(str(one) for one in winners),
                  "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}))
"""

# Elections that no file is needed for: voters n, projects m, mean ballot, budget, costs from … to.
ALONE = f"""
import json, resource, sys, time
import numpy as np
from madang.engines.ballots import equal_shares
from madang.engines.ballots.election import Election, Project
from madang.engines.ballots.outcome import Options
from madang.engines.ballots.pabulib import read
n, m, mean, budget, low, high = map(int, sys.argv[1:7])
completion, wanted = sys.argv[7], int(sys.argv[8])
rng = np.random.default_rng(1)
cost = np.exp(rng.uniform(np.log(low), np.log(high), m)).astype(np.int64)
popular = np.cumsum((rng.gamma(0.7, 1.0, m) + 0.05) * rng.gamma(0.6, 1.0, (12, m)), axis=1)
popular /= popular[:, -1:]
start, parts = np.zeros(n + 1, dtype=np.int64), []
for begin in range(0, n, 200_000):
    many = min(200_000, n - begin)
    owner = np.repeat(np.arange(many), np.minimum(1 + rng.poisson(mean - 1, many), m))
    group, drawn = rng.integers(0, 12, many)[owner], rng.random(len(owner))
    chosen = np.empty(len(owner), dtype=np.int64)
    for k in range(12):
        chosen[group == k] = np.minimum(np.searchsorted(popular[k], drawn[group == k]), m - 1)
    pairs = np.unique(owner * m + chosen)
    start[begin + 1 : begin + 1 + many] = np.bincount(pairs // m, minlength=many)
    parts.append((pairs % m).astype(np.int32))
np.cumsum(start, out=start)
choices = np.concatenate(parts)
del parts, pairs, chosen, drawn, group, owner
election = Election(tuple(Project(f"p{{i}}", int(one)) for i, one in enumerate(cost)), budget, "approval", start, choices)
options = Options("equal-shares", completion=completion)
equal_shares.count(read({TINY!r}).election, Options("equal-shares", completion="add1"))
at = time.process_time()
outcome = equal_shares.count(election, options)
counted = time.process_time() - at
assert outcome.steps >= wanted, outcome.steps
print(json.dumps({{"seconds": counted, "choices": len(choices), "winners": len(outcome.winners), "steps": outcome.steps,
                  "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}}))
"""


def beside(name, file, completion, python):
    """Measure one file both ways."""
    ours, theirs = run(sys.executable, OURS, file, completion), run(python, THEIRS, file, completion, seconds=3600)
    row = {"file": name, "completion": completion, "ours": ours, "pabutools": theirs}
    if theirs is None:
        print(f"{name:30} {completion:5} {ours['seconds']:9.4f}  pabutools took more than an hour", flush=True)
        return row
    assert ours["winners"] == theirs["winners"], (name, completion, ours["winners"], theirs["winners"])
    row["times"] = theirs["seconds"] / ours["seconds"]
    row["times_with_reading"] = (theirs["seconds"] + theirs["reading"]) / (ours["seconds"] + ours["reading"])
    print(
        f"{name:30} {completion:5} {ours['seconds']:9.4f} {theirs['seconds']:10.3f} {row['times']:8.0f}x"
        f" {row['times_with_reading']:8.0f}x  {ours['megabytes']:5} {theirs['megabytes']:6}",
        flush=True,
    )
    return row


def alone(name, *numbers):
    """Measure ours where pabutools would take hours."""
    told = run(sys.executable, ALONE, *numbers, seconds=3600)
    print(f"{name:30} {told['seconds']:9.3f} s {told['megabytes']:6} MB {told['steps']:7} steps", flush=True)
    return {"file": name, **told}


def main():
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared/data/ballots")
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--json", dest="target")
    options = parser.parse_args()
    python, rows = peer(), []
    print(f"{'file':30} {'':5} {'CPU s':>9} {'pabutools':>10} {'ratio':>9} {'+reading':>9}  {'MB':>5} {'theirs':>6}")
    real = {
        "Poland_Swiecie_2023.pb": ("none", "add1"),
        "Poland_Wieliczka_2023_Green_Budget.pb": ("none", "add1"),
        "Netherlands_Amsterdam_309.pb": ("none", "add1"),
    }
    with tempfile.TemporaryDirectory() as folder:
        for name, completions in real.items():
            if (options.data / name).exists():
                rows += [beside(name[:30], options.data / name, one, python) for one in completions]
        rows.append(beside("city 100,000 × 200", city(Path(folder) / "city.pb", 100_000, 200), "none", python))
    rows.append(
        alone("forint 28,943 × 175, Add1", 28_943, 175, 8, 1_000_000_000, 5_000_000, 120_000_000, "add1", 10_000)
    )
    rows.append(alone("forint, 22,000 steps", 28_943, 175, 4, 1_000_000_000, 10_000_000, 150_000_000, "add1", 22_000))
    rows.append(alone("city 500,000 × 500", 500_000, 500, 10, 10_000_000, 5_000, 500_000, "none", 0))
    rows.append(alone("city 500,000 × 500, Add1", 500_000, 500, 10, 10_000_000, 5_000, 500_000, "add1", 0))
    if options.large:
        rows.append(alone("city 5,000,000 × 1,000", 5_000_000, 1_000, 10, 100_000_000, 5_000, 2_000_000, "none", 0))
    result = {"machine": machine(), "rows": rows}
    print(json.dumps(result["machine"]))
    if options.target == "-":
        print(json.dumps(result))
    elif options.target:
        Path(options.target).write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
