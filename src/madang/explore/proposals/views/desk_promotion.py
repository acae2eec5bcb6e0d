"""From voices to an agenda item, a new one or one that exists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from madang.explore.proposals.forms_desk import EvidenceForm, PromotionForm
from madang.explore.proposals.models import DuplicateGroup, Theme
from madang.explore.proposals.operations import promotion
from madang.explore.proposals.permissions_desk import DECIDE
from madang.explore.proposals.queries import desk, groups
from madang.explore.proposals.views.desk_frame import actor, carried_out, crumbs, enter
from madang.ground.people.permissions import require

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse, QueryDict

    from madang.explore.proposals.queries.desk import Gathering, Scope
    from madang.ground.people.models import User


@dataclass(frozen=True)
class Source:
    """What is to be taken up: a theme, a group, or voices chosen by hand; `hidden` repeats it in the form."""

    ids: list[int]
    theme: Theme | None
    group: DuplicateGroup | None
    hidden: list[tuple[str, str]]

    def words(self) -> dict[str, Any]:
        """Keyword arguments of the promotion."""
        if self.theme or self.group:
            return {"theme": self.theme, "group": self.group}
        return {"proposals": self.ids}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """Take voices up as a new item (theme=, group= or voices=)."""
    scope = enter(request)
    source = _source(request.POST if request.method == "POST" else request.GET, scope, actor(request))
    if source.theme and source.theme.agenda_item:
        return redirect(source.theme.agenda_item)
    if not source.ids:
        messages.warning(request, _("Choose at least one proposal first."))
        return redirect("desk:inbox")
    gathered = desk.gathering(source.ids, scope)
    form = PromotionForm(request.POST or None, places=scope.deciding, initial=_draft(source, gathered))
    if request.method == "POST" and form.is_valid():
        made: list[promotion.Promotion] = []
        take_up = lambda: made.append(  # noqa: E731
            promotion.promote(**form.words(), **source.words(), by=actor(request), now=timezone.now())
        )
        if carried_out(take_up, form=form):
            return _taken_up(request, made[0])
    context = {"form": form, "gathered": gathered, "source": source, "crumbs": crumbs((_("New agenda item"), ""))}
    return render(request, "desk/promotion.html", context, status=422 if request.method == "POST" else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def evidence(request: HttpRequest) -> HttpResponse:
    """Add chosen voices to an item that exists (voices=)."""
    scope = enter(request)
    source = _source(request.POST if request.method == "POST" else request.GET, scope, actor(request))
    if not source.ids:
        messages.warning(request, _("Choose at least one proposal first."))
        return redirect("desk:inbox")
    form = EvidenceForm(request.POST or None, items=desk.open_items(scope))
    if request.method == "POST" and form.is_valid():
        added: list[int] = []
        add = lambda: added.append(  # noqa: E731
            promotion.add_evidence(item=form.chosen(), proposals=source.ids, by=actor(request), now=timezone.now())
        )
        if carried_out(add, form=form):
            text = ngettext("%(n)d voice was added to the item.", "%(n)d voices were added to the item.", added[0])
            messages.success(request, text % {"n": added[0]})
            return redirect(form.chosen())
    gathered = desk.gathering(source.ids, scope)
    context = {"form": form, "gathered": gathered, "source": source, "crumbs": crumbs((_("Add to an agenda item"), ""))}
    return render(request, "desk/evidence.html", context, status=422 if request.method == "POST" else 200)


def _taken_up(request: HttpRequest, made: promotion.Promotion) -> HttpResponse:
    if made.created:
        text = ngettext(
            "On the agenda, with %(n)d voice as evidence. Everybody behind it is being told.",
            "On the agenda, with %(n)d voices as evidence. Everybody behind them is being told.",
            made.voices,
        )
        messages.success(request, text % {"n": made.voices})
    else:
        messages.info(request, _("These voices are already on the agenda; this is the item."))
    return redirect(made.item)


def _source(data: QueryDict, scope: Scope, user: User) -> Source:
    """Read what is to be taken up; a theme or group of a place where this person does not decide is refused."""
    if key := data.get("theme", ""):
        theme = get_object_or_404(Theme.objects.select_related("run__place", "agenda_item"), pk=_number(key))
        require(user, DECIDE, theme.run.place)
        return Source(promotion.voices_of_theme(theme), theme, None, [("theme", key)])
    if key := data.get("group", ""):
        group = get_object_or_404(DuplicateGroup.objects.select_related("place"), pk=_number(key))
        require(user, DECIDE, group.place)
        return Source(promotion.voices_of_group(group), None, group, [("group", key)])
    if not scope.edited:
        raise PermissionDenied
    ids = [voice.pk for voice in desk.selected(data.getlist("voices"), scope)]
    return Source(
        sorted(groups.with_merged(ids), key=lambda pk: (pk not in ids, pk)),
        None,
        None,
        [("voices", str(pk)) for pk in ids],
    )


def _number(key: str) -> int:
    """The id that an address names; 0, which nothing has, where it names none."""
    return int(key) if key.isdecimal() and len(key) < 19 else 0


def _draft(source: Source, gathered: Gathering) -> dict[str, object]:
    """Title and summary to start from: the theme's label, and what the first voices are called."""
    first = gathered.shown[0] if gathered.shown else None
    title = str(source.theme) if source.theme else first.title if first else ""
    intro = ngettext(
        "%(n)d resident proposes the following.", "%(n)d residents' voices say the following.", gathered.size
    )
    lines = [f"- {voice.title}: {voice.excerpt[:120]} ({voice.place})" for voice in gathered.shown[:3]]
    summary = "\n".join([intro % {"n": gathered.size}, "", *lines])
    place = gathered.place.code if gathered.place else ""
    return {"title": title[:120], "summary": summary, "field": gathered.field, "place": place}
