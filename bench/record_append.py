"""Entries of the public record inside decisions' transactions, beside no record at all and beside one lock for all.

    python bench/record_append.py [--json -] [--threads 8] [--seconds 4]

Each of some threads takes decisions on its own connection: a transaction updates a row of its own, does `--work`
milliseconds of other things, and commits. The same in one run, in turns, three rounds, medians:

    none         nothing is recorded
    insert       a plain table gets a row without hash or trigger (what any log costs)
    record       an entry is sealed and inserted, as `record()` does; places in the log are given every 0.2 s meanwhile
    record 20    the same with twenty entries in each transaction, as a merger or an import makes them (entries a second)
    global lock  the textbook: the decision takes the log's lock, appends its own leaf and nodes, and holds the lock until
                 it commits, since the order must be that of the commits

Told besides: the CPU that a decision costs, which depends less on what else the machine does; how many entries a second
the sequencer places, how many waited at most, and that nothing was lost.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "madang.web.settings.test")
MANY = 20
MODES = ("none", "insert", "record", "record 20", "global lock")


def prepare() -> object:
    """A database of our own beside the given one, with the schema and one place."""
    import django
    from django.db import connection

    django.setup()
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    from madang.ground.places.models import Place

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_decision (id int PRIMARY KEY, n int NOT NULL)")
        cursor.execute("INSERT INTO bench_decision SELECT i, 0 FROM generate_series(0, 255) i")
        cursor.execute("CREATE TABLE bench_log (id bigserial PRIMARY KEY, at timestamptz, subject text, reason text)")
    return Place.objects.create(code="41", level="province", name_ko="경기도", name_en="Gyeonggi-do")


def decide(mode: str, thread: int, place: object, work: float) -> None:
    from django.db import connection, transaction

    from madang.ground.record.operations import record
    from madang.ground.record.operations.sequencing import _append, lock

    now = datetime.now(UTC)
    with transaction.atomic(), connection.cursor() as cursor:
        if mode == "insert":
            cursor.execute(
                "INSERT INTO bench_log (at, subject, reason) VALUES (%s, %s, %s)", [now, f"agenda:{thread}", "까닭"]
            )
        elif mode != "none":
            if mode == "global lock":
                lock()
            for _ in range(MANY if mode == "record 20" else 1):
                entry = record(kind="note", subject=f"agenda:{thread}", place=place, by=None, now=now, reason="까닭")
            if mode == "global lock":
                _append(cursor, [(entry.pk, entry.leaf_hash)])
        cursor.execute("UPDATE bench_decision SET n = n + 1 WHERE id = %s", [thread])
        time.sleep(work)


def measure(mode: str, place: object, threads: int, seconds: float, work: float) -> dict[str, float]:
    from django.db import connections

    from madang.ground.record.models import Waiting
    from madang.ground.record.operations import sequence

    stop, done, took, behind = threading.Event(), [0] * threads, [], []

    def writer(number: int) -> None:
        while not stop.is_set():
            started = time.perf_counter()
            decide(mode, number, place, work)
            took.append(time.perf_counter() - started)
            done[number] += MANY if mode == "record 20" else 1
        connections.close_all()

    def sequencer() -> None:
        while not stop.wait(0.2):
            behind.append(Waiting.objects.count())
            sequence()
        connections.close_all()

    running = [threading.Thread(target=writer, args=(n,)) for n in range(threads)]
    if mode.startswith("record"):
        running.append(threading.Thread(target=sequencer))
    started = time.perf_counter()
    for one in running:
        one.start()
    time.sleep(seconds)
    stop.set()
    for one in running:
        one.join()
    elapsed = time.perf_counter() - started
    took.sort()
    found = {
        "per_second": sum(done) / elapsed,
        "p50_ms": 1000 * took[len(took) // 2],
        "p95_ms": 1000 * took[int(len(took) * 0.95)],
    }
    return found | ({"most_waiting": max(behind, default=0)} if mode.startswith("record") else {})


def cpu(mode: str, place: object, decisions: int = 600) -> dict[str, float]:
    """Milliseconds of CPU that one decision costs, here and in its database process: untroubled by other load."""
    from django.db import connection

    connection.ensure_connection()
    ticks = os.sysconf("SC_CLK_TCK")
    stat = Path(f"/proc/{connection.connection.info.backend_pid}/stat")

    def server() -> float:
        fields = stat.read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / ticks

    for _ in range(50):
        decide(mode, 255, place, 0)
    there, here = server(), time.process_time()
    for _ in range(decisions):
        decide(mode, 255, place, 0)
    client, database = time.process_time() - here, server() - there
    return {"client": round(1000 * client / decisions, 3), "database": round(1000 * database / decisions, 3)}


def sequencing(place: object, entries: int) -> float:
    """Entries a second that the sequencer places, from a full queue."""
    from madang.ground.record.models import Entry
    from madang.ground.record.operations import sequence

    sequence()
    now = datetime.now(UTC)
    for _ in range(0, entries, 2000):
        Entry.objects.bulk_create(
            Entry(kind="note", subject=f"agenda:{n}", place=place, at=now) for n in range(min(2000, entries))
        )
    started = time.perf_counter()
    assert sequence() >= entries
    return entries / (time.perf_counter() - started)


def verified() -> dict[str, int]:
    """The whole log recomputed: nothing lost, nothing twice."""
    from madang.engines.ledger.hashing import Frontier
    from madang.ground.record.models import Entry, Leaf
    from madang.ground.record.operations import checkpoint

    done = checkpoint(now=datetime.now(UTC))
    edge = Frontier()
    for hashed in Leaf.objects.order_by("index").values_list("entry__leaf_hash", flat=True).iterator():
        edge.append(bytes(hashed))
    assert edge.size == Entry.objects.count() == done.size
    assert edge.root == bytes(done.root)
    return {"entries": edge.size}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", metavar="PATH")
    parser.add_argument("--threads", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--work", type=float, default=3, help="milliseconds of other work in each decision")
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    place = prepare()
    try:
        rounds: dict[str, list[dict[str, float]]] = {mode: [] for mode in MODES}
        for _ in range(asked.rounds):
            for mode in MODES:
                rounds[mode].append(measure(mode, place, asked.threads, asked.seconds, asked.work / 1000))
        told = {
            mode: {key: round(statistics.median(one[key] for one in found), 1) for key in found[0]}
            for mode, found in rounds.items()
        }
        result = {
            "machine": f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}",
            "threads": asked.threads, "work_ms": asked.work, "modes": told,
            "record_to_none": round(told["record"]["per_second"] / told["none"]["per_second"], 2),
            "record_to_insert": round(told["record"]["per_second"] / told["insert"]["per_second"], 2),
            "record_to_global_lock": round(told["record"]["per_second"] / told["global lock"]["per_second"], 2),
            "cpu_ms": {mode: cpu(mode, place) for mode in ("none", "insert", "record")},
            "sequencer_per_second": round(sequencing(place, 20_000)), **verified(),
        }  # fmt: skip
    finally:
        from django.db import connection

        connection.creation.destroy_test_db("postgres", verbosity=0)
    print(json.dumps(result, indent=1, ensure_ascii=False))
    if asked.json and asked.json != "-":
        Path(asked.json).write_text(json.dumps(result, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
