"""How quick the Polis method is beside red-dwarf 0.4.0, and one new vote on a running map.

    .venv/bin/python bench/opinions_polis.py [--only uberx,large,million,running] [--peer-large] [--json PATH]

CPU seconds, one thread, from votes in memory to the finished map; each part in a process of its own, so that its peak
memory is its own. red-dwarf gets an environment under MADANG_BENCH_DIR (default build/bench), made with pip when it is
not there; MADANG_RED_DWARF_PYTHON names another. On the large conversation it takes minutes and 5 GB: --peer-large.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from opinions_data import invented, real
from search_corpus import finish, machine, say, table

FOLDER = Path(os.environ.get("MADANG_BENCH_DIR", Path(__file__).parents[1] / "build/bench"))
SIZES = {"large": (100_000, 1_000, 2_000_000), "million": (1_000_000, 2_000, 50_000_000)}
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
PEER = """
import json, resource, sys, time
import numpy as np
from reddwarf.implementations.base import run_pipeline
held = np.load(sys.argv[1])
votes = [
    {"participant_id": i, "statement_id": j, "vote": x, "modified": k}
    for k, (i, j, x) in enumerate(zip(*(held[part].tolist() for part in ("person", "statement", "value"))))
]
taken = []
for _ in range(int(sys.argv[2])):
    start = time.process_time()
    found = run_pipeline(votes=votes, mod_out_statement_ids=held["hidden"].tolist(), random_state=0)
    taken.append(time.process_time() - start)
rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
print(json.dumps({"cpu_seconds": sorted(taken)[len(taken) // 2], "peak_gb": round(rss, 2)}))
"""


def peak():
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, 2)


def red_dwarf():
    """A Python that has the peer."""
    given = os.environ.get("MADANG_RED_DWARF_PYTHON")
    if given:
        return given
    folder = FOLDER / "red-dwarf-0.4.0"
    if not (folder / "bin/python").exists():
        say(f"making {folder}")
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run([folder / "bin/pip", "install", "-q", "red-dwarf==0.4.0"], check=True, stdout=sys.stderr)
    return str(folder / "bin/python")


def peer(votes, repeats):
    """CPU seconds and memory of red-dwarf on the same votes."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    held = FOLDER / f"votes-{os.getpid()}.npz"
    np.savez(
        held,
        person=votes.person,
        statement=votes.statement,
        value=votes.value,
        hidden=sorted(votes.hidden | votes.meta),
    )
    try:
        command = [red_dwarf(), "-W", "ignore", "-c", PEER, str(held), str(repeats)]
        return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])
    finally:
        held.unlink()


def drawn(votes, repeats):
    """CPU seconds of our map: the first in this process, with the compiled loops loaded, and the median after it."""
    from madang.engines.opinions.polis import polis_map

    taken = []
    for _ in range(repeats + 1):
        start = time.process_time()
        told = polis_map(votes)
        taken.append(time.process_time() - start)
    return {
        "votes": len(votes),
        "first_cpu_seconds": round(taken[0], 4),
        "cpu_seconds": round(statistics.median(taken[1:]), 4),
        "peak_gb": peak(),
        "groups": len(told.groups),
    }


def uberx(options):
    del options
    votes = real("vtaiwan.uberx")
    return compared(drawn(votes, 15), peer(votes, 7))


def large(options):
    votes = invented(*SIZES["large"])
    own = drawn(votes, 3)
    return compared(own, peer(votes, 1)) if options.peer_large else own


def compared(own, other):
    return {**own, "red_dwarf": other, "ratio": round(other["cpu_seconds"] / own["cpu_seconds"], 1)}


def million(options):
    del options
    return drawn(invented(*SIZES["million"]), 1)


def running(options):
    """A vote, the components that follow, and the voter's own place, on a map of 100,000 people."""
    del options
    from madang.engines.opinions.running import RunningMap

    people, statements, _ = SIZES["large"]
    votes = invented(*SIZES["large"])
    begun = time.process_time()
    live = RunningMap.of(votes, number=len(votes))
    live.axes  # noqa: B018 - somebody looks
    loaded = time.process_time() - begun
    rng = np.random.default_rng(0)
    counted, whole = [], []
    for number in range(len(votes) + 1, len(votes) + 1001):
        person, statement = str(rng.integers(people)), str(rng.integers(statements))
        start = time.process_time()
        live.vote(number, person, statement, int(rng.integers(-1, 2)))
        middle = time.process_time()
        live.place(live.votes_of(person))
        counted.append((middle - start) * 1e3)
        whole.append((time.process_time() - start) * 1e3)
    exact, order = live.snapshot(), live.statements
    at = {name: j for j, name in enumerate(order)}
    own = live.axes[[at[name] for name in exact.statements]]
    return {
        "votes": len(votes),
        "load_cpu_seconds": round(loaded, 2),
        "peak_gb": peak(),
        "vote_ms": quantiles(counted[10:]),
        "vote_look_and_place_ms": quantiles(whole[10:]),
        "cosines_with_exact": [round(float(abs(own[:, c] @ exact.components.axes[:, c])), 9) for c in (0, 1)],
    }


def quantiles(taken):
    return {"median": round(float(np.median(taken)), 3), "p95": round(float(np.quantile(taken, 0.95)), 3)}


PARTS = {"uberx": uberx, "large": large, "million": million, "running": running}


def apart(name, options):
    """Run one part in a process of its own."""
    command = [sys.executable, __file__, "--part", name, *(["--peer-large"] if options.peer_large else [])]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env={**os.environ, **ONE_THREAD})
    return json.loads(done.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default=",".join(PARTS))
    parser.add_argument("--peer-large", action="store_true")
    parser.add_argument("--part", choices=PARTS, help=argparse.SUPPRESS)
    parser.add_argument("--json", metavar="PATH")
    options = parser.parse_args()
    if options.part:
        print(json.dumps(PARTS[options.part](options)))
        return
    result = {"machine": machine(), "load": os.getloadavg()[0]}
    for name in options.only.split(","):
        say(f"{name} …")
        result[name] = apart(name, options)
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
