"""What joint items cost a list: the page of a place among 100,000 items, beside the plain filter without joint ones.

    DATABASE_URL=… .venv/bin/python bench/agenda_lists.py [--items 100000] [--joint 5000] [--rounds 40] [--json PATH]

Both ask for the newest twenty of the same place in the same database, warm, alternating; medians and their ratio. The
database is a test database of its own, made and dropped again.
"""

import argparse
import json
import os
import platform
import random
import statistics
import sys
import time
from datetime import timedelta


def fill(items: int, joint: int) -> dict[str, object]:
    """Sixty municipalities in two provinces, of which the last holds next to nothing; one item in twenty is joint."""
    from django.db import connection
    from django.utils import timezone

    from madang.ground.agenda.models import AgendaItem, Partnership
    from madang.ground.places.models import Place

    draw, now = random.Random(2026), timezone.now()
    tops = [Place.objects.create(code=code, level="province", name_ko=code, name_en=code) for code in ("11", "41")]
    towns = [
        Place.objects.create(
            code=f"{9000 + n}", level="municipality", parent=tops[n % 2], name_ko=f"{n}", name_en=f"{n}"
        )
        for n in range(60)
    ]
    rows = [
        AgendaItem(
            place=draw.choice(towns[:-1]), title=f"의제 {n}", summary="요약", field="jobs", created_at=now - timedelta(minutes=n),
            updated_at=now, stage_since=now,
        )
        for n in range(items)
    ]  # fmt: skip
    made = AgendaItem.objects.bulk_create(rows, batch_size=5000)
    shared = draw.sample(made, joint)
    Partnership.objects.bulk_create(
        (
            Partnership(
                item=one, place=draw.choice([t for t in towns[:-1] if t.pk != one.place_id]), status="accepted", reason="r",
                invited_at=now, answered_at=now,
            )
            for one in shared
        ),
        batch_size=5000,
    )  # fmt: skip
    # The quiet town takes part in three old items and leads none.
    Partnership.objects.bulk_create(
        Partnership(item=one, place=towns[-1], status="accepted", reason="r", invited_at=now, answered_at=now)
        for one in made[-3:]
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return {"a province": tops[0], "a town": towns[0], "a town that only takes part": towns[-1]}


def plain(place) -> list:
    """The list as it would be without joint items."""
    from django.db.models import Q

    from madang.ground.agenda.models import AgendaItem
    from madang.ground.footing.keyset import page

    rows = AgendaItem.objects.select_related("place", "owner").defer("place__boundary").filter(merged_into=None)
    return page(rows.filter(Q(place=place) | Q(place__parent=place)), by=("-created_at", "-id")).rows


def shared(place) -> list:
    from madang.ground.agenda.queries import items_page

    return items_page(place=place).rows


def timed(act, place) -> float:
    start = time.perf_counter()
    act(place)
    return (time.perf_counter() - start) * 1000


def measure(places, rounds: int) -> list[dict[str, object]]:
    found = []
    for name, place in places.items():
        plain(place), shared(place)
        pairs = [(timed(plain, place), timed(shared, place)) for _ in range(rounds)]
        before, now = (statistics.median(column) for column in zip(*pairs, strict=True))
        found.append(
            {"list of": name, "plain_ms": round(before, 2), "joint_ms": round(now, 2), "ratio": round(now / before, 2)}
        )
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--joint", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--json", default="")
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "madang.web.settings.test")
    import django

    django.setup()
    from django.db import connection

    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        rows = measure(fill(asked.items, asked.joint), asked.rounds)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
    result = {
        "machine": platform.processor() or platform.machine(),
        "load": os.getloadavg()[0],
        **vars(asked),
        "lists": rows,
    }
    text = json.dumps(result, ensure_ascii=False, indent=1)
    if asked.json and asked.json != "-":
        with open(asked.json, "w", encoding="utf-8") as file:
            file.write(text)
    print(text, file=sys.stdout if asked.json in ("", "-") else sys.stderr)


if __name__ == "__main__":
    main()
