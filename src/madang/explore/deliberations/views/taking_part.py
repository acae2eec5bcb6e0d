"""Taking part: joining, voting with and without scripts, one's own votes."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madang.explore.deliberations.lane import VALUES
from madang.explore.deliberations.operations import joining, voting
from madang.explore.deliberations.queries import mine, routing
from madang.explore.deliberations.queries.detail import minutes_of
from madang.explore.deliberations.queries.taking_part import bar, participant_of
from madang.explore.deliberations.templatetags.deliberations import in_words
from madang.explore.deliberations.views.frame import inside, page, readable, turning
from madang.ground.footing.requests import back_to, client_ip, to_sign_in

if TYPE_CHECKING:
    from django.http import HttpRequest

    from madang.explore.deliberations.models import Deliberation, Participant, Statement

GUEST = "madang_guest"
GUEST_DAYS = 60
# Cards that a browser holds: enough to go on through a tunnel.
AHEAD = 10
LATEST = "deliberation_latest"
WORDS = {"1": 1, "0": 0, "-1": -1, "": None}


def guest_of(request: HttpRequest) -> str:
    """What this browser's signed cookie says of a guest, "" where there is none."""
    found = request.get_signed_cookie(GUEST, default="", max_age=GUEST_DAYS * 86_400)
    return found if isinstance(found, str) and len(found) == 32 else ""


def me_in(request: HttpRequest, deliberation: Deliberation) -> Participant | None:
    """Who asks, as a participant."""
    return participant_of(deliberation, request.user, guest_of(request))


@require_POST
def participation(request: HttpRequest, pk: int) -> HttpResponse:
    """Join, and begin to vote."""
    deliberation = readable(request, pk)
    refused = bar(deliberation, request.user, now=timezone.now())
    if refused and refused.code == "sign_in":
        return to_sign_in(request, deliberation.get_absolute_url())
    guest = "" if request.user.is_authenticated else guest_of(request) or uuid.uuid4().hex
    try:
        joining.join(deliberation_id=pk, by=request.user, guest=guest, address=client_ip(request), now=timezone.now())
    except joining.DeliberationError as error:
        messages.error(request, str(error))
        return redirect(deliberation)
    response = redirect("deliberations:voting", pk)
    if guest:
        response.set_signed_cookie(
            GUEST, guest, max_age=GUEST_DAYS * 86_400, httponly=True, samesite="Lax", secure=request.is_secure()
        )
    return response


@require_safe
def voting_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One statement at a time; without scripts a form, with them a deck of cards."""
    deliberation = readable(request, pk)
    me = me_in(request, deliberation)
    if me is None or bar(deliberation, request.user, now=timezone.now()):
        return redirect(deliberation)
    deck = _deck(deliberation, me)
    context = {
        "deliberation": deliberation, "me": me, "deck": deck, "card": next(iter(deck["statements"]), None),
        "minutes": minutes_of(deck["total"] - deck["done"]), "key": uuid.uuid4(),
        "undo": request.session.get(LATEST, {}).get(str(pk)) if request.session.session_key else None,
        "crumbs": inside(deliberation, _("Vote on statements")),
    }  # fmt: skip
    response = page(request, "deliberations/voting.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


def _deck(deliberation: Deliberation, me: Participant, besides: frozenset[int] = frozenset()) -> dict[str, Any]:
    """The next cards, the progress, and a fresh ticket, as both the page and the script read them."""
    found, done, total = routing.draw(deliberation, me, size=AHEAD, besides=besides)
    return {
        "statements": [_card(one) for one in found], "done": done, "total": total,
        "ticket": joining.ticket_for(me, now=timezone.now()),
    }  # fmt: skip


def _card(statement: Statement) -> dict[str, Any]:
    office = statement.origin == statement.Origin.SEED
    return {"id": statement.pk, "number": statement.number, "office": office, **in_words(statement)}


@require_safe
def deck(request: HttpRequest, pk: int) -> HttpResponse:
    """More cards and a fresh ticket, for the script; `besides`: ids that it holds already."""
    deliberation = readable(request, pk)
    me = me_in(request, deliberation)
    refused = bar(deliberation, request.user, now=timezone.now())
    if refused or me is None:
        code = refused.code if refused else "not_joined"
        status = 401 if code in {"sign_in", "not_joined"} else 403
        said = refused.message if refused else _("Begin from the deliberation’s page.")
        response = JsonResponse({"error": code, "message": said}, status=status)
    else:
        response = JsonResponse(_deck(deliberation, me, _ids(request.GET.get("besides", ""))))
    response.headers["Cache-Control"] = "no-store"
    return response


def _ids(text: str) -> frozenset[int]:
    parts = text[:2000].split(",")
    return frozenset(int(one) for one in parts if one.isascii() and one.isdecimal() and len(one) < 19)


@require_http_methods(["GET", "HEAD", "POST"])
def votes(request: HttpRequest, pk: int) -> HttpResponse:
    """One's own votes; a form without scripts votes here."""
    deliberation = readable(request, pk)
    me = me_in(request, deliberation)
    if me is None:
        if request.user.is_authenticated or deliberation.level == 0:
            return redirect(deliberation)
        return to_sign_in(request, deliberation.get_absolute_url())
    if request.method == "POST":
        return _vote(request, deliberation, me)
    found = mine.votes_of(me, after=request.GET.get("after", ""))
    context = {
        "deliberation": deliberation, "found": found, "page": found.page, "me": me,
        "open": bar(deliberation, request.user, now=timezone.now()) is None,
        "crumbs": inside(deliberation, _("My votes")), **turning(request, found.page),
    }  # fmt: skip
    response = page(request, "deliberations/votes.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


def _vote(request: HttpRequest, deliberation: Deliberation, me: Participant) -> HttpResponse:
    act = _act(request, deliberation, me)
    if act is None:
        messages.error(request, _("That was no vote we could read. Choose agree, pass or disagree."))
        return redirect("deliberations:voting", deliberation.pk)
    if refused := bar(deliberation, request.user, now=timezone.now()):
        messages.error(request, refused.message)
        return redirect(deliberation)
    (outcome,) = voting.cast([act], fresh=True)
    if outcome.status == voting.REFUSED:
        messages.error(request, _("This statement is no longer shown, so your vote on it does not count."))
    else:
        _remember(request, deliberation, act)
    return back_to(request, reverse("deliberations:voting", args=[deliberation.pk]))


def _remember(request: HttpRequest, deliberation: Deliberation, act: voting.Act) -> None:
    """What can be undone on the next page without scripts."""
    kept = request.session.get(LATEST, {})
    if act.value is None:
        kept.pop(str(deliberation.pk), None)
    else:
        kept[str(deliberation.pk)] = act.statement
    request.session[LATEST] = dict(list(kept.items())[-20:])


def _act(request: HttpRequest, deliberation: Deliberation, me: Participant) -> voting.Act | None:
    statement, value = request.POST.get("statement", ""), WORDS.get(request.POST.get("value", "none"), "none")
    usable = statement.isascii() and statement.isdecimal() and len(statement) < 19 and value in VALUES
    try:
        key = uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        return None
    if not usable:
        return None
    return voting.Act(deliberation.pk, me.pk, int(statement), value, key, timezone.now())  # type: ignore[arg-type]
