"""The discussion of anything: reading it, adding to it, naming people in it, and the lasting address of a comment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from madang.ground.participation import operations, queries, things
from madang.ground.participation.discussion import DONE, About, blank, context
from madang.ground.participation.models import Comment
from madang.ground.participation.views.answers import REFUSALS, actor, card_or_404, masked_note, sign_in, status_of

if TYPE_CHECKING:
    from django.http import HttpRequest

    from madang.ground.participation.forms_talk import CommentForm
    from madang.ground.participation.models import Subject


@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything said about one thing. Where its own page shows that already, it leads there."""
    subject, card = card_or_404(pk)
    if card.thing.discussed or not card.public:
        query = request.GET.urlencode()
        return redirect(f"{card.url}{'?' if query else ''}{query}")
    return _show(request, subject, card)


def _show(
    request: HttpRequest, subject: Subject, card: things.Card, form: CommentForm | None = None, status: int = 200
) -> HttpResponse:
    about = About(subject, reverse("talk:page", args=[subject.pk]), card.author_id, card.open)
    crumbs = [{"label": card.title, "url": card.url}, {"label": _("Discussion"), "url": ""}]
    found = {**context(request, about, form=form), "card": card, "crumbs": crumbs}
    return render(request, "talk/page.html", found, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def comments(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a comment; what cannot be taken comes back in the form, as it was typed."""
    subject, card = card_or_404(pk)
    home = card.url if card.thing.discussed else reverse("talk:page", args=[pk])
    if request.method != "POST":
        return redirect(f"{home}#comments")
    if not request.user.is_authenticated:
        return sign_in(request, f"{home}#comments")
    about = About(subject, home, card.author_id, card.open)
    accepted = queries.has_accepted(request.user, queries.code_of(subject.place))
    form = blank(request, about, accepted=accepted, data=request.POST)
    if not form.is_valid():
        return _show(request, subject, card, form, status=422)
    try:
        added = operations.comment(
            subject_id=pk,
            by=actor(request),
            body=form.cleaned_data["body"],
            parent_id=form.cleaned_data["parent"],
            office_id=form.cleaned_data.get("office"),
            client_key=form.cleaned_data["client_key"],
            accepts_conduct=form.accepts,
            now=timezone.now(),
        )
    except REFUSALS as refused:
        blamed = "conduct" if isinstance(refused, operations.ConductNotAcceptedError) else "body"
        form.add_error(blamed, str(refused))
        return _show(request, subject, card, form, status=status_of(refused))
    _say(request, added)
    parent = form.cleaned_data["parent"] or 0
    request.session[DONE] = f"comment:{pk}:{parent}:{request.user.pk}"
    return redirect("talk:comment", added.comment.pk)


def _say(request: HttpRequest, added: operations.Commented) -> None:
    if added.held:
        messages.warning(request, _("Your comment is held for review. It says why, below."))
    elif added.repeated:
        messages.info(request, _("Your comment had arrived already; it stands here once."))
    else:
        messages.success(request, " ".join([_("Your comment is published."), masked_note(added.masked)]).strip())


@require_safe
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    """The lasting address of a comment: the page on which it stands."""
    del request
    try:
        spot = queries.spot_of(pk)
    except Comment.DoesNotExist as missing:
        raise Http404(_("There is no such comment.")) from missing
    subject_id = spot.comment.subject_id
    card = things.card(subject_id)
    if card is None:
        raise Http404(_("There is no such discussion."))
    home = card.url if card.thing.discussed else reverse("talk:page", args=[subject_id])
    query = f"?thread={spot.thread}&after={spot.after}" if spot.thread else f"?after={spot.after}" if spot.after else ""
    return redirect(f"{home}{query}#comment-{pk}")


@require_safe
def people(request: HttpRequest, pk: int) -> HttpResponse:
    """Whom a comment may name here: people of the discussion and offices, by a part of their name."""
    if not request.user.is_authenticated:
        return JsonResponse({"error": _("Sign in first.")}, status=401)
    subject, card = card_or_404(pk)
    start = request.GET.get("q", "").strip()[:40]
    if not start or not card.public:
        return JsonResponse({"people": []})
    try:
        operations.keep_pace("lookup", by=actor(request), now=timezone.now())
    except operations.TooManyError as refused:
        return JsonResponse({"error": str(refused)}, status=429)
    found = queries.suggestions(
        subject_id=pk, author_id=card.author_id, place=subject.place, by=actor(request), start=start
    )
    return JsonResponse({"people": [{"kind": kind, "id": one, "name": name} for kind, one, name in found]})


@require_http_methods(["GET", "HEAD", "POST"])
def blocking(request: HttpRequest, pk: int) -> HttpResponse:
    """Not be named by the writer of a comment any more (POST), or again (DELETE)."""
    if not request.user.is_authenticated:
        return sign_in(request, request.path)
    target = Comment.objects.select_related("author").filter(pk=pk, status=Comment.Status.SHOWN).first()
    if target is None or target.author_id == request.user.pk:
        raise Http404(_("There is no such comment."))
    if request.method == "POST":
        if request.POST.get("_method") == "DELETE":
            operations.unblock(by=actor(request), person_id=target.author_id)
            messages.success(request, _("This person can name you in comments again."))
        else:
            operations.block(by=actor(request), person_id=target.author_id, now=timezone.now())
            messages.success(request, _("This person can no longer name you in comments."))
        return redirect(target)
    crumbs = [{"label": _("A comment"), "url": target.get_absolute_url()}, {"label": _("Being named"), "url": ""}]
    blocked = request.user.blocks.filter(blocked=target.author_id).exists()
    found = {"comment": target, "blocked": blocked, "crumbs": crumbs}
    return render(request, "talk/blocking.html", found)
