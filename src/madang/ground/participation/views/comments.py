"""What happens to one comment: its words change, it is deleted, backed, compared with what it said before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from madang.engines.texts.wordwise import Piece, compare
from madang.ground.participation import mentions, operations, queries, things
from madang.ground.participation.forms_talk import EditForm
from madang.ground.participation.models import Comment
from madang.ground.participation.views.answers import (
    REFUSALS,
    actor,
    back_to,
    masked_note,
    method_of,
    sign_in,
    status_of,
)
from madang.ground.people.permissions import can, require

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change one's own words."""
    if not request.user.is_authenticated:
        return sign_in(request, request.path)
    target = _comment(pk)
    require(request.user, "participation.edit_comment", target)
    if not target.is_shown:
        return redirect(target)
    form = EditForm(request.POST or None, initial={"body": mentions.said(target.body)})
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            done = operations.edit_comment(
                comment_id=pk, by=actor(request), body=form.cleaned_data["body"], now=timezone.now()
            )
        except REFUSALS as refused:
            form.add_error("body", str(refused))
            status = status_of(refused)
        else:
            if done.held:
                messages.warning(request, _("Your comment is held for review. It says why, below."))
            else:
                messages.success(request, " ".join([_("Your comment is changed."), masked_note(done.masked)]).strip())
            return redirect(target)
    found = {"comment": target, "form": form, "crumbs": _crumbs(target, _("Change"))}
    return render(request, "talk/edit.html", found, status=status)


@dataclass(frozen=True)
class Version:
    """One version of a comment and how it differs from the one before."""

    number: int
    at: datetime
    words: Sequence[Piece]


@require_safe
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """What a comment said before, word by word; for everybody while it is shown."""
    target = _comment(pk)
    if not _may_read(request, target):
        return redirect(target)
    earlier = queries.versions_of(target)
    texts = [*(mentions.said(one.body) for one in earlier), mentions.said(target.body)]
    times = [target.created_at, *(one.replaced_at for one in earlier)]
    first = earlier[0].number if earlier else target.version
    versions = [
        Version(first + at, times[at], compare(texts[at - 1], words) if at else [Piece("same", words)])
        for at, words in enumerate(texts)
    ]
    found = {"comment": target, "versions": versions[::-1], "crumbs": _crumbs(target, _("Changes"))}
    return render(request, "talk/history.html", found)


@require_http_methods(["GET", "HEAD", "POST"])
def deletion(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's words back for good."""
    if not request.user.is_authenticated:
        return sign_in(request, request.path)
    target = _comment(pk)
    require(request.user, "participation.edit_comment", target)
    if request.method == "POST":
        try:
            operations.delete_comment(comment_id=pk, by=actor(request), now=timezone.now())
        except REFUSALS as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("Your comment is deleted, with what it said before."))
        return redirect(target)
    return render(request, "talk/deletion.html", {"comment": target, "crumbs": _crumbs(target, _("Delete"))})


@require_http_methods(["GET", "HEAD", "POST", "DELETE"])
def support(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a comment is helpful (POST), or take that back (DELETE). Read, it leads to the comment."""
    target = _comment(pk)
    if request.method in {"GET", "HEAD"}:
        return redirect(target)
    if not request.user.is_authenticated:
        return sign_in(request, target.get_absolute_url())
    try:
        if method_of(request) == "DELETE":
            operations.take_back_comment_support(comment_id=pk, by=actor(request))
        else:
            operations.support_comment(comment_id=pk, by=actor(request), now=timezone.now())
    except REFUSALS as refused:
        messages.error(request, str(refused))
    return back_to(request, target.get_absolute_url())


def _comment(pk: int) -> Comment:
    rows = Comment.objects.select_related("author", "subject__place__parent")
    found = rows.defer("subject__place__boundary", "subject__place__parent__boundary").filter(pk=pk).first()
    if found is None:
        raise Http404(_("There is no such comment."))
    return found


def _may_read(request: HttpRequest, target: Comment) -> bool:
    """Everybody while it and its thing are shown; else its writer and the moderators, as long as there are words."""
    if target.status == Comment.Status.DELETED:
        return False
    if can(request.user, "participation.edit_comment", target):
        return True
    if can(request.user, "participation.moderate", target.subject.place):
        return True
    card = things.card(target.subject_id)
    return target.is_shown and card is not None and card.public


def _crumbs(target: Comment, here: str) -> list[dict[str, str]]:
    return [{"label": _("A comment"), "url": target.get_absolute_url()}, {"label": here, "url": ""}]
