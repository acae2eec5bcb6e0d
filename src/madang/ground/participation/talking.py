"""What participation shows on other rooms' pages: the talk about an agenda item, and one's own cases under /me/."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import TextField
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from madang.ground.agenda.models import Stage
from madang.ground.agenda.panels import Panel
from madang.ground.participation import queries
from madang.ground.participation.models import Case, Subject
from madang.ground.participation.sections import Section

if TYPE_CHECKING:
    from django.http import QueryDict

    from madang.ground.agenda.models import AgendaItem
    from madang.ground.people.models import User


def talk(item: AgendaItem, viewer: object) -> dict[str, object]:
    """The latest remarks on an item and the way to all of them (one query: its page brings the subject along)."""
    del viewer
    subject: Subject | None = getattr(item, "participation", None)
    if subject is None:
        return {}
    latest = queries.latest_of(subject.pk) if subject.comment_count else []
    return {"subject": subject, "latest": latest}


def my_cases(user: User, data: QueryDict) -> dict[str, object]:
    """One's own words that were held or hidden (one query). Reports that came to nothing stay quiet."""
    del data
    rows = Case.objects.filter(author=user).select_related("place").defer("place__boundary")
    heard = rows.exclude(source="reports", outcome__in=("open", "kept")).annotate(
        words=Coalesce("comment__body", "amendment__title", output_field=TextField())
    )
    return {"cases": list(heard.order_by("-opened_at")[:50])}


TALK = Panel(
    key="talk", title=_("What people say"), stage=Stage.EXPLORE, order=90, query=talk, template="talk/panel.html"
)
MINE = Section("cases", _("Moderation"), 60, my_cases, "talk/_mine.html")
