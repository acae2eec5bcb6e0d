"""The kinds of notices and the groups in which people choose how to be told of them.

An app adds a kind by one line in its `ready()`:

    kinds.register(Kind("answered", _("An office answers"), group="outcome"))

Whoever tells of a kind that nobody registered tells of it in the group `other`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from madang.ground.footing.registry import Registry
from madang.ground.participation.models import Rhythm

if TYPE_CHECKING:
    from madang.ground.participation.models import Choice


@dataclass(frozen=True)
class Group:
    """What people choose about. mail, push: what holds for those who have chosen nothing; order: place on the page."""

    key: str
    label: object
    help: object
    order: int
    mail: str = Rhythm.DAILY
    push: bool = True


@dataclass(frozen=True)
class Kind:
    """A kind of notice.

    group: key of its group; always: it concerns the reader's own duty or words, so that it is told whether or not the
    subject is muted, and in full whether or not the subject is still public.
    """

    key: str
    label: object
    group: str = "other"
    always: bool = False


_groups: Registry[Group] = Registry("group of notices")
_kinds: Registry[Kind] = Registry("kind of notice")
register, register_group = _kinds.register, _groups.register

register_group(
    Group(
        "outcome",
        _("What became of it"),
        _("Something you wrote, support or follow is answered, taken up, merged or moved on."),
        10,
        Rhythm.NOW,
    )
)
register_group(
    Group("talk", _("Conversations"), _("Somebody comments on what you wrote, answers you or names you."), 20)
)
register_group(
    Group(
        "steps",
        _("Smaller steps on agenda items"),
        _("An agenda item you follow gets a note, other words, another owner or partner."),
        15,
        push=False,
    )
)
register_group(
    Group(
        "new",
        _("New at places and on topics you follow"),
        _("Something new is published where you asked to be told."),
        30,
        push=False,
    )
)
register_group(
    Group(
        "own",
        _("Your own texts and account"),
        _("Something you wrote was hidden or restored, a report was decided, your rights changed."),
        40,
        Rhythm.NOW,
    )
)
register_group(
    Group("duty", _("Official duties"), _("Your office is asked, an answer is due or overdue."), 50, Rhythm.NOW)
)
register_group(Group("other", _("Everything else"), _("What belongs to none of the groups above."), 90))

UNKNOWN = register(Kind("other", _("Notice")))
register(Kind("new", _("Something new of what you follow"), group="new"))
register(Kind("webhook_disabled", _("A webhook of yours was turned off"), group="own", always=True))
register(Kind("role", _("Your rights change"), group="own", always=True))
register(Kind("invitation", _("Somebody invites you"), group="own", always=True))
register(Kind("organization", _("An organization of yours"), group="own", always=True))
register(Kind("mention", _("Somebody names you"), group="talk"))
register(Kind("amendment", _("A suggestion of change"), group="outcome"))
register(Kind("moderation", _("A report, a decision or an appeal"), group="own", always=True))

# What the events of agenda items tell (listeners.py): turning points, and smaller steps.
for _event in ("stage", "closed", "reopened", "merged", "unmerged", "split"):
    register(Kind(f"agenda_{_event}", _("An agenda item moves on"), group="outcome"))
for _event in ("revised", "owner", "shared", "referred", "note"):
    register(Kind(f"agenda_{_event}", _("A step on an agenda item"), group="steps"))
for _event in ("shared", "referred", "owner", "stage", "closed", "reopened", "merged", "unmerged", "split", "revised"):
    register(Kind(f"duty_{_event}", _("An agenda item asks for you"), group="duty", always=True))


def kind(key: str) -> Kind:
    """The kind registered under a key, else the one for whatever is unknown."""
    return _kinds.find(key) or UNKNOWN


def group_of(key: str) -> Group:
    """The group of a kind."""
    return _groups.find(kind(key).group) or _groups["other"]


def groups() -> list[Group]:
    """Every group in the order of the page."""
    return list(_groups)


def find_group(key: str) -> Group | None:
    return _groups.find(key)


def kinds_of(group: str) -> list[str]:
    """Keys of the kinds in a group."""
    return [one.key for one in _kinds if one.group == group]


def known() -> set[str]:
    """Keys of every registered kind."""
    return {one.key for one in _kinds}


@dataclass(frozen=True)
class Wish:
    """How somebody wants to be told of a group: as chosen, else by default."""

    group: Group
    mail: str
    push: bool


def wish(group: Group, choice: Choice | None) -> Wish:
    """What holds for a group."""
    return Wish(group, choice.mail, choice.push) if choice else Wish(group, group.mail, group.push)
