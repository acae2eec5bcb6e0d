"""A person's own: what they wrote, what they support, what they have not yet published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madang.explore.proposals.models import Draft, Proposal
from madang.explore.proposals.queries.listing import cards
from madang.ground.participation.models import Support
from madang.ground.participation.sections import Section

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import QueryDict

    from madang.ground.people.models import User

SIZE = 20


def draft_of(user: object) -> Draft | None:
    """What the user has typed and not published."""
    pk = getattr(user, "pk", None)
    return Draft.objects.filter(user_id=pk).first() if pk else None


def _before(data: QueryDict) -> int | None:
    value = data.get("before", "")
    return int(value) if value.isdecimal() and len(value) < 19 else None


def my_proposals(user: User, data: QueryDict) -> dict[str, object]:
    """One's own proposals in every status, newest first, and the draft (three queries)."""
    rows = (
        Proposal.objects.filter(author=user)
        .select_related("place__parent", "subject", "author")
        .defer("body")
        .order_by("-subject_id")
    )
    if before := _before(data):
        rows = rows.filter(subject_id__lt=before)
    found = list(rows[: SIZE + 1])
    return {**_page(found, timezone.now(), [one.pk for one in found]), "draft": draft_of(user)}


def my_supports(user: User, data: QueryDict) -> dict[str, object]:
    """What one supports, the newest support first (two queries)."""
    rows = Support.objects.filter(user=user, subject__kind=Proposal.KIND).order_by("-pk")
    if before := _before(data):
        rows = rows.filter(pk__lt=before)
    loaded = rows.select_related("subject__proposal__author", "subject__proposal__place__parent")
    found = list(loaded.defer("subject__proposal__body")[: SIZE + 1])
    for support in found:
        support.subject.proposal.subject = support.subject
    return _page([one.subject.proposal for one in found], timezone.now(), [one.pk for one in found])


def _page(found: list[Proposal], now: datetime, keys: list[int]) -> dict[str, object]:
    following = keys[SIZE - 1] if len(found) > SIZE else None
    return {"cards": cards(found[:SIZE], now=now), "following": following}


SECTIONS = (
    Section("proposals", _("My proposals"), 10, my_proposals, "proposals/_mine.html"),
    Section("supports", _("What I support"), 20, my_supports, "proposals/_mine.html"),
)
