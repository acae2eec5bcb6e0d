"""A person's own ideas for budgets, and what became of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from madang.ground.participation.sections import Section
from madang.plan.budgets.models import Project

if TYPE_CHECKING:
    from django.http import QueryDict

    from madang.ground.people.models import User

SIZE = 20


def ideas(user: User, data: QueryDict) -> dict[str, object]:
    """One's own ideas in every status, the latest first (one query)."""
    rows = Project.objects.filter(author=user).select_related("budget", "place", "pot", "merged_into__budget")
    rows = rows.defer("body", "place__boundary", "merged_into__body").order_by("-pk")
    before = data.get("before", "")
    if before.isdecimal() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows[: SIZE + 1])
    return {"projects": found[:SIZE], "following": found[SIZE - 1].pk if len(found) > SIZE else None}


SECTION = Section("budgets", _("My ideas for budgets"), 30, ideas, "budgets/_mine.html")
