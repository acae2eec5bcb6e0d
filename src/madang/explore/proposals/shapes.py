"""How proposals, themes and answers look in the API."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import Field

from madang.explore.proposals.models import Answer, Proposal, Theme
from madang.ground.footing.rest import Shape
from madang.ground.places.shapes import OfficeName, PlaceName, office_name, place_name

if TYPE_CHECKING:
    from madang.explore.proposals.clock import Clock
    from madang.explore.proposals.queries.detail import Detail, Version
    from madang.explore.proposals.queries.finding import Similar


class ClockOut(Shape):
    """Where the public service clock of a proposal stands."""

    state: str = Field(description="gathering, closed, due, overdue, answered or answered_late")
    supports: int
    needed: int
    missing: int
    window_ends: datetime
    due: datetime | None = None
    answered: datetime | None = None


class ProposalName(Shape):
    """A proposal, as other things name it."""

    id: int
    title: str
    status: str = Field(description="open, answered, promoted, merged, hidden or withdrawn")
    url: str = Field(description="Its page on this site.")


class ProposalRow(ProposalName):
    excerpt: str
    author: str = Field(description="The name that its writer shows.")
    place: PlaceName
    field: str
    language: str
    supports: int
    comments: int
    created_at: datetime
    clock: ClockOut


class AnswerOut(Shape):
    id: int
    office: OfficeName
    body: str = Field(description="Markdown.")
    answered_at: datetime


class May(Shape):
    """What the one who asks may do now."""

    support: bool
    comment: bool
    follow: bool
    edit: bool
    withdraw: bool
    moderate: bool


class ProposalOut(ProposalName):
    """A proposal in full. Of a hidden or withdrawn one everybody learns that, and nothing of its words."""

    body: str = Field(description="Markdown; empty where it is not readable.")
    readable: bool
    author: str
    place: PlaceName
    field: str
    language: str
    latitude: float | None = None
    longitude: float | None = None
    supports: int
    comments: int
    followers: int
    created_at: datetime
    edited_at: datetime | None = None
    clock: ClockOut
    hidden_reason: str = ""
    merged_into: ProposalName | None = None
    agenda_item: int | None = None
    answers: list[AnswerOut]
    source_url: str = ""
    supported: bool = Field(description="By the one who asks.")
    followed: bool = Field(description="By the one who asks.")
    may: May


class SimilarOut(ProposalName):
    shared: list[str] = Field(description="Words in common, weightiest first.")


class VersionOut(Shape):
    number: int
    at: datetime
    title: str
    body: str


class ThemeRow(Shape):
    """A group of similar voices, as the texts engine found it."""

    id: int
    name: str
    words: list[str]
    size: int
    cohesion: float
    recent: int = Field(description="Voices of the last 90 days.")
    earlier: int = Field(description="Voices of the 90 days before.")
    agenda_item: int | None = None
    url: str


def clock_out(clock: Clock) -> dict[str, object]:
    return {
        "state": str(clock.state),
        "supports": clock.supports,
        "needed": clock.terms.threshold,
        "missing": clock.missing,
        "window_ends": clock.window_ends,
        "due": clock.due,
        "answered": clock.answered,
    }


def proposal_name(proposal: Proposal) -> dict[str, object]:
    return {
        "id": proposal.pk,
        "title": proposal.title,
        "status": proposal.status,
        "url": proposal.get_absolute_url(),
    }


def _shared(proposal: Proposal, clock: Clock) -> dict[str, object]:
    return {
        **proposal_name(proposal),
        "author": proposal.byline,
        "place": place_name(proposal.place),
        "field": proposal.field,
        "language": proposal.language,
        "supports": proposal.support_count,
        "comments": proposal.subject.comment_count,
        "created_at": proposal.created_at,
        "clock": clock_out(clock),
    }


def proposal_row(proposal: Proposal, clock: Clock) -> dict[str, object]:
    """A proposal as `queries.listing.visible` loads it."""
    return {**_shared(proposal, clock), "excerpt": proposal.excerpt}


def proposal_out(detail: Detail) -> dict[str, object]:
    one, readable = detail.proposal, detail.readable
    into = one.merged_into if one.merged_into and one.merged_into.is_visible else None
    words = {name: getattr(one, name) if readable else None for name in ("latitude", "longitude")}
    return {
        **_shared(one, detail.clock),
        **words,
        "title": one.title if readable else "",
        "author": one.byline if readable else "",
        "body": one.body if readable else "",
        "readable": readable,
        "followers": one.subject.follower_count,
        "edited_at": one.edited_at,
        "hidden_reason": detail.hiding.reason if detail.hiding else "",
        "merged_into": proposal_name(into) if into else None,
        "agenda_item": one.agenda_item_id,
        "answers": [answer_out(answer, one) for answer in detail.answers],
        "source_url": one.source_url if readable else "",
        "supported": detail.supported,
        "followed": detail.followed,
        "may": {name: bool(detail.may.get(name)) for name in May.model_fields},
    }


def answer_out(answer: Answer, proposal: Proposal) -> dict[str, object]:
    """An answer by an office of the proposal's place or the one above, which are loaded with it."""
    near = [proposal.place, proposal.place.parent]
    office = answer.office
    office.place = next((one for one in near if one and one.pk == office.place_id), office.place)
    return {
        "id": answer.pk,
        "office": office_name(office),
        "body": answer.body,
        "answered_at": answer.answered_at,
    }


def similar_out(found: Similar) -> dict[str, object]:
    return {**proposal_name(found.proposal), "shared": list(found.shared)}


def version_out(version: Version) -> dict[str, object]:
    """A version as it read: the pieces that the next one took out are not part of it."""
    title, body = (
        "".join(piece.text for piece in side if piece.kind != "removed") for side in (version.title, version.body)
    )
    return {"number": version.number, "at": version.at, "title": title, "body": body}


def theme_row(theme: Theme) -> dict[str, object]:
    names = ("size", "cohesion", "recent", "earlier")
    return {
        "id": theme.pk,
        "name": str(theme),
        "words": theme.label,
        "agenda_item": theme.agenda_item_id,
        "url": theme.get_absolute_url(),
        **{name: getattr(theme, name) for name in names},
    }


def words_version(proposal: Proposal) -> str:
    """Changes with the words of a proposal, and with nothing else: a support meanwhile is no conflict."""
    words = [proposal.title, proposal.body, proposal.field, str(proposal.latitude), str(proposal.longitude)]
    return hashlib.sha256("\x00".join(words).encode()).hexdigest()[:12]
