"""What a page of comments costs: queries and processor time for 5, 50 and 400 comments, beside the plain way.

    .venv/bin/python bench/talk_page.py [--runs 30]

Runs on the database that DATABASE_URL names (a loaded demo), inside a transaction that is rolled back. Time is that of
the asking thread (CLOCK_THREAD_CPUTIME_ID), so that a busy machine does not count. The plain way asks for each comment's
author, office, replies and marks by itself, as a generic-relation comment app does; a peer of the field
(adhocracy-plus) was noted at 202 queries for a page of five comments.
"""

import argparse
import os
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "madang.web.settings.demo")
os.environ["MADANG_ANONYMOUS_CACHE_SECONDS"] = "0"

from search_corpus import machine, say, table


def plain(subject_id, viewer):
    """Every comment by itself."""
    from madang.ground.participation.models import Comment, CommentSupport

    def one(row):
        return (
            row.author.display_name,
            row.office and row.office.name,
            CommentSupport.objects.filter(comment=row, user=viewer).exists(),
            list(row.mentions.all()),
            [one(reply) for reply in Comment.objects.filter(parent=row).order_by("pk")],
        )

    return [one(row) for row in Comment.objects.filter(subject_id=subject_id, parent=None).order_by("pk")[:20]]


def measured(act, runs):
    """(queries, median ms of the thread's processor time)."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        act()
    queries = len(captured)
    times = []
    for _ in range(runs):
        start = time.clock_gettime(time.CLOCK_THREAD_CPUTIME_ID)
        act()
        times.append(1000 * (time.clock_gettime(time.CLOCK_THREAD_CPUTIME_ID) - start))
    return queries, statistics.median(times)


def fill(subject, people, count):
    """`count` comments: a head and three replies each."""
    from django.utils import timezone

    from madang.ground.participation.models import Comment

    Comment.objects.filter(subject=subject).delete()
    words = "저도 같은 생각입니다. **그늘**이 먼저이고 의자는 그다음입니다. https://example.org/map"
    rows = [
        Comment(subject=subject, author=people[n % len(people)], body=words, created_at=timezone.now())
        for n in range(count)
    ]
    heads = Comment.objects.bulk_create(rows[: -(-count // 4)])
    for n, row in enumerate(rows[len(heads) :]):
        row.parent = heads[n % len(heads)]
    Comment.objects.bulk_create(rows[len(heads) :])
    type(subject).objects.filter(pk=subject.pk).update(comment_count=count)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=30)
    runs = parser.parse_args().runs
    import django

    django.setup()
    from django.db import transaction
    from django.test import Client

    from madang.explore.proposals.models import Proposal
    from madang.ground.participation import queries
    from madang.ground.people.models import User

    say(machine())
    proposal = Proposal.objects.filter(status="open").select_related("subject").order_by("pk").first()
    people, client, lines = (
        list(User.objects.filter(is_active=True).order_by("pk")[:40]),
        Client(HTTP_HOST="127.0.0.1"),
        [],
    )
    for count in (5, 50, 400):
        with transaction.atomic():
            fill(proposal.subject, people, count)
            ours = measured(lambda: queries.comments_of(proposal.pk, viewer=people[0]), runs)
            theirs = measured(lambda: plain(proposal.pk, people[0]), runs)
            page = measured(lambda: client.get(f"/proposals/{proposal.pk}/?order=oldest"), runs)
            transaction.set_rollback(True)
        lines.append((count, *_pair(ours), *_pair(theirs), f"{theirs[1] / ours[1]:.1f}", *_pair(page)))
    head = ("comments", "queries", "ms", "plain: queries", "ms", "ratio", "whole page: queries", "ms")
    table(lines, head)


def _pair(found):
    return found[0], f"{found[1]:.1f}"


if __name__ == "__main__":
    main()
