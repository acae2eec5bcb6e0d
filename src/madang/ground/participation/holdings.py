"""What participation holds of a person: comments and supports, which stay, and follows, which go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from madang.ground.participation.models import (
    Amendment,
    AmendmentSupport,
    Appeal,
    Comment,
    CommentSupport,
    CommentVersion,
    Device,
    Follow,
    Report,
    Subject,
    Support,
    Suppression,
    Watch,
    Webhook,
)
from madang.ground.people import data, profiles
from madang.ground.people.models import ERASED_NAME

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from madang.ground.people.models import User

WRITTEN = data.rows(
    Comment, "author", "subject_id", "subject__kind", "body", "created_at", "edited_at", "status", "hidden_reason",
    key="comments", label=_("Comments"), stays=True,
)  # fmt: skip


def _silence(leaving: data.Leaving) -> None:
    """Empty the person's comments with what they said before, and take their name out of what others wrote."""
    if not leaving.keep_texts:
        mine = Comment.objects.filter(author=leaving.user).exclude(status=Comment.Status.DELETED)
        CommentVersion.objects.filter(comment__author=leaving.user).delete()
        mine.update(body=data.GONE, fingerprints=[])
    with connection.cursor() as cursor:
        for table, key in (("comment", "id"), ("commentversion", "comment_id")):
            cursor.execute(UNMENTION.format(table=table, key=key), {"user": leaving.user.pk, "gone": ERASED_NAME})


UNMENTION = """
UPDATE ground_participation_{table} SET body = regexp_replace(body,
    '@\\[[^]]*\\]\\(user:' || %(user)s || '\\)', '@[' || %(gone)s || '](user:' || %(user)s || ')', 'g')
WHERE {key} IN (SELECT comment_id FROM ground_participation_mention WHERE user_id = %(user)s)
"""
# Before the mentions themselves go, which say where the name stands.
COMMENTS = data.Holding("comments", WRITTEN.label, WRITTEN.export, _silence, WRITTEN.covers, order=50)
# What was counted stays counted, given by nobody who could be named.
HELPFUL = data.rows(
    CommentSupport, "user", "comment_id", "created_at", key="helpful", label=_("Helpful comments"), stays=True
)
SUGGESTED = data.rows(
    Amendment, "author", "subject_id", "title", "body", "reason", "status", "created_at", "answer",
    key="amendments", label=_("Suggestions of change"), stays=True, texts={"reason": data.GONE},
)  # fmt: skip
BACKED = data.rows(
    AmendmentSupport, "user", "amendment_id", "created_at", key="backed", label=_("Suggestions backed"), stays=True
)
REPORTED = data.rows(
    Report, "reporter", "case_id", "category", "text", "created_at",
    key="reports", label=_("Reports"), stays=True, texts={"text": data.GONE},
)  # fmt: skip
APPEALED = data.rows(
    Appeal, "made_by", "case_id", "text", "made_at", "outcome", "reason",
    key="appeals", label=_("Appeals"), stays=True, texts={"text": data.GONE},
)  # fmt: skip
TALK = (COMMENTS, HELPFUL, SUGGESTED, BACKED, REPORTED, APPEALED)
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
    return Comment.objects.filter(author=user, status="shown").count()


COUNTED = profiles.Facet("comments", _("Number of comments"), _count, order=120)
WEBHOOKS = data.rows(Webhook, "user", "name", "url", "kinds", "created_at", key="webhooks", label=_("Webhooks"))
# Without the keys with which only the browser reads what is pushed to it.
DEVICES = data.rows(
    Device, "user", "label", "created_at", "reached_at", key="push_browsers", label=_("Browsers with push")
)
WATCHES = data.rows(
    Watch, "user", "place__name_ko", "field", "words", "office__name_ko", "author_id", "created_at",
    key="watches", label=_("New texts asked for"),
)  # fmt: skip


def _suppressed(user: User) -> Iterable[Mapping[str, Any]]:
    return Suppression.objects.filter(email=user.email.lower()).values("email", "cause", "created_at")


def _forget_address(leaving: data.Leaving) -> None:
    """Whoever leaves gets no mail anyway; the address is not kept for that."""
    Suppression.objects.filter(email=leaving.user.email.lower()).delete()


ADDRESS = data.Holding("no_mail", _("Address without mail"), _suppressed, _forget_address, order=20)
HOLDINGS = (*TALK, SUPPORTS, FOLLOWS, NAMED, WEBHOOKS, DEVICES, WATCHES, ADDRESS)
