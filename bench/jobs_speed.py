"""What progress and proof cost: queued jobs, reports, and backups, each beside the plain way.

    .venv/bin/python bench/jobs_speed.py [--jobs 500] [--items 20000] [--rows 200000] [--json PATH]

- Queueing: `jobs.start` (an idempotent row of progress and the job, in one transaction) beside procrastinate's plain
  `defer`, one transaction each.
- Reporting: a loop over items inside one open transaction that reports after each, beside the loop alone, and beside an
  UPDATE after each item, which nobody else would see before the commit.
- Backup: `save` (snapshot, dump, digest of every table, SHA-256 of every part), plain and sealed, beside `pg_dump` alone
  into the same format.

Without DATABASE_URL the database is made in a temporary folder and removed; with it, in a new database of that server.
"""

import argparse
import hashlib
import os
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from search_corpus import finish, machine, say, table

NOW = datetime(2026, 11, 22, tzinfo=UTC)
TASK = "bench.jobs"
NAME = "madang_bench_jobs"


def timed(work):
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def queueing(count):
    from django.db import transaction
    from procrastinate.contrib.django import app

    from madang.ground.footing import jobs

    def plain():
        for number in range(count):
            with transaction.atomic():
                app.configure_task(TASK, lock=f"plain:{number}").defer(number=number)

    def ours():
        for number in range(count):
            jobs.start(task=TASK, key=f"ours:{number}", label="Work", now=NOW, number=number)

    plain(), ours()  # once to warm up: connections, plans
    return {"plain": timed(plain) / count * 1e3, "with_progress": timed_fresh(count) / count * 1e3}


def timed_fresh(count):
    """Keys that nothing is under way for."""
    from madang.ground.footing import jobs

    def work():
        for number in range(count):
            jobs.start(task=TASK, key=f"fresh:{number}", label="Work", now=NOW, number=number)

    return timed(work)


def reporting(items):
    from django.db import transaction

    from madang.ground.footing import jobs
    from madang.ground.footing.models import Progress

    progress = jobs.start(task=TASK, key="reporting", label="Work", now=NOW).progress
    data = b"x" * 20_000

    def loop(after):
        with transaction.atomic():
            for number in range(items):
                hashlib.sha256(data).digest()
                after(number + 1)

    with jobs.running(progress.pk) as job:
        alone = min(timed(lambda: loop(lambda _: None)) for _ in range(3))
        ours = min(timed(lambda: loop(lambda done: job.advance(done, items))) for _ in range(3))
        rows = Progress.objects.filter(key="queue-less")
        naive = timed(lambda: loop(lambda done: rows.update(done=done)))
    return {"alone": alone, "reported": ours, "updated": naive, "a_report": (ours - alone) / items * 1e6}


def backups(url, rows, folder):
    from django.db import connection

    from madang.web import backup
    from madang.web.backup import database

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ground_footing_bucket SELECT md5(i::text) || md5((i * 7)::text), now() FROM generate_series(1, %s) i",
            [rows],
        )
        cursor.execute("SELECT pg_database_size(current_database())")
        (size,) = cursor.fetchone()
    media = folder / "media"
    media.mkdir()
    for number in range(20):
        (media / f"{number}.webp").write_bytes(os.urandom(2_000_000))

    def dump():
        with database.snapshot(url) as (opened, name):
            database.dump(url, folder / "alone.dump", snapshot_name=name, major=database.major_of(opened))

    def save(phrase):
        backup.save(url=url, media=media, target=folder / "site.madang", now=NOW, passphrase=phrase)

    return {
        "database_mb": size / 1e6, "media_mb": 40, "pg_dump": timed(dump), "saved": timed(lambda: save(None)),
        "sealed": timed(lambda: save(b"a passphrase that is long")),
    }  # fmt: skip


def rounded(value):
    return {key: rounded(one) for key, one in value.items()} if isinstance(value, dict) else round(value, 2)


def report(result, target):
    if target != "-":
        print(f"{result['command']}: {result['processors']} processors, Python {result['python']}")
        queue, told, saved = result["queueing_ms"], result["reporting_s"], result["backup_s"]
        table(
            [
                (
                    "queue a job",
                    queue["plain"],
                    queue["with_progress"],
                    round(queue["with_progress"] / queue["plain"], 2),
                ),
                (
                    "loop, reported each time",
                    told["alone"],
                    told["reported"],
                    round(told["reported"] / told["alone"], 2),
                ),
                ("loop, updated each time", told["alone"], told["updated"], round(told["updated"] / told["alone"], 2)),
                ("backup", saved["pg_dump"], saved["saved"], round(saved["saved"] / saved["pg_dump"], 2)),
                ("backup, sealed", saved["pg_dump"], saved["sealed"], round(saved["sealed"] / saved["pg_dump"], 2)),
            ],
            ("what", "plain", "ours", "ratio"),
        )
        print(
            f"a report costs {told['a_report']} µs; {saved['database_mb']} MB of database, {saved['media_mb']} MB of uploads"
        )
    finish(result, target)


def fresh_database():
    """A new database on the server of DATABASE_URL."""
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    parts = conninfo_to_dict(os.environ["DATABASE_URL"])
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {NAME}")
    secret = f":{parts['password']}" if parts.get("password") else ""
    os.environ["DATABASE_URL"] = f"postgresql://{parts.get('user', '')}{secret}@/{NAME}?host={parts.get('host', '')}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=500)
    parser.add_argument("--items", type=int, default=20_000)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--json", metavar="PATH")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "madang.web.settings.demo")
    if os.environ.get("DATABASE_URL"):
        fresh_database()
    from madang.web.site import site

    with tempfile.TemporaryDirectory(prefix="madang-bench-") as folder:
        Path(folder).chmod(0o755)
        os.environ["MADANG_DATA_DIR"] = folder
        with site() as url:
            from django.core.management import call_command

            call_command("migrate", verbosity=0)
            say("queueing")
            result = {"queueing_ms": queueing(options.jobs)}
            say("reporting")
            result["reporting_s"] = reporting(options.items)
            say("backup")
            result["backup_s"] = backups(url, options.rows, Path(folder))
    report({"command": " ".join(sys.argv), **machine(), **rounded(result)}, options.json)


if __name__ == "__main__":
    main()
