"""A province's table of figures: read from what the job keeps, beside counting for each reader and place by place.

    DATABASE_URL=… python bench/places_figures.py [--proposals 200000] [--json -]

The same province with 31 municipalities in one run, in turns, medians of five:

    kept      `figures_of`: two queries on the small table
    live      every figure counted by place when the page is asked for, one grouped query a figure
    one by one  what a template does that asks each place for its numbers: a query a figure and place
    the job   `count_figures`, every ten minutes, for all places of the platform

Also how a place's settings are read: `settings_by_place` for all places beside `settings_of` for each.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "madang.web.settings.test")
ROUNDS = 5
NOW = datetime(2026, 11, 24, tzinfo=UTC)


def prepare(proposals: int) -> object:
    """A database of our own beside the given one, with a province, its municipalities and their proposals."""
    import django
    from django.db import connection

    django.setup()
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    from madang.explore.proposals.models import Proposal
    from madang.ground.participation.models import Subject
    from madang.ground.people.models import User
    from madang.ground.places.models import Place
    from madang.ground.places.operations import load_places, set_settings, shipped_places

    load_places(rows=shipped_places())
    top = Place.objects.get(code="41")
    places = list(Place.objects.filter(parent=top))
    author = User.objects.create(email="bench@example.org", password="!", display_name="b")
    set_settings(place=top, values={"answer_days": 25})
    for start in range(0, proposals, 5000):
        some = range(start, min(start + 5000, proposals))
        subjects = Subject.objects.bulk_create(
            Subject(kind="proposal", place=places[i % len(places)], created_at=NOW, support_count=i % 80) for i in some
        )
        Proposal.objects.bulk_create(
            Proposal(
                subject=one, place_id=one.place_id, title="t", body="b", excerpt="b", created_at=NOW,
                support_count=one.support_count, author=author,
            )
            for one in subjects
        )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return top


def live(top: object) -> None:
    from django.db.models import Count, Sum

    from madang.ground.places import figures

    for one in figures.registered():
        value = Sum(one.total) if one.total else Count("pk")
        dict(one.count(NOW).filter(place__parent=top).order_by().values_list("place_id").annotate(v=value))


def one_by_one(top: object) -> None:
    from django.db.models import Sum

    from madang.ground.places import figures

    for place in top.children.all():
        for one in figures.registered():
            rows = one.count(NOW).filter(place=place)
            rows.aggregate(v=Sum(one.total)) if one.total else rows.count()


def median(call: object) -> float:
    took = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        call()
        took.append(1000 * (time.perf_counter() - started))
    return round(statistics.median(took), 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--proposals", type=int, default=200_000)
    parser.add_argument("--json")
    asked = parser.parse_args()
    top = prepare(asked.proposals)
    from madang.ground.places.models import Place
    from madang.ground.places.operations import count_figures
    from madang.ground.places.queries import figures_of, settings_by_place, settings_of

    everywhere = list(Place.objects.select_related("parent"))
    found = {
        "the job": median(lambda: count_figures(now=datetime.now(UTC))),
        "kept": median(lambda: figures_of(top)),
        "live": median(lambda: live(top)),
        "one by one": median(lambda: one_by_one(top)),
        "settings, all at once": median(lambda: settings_by_place(everywhere)),
        "settings, each": median(lambda: [settings_of(one) for one in everywhere]),
    }
    for name, took in found.items():
        print(f"{name:<24}{took:>10.1f} ms", file=sys.stderr)
    print(
        f"live / kept {found['live'] / found['kept']:.0f}, one by one / kept {found['one by one'] / found['kept']:.0f}",
        file=sys.stderr,
    )
    result = {"proposals": asked.proposals, "ms": found, "load": os.getloadavg()[0], "processors": os.cpu_count(), "python": platform.python_version()}  # fmt: skip
    if asked.json:
        Path("/dev/stdout" if asked.json == "-" else asked.json).write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
