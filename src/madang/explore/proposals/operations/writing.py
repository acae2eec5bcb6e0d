"""Writing, editing and withdrawing a proposal."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from madang.explore.proposals import text
from madang.explore.proposals.models import Draft, Proposal, Revision
from madang.explore.proposals.operations import images
from madang.explore.proposals.operations.voices import locked, show_in_search
from madang.ground.participation.operations import add_subject, keep_pace, take_note
from madang.ground.participation.search.index import index_on_commit
from madang.ground.people.permissions import require
from madang.ground.record.models import Entry
from madang.ground.record.operations import record

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from madang.ground.participation.models import Amendment
    from madang.ground.people.models import User
    from madang.ground.places.models import Place

TITLE_LENGTH = 150
BODY_LENGTH = 20_000


class NotEditableError(Exception):
    """A proposal whose words others already build on. The message says why and what remains."""


class NotWithdrawableError(Exception):
    """A proposal that no longer stands by itself."""


class UnfitTextError(ValueError):
    """A title or a text that is empty or too long after cleaning."""


@dataclass(frozen=True)
class Text:
    """What the writer typed. `keep_contacts` publishes e-mails and telephone numbers as they stand."""

    title: str
    body: str
    field: str = ""
    latitude: float | None = None
    longitude: float | None = None
    keep_contacts: bool = False


@dataclass(frozen=True)
class Written:
    """The proposal as published, and how many pieces of personal data were masked in it, by kind."""

    proposal: Proposal
    masked: dict[str, int]


def _publishable(typed: Text) -> tuple[Text, dict[str, int]]:
    title = text.for_publication(typed.title, keep_contacts=typed.keep_contacts)
    body = text.for_publication(typed.body, keep_contacts=typed.keep_contacts)
    if not title.text or not body.text:
        raise UnfitTextError(_("Give the proposal a title and a text."))
    one_line = " ".join(title.text.split())
    if len(one_line) > TITLE_LENGTH or len(body.text) > BODY_LENGTH:
        raise UnfitTextError(_("A title holds 150 characters and a text 20,000. Shorten it and send it again."))
    point = (typed.latitude, typed.longitude)
    latitude, longitude = point if None not in point else (None, None)
    clean = replace(typed, title=one_line, body=body.text, latitude=latitude, longitude=longitude)
    return clean, text.added(title.masked, body.masked)


def _apply(proposal: Proposal, typed: Text) -> None:
    for name in ("title", "body", "field", "latitude", "longitude"):
        setattr(proposal, name, getattr(typed, name))
    proposal.excerpt = text.excerpt(typed.body)
    proposal.language = text.language_of(f"{typed.title} {typed.body}")


@transaction.atomic
def write(
    *,
    by: User,
    place: Place,
    typed: Text,
    now: datetime,
    pictures: Sequence[images.Picture] = (),
    accepts_conduct: bool = True,
) -> Written:
    """Publish a proposal and discard the writer's draft.

    Raises TooManyError, UnfitTextError, ImageRefusedError, ConductNotAcceptedError.
    """
    require(by, "proposals.write")
    take_note(place=place, by=by, accepts=accepts_conduct, now=now)
    keep_pace("proposal", by=by, now=now)
    clean, masked = _publishable(typed)
    subject = add_subject(kind=Proposal.KIND, place=place, now=now)
    proposal = Proposal(subject=subject, place=place, author=by, created_at=now)
    _apply(proposal, clean)
    proposal.save(force_insert=True)
    images.attach(proposal=proposal, pictures=pictures)
    Draft.objects.filter(user=by).delete()
    index_on_commit(proposal.pk)
    return Written(proposal, masked)


def _locked(proposal_id: int) -> Proposal:
    for proposal in locked([proposal_id]):
        return proposal
    raise Proposal.DoesNotExist


def why_not_editable(proposal: Proposal) -> str:
    """Why this proposal's words are fixed; empty where they are not."""
    if proposal.status == Proposal.Status.PROMOTED:
        return _("It has become part of an agenda item, which quotes it. Add what is new as a comment.")
    if proposal.status == Proposal.Status.ANSWERED or proposal.answered_at:
        return _("An office has answered these words. Add what is new as a comment.")
    if proposal.status == Proposal.Status.MERGED:
        return _("It was merged into another proposal. Add what is new as a comment there.")
    if proposal.status != Proposal.Status.OPEN:
        return _("It is no longer open. Write a new proposal instead.")
    return ""


@transaction.atomic
def edit(
    *,
    proposal_id: int,
    by: User,
    typed: Text,
    now: datetime,
    pictures: Sequence[images.Picture] = (),
    remove_images: Sequence[int] = (),
) -> Written:
    """Change one's own proposal, keeping the words it replaces. Raises NotEditableError, UnfitTextError."""
    proposal = _locked(proposal_id)
    require(by, "proposals.edit", proposal)
    if reason := why_not_editable(proposal):
        raise NotEditableError(reason)
    clean, masked = _publishable(typed)
    if (clean.title, clean.body) != (proposal.title, proposal.body):
        _keep_revision(proposal, by, now)
        proposal.edited_at = now
    _apply(proposal, clean)
    proposal.save()
    images.remove(proposal=proposal, ids=remove_images)
    images.attach(proposal=proposal, pictures=pictures)
    index_on_commit(proposal.pk)
    return Written(proposal, masked)


@transaction.atomic
def take_over(*, pk: int, title: str, body: str, by: User, suggestion: Amendment, now: datetime) -> Written:
    """Put words that somebody suggested in place of one's own; the history names who suggested them.

    Raises NotEditableError, UnfitTextError.
    """
    proposal = _locked(pk)
    require(by, "proposals.edit", proposal)
    if reason := why_not_editable(proposal):
        raise NotEditableError(reason)
    point = {"latitude": proposal.latitude, "longitude": proposal.longitude}
    # Who suggested it had their text masked already; what the writer chose to publish of their own stays.
    clean, masked = _publishable(Text(title=title, body=body, field=proposal.field, keep_contacts=True, **point))
    _keep_revision(proposal, by, now, suggestion)
    _apply(proposal, clean)
    proposal.edited_at = now
    proposal.save()
    index_on_commit(proposal.pk)
    return Written(proposal, masked)


def _keep_revision(proposal: Proposal, by: User, now: datetime, suggestion: Amendment | None = None) -> None:
    last = proposal.revisions.aggregate(last=Max("number"))["last"] or 0
    words = {"title": proposal.title, "body": proposal.body}
    Revision.objects.create(
        proposal=proposal, number=last + 1, edited_by=by, replaced_at=now, amendment=suggestion, **words
    )


@transaction.atomic
def withdraw(*, proposal_id: int, by: User, now: datetime, reason: str = "") -> Proposal:
    """Take one's own proposal back, on the public record. Twice changes nothing. Raises NotWithdrawableError."""
    proposal = _locked(proposal_id)
    require(by, "proposals.withdraw", proposal)
    if proposal.status == Proposal.Status.WITHDRAWN:
        return proposal
    if not proposal.is_visible:
        raise NotWithdrawableError(
            _("It is hidden or merged, and so no longer shown by itself. Ask the office instead.")
        )
    before, proposal.status = proposal.status, Proposal.Status.WITHDRAWN
    proposal.save(update_fields=["status"])
    show_in_search([proposal.pk], visible=False)
    record(
        kind=Entry.Kind.WITHDRAWN, subject=proposal.record_key, place=proposal.place, by=by, now=now,
        reason=reason.strip()[:500], data={"previous_status": before},
    )  # fmt: skip
    return proposal
