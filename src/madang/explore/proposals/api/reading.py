"""Reading proposals and themes."""

from __future__ import annotations

from typing import Annotated, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router

from madang.explore.proposals.models import Proposal
from madang.explore.proposals.panels import evidence_page
from madang.explore.proposals.queries import detail as details
from madang.explore.proposals.queries import finding, listing, themes
from madang.explore.proposals.shapes import (
    ProposalName,
    ProposalOut,
    ProposalRow,
    SimilarOut,
    ThemeRow,
    VersionOut,
    proposal_name,
    proposal_out,
    proposal_row,
    similar_out,
    theme_row,
    version_out,
    words_version,
)
from madang.ground.agenda.models import Field
from madang.ground.agenda.queries import item
from madang.ground.footing.rest import CURSOR, SIZE, Paged, link, paged, versioned
from madang.ground.people.permissions import require

router = Router()


@router.get("/proposals", response=Paged[ProposalRow], operation_id="listProposals", summary="Proposals")
def list_proposals(
    request: HttpRequest,
    q: str = Query("", max_length=listing.QUERY_LENGTH, description="Words to search for."),
    place: str = Query("", max_length=10, description="Code of a place; a province stands for what lies in it too."),
    field: Field | None = None,
    status: Literal["open", "waiting", "overdue", "answered", "promoted"] | None = None,
    order: Literal["relevance", "newest", "supported", "due"] | None = None,
    cursor: CURSOR = "",
    size: SIZE = 20,
) -> dict[str, object]:
    """Public proposals with their service clocks: searched, narrowed and ordered as on the site."""
    asked = {"q": q, "place": place, "field": field or "", "status": status or "", "order": order or ""}
    found = listing.browse({**asked, "cursor": cursor}, now=timezone.now(), size=size).page
    rows = [proposal_row(card.proposal, card.clock) for card in found.cards]
    return link(request, rows, following=found.following, previous=found.previous)


@router.get(
    "/proposals/similar", response=list[SimilarOut], operation_id="findSimilar", summary="Who said something near?"
)
def find_similar(
    request: HttpRequest,
    text: Annotated[str, Query(min_length=1, max_length=2000)],
    limit: Annotated[int, Query(ge=1, le=20)] = 5,
) -> list[dict[str, object]]:
    """Public proposals near to a text that is not published yet, best first."""
    return [similar_out(one) for one in finding.similar(text, viewer=request.user, limit=limit)]


@router.get("/proposals/{int:pk}", response=ProposalOut, operation_id="getProposal", summary="A proposal")
def get_proposal(request: HttpRequest, pk: int) -> dict[str, object]:
    """One proposal with its clock, its answers and what became of it."""
    found = details.detail(pk, viewer=request.user, now=timezone.now())
    versioned(request, words_version(found.proposal))
    return proposal_out(found)


@router.get(
    "/proposals/{int:pk}/similar", response=list[SimilarOut], operation_id="listNeighbors", summary="Near to it"
)
def list_neighbors(request: HttpRequest, pk: int) -> list[dict[str, object]]:
    """Public proposals that say something near to a public one."""
    proposal = Proposal.objects.get(pk=pk, status__in=Proposal.VISIBLE)
    return [similar_out(one) for one in finding.neighbors(proposal, viewer=request.user)]


@router.get("/proposals/{int:pk}/history", response=list[VersionOut], operation_id="getHistory", summary="Its versions")
def get_history(request: HttpRequest, pk: int) -> list[dict[str, object]]:
    """The newest versions of its words first, at most twenty changes back."""
    proposal = details.find(pk, viewer=request.user)
    require(request.user, "proposals.read_text", proposal)
    return [version_out(one) for one in details.history(proposal)]


@router.get(
    "/agenda/{int:pk}/evidence", response=Paged[ProposalName], operation_id="listEvidence", summary="Voices behind it"
)
def list_evidence(request: HttpRequest, pk: int, cursor: CURSOR = "", size: SIZE = 20) -> dict[str, object]:
    """Every voice behind an agenda item, the latest first; of those no longer public, the title is left out."""
    found = evidence_page(item(pk), cursor, size=size)
    return paged(request, found, lambda row: _voice(row.proposal))


def _voice(proposal: Proposal) -> dict[str, object]:
    named = proposal_name(proposal)
    readable = proposal.is_visible or proposal.status == Proposal.Status.MERGED
    return named if readable else {**named, "title": ""}


@router.get("/themes", response=list[ThemeRow], operation_id="listThemes", summary="Themes", tags=["themes"])
def list_themes(
    request: HttpRequest,
    province: str = Query("", max_length=10, description="Code of a province; else the first that has any."),
    order: Literal["size", "growing"] = "size",
) -> list[dict[str, object]]:
    """The sixty largest groups of similar voices of the current computation of a province."""
    del request
    return [theme_row(theme) for theme in themes.overview(province=province, order=order).themes]


@router.get("/themes/{int:pk}", response=ThemeRow, operation_id="getTheme", summary="A theme", tags=["themes"])
def get_theme(request: HttpRequest, pk: int) -> dict[str, object]:
    """One group of similar voices."""
    del request
    return theme_row(themes.theme(pk))
