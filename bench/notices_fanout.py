"""How quickly very many followers are told of one event, beside telling them row by row.

    .venv/bin/python bench/notices_fanout.py [--followers 100000] [--sample 2000] [--json PATH]

One agenda item with so many followers, a third of whom have chosen a rhythm of mail and a twentieth of whom muted it.
`tell_around` writes the notices and plans the deliveries; the job's batches are carried out in this process and count.
The twin does what a plain view does: for each follower it asks for the choice and the mute, then creates the notice
(`get_or_create` by its key) and the delivery, one transaction a person. It runs on a sample of the same followers and
its time is scaled to all; the table says so. Memory is by how much telling exceeds this process's peak so far (making the followers sets it high: 0 means not more). The database is
made in a temporary folder and removed.
"""

import argparse
import os
import resource
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from search_corpus import finish, machine, say, table

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def followers(count):
    """An item with its subject, and people who follow it."""
    from django.db import connection

    from madang.ground.agenda.models import AgendaItem
    from madang.ground.participation.models import Choice, Follow, Mute, Subject
    from madang.ground.people.models import User
    from madang.ground.places.models import Place

    top = Place.objects.create(code="41", level="province", name_ko="경기도", name_en="Gyeonggi-do")
    item = AgendaItem.objects.create(
        place=top, title="밤에도 안전한 골목", summary="가로등", field="housing_safety", created_at=NOW, updated_at=NOW,
        stage_since=NOW,
    )  # fmt: skip
    subject = Subject.objects.get(item=item)
    people = User.objects.bulk_create(
        (User(email=f"p{n}@example.org", display_name=f"주민 {n}", password="!") for n in range(count)), batch_size=5000
    )
    earlier = NOW - timedelta(days=1)
    Follow.objects.bulk_create(
        (Follow(subject=subject, user=one, created_at=earlier) for one in people), batch_size=5000
    )
    rhythms = ("now", "daily", "off")
    Choice.objects.bulk_create(
        (Choice(user=one, group="outcome", mail=rhythms[n % 3]) for n, one in enumerate(people[::3])), batch_size=5000
    )
    Mute.objects.bulk_create(
        (Mute(user=one, subject=subject, created_at=earlier) for one in people[::20]), batch_size=5000
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return subject, [one.pk for one in people]


def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def in_sql(subject):
    """Seconds, and the growth of memory, until everybody is told."""
    from madang.ground.participation import operations
    from madang.ground.participation.operations import telling

    telling.wake = lambda _task: None  # the job's batches run here, inside the measure
    before, started = peak(), time.perf_counter()
    operations.tell_around(
        subject=subject.pk, kind="agenda_stage", message="“%(title)s”", params={"title": "골목"}, url="/agenda/1/",
        key="stage:1", now=NOW,
    )  # fmt: skip
    told_at_once = time.perf_counter() - started
    operations.fan_out(now=NOW)
    return time.perf_counter() - started, told_at_once, peak() - before


def row_by_row(subject, people):
    """Seconds of the plain way."""
    from django.db import transaction

    from madang.ground.participation.models import Choice, Delivery, Mute, Notice

    started = time.perf_counter()
    for pk in people:
        with transaction.atomic():
            if Mute.objects.filter(user_id=pk, subject=subject).exists():
                continue
            choice = Choice.objects.filter(user_id=pk, group="outcome").first()
            rhythm = choice.mail if choice else "now"
            notice, new = Notice.objects.get_or_create(
                key=f"plain:1:{pk}",
                defaults={
                    "user_id": pk, "kind": "agenda_stage", "text": {"message": "“%(title)s”", "params": {"title": "골목"}},
                    "url": "/agenda/1/", "subject": subject, "reason": "follow", "rhythm": rhythm, "created_at": NOW,
                },
            )  # fmt: skip
            if new and rhythm == "now":
                Delivery.objects.create(notice=notice, user_id=pk, channel="mail", due_at=NOW, created_at=NOW)
    return time.perf_counter() - started


def run(count, sample):
    from django.core.management import call_command

    from madang.ground.participation.models import Delivery, Notice

    call_command("migrate", verbosity=0)
    say(f"making {count} followers")
    subject, people = followers(count)
    plain = row_by_row(subject, people[:sample])
    first = {"notices": Notice.objects.count(), "deliveries": Delivery.objects.count()}
    Notice.objects.all().delete()
    seconds, at_once, memory = in_sql(subject)
    told = {"notices": Notice.objects.count(), "deliveries": Delivery.objects.count()}
    # Both ways tell the same share of the people, and mail the same share at once.
    assert all(abs(told[name] / count - first[name] / sample) < 0.01 for name in told), (first, told)
    scaled = plain * count / sample
    rows = [
        ["INSERT … SELECT by batches", count, f"{seconds:.1f} s", f"{count / seconds:,.0f}", f"{memory:.0f} MB"],
        [f"row by row ({sample:,} measured)", count, f"{scaled:.0f} s", f"{sample / plain:,.0f}", ""],
    ]
    table(rows, ["way", "followers", "time", "people/s", "memory grows by"])
    say(f"ratio {scaled / seconds:.1f}; the writer's own transaction held {at_once * 1000:.0f} ms; told {told}")
    return {
        "followers": count, "sample": sample, "seconds": seconds, "row_by_row_scaled": scaled, "ratio": scaled / seconds,
        "in_the_writers_transaction": at_once, "memory_mb": memory, **told, "machine": machine(),
    }  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--followers", type=int, default=100_000)
    parser.add_argument("--sample", type=int, default=2_000)
    parser.add_argument("--json")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="madang-bench-") as folder:
        os.environ.pop("DATABASE_URL", None)
        os.environ |= {"MADANG_DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "madang.web.settings.test"}
        Path(folder).chmod(0o755)
        from madang.web.site import site

        with site():
            result = run(asked.followers, asked.sample)
    finish(result, asked.json)


if __name__ == "__main__":
    main()
