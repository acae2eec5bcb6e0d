"""Reading the agenda."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from madang.ground.agenda import pages, panels, queries
from madang.ground.agenda.forms import FilterForm
from madang.ground.agenda.models import Stage
from madang.ground.agenda.permissions import EDIT, NOTE, SCORE
from madang.ground.agenda.thread import thread_of
from madang.ground.agenda.views.frame import crumbs, item_or_404, turning
from madang.ground.footing.requests import wants_fragment
from madang.ground.people.permissions import can

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from madang.ground.agenda.models import AgendaItem


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The agenda, newest first."""
    form = FilterForm(request.GET)
    chosen = form.chosen()
    found = queries.items_page(**chosen, after=request.GET.get("after", ""))  # type: ignore[arg-type]
    context = {
        "form": form,
        "found": found,
        "chosen": chosen,
        "active": _active(request, chosen),
        **turning(request, found),
    }
    return render(request, "agenda/list.html", context)


@require_safe
def thread(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole thread of one item on one page."""
    item = item_or_404(pk, full=True)
    record = queries.record_of(item)
    drawn = _drawn(request, item, panels.first())
    parts = [{"stage": stage, "label": Stage(stage).label} for stage in panels.later_stages()]
    line = thread_of(item, [row.entry for row in record], now=timezone.now())
    own: dict[object, object] = {part["stage"]: f"part-{part['stage']}" for part in parts}
    _link(line.stations, own | {part["stage"]: part["key"] for part in reversed(drawn)})
    context = {
        "item": item,
        "line": line,
        "timeline": _timeline(record),
        "panels": [part for part in drawn if not part["head"]],
        "tools": [part for part in drawn if part["head"]],
        "parts": parts,
        "around": queries.around_of(item),
        "may_note": can(request.user, NOTE, item),
        "scores": queries.scores_given(item),
        "may_edit": can(request.user, EDIT, item),
        "may_score": can(request.user, SCORE, item),
        "crumbs": [{"label": _("Agenda"), "url": reverse("agenda:list")}, {"label": item.title, "url": ""}],
    }
    return render(request, "agenda/thread.html", context)


@require_safe
def part(request: HttpRequest, pk: int, stage: str) -> HttpResponse:
    """What the rooms of one stage show of an item; the thread page fetches it, and it is a page of its own."""
    found = panels.later(stage)
    if not found:
        raise Http404(_("There is no such part."))
    item = item_or_404(pk)
    label = str(Stage(stage).label)
    context = {
        "item": item,
        "panels": _drawn(request, item, found),
        "part": {"stage": stage, "label": label},
        "crumbs": crumbs(item, label),
    }
    fragment = wants_fragment(request)
    response = render(request, "agenda/part.html#panels" if fragment else "agenda/part.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_safe
def evidence(request: HttpRequest, pk: int) -> HttpResponse:
    """Every voice behind an item, a page at a time."""
    item, page = item_or_404(pk), pages.evidence_page()
    if page is None:
        raise Http404
    found = page.query(item, request.GET.get("after", ""))
    context = {
        **found,
        "item": item,
        "crumbs": crumbs(item, _("Voices behind it")),
        **turning(request, found["page"]),
    }
    return render(request, page.template, context)


def _drawn(request: HttpRequest, item: AgendaItem, wanted: list[panels.Panel]) -> list[dict[str, object]]:
    """Those of the panels that have something to show, as HTML."""
    drawn = []
    for panel in wanted:
        if context := panel.query(item, request.user):
            html = render_to_string(panel.template, {**context, "item": item}, request)
            drawn.append(
                {"key": panel.key, "title": panel.title, "stage": panel.stage, "html": html, "head": panel.head}
            )
    return drawn


def _link(stations: list[dict[str, object]], panel_by_stage: dict[object, object]) -> None:
    """Lead from a station to the panel that shows its work."""
    for station in stations:
        key = "explore" if station["key"] in ("voices", "agenda") else station["key"]
        if key in panel_by_stage and station["key"] != "agenda":
            station["url"] = f"#{panel_by_stage[key]}"
    stations[1]["url"] = "#record"


def _timeline(record: list[queries.RecordLine]) -> list[dict[str, object]]:
    """The record as the timeline draws it; scores given on one day stand in one entry, every rater named."""
    lines: list[dict[str, object]] = []
    for key, rows in groupby(record, key=_folding):
        together = list(rows)
        entry = _entry(together[-1])
        if key is not None and len(together) > 1:
            raters = list(dict.fromkeys(str(row.entry.actor) for row in together))
            entry |= {"what": f"{together[0].heading} (n = {len(raters)})", "who": ", ".join(raters)}
            lines.append(entry)
        else:
            lines += [_entry(row) for row in together]
    return lines


def _folding(row: queries.RecordLine) -> object:
    """Rows with the same key that follow each other are drawn as one; None is drawn by itself."""
    return timezone.localdate(row.entry.at) if row.entry.kind == "scored" else None


def _entry(row: queries.RecordLine) -> dict[str, object]:
    entry = row.entry
    what = f"{row.heading}: {row.detail}" if row.detail else row.heading
    return {
        "when": entry.at, "what": what, "why": entry.reason, "who": entry.actor,
        "office": entry.office.name if entry.office else "", "kind": "done" if entry.kind == "closed" else "office",
        "url": reverse("record:entry", args=[entry.pk]),
        "url_label": _("Entry %(number)s in the record") % {"number": entry.pk},
    }  # fmt: skip


def _active(request: HttpRequest, chosen: dict[str, object]) -> list[dict[str, str]]:
    """The filters in force, each with the address without it."""
    form, tags = FilterForm.base_fields, []
    for name, value in chosen.items():
        if value:
            query = request.GET.copy()
            query.pop(name, None)
            query.pop("after", None)
            label = dict(form[name].choices).get(value, value) if name != "place" else value.name  # type: ignore[attr-defined]
            tags.append({"label": str(label), "url": f"?{query.urlencode()}"})
    return tags
