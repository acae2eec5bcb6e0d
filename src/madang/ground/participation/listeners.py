"""What participation does when something happens to an agenda item: followers hear, the search reads it anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection
from django.utils.translation import gettext_noop

from madang.ground.agenda.lineage import Follower
from madang.ground.participation.models import Follow, Reason, Subject
from madang.ground.participation.operations import tell, tell_around, watchers_of
from madang.ground.participation.operations.subjects import lock, move_count
from madang.ground.participation.search.index import index_on_commit

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from madang.ground.agenda.events import Event
    from madang.ground.agenda.models import AgendaItem
    from madang.ground.people.models import User

# What is read in the reader's language when the notice is opened. By the event, and where it has steps, by the step.
MESSAGES = {
    "stage": {
        "explore": gettext_noop("The agenda item “%(title)s” is being explored again."),
        "plan": gettext_noop("The agenda item “%(title)s” is now being planned."),
        "practice": gettext_noop("The agenda item “%(title)s” is now being put into practice."),
        "diffuse": gettext_noop("The agenda item “%(title)s” worked and is now being spread."),
    },
    "closed": {"": gettext_noop("The agenda item “%(title)s” was closed: %(reason)s")},
    "reopened": {"": gettext_noop("The agenda item “%(title)s” was opened again.")},
    "revised": {"": gettext_noop("The agenda item “%(title)s” was reworded.")},
    "merged": {
        "into": gettext_noop("The agenda item “%(title)s” was merged into “%(other)s”."),
        "other": gettext_noop("“%(other)s” was merged into the agenda item “%(title)s”."),
    },
    "unmerged": {
        "into": gettext_noop("The agenda item “%(title)s” stands by itself again."),
        "other": gettext_noop("“%(other)s” no longer belongs to the agenda item “%(title)s”."),
    },
    "split": {"": gettext_noop("“%(other)s” was separated from the agenda item “%(title)s”.")},
    "owner": {
        "owner": gettext_noop("%(office)s now owns the agenda item “%(title)s”."),
        "co_owner": gettext_noop("%(office)s now also owns the agenda item “%(title)s”."),
        "": gettext_noop("The agenda item “%(title)s” looks for a new owner office."),
    },
    "shared": {
        "invited": gettext_noop("%(place)s was invited to take part in the agenda item “%(title)s”."),
        "accepted": gettext_noop("%(place)s takes part in the agenda item “%(title)s”."),
        "declined": gettext_noop("%(place)s does not take part in the agenda item “%(title)s”: %(reason)s"),
        "withdrawn": gettext_noop("The invitation of %(place)s to the agenda item “%(title)s” was withdrawn."),
        "left": gettext_noop("%(place)s no longer takes part in the agenda item “%(title)s”."),
    },
    "referred": {
        "asked": gettext_noop("%(origin)s referred the agenda item “%(title)s” to %(target)s."),
        "taken_over": gettext_noop("%(target)s took over the agenda item “%(title)s”."),
        "joint": gettext_noop("%(target)s takes part in the agenda item “%(title)s”, referred by %(origin)s."),
        "sent_back": gettext_noop("%(target)s sent the agenda item “%(title)s” back to %(origin)s."),
        "withdrawn": gettext_noop("%(origin)s withdrew its referral of “%(title)s”."),
        "overdue": gettext_noop("The answer of %(target)s to the referral of “%(title)s” is overdue."),
    },
    "note": {"": gettext_noop("A note was added to the record of the agenda item “%(title)s”.")},
}
READ_ANEW = {"created", "revised", "referred"}


def on_item(event: Event) -> None:
    """Index the words, and tell followers and those whom it concerns; never the person who acted."""
    subject = Subject.objects.filter(item=event.item).values_list("pk", flat=True).first()
    if subject is None:
        return
    if event.kind in READ_ANEW:
        index_on_commit(subject)
    if event.kind in MESSAGES:
        # First those whose duty it is: whoever also follows the item hears of it as a duty.
        tell_of(event, event.concerns, kind=f"duty_{event.kind}")
        if event.kind == "owner" and event.item.owner:
            tell_of(event, watchers_of(event.item.owner), reason=Reason.WATCH)
        tell_around(
            subject=subject,
            kind=f"agenda_{event.kind}",
            **_words(event),
            except_user=event.by.pk if event.by else None,
        )


def tell_of(event: Event, people: Iterable[int], *, kind: str = "", reason: str = "") -> None:
    """Tell people of an event, each once whoever asks; never the person who acted.

    reason: why these people are told, where they do not follow the item (see `Reason`).
    """
    others = set(people) - {event.by.pk if event.by else None}
    if others:
        subject = Subject.objects.filter(item=event.item).values_list("pk", flat=True).first()
        kind = kind or f"agenda_{event.kind}"
        tell(users=sorted(pk for pk in others if pk), kind=kind, **_words(event), subject=subject, reason=reason)


def _words(event: Event) -> dict[str, Any]:
    return {
        "message": _message(event),
        "params": _params(event),
        "url": event.item.get_absolute_url(),
        "key": event.key,
        "now": event.now,
    }


def _message(event: Event) -> str:
    choice, data = MESSAGES[event.kind], event.data
    if event.kind == "stage":
        return choice[str(data["to"])]
    if event.kind == "owner":
        return choice["co_owner" if data.get("co_owner") else "owner" if data.get("owner") else ""]
    step = str(data.get("step", ""))
    return choice.get(step) or next((words for key, words in choice.items() if key in data), choice.get("", ""))


def _params(event: Event) -> dict[str, object]:
    data: dict[str, Any] = event.data
    other = data.get("into") or data.get("other") or data.get("part") or ["", ""]
    return {
        "title": event.item.title,
        "reason": event.reason[:200],
        "other": other[1],
        "office": data.get("co_owner") or data.get("owner") or "",
        "place": data.get("partner", ""),
        "origin": data.get("origin", ""),
        "target": data.get("target", ""),
    }


def merge(*, source: AgendaItem, target: AgendaItem, by: User | None, now: datetime) -> dict[str, Any]:
    """Whoever follows an item follows the one that it went into; what was there stays readable where it stands."""
    del by
    one, into = _subjects(source, target)
    # Locked before anything is inserted, as following does: in the other order the two could wait for each other.
    subject = lock(into)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ground_participation_follow (subject_id, user_id, created_at) "
            "SELECT %s, user_id, %s FROM ground_participation_follow WHERE subject_id = %s ORDER BY id "
            "ON CONFLICT (subject_id, user_id) DO NOTHING RETURNING user_id",
            [into, now, one],
        )
        brought = [row[0] for row in cursor.fetchall()]
    move_count(subject, "follower_count", len(brought))
    return {"followers": brought}


def undo(*, source: AgendaItem, target: AgendaItem, moved: dict[str, Any], by: User | None, now: datetime) -> None:
    """Those who were brought along follow the other item no longer; whoever stopped meanwhile is left alone."""
    del by, now
    _one, into = _subjects(source, target)
    subject = lock(into)
    gone, _rows = Follow.objects.filter(subject=subject, user_id__in=moved["followers"]).delete()
    move_count(subject, "follower_count", -gone)


def divide(
    *, source: AgendaItem, part: AgendaItem, chosen: Iterable[int], by: User | None, now: datetime
) -> dict[str, Any]:
    """Whoever follows an item follows the part that becomes one of its own, too."""
    del chosen
    return merge(source=source, target=part, by=by, now=now)


def _subjects(one: AgendaItem, other: AgendaItem) -> tuple[int, int]:
    found = dict(Subject.objects.filter(item__in=[one.pk, other.pk]).values_list("item_id", "pk"))
    return found[one.pk], found[other.pk]


FOLLOWER = Follower("followers", merge=merge, undo=undo, divide=divide, order=30)
