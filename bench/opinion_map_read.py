"""A deliberation's votes as the engine takes them: by COPY, beside rows of the ORM that end in the same arrays.

    python bench/opinion_map_read.py [--people 20000] [--each 25] [--json PATH]

Makes a deliberation in a transaction that is rolled back. Each way runs in the same process, the ORM second.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
import tracemalloc
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "madang.web.settings.test")


def measured(work):
    """CPU seconds of one run, and the peak of memory of another: tracing would be measured too."""
    began = time.process_time()
    made = work()
    seconds = time.process_time() - began
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return made, seconds, peak / 1e6


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--each", type=int, default=25)
    parser.add_argument("--json", dest="target")
    chosen = parser.parse_args()
    import django
    import numpy as np

    django.setup()
    from django.db import connection, transaction
    from django.utils import timezone

    from madang.engines.opinions.votes import collect
    from madang.explore.deliberations.models import Participant, Vote
    from madang.explore.deliberations.queries.votes import read
    from tests.factories import DeliberationFactory

    with transaction.atomic():
        made = DeliberationFactory(statements=chosen.each)
        now = timezone.now()
        Participant.objects.bulk_create(
            (Participant(deliberation=made, number=n, joined_at=now) for n in range(chosen.people)), batch_size=5000
        )
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO explore_deliberations_vote (participant_id, statement_id, value, cast_at) "
                "SELECT p.id, s.id, (p.number * s.number) %% 3 - 1, now() FROM explore_deliberations_participant p, "
                "explore_deliberations_statement s WHERE p.deliberation_id = %s AND s.deliberation_id = %s",
                [made.pk, made.pk],
            )
        ours, copied, copied_mb = measured(lambda: read(made))
        rows = Vote.objects.filter(statement__deliberation=made)
        fields = ("participant__number", "statement__number", "value")

        def by_rows():
            found = list(rows.values_list(*fields))
            who, what, said = (np.array(column) for column in zip(*found, strict=True))
            people, at = np.unique(who, return_inverse=True)
            return collect(tuple(map(str, people)), ours.votes.statements, at, what, said)

        orm, listed, listed_mb = measured(by_rows)
        assert ours.votes.digest() == orm.digest()
        told = {
            "machine": platform.processor() or platform.machine(), "load": os.getloadavg()[0], "votes": len(orm),
            "copy": {"cpu_seconds": round(copied, 3), "peak_mb": round(copied_mb, 1)},
            "orm": {"cpu_seconds": round(listed, 3), "peak_mb": round(listed_mb, 1)},
            "ratio": {"cpu": round(listed / copied, 2), "memory": round(listed_mb / copied_mb, 2)},
        }  # fmt: skip
        transaction.set_rollback(True)
    text = json.dumps(told, indent=1)
    print(text)
    if chosen.target and chosen.target != "-":
        Path(chosen.target).write_text(text + "\n")


if __name__ == "__main__":
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    main()
