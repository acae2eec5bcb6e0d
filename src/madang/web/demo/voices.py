"""Loading the sample's proposals with their supports, comments and answers, in bulk and back in time."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from madang.engines.texts import privacy
from madang.explore.proposals import text
from madang.explore.proposals.models import Proposal
from madang.ground.participation.models import Comment, SearchDocument, Subject, Support
from madang.ground.places.queries import settings_of
from madang.web.demo.source import Row, chance, moment, support_times

if TYPE_CHECKING:
    from datetime import datetime

    from madang.ground.people.models import User
    from madang.ground.places.models import Office, Place
    from madang.ground.places.queries import InForce


@transaction.atomic
def load(
    *, rows: list[Row], places: dict[str, Place], offices: dict[str, Office], crowd: list[User], now: datetime
) -> dict[str, Proposal]:
    """Create every proposal of the sample; returns them by key."""
    by_name = {user.display_name: user for user in crowd}
    created = {row["key"]: moment(now, row["days_ago"], row["key"]) for row in rows}
    subjects = Subject.objects.bulk_create(_subject(row, places, created[row["key"]]) for row in rows)
    proposals = {
        row["key"]: _proposal(row, subject, by_name[row["author"][:40]], created[row["key"]])
        for row, subject in zip(rows, subjects, strict=True)
    }
    clocks = {place.pk: settings_of(place) for place in places.values()}
    supports = []
    for row in rows:
        times = support_times(row, created[row["key"]], now)
        _start_clock(proposals[row["key"]], times, clocks)
        supports += _supports(row, proposals[row["key"]], times, crowd)
    Proposal.objects.bulk_create(proposals.values(), batch_size=500)
    Support.objects.bulk_create(supports, batch_size=2000)
    Comment.objects.bulk_create(_comments(rows, proposals, by_name, created, now), batch_size=1000)
    _answer(rows, proposals, offices, created, now)
    SearchDocument.objects.bulk_create(SearchDocument(subject=one, place_id=one.place_id) for one in subjects)
    return proposals


def _subject(row: Row, places: dict[str, Place], at: datetime) -> Subject:
    return Subject(
        kind=Proposal.KIND,
        place=places[row["place"]],
        support_count=row["supports"],
        comment_count=len(row.get("comments") or []),
        created_at=at,
    )


def _proposal(row: Row, subject: Subject, author: User, at: datetime) -> Proposal:
    body = privacy.mask(row["body"]).text
    latitude, longitude = row.get("point") or (None, None)
    return Proposal(
        subject=subject,
        place_id=subject.place_id,
        author=author,
        title=row["title"][:150],
        body=body,
        excerpt=text.excerpt(body),
        field=row["field"],
        language=row["lang"],
        latitude=latitude,
        longitude=longitude,
        support_count=row["supports"],
        created_at=at,
    )


def _start_clock(proposal: Proposal, times: list[datetime], clocks: dict[int, dict[str, InForce]]) -> None:
    settings = clocks[proposal.place_id]
    needed, window, answer = (
        settings[name].value for name in ("support_threshold", "support_window_days", "answer_days")
    )
    if len(times) >= needed and times[needed - 1] <= proposal.created_at + timedelta(days=window):
        proposal.threshold_met_at = times[needed - 1]
        proposal.answer_due_at = times[needed - 1] + timedelta(days=answer)


def _supports(row: Row, proposal: Proposal, times: list[datetime], crowd: list[User]) -> list[Support]:
    people = chance("supporters:" + row["key"]).sample(
        [user for user in crowd if user.pk != proposal.author_id], len(times)
    )
    return [Support(subject_id=proposal.pk, user=user, created_at=at) for user, at in zip(people, times, strict=True)]


def _comments(
    rows: list[Row],
    proposals: dict[str, Proposal],
    by_name: dict[str, User],
    created: dict[str, datetime],
    now: datetime,
) -> list[Comment]:
    found = []
    for row in rows:
        for number, one in enumerate(row.get("comments") or []):
            at = max(
                moment(now, one["days_ago"], f"{row['key']}:{number}"),
                created[row["key"]] + timedelta(minutes=20 + number),
            )
            author = by_name[one["author"][:40]]
            body = privacy.mask(one["text"]).text
            found.append(Comment(subject_id=proposals[row["key"]].pk, author=author, body=body, created_at=at))
    return sorted(found, key=lambda comment: comment.created_at)


def _answer(
    rows: list[Row],
    proposals: dict[str, Proposal],
    offices: dict[str, Office],
    created: dict[str, datetime],
    now: datetime,
) -> None:
    from madang.explore.proposals.operations.answering import answer

    for row in rows:
        if one := row.get("answer"):
            at = max(
                moment(now, one["days_ago"], "answer:" + row["key"]),
                created[row["key"]] + timedelta(hours=30),
            )
            answer(
                proposal=proposals[row["key"]],
                office=offices[one["office"]],
                body=one["text"],
                by=None,
                now=at,
            )
