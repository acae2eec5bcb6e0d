"""What somebody follows, and why they are told of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from madang.ground.agenda.models import Field
from madang.ground.participation import kinds, things
from madang.ground.participation.models import Choice, Device, Follow, Mute, NoticeSettings, Subject, Suppression, Watch

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from django.db.models import Model
    from django.http import QueryDict

    from madang.ground.agenda.models import AgendaItem
    from madang.ground.participation.kinds import Wish
    from madang.ground.participation.things import Card
    from madang.ground.people.models import User
    from madang.ground.places.models import Place

SIZE = 20


@dataclass(frozen=True)
class Followed:
    """One thing that somebody follows; without a card it is no longer public."""

    pk: int
    subject_id: int
    card: Card | None
    since: datetime
    muted: bool


def panel(item: AgendaItem, viewer: object) -> dict[str, object]:
    """The button on an item's page; it asks for itself (see templatetags/following.py)."""
    del item, viewer
    return {"follow": True}


def standing(thing: Model | int, user: object) -> tuple[int, bool]:
    """The id of a thing's Subject, and whether somebody follows it (one query).

    thing: a row of a registered kind, or the id itself. Raises LookupError for anything else.
    """
    rows = Subject.objects.filter(pk=thing) if isinstance(thing, int) else things.subjects_of(thing)
    follow = Follow.objects.filter(subject_id=OuterRef("pk"), user_id=getattr(user, "pk", None) or 0)
    return rows.annotate(followed=Exists(follow)).values_list("pk", "followed").get()


def followed(user: User, *, before: int | None = None) -> tuple[list[Followed], int | None]:
    """What somebody follows, newest first, and the id before which older ones continue (3 queries, 1 a kind)."""
    rows = Follow.objects.filter(user=user).order_by("-pk")
    found = list((rows.filter(pk__lt=before) if before else rows)[: SIZE + 1])
    shown = found[:SIZE]
    ids = [one.subject_id for one in shown]
    cards = things.cards(ids)
    muted = set(Mute.objects.filter(user=user, subject__in=ids).values_list("subject_id", flat=True))
    listed = [
        Followed(one.pk, one.subject_id, _public(cards.get(one.subject_id)), one.created_at, one.subject_id in muted)
        for one in shown
    ]
    return listed, shown[-1].pk if len(found) > SIZE else None


def _public(card: Card | None) -> Card | None:
    return card if card and card.public else None


def watches(user: User) -> list[Watch]:
    """What somebody watches for, newest first (one query; there are at most fifty)."""
    rows = Watch.objects.filter(user=user).select_related("place", "office", "author").defer("place__boundary")
    return list(rows.order_by("-created_at", "-pk"))


def describe(watch: Watch) -> str:
    """A watch in words: "버스" in Suwon, Jobs for every age."""
    return description(
        words=watch.words,
        parts=[
            watch.place.name if watch.place else "",
            str(Field(watch.field).label) if watch.field else "",
            watch.office.name if watch.office else "",
            watch.author.display_name if watch.author else "",
        ],
    )


def description(*, words: str, parts: Sequence[str]) -> str:
    """Criteria in words."""
    named = [_("“%(words)s”") % {"words": words}] if words else []
    return " · ".join([*named, *(part for part in parts if part)])


def same_watch(user: User, criteria: Mapping[str, Any]) -> Watch | None:
    """One's watch for exactly these criteria (columns of a Watch)."""
    return Watch.objects.filter(user=user, **criteria).first() if any(criteria.values()) else None


def watches_for(user: object, *, place: Place | None = None, field: str = "", words: str = "") -> int | None:
    """The id of one's watch for exactly this, or None (one query)."""
    pk = getattr(user, "pk", None)
    # What is searched for comes from the address; a null byte there would reach the database as an error.
    sought = " ".join(words.replace("\0", " ").split())[:100]
    same = Q(user_id=pk, place=place, field=field, words=sought, office=None, author=None)
    return Watch.objects.filter(same).values_list("pk", flat=True).first() if pk else None


def _before(data: QueryDict) -> int | None:
    value = data.get("before", "")
    return int(value) if value.isdecimal() and len(value) < 19 else None


def my_following(user: User, data: QueryDict) -> dict[str, object]:
    """The page of what one follows."""
    things_followed, following = followed(user, before=_before(data))
    listed = [] if _before(data) else [{"watch": one, "words": describe(one)} for one in watches(user)]
    return {"followed": things_followed, "following": following, "watched": listed}


@dataclass(frozen=True)
class Settings:
    """How somebody wants to be told, as the page shows it."""

    wishes: Sequence[Wish]
    own: NoticeSettings
    devices: Sequence[Device]
    suppression: Suppression | None
    muted: Mapping[int, str]


def choices_of(user: User) -> list[Wish]:
    """What holds for each group: as chosen, else by default (one query)."""
    chosen = {one.group: one for one in Choice.objects.filter(user=user)}
    return [kinds.wish(group, chosen.get(group.key)) for group in kinds.groups()]


def settings_of(user: User) -> Settings:
    """Everything on the page of notice settings (at most seven queries)."""
    muted = list(Mute.objects.filter(user=user).order_by("-pk").values_list("subject_id", flat=True)[:30])
    cards = things.cards(muted)
    gone = _("No longer public")
    return Settings(
        wishes=choices_of(user),
        own=NoticeSettings.objects.filter(user=user).first() or NoticeSettings(user=user),
        devices=list(Device.objects.filter(user=user).order_by("-created_at")),
        suppression=Suppression.objects.filter(email=user.email.lower()).first(),
        muted={pk: cards[pk].title if pk in cards and cards[pk].public else gone for pk in muted},
    )
