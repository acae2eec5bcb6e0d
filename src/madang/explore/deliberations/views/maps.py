"""What the votes show: the map, its points, one's own place, a timelapse, and ways to show it elsewhere."""

from __future__ import annotations

import io
import json
import math
import struct
from typing import TYPE_CHECKING

import segno
from django.http import Http404, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from madang.explore.deliberations import packing
from madang.explore.deliberations.models import Deliberation, Map, Replay
from madang.explore.deliberations.permissions import EDIT
from madang.explore.deliberations.queries import nearby, showing
from madang.explore.deliberations.queries.taking_part import participant_of
from madang.explore.deliberations.views.frame import inside, page, readable
from madang.ground.people.permissions import can

if TYPE_CHECKING:
    from django.http import HttpRequest

# As everywhere, but any page may frame it, and it runs nothing and asks for nothing that needs a cookie.
EMBEDDED = (
    "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *"
)


@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """The map with all that it says; its part `now` is asked for again while votes arrive."""
    deliberation = readable(request, pk)
    drawn = showing.current(deliberation, request.GET.get("method", "honest"))
    if request.GET.get("seen") and drawn and request.GET["seen"] == str(drawn.pk):
        return HttpResponse(status=204)
    context = {**_context(request, deliberation, drawn), "crumbs": inside(deliberation, _("Opinion map"))}
    return page(request, "deliberations/map.html", context, partial="now")


def _context(request: HttpRequest, deliberation: Deliberation, drawn: Map | None) -> dict[str, object]:
    return {
        "deliberation": deliberation, "map": drawn, "shown": showing.shown(drawn) if drawn else None,
        "may_take": bool(drawn) and can(request.user, EDIT, deliberation),
        "address": request.build_absolute_uri(deliberation.get_absolute_url()),
        "embed_address": request.build_absolute_uri(reverse("deliberations:map_embed", args=[deliberation.pk])),
        "tab": "map", "outlines": json.dumps(drawn.result["pages"]["outlines"]) if drawn else "[]",
    }  # fmt: skip


@require_safe
def points(request: HttpRequest, pk: int) -> HttpResponse:
    """Every point of the map as bytes (see packing.wire); the map's number is its version."""
    deliberation = readable(request, pk)
    drawn = _drawn(deliberation, request)
    tag = f'"{drawn.pk}"'
    kept = {"ETag": tag, "Cache-Control": "no-cache"}
    if request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304, headers=kept)
    packed = Map.objects.filter(pk=drawn.pk).values_list("points", flat=True).get()
    return HttpResponse(packing.wire(packing.people(packed)), content_type="application/octet-stream", headers=kept)


def _drawn(deliberation: Deliberation, request: HttpRequest) -> Map:
    drawn = showing.current(deliberation, request.GET.get("method", "honest"))
    if drawn is None:
        raise Http404(_("There is no map yet: it is drawn soon after the first votes."))
    return drawn


@require_safe
def mine(request: HttpRequest, pk: int) -> HttpResponse:
    """One's own place, for nobody else: `{"votes", "place": [x, y] | null, "group"}`."""
    deliberation = readable(request, pk)
    drawn, person = showing.current(deliberation, request.GET.get("method", "honest")), None
    person = participant_of(deliberation, request.user, _guest(request))
    found = showing.standing(drawn, person.pk) if drawn and person else showing.Standing(0)
    told = {"votes": found.votes, "place": found.place, "group": found.group, "needed": showing.LEAST}
    return JsonResponse(told, headers={"Cache-Control": "no-store"})


def _guest(request: HttpRequest) -> str:
    from madang.explore.deliberations.views import taking_part

    return taking_part.guest_of(request)


@require_safe
def near(request: HttpRequest, pk: int) -> HttpResponse:
    """What people near a point believe, as a fragment."""
    deliberation = readable(request, pk)
    try:
        x, y = float(request.GET.get("x", "0")), float(request.GET.get("y", "0"))
    except ValueError:
        x = y = math.nan
    if not (math.isfinite(x) and math.isfinite(y)):
        raise Http404(_("There is no such point."))
    found = nearby.near(Map.objects.defer("open_votes").get(pk=_drawn(deliberation, request).pk), x, y)
    return page(request, "deliberations/_map_near.html", {"near": found})


@require_safe
def replay(request: HttpRequest, pk: int) -> HttpResponse:
    """The timelapse as bytes: head (frames, people, length of text), moments as JSON, groups, then x and y a frame."""
    deliberation = readable(request, pk)
    found = Replay.objects.filter(deliberation=deliberation).select_related("map").defer("map__open_votes").first()
    if found is None:
        raise Http404(_("There is no timelapse yet: it is drawn after some votes."))
    tag = f'"{found.pk}-{found.computed_at.timestamp():.0f}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304, headers={"ETag": tag})
    everybody = packing.people(found.map.points)
    frames, moments = bytes(found.frames), json.dumps(found.moments).encode()
    people = len(frames) // 4 // max(len(found.moments), 1)
    groups = packing.drawn(everybody, most=people)["group"].astype("i1").tobytes()
    head = struct.pack("<4sIII", b"MDR1", len(found.moments), people, len(moments))
    body = head + moments + groups + frames
    return HttpResponse(
        body, content_type="application/octet-stream", headers={"ETag": tag, "Cache-Control": "no-cache"}
    )


@xframe_options_exempt
@require_safe
def embed(request: HttpRequest, pk: int) -> HttpResponse:
    """The map for another site's page: in a frame, without cookies, in the language that the address names."""
    deliberation = readable(request, pk)
    with translation.override(_language(request)):
        drawn = showing.current(deliberation)
        response = page(request, "deliberations/embed.html", _context(request, deliberation, drawn))
    response["Content-Security-Policy"] = EMBEDDED.format(nonce=request.csp_nonce)  # type: ignore[attr-defined]
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _language(request: HttpRequest) -> str:
    asked = request.GET.get("lang", "")
    return asked if asked in {"ko", "en"} else translation.get_language() or "ko"


@require_safe
def screen(request: HttpRequest, pk: int) -> HttpResponse:
    """For the wall of a meeting hall: the way in, how far it is, the map, and what unites."""
    deliberation = readable(request, pk)
    drawn = showing.current(deliberation)
    return page(request, "deliberations/screen.html", _context(request, deliberation, drawn), partial="now")


@require_safe
def code(request: HttpRequest, pk: int) -> HttpResponse:
    """The QR code of the deliberation's address, as a picture that prints at any size."""
    deliberation = readable(request, pk)
    drawn = segno.make(request.build_absolute_uri(deliberation.get_absolute_url()), error="m")
    out = io.BytesIO()
    drawn.save(out, kind="svg", scale=8, border=3, dark="#000", light="#fff", xmldecl=False, title=deliberation.title)
    return HttpResponse(out.getvalue(), content_type="image/svg+xml", headers={"Cache-Control": "max-age=3600"})
