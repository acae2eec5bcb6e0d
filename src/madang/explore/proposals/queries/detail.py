"""One proposal with everything its page shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from madang.explore.proposals import text
from madang.explore.proposals.models import Answer, Hiding, Image, Proposal, Revision
from madang.explore.proposals.queries import clocks
from madang.ground.participation.models import Amendment, Follow, Support
from madang.ground.people.permissions import can
from madang.ground.places.queries import settings_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from madang.explore.proposals.clock import Clock, Terms
    from madang.ground.places.models import Place


@dataclass(frozen=True)
class Detail:
    """A proposal, its surroundings, and what this viewer may do. Hidden or withdrawn, its words are not readable."""

    proposal: Proposal
    terms: Terms
    clock: Clock
    terms_set_by: Place | None
    readable: bool
    supported: bool = False
    followed: bool = False
    revised: bool = False
    may: dict[str, bool] = field(default_factory=dict)
    images: Sequence[Image] = ()
    answers: Sequence[Answer] = ()
    merged: Sequence[Proposal] = ()
    hiding: Hiding | None = None
    suggestions: int = 0

    @property
    def talks(self) -> bool:
        """Whether what was said about it is shown: also after it was merged, but not while its words are not."""
        return self.proposal.is_visible or (
            self.proposal.status == Proposal.Status.MERGED and self.proposal.subject.comment_count > 0
        )

    @property
    def authors(self) -> list[str]:
        """Everybody who said it: the writer, then the writers of what was merged into it, each once."""
        return list(dict.fromkeys([self.proposal.byline, *(one.byline for one in self.merged)]))


def _mark(model: type[Support | Follow], user: object) -> Exists | Value:
    pk = getattr(user, "pk", None)
    return Exists(model.objects.filter(subject_id=OuterRef("pk"), user_id=pk)) if pk else Value(value=False)


def _open_suggestions() -> Coalesce:
    """How many suggestions of change wait for the author."""
    shown = Amendment.objects.filter(subject_id=OuterRef("pk"), status="open", visibility="shown").order_by()
    return Coalesce(Subquery(shown.values("subject").annotate(n=Count("pk")).values("n")), 0)


def find(pk: int, *, viewer: object) -> Proposal:
    """The proposal with all that hangs on it by one key, in one query. Raises Proposal.DoesNotExist."""
    loaded = Proposal.objects.select_related(
        "author", "place__parent", "subject", "merged_into__place", "agenda_item__owner"
    ).defer("place__boundary", "place__parent__boundary", "merged_into__body", "merged_into__place__boundary")
    return loaded.annotate(
        viewer_supports=_mark(Support, viewer),
        viewer_follows=_mark(Follow, viewer),
        was_revised=Exists(Revision.objects.filter(proposal_id=OuterRef("pk"))),
        has_merged=Exists(Proposal.objects.filter(merged_into_id=OuterRef("pk"))),
        open_suggestions=_open_suggestions(),
        has_images=Exists(Image.objects.filter(proposal_id=OuterRef("pk"))),
    ).get(pk=pk)


def detail(pk: int, *, viewer: object, now: datetime) -> Detail:
    """The page of a proposal in at most six queries. Raises Proposal.DoesNotExist."""
    proposal = find(pk, viewer=viewer)
    # What is said on it asks for its place again: it is the same one.
    proposal.subject.place = proposal.place
    has = vars(proposal)  # what `find` has annotated
    readable = can(viewer, "proposals.read_text", proposal)
    terms, origin = _terms(proposal.place)
    hidden = proposal.status == Proposal.Status.HIDDEN
    return Detail(
        proposal=proposal,
        terms=terms,
        clock=clocks.read(proposal, terms, now),
        terms_set_by=origin,
        readable=readable,
        supported=has["viewer_supports"],
        followed=has["viewer_follows"],
        revised=has["was_revised"],
        may=_may(viewer, proposal),
        images=list(proposal.images.all()) if readable and has["has_images"] else [],
        answers=list(proposal.answers.select_related("office")) if proposal.answered_at else [],
        merged=_merged(proposal) if has["has_merged"] else [],
        hiding=proposal.hidings.filter(lifted_at=None).first() if hidden else None,
        suggestions=has["open_suggestions"],
    )


def _terms(place: Place) -> tuple[Terms, Place | None]:
    """The terms in force, and the place that set the number of supports."""
    found = settings_of(place)
    terms = clocks.clock.Terms(**{name: found[setting].value for name, setting in clocks.NAMES.items()})
    return terms, found["support_threshold"].origin


def _may(viewer: object, proposal: Proposal) -> dict[str, bool]:
    open_now = proposal.is_visible
    return {
        "support": can(viewer, "proposals.support", proposal) and open_now,
        # A writer is told of everything anyway.
        "follow": can(viewer, "proposals.follow", proposal)
        and open_now
        and proposal.author_id != getattr(viewer, "pk", None),
        "edit": can(viewer, "proposals.edit", proposal) and open_now,
        "withdraw": can(viewer, "proposals.withdraw", proposal) and open_now,
        "suggest": can(viewer, "participation.suggest", proposal)
        and open_now
        and not proposal.answered_at
        and proposal.status == Proposal.Status.OPEN,
        "report": open_now and can(viewer, "participation.suggest", proposal),
        "sign_in": not getattr(viewer, "is_authenticated", False) and open_now,
    }


def _merged(proposal: Proposal) -> list[Proposal]:
    rows = proposal.merged.select_related("author").only(
        "title", "language", "author_name", "author__display_name", "created_at", "merged_into_id"
    )
    return list(rows.order_by("created_at")[:50])


@dataclass(frozen=True)
class Version:
    """A version of the text and how it differs from the one before it."""

    number: int
    at: datetime
    title: Sequence[text.Piece]
    body: Sequence[text.Piece]
    first: bool = False
    suggested_by: str = ""
    suggestion: int | None = None


VERSIONS = 20


def history(proposal: Proposal) -> list[Version]:
    """The newest versions first, each compared with its predecessor (one query; the last twenty changes)."""
    revisions = list(proposal.revisions.select_related("amendment__author").order_by("-number")[: VERSIONS + 1])
    revisions.reverse()
    texts = [(one.title, one.body) for one in revisions] + [(proposal.title, proposal.body)]
    times = [proposal.created_at if revisions and revisions[0].number == 1 else None]
    times += [one.replaced_at for one in revisions]
    offset = revisions[0].number if revisions else 1
    # The row that keeps the words before an edit names the suggestion that replaced them.
    sources = [None, *(one.amendment for one in revisions)]
    versions = [
        Version(
            number=offset + at,
            at=times[at] or proposal.created_at,
            title=text.compare(texts[at - 1][0], title) if at else [text.Piece("same", title)],
            body=text.compare(texts[at - 1][1], body) if at else [text.Piece("same", body)],
            first=offset + at == 1,
            suggested_by=source.author.display_name if (source := sources[at]) else "",
            suggestion=source.pk if source else None,
        )
        for at, (title, body) in enumerate(texts)
    ]
    return versions[::-1]
