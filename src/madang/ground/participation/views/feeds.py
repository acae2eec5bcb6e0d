"""Feeds and calendars, the page that lists them, and one's own calendar."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date, quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madang.ground.participation import operations, things
from madang.ground.participation.feeds import calendars, gathered, lists
from madang.ground.participation.feeds import render as rendering
from madang.ground.participation.queries import feeds as queries
from madang.ground.people.permissions import actor
from madang.ground.places.queries import UnknownPlaceError, place_by_code

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.http import HttpRequest

    from madang.ground.participation.feeds.lists import FeedEntry

TYPES = {"atom": "application/atom+xml", "rss": "application/rss+xml", "ics": "text/calendar"}
SECONDS = 300
TOLD_ONCE = "calendar-token"


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every feed and calendar there is."""
    context = {
        "lists": lists.registered(),
        "calendars": calendars.registered(),
        "crumbs": [{"label": _("Feeds and calendars"), "url": ""}],
    }
    return render(request, "feeds/index.html", context)


@require_safe
def of_list(request: HttpRequest, key: str, fmt: str) -> HttpResponse:
    """The feed of a list, narrowed by the same parameters as its page."""
    found = lists.find(key)
    if found is None:
        raise Http404(_("There is no such feed."))
    asked = {name: str(value) for name, value in request.GET.items() if value}
    page = reverse(found.page) if found.page else reverse("feeds:index")
    entries = found.entries(asked)
    return _feed(request, entries, fmt, title=_titled(found.title, asked), page=_with(page, asked))


def _titled(title: object, asked: dict[str, str]) -> str:
    """The title of a feed, with the place that it was narrowed to."""
    place = lists.place_of(asked)
    return " · ".join([_("Madang"), str(title), *([place.name] if place else [])])


def _with(page: str, asked: dict[str, str]) -> str:
    return f"{page}?{urlencode(asked)}" if asked else page


@require_safe
def of_place(request: HttpRequest, code: str, fmt: str) -> HttpResponse:
    """Everything of a place."""
    try:
        place = place_by_code(code if code.isalnum() else "")
    except UnknownPlaceError as unknown:
        raise Http404(_("No place has the code %(code)s.") % {"code": code}) from unknown
    title = " · ".join([_("Madang"), place.name])
    return _feed(request, gathered.of_place(place), fmt, title=title, page=reverse("places:detail", args=[code]))


@require_safe
def of_subject(request: HttpRequest, pk: int, fmt: str) -> HttpResponse:
    """The comments on one thing, while everybody may read it."""
    card = things.card(pk)
    if card is None or not card.public or not card.thing.comments:
        raise Http404(_("There is no such feed."))
    title = _("Comments on “%(title)s”") % {"title": card.title}
    return _feed(request, gathered.comments(card), fmt, title=title, page=card.url)


@require_safe
def calendar(request: HttpRequest, key: str) -> HttpResponse:
    """What everybody may see of one kind of dated things, at a place or everywhere."""
    found = calendars.find(key)
    if found is None:
        raise Http404(_("There is no such calendar."))
    asked = request.GET.dict()
    dated = found.dated(lists.place_of(asked), timezone.now())
    return _calendar(request, dated, title=_titled(found.title, asked))


@require_safe
def personal(request: HttpRequest, token: str) -> HttpResponse:
    """One person's own dates, in their language, for whoever holds the secret address."""
    owner = queries.owner_of(token)
    if owner is None:
        raise Http404(_("This calendar was revoked, or never was."))
    with translation.override(owner.language):
        dated = calendars.mine(owner, timezone.now())
        response = _calendar(request, dated, title=_("My dates in Madang"), private=True)
    # The secret stands in the address: it is no referrer and in no index.
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """One's own calendar: what it holds, and its secret address, which is told once."""
    user = actor(request.user)
    if request.method == "POST":
        request.session[TOLD_ONCE] = operations.issue_calendar_key(by=user, now=timezone.now())
        return redirect("feeds:mine")
    token = request.session.pop(TOLD_ONCE, "")
    context = {
        "key": queries.calendar_key_of(user),
        "address": request.build_absolute_uri(reverse("feeds:personal", args=[token])) if token else "",
        "dated": calendars.mine(user, timezone.now())[:12],
        "crumbs": [
            {"label": _("Feeds and calendars"), "url": reverse("feeds:index")},
            {"label": _("My calendar"), "url": ""},
        ],
    }
    response = render(request, "feeds/mine.html", context)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_POST
@login_required
def revocation(request: HttpRequest) -> HttpResponse:
    """The secret address opens nothing any more."""
    operations.revoke_calendar_key(by=actor(request.user))
    messages.success(request, _("The address no longer works. Programs that used it stop showing your dates."))
    return redirect("feeds:mine")


def _feed(request: HttpRequest, entries: Sequence[FeedEntry], fmt: str, *, title: str, page: str) -> HttpResponse:
    if fmt not in rendering.FORMATS:
        raise Http404(_("A feed is .atom or .rss."))
    content = rendering.feed(
        entries, fmt=fmt, title=title, about=title, page=page, itself=request.get_full_path(),
        absolute=request.build_absolute_uri,
    )  # fmt: skip
    return _answer(request, content, fmt, changed=rendering.changed(entries))


def _calendar(
    request: HttpRequest, dated: Sequence[calendars.Dated], *, title: str, private: bool = False
) -> HttpResponse:
    content = rendering.calendar(
        dated, title=title, host=request.get_host().partition(":")[0], absolute=request.build_absolute_uri
    )
    return _answer(request, content, "ics", private=private)


def _answer(
    request: HttpRequest, content: bytes, fmt: str, *, changed: datetime | None = None, private: bool = False
) -> HttpResponse:
    """The content, or 304 where the reader has it. The ETag decides; the date is for those who ask by date alone."""
    etag = quote_etag(hashlib.sha256(content).hexdigest()[:32])
    modified = int(changed.timestamp()) if changed else None
    response = HttpResponse(content, content_type=f"{TYPES[fmt]}; charset=utf-8")
    response.headers["ETag"] = etag
    if modified is not None:
        response.headers["Last-Modified"] = http_date(modified)
    response.headers["Cache-Control"] = f"{'private' if private else 'public'}, max-age={SECONDS}"
    if not private:
        response.headers["Access-Control-Allow-Origin"] = "*"
    patch_vary_headers(response, ["Accept-Language"])
    return get_conditional_response(request, etag=etag, last_modified=modified, response=response) or response
