"""What the sample's citizens follow, how they want to be told, and what they were told on the way."""

from __future__ import annotations

from datetime import time, timedelta
from typing import TYPE_CHECKING, Any

from madang.ground.participation import operations
from madang.ground.participation.delivery import webpush
from madang.ground.participation.models import Delivery, Notice, Rhythm, State, Subject
from madang.ground.participation.models.notices import GATHERING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from madang.explore.proposals.models import Proposal
    from madang.ground.agenda.models import AgendaItem
    from madang.ground.people.models import User
    from madang.ground.places.models import Place
    from madang.web.demo.source import Row

# Which agenda items each has at heart, by their keys in the sample.
AT_HEART = {
    "cz-sunim": ["ag-people-at-counter", "ag-one-number", "ag-own-language"],
    "cz-obin": ["ag-own-language", "ag-factory-neighbors"],
    "cz-dayul": ["ag-night-library", "ag-seventh-month"],
    "cz-hana": ["ag-mapo-fee", "ag-school-evening"],
}
# place code, field, words
WATCHED = {
    "cz-sunim": [("41150", "", ""), ("41", "", "무인발급기"), ("", "engagement", "창구")],
    "cz-obin": [("41220", "", ""), ("41", "", "통역")],
    "cz-dayul": [("41390", "", ""), ("", "", "버스 정류장"), ("41", "jobs", "")],
    "cz-hana": [("11440", "", "")],
}
WISHES = {
    "cz-sunim": operations.Wishes(
        choices={"outcome": (Rhythm.NOW, True), "talk": (Rhythm.DAILY, False), "new": (Rhythm.DAILY, False)},
        quiet_from=time(22),
        quiet_to=time(7),
    ),
    "cz-obin": operations.Wishes(choices={"outcome": (Rhythm.WEEKLY, True), "steps": (Rhythm.OFF, False)}),
}
READ_AFTER = timedelta(days=17)


def begin(*, rows: list[Row], proposals: Mapping[str, Proposal], people: Mapping[str, User]) -> None:
    """Have people follow the voices before their history is lived through, so that they hear of it as it happens."""
    voices = {row["key"]: [proposals[key] for key in row["voices"][:2]] for row in rows}
    for user, items in _people(AT_HEART, people):
        for key in items:
            for voice in voices[key]:
                operations.follow(subject_id=voice.pk, by=user, now=voice.created_at + timedelta(hours=2))
                if voice.author_id != user.pk:
                    operations.support(subject_id=voice.pk, by=user, now=voice.created_at + timedelta(hours=2))


def load(
    *, items: Mapping[str, AgendaItem], people: Mapping[str, User], places: Mapping[str, Place], now: datetime
) -> None:
    """Follow the items, watch for what is new, and settle what lies long behind."""
    subjects = dict(Subject.objects.filter(item__in=items.values()).values_list("item", "pk"))
    for user, keys in _people(AT_HEART, people):
        for key in keys:
            operations.follow(subject_id=subjects[items[key].pk], by=user, now=now - timedelta(days=9))
    for user, wanted in _people(WATCHED, people):
        for code, field, words in wanted:
            asked = operations.Wanted(places.get(code), field, words=words)
            operations.watch(wanted=asked, by=user, now=now - timedelta(days=20))
    for key, wishes in WISHES.items():
        operations.set_wishes(wishes=wishes, by=people[key])
    operations.announce_new(now=now, fresh=timedelta(days=14))
    webpush.make_keys()
    _settle(now)


def _people(wanted: Mapping[str, list[Any]], people: Mapping[str, User]) -> Iterator[tuple[User, list[Any]]]:
    for key, values in wanted.items():
        yield people[key], values


def _settle(now: datetime) -> None:
    """A history lived through in a minute sends no mails: only what is told from now on does."""
    Notice.objects.filter(created_at__lt=now - READ_AFTER).update(read_at=now - timedelta(days=1))
    Notice.objects.filter(GATHERING, created_at__lt=now - timedelta(days=2)).update(rhythm=Rhythm.OFF)
    Delivery.objects.filter(state=State.WAITING).update(
        state=State.DROPPED, finished_at=now, trouble="happened before the demo began"
    )
