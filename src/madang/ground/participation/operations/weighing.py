"""What is known beside a text when its signals are weighed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Q

from madang.engines.texts import duplicates, spam
from madang.ground.participation.models import Comment

if TYPE_CHECKING:
    from datetime import datetime

    from madang.ground.people.models import User

WEEK, BURST = timedelta(days=7), timedelta(minutes=10)
# So many of the newest lookalikes are enough to tell a campaign from a coincidence.
LOOKED = 50
# Shorter texts ("찬성합니다") repeat by themselves and tell nothing.
SHORT = 20


def assess(text: str, *, by: User, now: datetime, exclude: int = 0) -> spam.Assessment:
    """Weigh a text that somebody is about to publish (two queries)."""
    recent = Comment.objects.filter(author=by, created_at__gt=now - BURST).exclude(pk=exclude).count()
    own, others = _lookalikes(text, by, now, exclude)
    days = max(0.0, (now - by.joined_at) / timedelta(days=1))
    return spam.assess(text, spam.Circumstances(days, own_repeats=own, elsewhere=others, burst=recent))


def _lookalikes(text: str, by: User, now: datetime, exclude: int) -> tuple[int, int]:
    """(own texts of a week that say nearly the same, other people who wrote nearly the same)."""
    prints = duplicates.fingerprints(text)
    if len(text) < SHORT or not prints:
        return 0, 0
    near = Comment.objects.filter(fingerprints__overlap=prints).exclude(pk=exclude)
    near = near.filter(~Q(status=Comment.Status.DELETED), created_at__gt=now - WEEK).order_by("-pk")
    found = [
        author
        for author, words in near.values_list("author_id", "body")[:LOOKED]
        if duplicates.compare(text, words, threshold=0.7)
    ]
    return found.count(by.pk), len(set(found) - {by.pk})
