"""Reading the agenda, and the officer's decisions about one item."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from madang.ground.agenda import operations, pages, panels, queries, stages
from madang.ground.agenda.forms import FilterForm, InspirationForm, NoteForm, RevisionForm, ScoreForm, StageForm
from madang.ground.agenda.models import AgendaItem
from madang.ground.agenda.permissions import EDIT, SCORE
from madang.ground.agenda.thread import thread_of
from madang.ground.people.permissions import can, require

if TYPE_CHECKING:
    from collections.abc import Callable

    from django import forms
    from django.http import HttpRequest, HttpResponse

    from madang.ground.people.models import User


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
        **_turning(request, found),
    }
    return render(request, "agenda/list.html", context)


@require_safe
def thread(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole thread of one item on one page."""
    item = _item(pk)
    record = queries.record_of(item)
    drawn = _drawn(request, item)
    line = thread_of(item, [row.entry for row in record], now=timezone.now())
    _link(line.stations, {part["stage"]: part["key"] for part in reversed(drawn)})
    context = {
        "item": item,
        "line": line,
        "timeline": _timeline(record),
        "panels": drawn,
        "links": queries.links_of(item),
        "scores": queries.scores_given(item),
        "may_edit": can(request.user, EDIT, item),
        "may_score": can(request.user, SCORE, item),
        "crumbs": [{"label": _("Agenda"), "url": reverse("agenda:list")}, {"label": item.title, "url": ""}],
    }
    return render(request, "agenda/thread.html", context)


@require_safe
def evidence(request: HttpRequest, pk: int) -> HttpResponse:
    """Every voice behind an item, a page at a time."""
    item, page = _item(pk), pages.evidence_page()
    if page is None:
        raise Http404
    found = page.query(item, request.GET.get("after", ""))
    context = {
        **found,
        "item": item,
        "crumbs": _crumbs(item, _("Voices behind it")),
        **_turning(request, found["page"]),
    }
    return render(request, page.template, context)


@require_http_methods(["GET", "HEAD", "POST"])
def scores(request: HttpRequest, pk: int) -> HttpResponse:
    """How an item was scored; those who may score find their own form below."""
    item = _item(pk)
    found = queries.scores_of(item)
    form = _score_form(request, item, found) if can(request.user, SCORE, item) else None
    if request.method == "POST":
        if not request.user.is_authenticated:
            return redirect_to_login(request.path)
        require(request.user, SCORE, item)
        if form and form.is_valid() and _carried_out(lambda: _score(request, item, form), form):
            messages.success(request, _("Your scores are kept."))
            return redirect("agenda:scores", pk=pk)
    context = {"item": item, "scores": found, "form": form, "crumbs": _crumbs(item, _("Scores"))}
    return render(request, "agenda/scores.html", context, status=422 if request.method == "POST" else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def stage(request: HttpRequest, pk: int) -> HttpResponse:
    """Move an item on, back, or close it."""
    item = _editable(request, pk)
    form = StageForm(request.POST or None, stages=[way.transition.target for way in stages.ways(item)])

    def move() -> object:
        data = form.cleaned_data
        return operations.set_stage(
            item=item,
            stage=data["stage"],
            reason=data["reason"],
            by=actor(request),
            now=timezone.now(),
        )

    return _decision(request, item, form, move, _("Move to another stage"), _("The item now stands at its new stage."))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def notes(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a remark on the public record."""
    item, form = _editable(request, pk), NoteForm(request.POST or None)

    def write() -> object:
        return operations.add_note(item=item, text=form.cleaned_data["text"], by=actor(request), now=timezone.now())

    return _decision(request, item, form, write, _("Note for the record"), _("The note stands in the public record."))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def revision(request: HttpRequest, pk: int) -> HttpResponse:
    """Word an item better."""
    item = _editable(request, pk)
    form = RevisionForm(
        request.POST or None, initial={name: getattr(item, name) for name in ("title", "summary", "field")}
    )

    def revise() -> object:
        return operations.revise(item=item, **form.cleaned_data, by=actor(request), now=timezone.now())

    return _decision(request, item, form, revise, _("Revise the wording"), _("The item reads as you have written it."))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def inspiration(request: HttpRequest, pk: int) -> HttpResponse:
    """Say which items this one learned from."""
    item = _editable(request, pk)
    others = queries.pickable(item, "")
    now_linked = [str(one.pk) for one in queries.links_of(item)["inspired_by"]]
    form = InspirationForm(request.POST or None, items=others, initial={"sources": now_linked})

    def link() -> object:
        sources = [one for one in others if str(one.pk) in form.cleaned_data["sources"]]
        return operations.set_inspired_by(item=item, sources=sources, by=actor(request), now=timezone.now())

    return _decision(request, item, form, link, _("Inspired by"), _("Both items now show the link."))


def actor(request: HttpRequest) -> User:
    """The person who decides; every address that asks for one lets only signed-in people in."""
    return cast("User", request.user)


def _item(pk: int) -> AgendaItem:
    try:
        return queries.item(pk)
    except AgendaItem.DoesNotExist as missing:
        raise Http404(_("There is no such agenda item.")) from missing


def _editable(request: HttpRequest, pk: int) -> AgendaItem:
    item = _item(pk)
    require(request.user, EDIT, item)
    return item


def _decision(
    request: HttpRequest, item: AgendaItem, form: forms.BaseForm, act: Callable[[], object], title: str, done: str
) -> HttpResponse:
    """Ask, check, act, and return to the thread; what was typed stays where the decision was refused."""
    posted = request.method == "POST"
    if posted and form.is_valid() and _carried_out(act, form):
        messages.success(request, done)
        return redirect(item)
    context = {"item": item, "form": form, "title": title, "crumbs": _crumbs(item, title)}
    return render(request, "agenda/decision.html", context, status=422 if posted else 200)


def _carried_out(act: Callable[[], object], form: forms.BaseForm) -> bool:
    """Do it; where it is refused, say why on the form."""
    try:
        act()
    except operations.AgendaError as refused:
        form.add_error(None, str(refused))
        return False
    return True


def _score_form(request: HttpRequest, item: AgendaItem, found: queries.Scores) -> ScoreForm:
    criteria = [spread.criterion for spread in found.spreads]
    given = queries.own_scores(item, actor(request))
    return ScoreForm(request.POST or None, criteria=criteria, given=given)


def _score(request: HttpRequest, item: AgendaItem, form: ScoreForm) -> int:
    return operations.score(
        item=item,
        values=form.values(),
        notes=form.notes(),
        by=actor(request),
        now=timezone.now(),
    )


def _drawn(request: HttpRequest, item: AgendaItem) -> list[dict[str, object]]:
    """Every registered panel that has something to show, as HTML."""
    drawn = []
    for panel in panels.registered():
        if context := panel.query(item, request.user):
            html = render_to_string(panel.template, {**context, "item": item}, request)
            drawn.append({"key": panel.key, "title": panel.title, "stage": panel.stage, "html": html})
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
    }  # fmt: skip


def _crumbs(item: AgendaItem, here: str) -> list[dict[str, str]]:
    return [
        {"label": _("Agenda"), "url": reverse("agenda:list")},
        {"label": item.title, "url": item.get_absolute_url()},
        {"label": here, "url": ""},
    ]


def _turning(request: HttpRequest, found: object) -> dict[str, str]:
    """Addresses of the pages around, filters kept."""
    links = {}
    for name, cursor in (("next_url", found.next), ("prev_url", found.previous)):  # type: ignore[attr-defined]
        query = request.GET.copy()
        query["after"] = cursor
        links[name] = f"?{query.urlencode()}" if cursor else ""
    return links


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
