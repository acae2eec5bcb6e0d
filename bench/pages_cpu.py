"""What a page costs: processor time of Django's handler and of its PostgreSQL backend, beside a peer's measured pages.

    .venv/bin/python bench/pages_cpu.py [--proposals 10000] [--runs 40] [--profile PAGE] [--json PATH]

Each page is asked for through Django's own handler, middleware included, in a process and on a connection of its own.
Python's share is that of the asking thread (CLOCK_THREAD_CPUTIME_ID); the database's is read from /proc/<pid>/stat of
the backend, in ticks of 10 ms over all runs. Reported are the median and the least of Python, and the mean of the database.
Where others use the machine, the least is nearer to what the page itself costs; the targets are judged by it, and the
ratios by the median, since the peer was measured on a busy machine too.
The data are the program's own sample, resampled; they stay in MADANG_BENCH_DIR (default build/bench-pages).

The peer is adhocracy-plus (Django), 61 projects, 1,300 ideas, 5,000 comments, anonymous, measured on a busy machine of
two cores; its figures are given below as they were noted, not measured anew. Trust ratios, not absolutes.
"""

import argparse
import cProfile
import gc
import os
import pstats
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
FOLDER = Path(os.environ.get("MADANG_BENCH_DIR", Path(__file__).resolve().parents[1] / "build" / "bench-pages"))
os.environ["MADANG_DATA_DIR"] = str(FOLDER)
os.environ["MADANG_TOKENIZER_SOCKET"] = ""
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "madang.web.settings.demo")

from search_corpus import finish, machine, say, table

TICK = os.sysconf("SC_CLK_TCK")
COMMENTS = 50
# Page of ours: (the peer's page, its queries, ms of Python, ms of the database).
PEER = {
    "proposals": ("idea list, 15 of 1,000", 141, 196, 61),
    "proposal": ("idea detail", 56, 78, 19),
    "home": ("project list", 258, 521, 107),
    "thread": ("idea detail", 56, 78, 19),
}
TARGETS = {"proposals": 25.0, "cached": 2.0}


def load(count):
    """The sample, and as many resampled proposals as are asked for; one of them with fifty comments."""
    from django.core.management import call_command
    from django.utils import timezone

    from madang.explore.proposals.models import Proposal
    from madang.ground.participation.models import Comment, Subject
    from madang.ground.people.models import User
    from madang.web.demo import loader

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    if not loader.is_loaded():
        loader.load(source=None, scale="small", say=say)
    _multiply(count - Proposal.objects.count())
    talked = Proposal.objects.filter(status="open", subject__comment_count__lt=COMMENTS).order_by("pk").first()
    if not Subject.objects.filter(comment_count=COMMENTS).exists():
        people = list(User.objects.order_by("pk")[:COMMENTS])
        Comment.objects.filter(subject=talked.pk).delete()
        Comment.objects.bulk_create(
            Comment(
                subject_id=talked.pk,
                author=one,
                body="저도 같은 생각입니다. 우리 동네도 그렇습니다.",
                created_at=timezone.now(),
            )
            for one in people
        )
        Subject.objects.filter(pk=talked.pk).update(comment_count=COMMENTS)


def _multiply(missing):
    """Proposals like those of the sample, a minute apart, in bulk."""
    from datetime import timedelta

    from django.db import connection

    from madang.explore.proposals.models import Proposal
    from madang.ground.participation.models import Subject

    sample = list(Proposal.objects.filter(status="open").order_by("pk"))
    for start in range(0, max(0, missing), len(sample)):
        chosen = sample[: missing - start]
        for one in chosen:
            one.created_at += timedelta(minutes=start % 997)
            one.seen_at = None
        subjects = Subject.objects.bulk_create(
            Subject(kind="proposal", place_id=one.place_id, support_count=one.support_count, created_at=one.created_at)
            for one in chosen
        )
        for one, subject in zip(chosen, subjects, strict=True):
            one.subject, one.pk = subject, subject.pk
        Proposal.objects.bulk_create(chosen)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def pages():
    """Addresses of the four pages."""
    from madang.ground.agenda.models import AgendaItem
    from madang.ground.participation.models import Subject

    talked = Subject.objects.filter(comment_count=COMMENTS).order_by("pk").first()
    item = AgendaItem.objects.order_by("-voice_count", "pk").first()
    return {
        "home": "/",
        "proposals": "/proposals/",
        "proposal": f"/proposals/{talked.pk}/",
        "thread": f"/agenda/{item.pk}/",
    }


def backend_ticks():
    """Ticks of processor time that this connection's backend has used so far."""
    from django.db import connection

    with open(f"/proc/{connection.connection.info.backend_pid}/stat") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def ask(client, path):
    response = client.get(path)
    assert response.status_code == 200, (path, response.status_code)
    return response


def measure(path, runs, *, cached):
    """Medians of one page. Uncached: only the page memory is off; figures kept for a minute stay kept, as in service."""
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    settings.ANONYMOUS_CACHE_SECONDS = 3600 if cached else 0
    client = Client(headers={"accept-language": "ko"})
    for _ in range(3):
        ask(client, path)
    with CaptureQueriesContext(connection) as captured:
        size = len(ask(client, path).content)
    queries = len(captured)  # the next request empties the log
    gc.collect()
    before, times = backend_ticks(), []
    for _ in range(runs):
        started = time.thread_time()
        ask(client, path)
        times.append((time.thread_time() - started) * 1000)
    database = (backend_ticks() - before) / TICK * 1000 / runs
    return {
        "queries": queries,
        "kB": round(size / 1024),
        "python": round(statistics.median(times), 2),
        "least": round(min(times), 2),
        "database": round(database, 2),
        "sum": round(statistics.median(times) + database, 2),
    }


def profile(path, runs):
    """Where the time of a page goes, by own time and by cumulated time."""
    from django.conf import settings
    from django.test import Client

    settings.ANONYMOUS_CACHE_SECONDS = 0
    client = Client(headers={"accept-language": "ko"})
    for _ in range(5):
        ask(client, path)
    watch = cProfile.Profile()
    watch.enable()
    for _ in range(runs):
        ask(client, path)
    watch.disable()
    for order, shown in (("tottime", 25), ("cumulative", 60)):
        pstats.Stats(watch).sort_stats(order).print_stats(shown)


def ratios(found):
    """The peer's sum over ours, page by page."""
    return {
        name: round((python + database) / max(found[name]["sum"], 0.01), 1)
        for name, (_, _, python, database) in PEER.items()
    }


def report(result):
    """The table, and which targets were met."""
    rows = [
        (name, kind, *(one[key] for key in ("queries", "kB", "python", "least", "database", "sum")))
        for kind in ("uncached", "cached")
        for name, one in result[kind].items()
    ]
    table(rows, ("page", "", "queries", "kB", "python ms", "least", "database ms", "sum"))
    for name, (theirs, queries, python, database) in PEER.items():
        ours = result["uncached"][name]
        print(
            f"{name}: {ours['queries']} queries, {ours['sum']} ms; the peer's {theirs}: {queries} queries, {python} + {database} ms"
            f" → {result['ratios'][name]} times as much"
        )
    for name, met in result["met"].items():
        print(f"target {name} (least + database) ≤ {TARGETS[name]} ms: {'met' if met else 'MISSED'}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--proposals", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=40)
    parser.add_argument("--profile", metavar="PAGE", help="home, proposals, proposal or thread")
    parser.add_argument("--json", metavar="PATH")
    options = parser.parse_args()
    from madang.web.site import site

    with site():
        from django.conf import settings

        settings.ALLOWED_HOSTS = ["*"]
        load(options.proposals)
        addresses = pages()
        if options.profile:
            profile(addresses[options.profile], options.runs)
            return
        result = {"command": " ".join(sys.argv), **machine(), "proposals": options.proposals}
        for kind in ("uncached", "cached"):
            result[kind] = {
                name: measure(path, options.runs, cached=kind == "cached") for name, path in addresses.items()
            }
    result["ratios"] = ratios(result["uncached"])
    result["met"] = {
        "proposals": result["uncached"]["proposals"]["least"] + result["uncached"]["proposals"]["database"]
        <= TARGETS["proposals"],
        "cached": max(one["least"] + one["database"] for one in result["cached"].values()) <= TARGETS["cached"],
    }
    if options.json != "-":
        report(result)
    finish(result, options.json)


if __name__ == "__main__":
    main()
