"""The office's work: settings, statements to begin with, announcing, extending, closing."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madang.explore.deliberations.forms import ExtensionForm, ReasonForm, SettingsForm, initial_of
from madang.explore.deliberations.operations import opening, running
from madang.explore.deliberations.operations import statements as writing
from madang.explore.deliberations.operations.common import DeliberationError
from madang.explore.deliberations.permissions import OPEN
from madang.explore.deliberations.queries import detail as details
from madang.explore.deliberations.queries import drawing
from madang.explore.deliberations.views.frame import crumbs, editable, inside, page
from madang.explore.proposals.models import Theme
from madang.ground.agenda.models import AgendaItem
from madang.ground.footing.requests import to_sign_in
from madang.ground.people.permissions import require, scope
from madang.ground.places.queries import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from django import forms
    from django.http import HttpRequest, HttpResponse

    from madang.explore.deliberations.models import Deliberation
    from madang.ground.people.models import User
    from madang.ground.places.models import Place

READ_AND_POST = ["GET", "HEAD", "POST"]
DAYS = 21


def actor(request: HttpRequest) -> User:
    return cast("User", request.user)


def signed_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Lead a visitor to sign in and back; the permission is asked after that."""

    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not request.user.is_authenticated:
            return to_sign_in(request, request.get_full_path())
        return view(request, *args, **kwargs)

    guarded.__name__, guarded.__doc__ = view.__name__, view.__doc__
    return guarded


@require_http_methods(READ_AND_POST)
@signed_in
def new(request: HttpRequest) -> HttpResponse:
    """Prepare a deliberation on an agenda item or a theme (`?item=`, `?theme=`)."""
    item, theme = _about(request)
    if item is None and theme is None:
        return _nothing_named(request)
    offered = _places(request, item, theme)
    initial = _beginning(item, theme)
    form = SettingsForm(request.POST or None, initial=initial, offered=offered)
    if request.method == "POST" and form.is_valid():
        place = form.cleaned_data["place"]
        made = _tried(form, lambda: opening.prepare(
            place=place, plan=form.plan(), by=actor(request), now=timezone.now(), item=item, theme=theme,
            seed=secrets.randbelow(2**31),
        ))  # fmt: skip
        if made:
            return redirect("deliberations:preparation", made.pk)  # type: ignore[attr-defined]
    context = {
        "form": form, "item": item, "theme": theme, "crumbs": crumbs((_("Open a deliberation"), "")),
        "title": _("Open a deliberation"),
    }  # fmt: skip
    return page(request, "deliberations/settings.html", context, status=422 if form.errors else 200)


def _about(request: HttpRequest) -> tuple[AgendaItem | None, Theme | None]:
    """What the deliberation is on, as far as it is named and there."""
    item, theme = _number(request, "item"), _number(request, "theme")
    found_item = AgendaItem.objects.select_related("place").filter(pk=item).first() if item else None
    found_theme = Theme.objects.select_related("run__place").filter(pk=theme).first() if theme else None
    return found_item, found_theme


def _nothing_named(request: HttpRequest) -> HttpResponse:
    """Lead whoever may open one somewhere to where it begins. Raises PermissionDenied for others."""
    if not scope(request.user, OPEN, places().order_by()).exists():
        raise PermissionDenied(_("Your role does not allow this here."))
    messages.info(request, _("Begin from the page of an agenda item or a theme."))
    return redirect("agenda:list")


def _number(request: HttpRequest, name: str) -> int | None:
    value = request.GET.get(name, "") or request.POST.get(name, "")
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 19 else None


def _places(request: HttpRequest, item: AgendaItem | None, theme: Theme | None) -> list[Place]:
    """Where this person may open it: at the item's place, or in the province of the theme. Raises PermissionDenied."""
    top = item.place if item else theme.run.place  # type: ignore[union-attr]
    near = [one for one in places() if top.pk in {one.pk, *([] if item else [one.parent_id])}]
    allowed = set(scope(request.user, OPEN, places().order_by()).values_list("pk", flat=True))
    found = [one for one in near if one.pk in allowed]
    if not found:
        require(request.user, OPEN, top)
    return found


def _beginning(item: AgendaItem | None, theme: Theme | None) -> dict[str, object]:
    """What a new form proposes."""
    hour = timezone.localtime().replace(minute=0, second=0, microsecond=0)
    opens = (hour + timedelta(days=1)).replace(hour=9)
    title = item.title if item else str(theme)
    return {
        "title": _("What do we want: %(title)s?") % {"title": title[:100]}, "opens_at": opens,
        "languages": ["ko", "en"],
        "closes_at": (opens + timedelta(days=DAYS)).replace(hour=18), "moderation": "before",
    }  # fmt: skip


def _tried(form: forms.Form, act: Callable[[], object]) -> object:
    """Do it; where it is refused, say why on the form."""
    try:
        return act()
    except DeliberationError as refused:
        form.add_error(None, str(refused))
        return None


@require_http_methods(READ_AND_POST)
@signed_in
def settings(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the settings, as long as they are not fixed."""
    deliberation = editable(request, pk)
    form = SettingsForm(request.POST or None, initial=initial_of(deliberation))
    if request.method == "POST" and form.is_valid():
        plan = form.plan()
        if _tried(form, lambda: opening.revise(pk=pk, plan=plan, by=actor(request), now=timezone.now())):
            messages.success(request, _("The settings are kept."))
            return redirect("deliberations:preparation", pk)
    context = {
        "form": form, "deliberation": deliberation, "title": _("Settings"), "item": deliberation.item,
        "theme": deliberation.theme, "crumbs": inside(deliberation, _("Settings")),
    }  # fmt: skip
    return page(request, "deliberations/settings.html", context, status=422 if form.errors else 200)


@require_safe
@signed_in
def preparation(request: HttpRequest, pk: int) -> HttpResponse:
    """The statements to begin with: chosen from voices, written, ordered; then the announcement."""
    deliberation = editable(request, pk)
    context = {
        "deliberation": deliberation, "statements": list(details.every(deliberation)[:200]),
        "drawn": drawing.draw(deliberation) if not deliberation.frozen_at else [],
        "least": opening.LEAST_STATEMENTS, "length": writing.LENGTH,
        "crumbs": inside(deliberation, _("Preparation")),
    }  # fmt: skip
    return page(request, "deliberations/preparation.html", context)


@require_POST
@signed_in
def seeds(request: HttpRequest, pk: int) -> HttpResponse:
    """Add what was chosen among the drawn sentences (as edited), and what was written."""
    editable(request, pk)
    chosen = _chosen(request)
    try:
        made = writing.add_seeds(deliberation_id=pk, texts=chosen, by=actor(request), now=timezone.now())
    except DeliberationError as refused:
        messages.error(request, str(refused))
    else:
        said = ngettext("%(n)s statement added.", "%(n)s statements added.", len(made)) % {"n": len(made)}
        messages.success(request, said) if made else messages.info(request, _("Nothing was chosen."))
    return redirect("deliberations:preparation", pk)


def _chosen(request: HttpRequest) -> list[tuple[str, int | None]]:
    """Texts with the proposal they come from; `choice` names the drawn ones, `text` is a new one."""
    found: list[tuple[str, int | None]] = []
    for number in request.POST.getlist("choice")[:50]:
        text, voice = request.POST.get(f"text_{number}", ""), request.POST.get(f"voice_{number}", "")
        known = voice.isascii() and voice.isdecimal() and len(voice) < 19
        found += [(text, int(voice) if known else None)] if text.strip() else []
    own = request.POST.get("text", "")
    return [*found, *((line, None) for line in own.splitlines()[:50] if line.strip())]


@require_POST
@signed_in
def announcement(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the deliberation public."""
    deliberation = editable(request, pk)
    try:
        done = opening.announce(pk=pk, by=actor(request), now=timezone.now())
    except DeliberationError as refused:
        messages.error(request, str(refused))
        return redirect("deliberations:preparation", pk)
    opened = done.status == deliberation.Status.OPEN
    messages.success(request, _("It is public, and voting is open.") if opened else _("It is announced."))
    return redirect(done)


@require_safe
@signed_in
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """How a citizen will see it: the first statement as a card."""
    deliberation = editable(request, pk)
    shown = list(details.shown(deliberation)[:200])
    context = {
        "deliberation": deliberation, "statements": shown, "minutes": details.minutes_of(len(shown)),
        "crumbs": inside(deliberation, _("Preview")),
    }  # fmt: skip
    return page(request, "deliberations/preview.html", context)


@require_http_methods(READ_AND_POST)
@signed_in
def extension(request: HttpRequest, pk: int) -> HttpResponse:
    """Let people vote longer."""
    form = ExtensionForm(request.POST or None)
    return _decision(request, pk, form, _("Extend the voting"), _("The voting is extended."), lambda: running.extend(
        pk=pk, closes_at=form.cleaned_data["closes_at"], reason=form.cleaned_data["reason"], by=actor(request),
        now=timezone.now(),
    ))  # fmt: skip


@require_http_methods(READ_AND_POST)
@signed_in
def closure(request: HttpRequest, pk: int) -> HttpResponse:
    """End the voting before its time."""
    form = ReasonForm(request.POST or None)
    return _decision(request, pk, form, _("Close the voting now"), _("The voting is closed."), lambda: running.close(
        pk=pk, reason=form.cleaned_data["reason"], by=actor(request), now=timezone.now()
    ))  # fmt: skip


def _decision(
    request: HttpRequest, pk: int, form: forms.Form, title: str, done: str, act: Callable[[], Deliberation]
) -> HttpResponse:
    deliberation = editable(request, pk)
    posted = request.method == "POST"
    if posted and form.is_valid() and _tried(form, act):
        messages.success(request, done)
        return redirect(deliberation)
    context = {"deliberation": deliberation, "form": form, "title": title, "crumbs": inside(deliberation, title)}
    return page(request, "deliberations/decision.html", context, status=422 if posted else 200)
