"""What a list costs as JSON, beside the same list as a page: processor time of handler and database, in one run.

    .venv/bin/python bench/api.py [--proposals 2000] [--runs 60] [--json PATH]

Both are asked for in turn, through Django's own handler with every middleware, on one connection; measured as in
pages_cpu.py, which also makes the data. The API also counts each request in the database and digests its answer; the
page draws its filters. Trust the ratio.
"""

import argparse
import gc
import statistics
import sys
import time

from pages_cpu import TICK, backend_ticks, load
from search_corpus import finish, machine, say, table

LISTS = {
    "twenty proposals": ("/api/v1/proposals?size=20", "/proposals/"),
    "twenty agenda items": ("/api/v1/agenda?size=20", "/agenda/"),
    "one proposal": ("/api/v1/proposals/{proposal}", "/proposals/{proposal}/"),
}


def ask(client, path):
    started = time.thread_time()
    response = client.get(path)
    assert response.status_code == 200, (path, response.status_code)
    return (time.thread_time() - started) * 1000, len(response.content)


def measure(client, paths, runs):
    """Median and least of Python, the mean of the database, and the size of each of two addresses, asked in turn."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    found = []
    for path in paths:
        [ask(client, path) for _ in range(3)]
        with CaptureQueriesContext(connection) as captured:
            _ms, size = ask(client, path)
        found.append({"queries": len(captured), "kB": round(size / 1024, 1)})
    gc.collect()
    times, ticks = ([], []), [0, 0]
    for _ in range(runs):
        for side, path in enumerate(paths):
            before = backend_ticks()
            times[side].append(ask(client, path)[0])
            ticks[side] += backend_ticks() - before
    for side, one in enumerate(found):
        one |= {"python": round(statistics.median(times[side]), 2), "least": round(min(times[side]), 2)}
        one["database"] = round(ticks[side] / TICK * 1000 / runs, 2)
        one["sum"] = round(one["python"] + one["database"], 2)
    return {"json": found[0], "page": found[1], "ratio": round(found[1]["sum"] / found[0]["sum"], 2)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--proposals", type=int, default=2_000)
    parser.add_argument("--runs", type=int, default=60)
    parser.add_argument("--json", metavar="PATH")
    options = parser.parse_args()
    from madang.web.site import site

    with site():
        from django.conf import settings
        from django.test import Client

        from madang.explore.proposals.models import Proposal

        settings.ALLOWED_HOSTS, settings.ANONYMOUS_CACHE_SECONDS = ["*"], 0
        settings.API_LIMITS = dict.fromkeys(settings.API_LIMITS, (10_000_000, 60))
        load(options.proposals)
        chosen = Proposal.objects.filter(status="open", support_count__gt=5).order_by("pk").first().pk
        client = Client(headers={"accept-language": "ko"})
        result = {"command": " ".join(sys.argv), **machine(), "proposals": options.proposals}
        result["lists"] = {
            name: measure(client, [one.format(proposal=chosen) for one in paths], options.runs)
            for name, paths in LISTS.items()
        }
    rows = [
        (name, side, *(one[side][key] for key in ("queries", "kB", "python", "least", "database", "sum")))
        for name, one in result["lists"].items()
        for side in ("json", "page")
    ]
    table(rows, ("list", "", "queries", "kB", "python ms", "least", "database ms", "sum"))
    for name, one in result["lists"].items():
        say(f"{name}: the page costs {one['ratio']} times the JSON")
    finish(result, options.json)


if __name__ == "__main__":
    main()
