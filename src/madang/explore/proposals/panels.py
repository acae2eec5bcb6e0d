"""The voices behind an agenda item, on its thread page and in full."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, F, OuterRef, Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from madang.explore.proposals.models import Evidence, Proposal, ThemeMember
from madang.ground.agenda.models import AgendaItem, Stage
from madang.ground.agenda.pages import EvidencePage
from madang.ground.agenda.panels import Panel
from madang.ground.agenda.stages import Rule
from madang.ground.footing.keyset import Page, page

if TYPE_CHECKING:
    from django.db.models import QuerySet

SHOWN = 4
PLACES = 6


def _evidence(item: AgendaItem) -> QuerySet[Evidence]:
    rows = Evidence.objects.filter(item=item).select_related(
        "proposal__place", "proposal__author", "proposal__subject", "added_by"
    )
    return rows.defer("proposal__body", "proposal__place__boundary")


def voices(item: AgendaItem, viewer: object) -> dict[str, object]:
    """The most typical voices (of the theme taken up, else the most supported) and where all come from: two queries."""
    del viewer
    if not item.voice_count:
        return {}
    rank = (
        ThemeMember.objects.filter(theme__agenda_item=item, proposal=OuterRef("proposal"))
        .order_by("-theme_id")
        .values("rank")
    )
    public = _evidence(item).filter(proposal__status__in=Proposal.VISIBLE).annotate(rank=Subquery(rank[:1]))
    rows = list(public.order_by(F("rank").asc(nulls_last=True), "-proposal__support_count", "id")[:SHOWN])
    places = (
        Evidence.objects.filter(item=item)
        .values("proposal__place__code", "proposal__place__name_ko", "proposal__place__name_en")
        .annotate(n=Count("id"))
        .order_by("-n", "proposal__place__code")
    )
    found = list(places)
    return {"voices": rows, "places": found[:PLACES], "more_places": max(0, len(found) - PLACES)}


def evidence_page(item: AgendaItem, cursor: str, *, size: int = 20) -> Page[Evidence]:
    """All voices of an item, the latest added first (one query)."""
    return page(_evidence(item), by=("-id", "-added_at"), after=cursor, size=size)


def full(item: AgendaItem, cursor: str) -> dict[str, object]:
    """The same, as the page draws it."""
    return {"page": evidence_page(item, cursor)}


VOICES = Panel(
    key="voices",
    title=_("Voices behind it"),
    stage=Stage.EXPLORE,
    order=10,
    query=voices,
    template="proposals/panels/_voices.html",
)
NEEDS_VOICES = Rule(
    key="voices",
    source=Stage.EXPLORE,
    target=Stage.PLAN,
    needs=_("At least one voice stands behind it"),
    holds=lambda item: item.voice_count > 0,
    where=lambda item: f"{reverse('proposals:list')}?place={item.place.code}",
    mend=_("Find voices and add them as evidence at the desk"),
    order=10,
)
EVIDENCE = EvidencePage(query=full, template="proposals/panels/evidence.html")
