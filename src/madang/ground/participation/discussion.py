"""A discussion as a page draws it: what the tag `{% discussion %}` and the discussion's own page both show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from madang.ground.participation import queries
from madang.ground.participation.forms_talk import CommentForm
from madang.ground.people.permissions import can

if TYPE_CHECKING:
    from django.http import HttpRequest

    from madang.ground.participation.models import Subject

TYPED, DONE = "talk_typed", "talk_done"


@dataclass(frozen=True)
class About:
    """The subject discussed (place and the place above loaded), its page, who wrote it, whether it takes comments."""

    subject: Subject
    url: str
    author_id: int | None
    open: bool
    author_label: str = ""


def context(request: HttpRequest, about: About, *, form: CommentForm | None = None) -> dict[str, Any]:
    """Comments in one query; for somebody signed in the code of conduct, and for an official their offices."""
    subject, user = about.subject, request.user
    moderates = can(user, "participation.moderate", subject.place)
    may = {
        "comment": about.open and can(user, "participation.take_part", subject),
        "sign_in": about.open and not user.is_authenticated,
        "moderate": moderates,
    }
    found = _comments(request, subject, moderates=moderates)
    return {
        "about": about,
        "subject": subject,
        "talk": found,
        "orders": _orders(about, found),
        "may": may,
        "replying": _replying(request, form),
        "draft_done": request.session.pop(DONE, "") if user.is_authenticated else "",
        "request": request,
        **(_writing(request, about, form) if may["comment"] else {}),
    }


def _comments(request: HttpRequest, subject: Subject, *, moderates: bool) -> queries.Comments:
    thread, after = request.GET.get("thread", ""), request.GET.get("after", "")
    viewer = request.user
    if thread.isascii() and thread.isdecimal() and len(thread) < 10:
        try:
            found = queries.thread_of(int(thread), viewer=viewer, moderates=moderates, after=after)
        except LookupError:
            pass
        else:
            if found.threads[0].comment.subject_id == subject.pk:
                return found
    order = request.GET.get("order", "oldest")
    return queries.comments_of(subject.pk, viewer=viewer, moderates=moderates, order=order, after=after)


def _orders(about: About, found: queries.Comments) -> list[dict[str, object]]:
    labels = {"oldest": _("Oldest"), "newest": _("Newest"), "helpful": _("Most helpful")}
    return [
        {
            "label": label,
            "url": f"{about.url}?order={key}#comments" if key != "oldest" else f"{about.url}#comments",
            "current": key == found.order and not found.thread,
        }
        for key, label in labels.items()
    ]


def _replying(request: HttpRequest, form: CommentForm | None) -> int | None:
    typed = request.session.get(TYPED) or {}
    value = (form["parent"].value() if form else None) or typed.get("parent") or request.GET.get("reply", "")
    return int(value) if str(value).isascii() and str(value).isdecimal() and len(str(value)) < 10 else None


def _writing(request: HttpRequest, about: About, form: CommentForm | None) -> dict[str, object]:
    user, place = request.user, about.subject.place
    code = queries.code_of(place)
    return {
        "code": code,
        "code_url": reverse("talk:conduct", args=[place.code]),
        "form": form or blank(request, about, accepted=queries.has_accepted(user, code)),
    }


def blank(request: HttpRequest, about: About, *, accepted: bool, data: object = None) -> CommentForm:
    """The form of a comment, with what was typed before signing in."""
    typed = request.session.pop(TYPED, {}) if request.session.get(TYPED) else {}
    return CommentForm(
        data,
        initial={key: typed[key] for key in ("body", "parent") if key in typed},
        accepted=accepted,
        voices=queries.voices_of(request.user, about.subject.place),
        name=getattr(request.user, "display_name", ""),
    )
