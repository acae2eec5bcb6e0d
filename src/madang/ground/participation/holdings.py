"""What participation holds of a person: comments and supports, which stay, and follows, which go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from madang.ground.participation.models import Comment, Follow, Subject, Support, Webhook
from madang.ground.people import data, profiles
from madang.ground.people.models import ERASED_NAME

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from madang.ground.people.models import User

COMMENTS = data.rows(
    Comment, "author", "subject_id", "subject__kind", "body", "created_at", "hidden_reason",
    key="comments", label=_("Comments"), stays=True, texts={"body": data.GONE},
)  # fmt: skip
# A threshold that was reached stays reached: a support counts on, given by nobody who could be named.
SUPPORTS = data.rows(
    Support, "user", "subject_id", "subject__kind", "created_at", key="supports", label=_("Supports"), stays=True
)


def _follows(user: User) -> Iterable[Mapping[str, Any]]:
    return Follow.objects.filter(user=user).values("subject_id", "subject__kind", "created_at").iterator()


def _unfollow(leaving: data.Leaving) -> None:
    mine = Follow.objects.filter(user=leaving.user)
    subjects = sorted(mine.values_list("subject_id", flat=True))
    # Under the rows' locks in one order, as `follow` takes them.
    list(Subject.objects.select_for_update(no_key=True).filter(pk__in=subjects).order_by("pk").values_list("pk"))
    mine.delete()
    Subject.objects.filter(pk__in=subjects, follower_count__gt=0).update(follower_count=F("follower_count") - 1)


FOLLOWS = data.Holding("follows", _("Follows"), _follows, _unfollow, (data.covered(Follow, "user"),))


def _nothing(user: User) -> Iterable[Mapping[str, Any]]:
    del user
    return ()


def _unname(leaving: data.Leaving) -> None:
    """Take the person's name out of what others were told of them."""
    with connection.cursor() as cursor:
        cursor.execute(UNNAME, {"name": leaving.user.display_name, "gone": ERASED_NAME})


UNNAME = """
UPDATE ground_participation_notice SET text = jsonb_set(text, '{params}', (
    SELECT jsonb_object_agg(key, CASE value WHEN to_jsonb(%(name)s::text) THEN to_jsonb(%(gone)s::text) ELSE value END)
    FROM jsonb_each(text -> 'params')))
WHERE EXISTS (SELECT FROM jsonb_each(text -> 'params') WHERE value = to_jsonb(%(name)s::text))
"""
NAMED = data.Holding("named", "", _nothing, _unname, order=800)


def _count(user: User) -> int:
    return Comment.objects.filter(author=user, hidden_reason="").count()


WRITTEN = profiles.Facet("comments", _("Number of comments"), _count, order=120)
WEBHOOKS = data.rows(Webhook, "user", "name", "url", "kinds", "created_at", key="webhooks", label=_("Webhooks"))
HOLDINGS = (COMMENTS, SUPPORTS, FOLLOWS, NAMED, WEBHOOKS)
