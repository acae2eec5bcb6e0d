"""The rules beside Equal Shares, and reading files: CPU seconds beside pabutools 1.2.3 with gmpy2, same winners.

    .venv/bin/python bench/ballots_rules.py [--data ../shared/data/ballots] [--large] [--json PATH]

Each count runs in a process of its own, which tells the CPU seconds of the count alone (and of reading alone) and its
peak memory; ours after one count of a tiny election, so that compiled code is loaded, as in a server. The peer gets an
environment under MADANG_BENCH_DIR (default build/bench), made with pip when it is missing, or MADANG_PABUTOOLS_PYTHON
names one. Winners must be the same; of Phragmén's rule, pabutools also gives money to projects that nobody supports:
those are left out of the comparison. pabutools has no bounded overspending: that line stands alone.
--large adds half a million voters, where only ours is run.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from search_corpus import machine

ROOT = Path(__file__).resolve().parents[1]
FOLDER = Path(os.environ.get("MADANG_BENCH_DIR", ROOT / "build/bench"))
PEER = ("pabutools==1.2.3", "gmpy2")
RULES = ("read", "greedy", "greedy-per-cost", "phragmen", "knapsack-optimal", "bounded-overspending")

OURS = """
import json, resource, sys, time
from madang.engines.ballots import counting
from madang.engines.ballots.outcome import Options
from madang.engines.ballots.pabulib import read
TINY = "META\\nkey;value\\nbudget;3\\nvote_type;approval\\nPROJECTS\\nproject_id;cost\\na;1\\nb;2\\nVOTES\\nvoter_id;vote\\n1;a,b\\n"
raw, rule = open(sys.argv[1], "rb").read(), sys.argv[2]
if rule != "read":
    counting.count(read(TINY).election, Options(rule))
at = time.process_time()
election = read(raw).election
reading = time.process_time() - at
at = time.process_time()
winners = [] if rule == "read" else list(counting.count(election, Options(rule)).winners)
counted = time.process_time() - at
named = {one.id: 0 for one in election.projects}
for p in election.project.tolist():
    named[election.projects[p].id] += 1
print(json.dumps({"seconds": reading if rule == "read" else counted, "winners": winners, "votes": named,
                  "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}))
"""

THEIRS = """
import json, resource, sys, time, warnings
warnings.filterwarnings("ignore")
from pabutools.election import Cardinality_Sat, Cost_Sat, parse_pabulib
from pabutools.rules import greedy_utilitarian_welfare, max_additive_utilitarian_welfare, sequential_phragmen
from pabutools.tiebreaking import TieBreakingRule
at = time.process_time()
instance, profile = parse_pabulib(sys.argv[1])
reading = time.process_time() - at
place = {line.split(";")[0]: i for i, line in enumerate(open(sys.argv[1], encoding="utf-8"))}
first = TieBreakingRule(lambda inst, prof, project: place[str(project)])
rule = sys.argv[2]
run = {
    "read": lambda: [],
    "greedy": lambda: greedy_utilitarian_welfare(instance, profile, sat_class=Cost_Sat, tie_breaking=first),
    "greedy-per-cost": lambda: greedy_utilitarian_welfare(instance, profile, sat_class=Cardinality_Sat, tie_breaking=first),
    "phragmen": lambda: sequential_phragmen(instance, profile, tie_breaking=first),
    "knapsack-optimal": lambda: max_additive_utilitarian_welfare(instance, profile, sat_class=Cost_Sat),
}[rule]
at = time.process_time()
winners = [str(one) for one in run()]
counted = time.process_time() - at
print(json.dumps({"seconds": reading if rule == "read" else counted, "winners": winners,
                  "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}))
"""


def peer():
    """Return a Python that has pabutools, made when it is missing."""
    given = os.environ.get("MADANG_PABUTOOLS_PYTHON")
    if given:
        return given
    python = FOLDER / "pabutools/bin/python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(FOLDER / "pabutools")], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", *PEER], check=True)
    return str(python)


def run(python, code, *arguments, seconds=900):
    """Run code in a process of its own. Returns what it told, or None where it took too long."""
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src"), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    try:
        done = subprocess.run(
            [python, "-c", code, *map(str, arguments)],
            check=True,
            capture_output=True,
            env=environment,
            timeout=seconds,
        )
    except subprocess.TimeoutExpired:
        return None
    return json.loads(done.stdout.splitlines()[-1])


def city(path, voters, projects, seed=1):
    """Write a synthetic election: popularity falls off as in cities, eight choices a ballot, all costs different."""
    import numpy as np

    rng = np.random.default_rng(seed)
    popular = rng.pareto(1.5, projects) + 0.2
    rows = rng.choice(projects, (voters, 8), p=popular / popular.sum()).tolist()
    costs = rng.permutation(np.linspace(1_000, 100_000, projects).astype(int)).tolist()
    head = ["META", "key;value", f"budget;{sum(costs) // 3}", "vote_type;approval", "rule;unknown", "PROJECTS"]
    lines = [*head, "project_id;cost", *(f"p{i};{cost}" for i, cost in enumerate(costs)), "VOTES", "voter_id;vote"]
    lines += [f"v{i};{','.join(f'p{p}' for p in dict.fromkeys(row))}" for i, row in enumerate(rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def same(rule, ours, theirs):
    """Whether both chose alike. Several sets may be optimal: their welfare is compared by the engine's own tests."""
    if rule in {"read", "knapsack-optimal"}:
        return True
    supported = {one for one in theirs["winners"] if ours["votes"][one] or rule != "phragmen"}
    return set(ours["winners"]) == supported


def line(name, rule, file, python, *, alone=False):
    """Measure one rule on one file."""
    ours = run(sys.executable, OURS, file, rule)
    theirs = None if alone or rule == "bounded-overspending" else run(python, THEIRS, file, rule)
    row = {"file": name, "rule": rule, "seconds": ours["seconds"], "megabytes": ours["memory"] // 1024}
    if theirs:
        assert same(rule, ours, theirs), (name, rule, ours["winners"], theirs["winners"])
        row |= {"pabutools": theirs["seconds"], "pabutools_megabytes": theirs["memory"] // 1024}
        row["times"] = theirs["seconds"] / max(ours["seconds"], 1e-6)
    told = f"{theirs['seconds']:10.3f} {row['times']:8.0f}x" if theirs else f"{'-':>10} {'-':>9}"
    print(f"{name:34} {rule:22} {ours['seconds']:9.4f} {told}", flush=True)
    return row


def main():
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared/data/ballots")
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--json", dest="target")
    options = parser.parse_args()
    python, rows = peer(), []
    names = ["Poland_Swiecie_2023.pb", "Poland_Wieliczka_2023_Green_Budget.pb", "Netherlands_Amsterdam_309.pb"]
    print(f"{'file':34} {'rule':22} {'CPU s':>9} {'pabutools':>10} {'ratio':>9}")
    with tempfile.TemporaryDirectory() as folder:
        files = {name: options.data / name for name in names if (options.data / name).exists()}
        files["synthetic 20,000 × 100"] = city(Path(folder) / "town.pb", 20_000, 100)
        for name, file in files.items():
            rows += [line(name, rule, file, python) for rule in RULES]
        if options.large:
            file = city(Path(folder) / "city.pb", 500_000, 500)
            rows += [line("synthetic 500,000 × 500", rule, file, python, alone=True) for rule in RULES]
    result = {"machine": machine(), "rows": rows}
    print(json.dumps(result["machine"]))
    if options.target == "-":
        print(json.dumps(result))
    elif options.target:
        Path(options.target).write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
