"""What the pages of budgets have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from madang.plan.budgets.models import Budget
from madang.plan.budgets.queries import projects

if TYPE_CHECKING:
    from django.http import HttpRequest


def crumbs(budget: Budget | None = None, *trail: tuple[str, str]) -> list[dict[str, str]]:
    """The breadcrumb below "Participatory budgets"."""
    found = [{"label": _("Participatory budgets"), "url": reverse("budgets:list")}]
    if budget is not None:
        found.append({"label": budget.title, "url": budget.get_absolute_url()})
    return found + [{"label": label, "url": url} for label, url in trail]


def seen(request: HttpRequest, pk: int) -> Budget:
    """The budget, or 404 for whoever may not see it."""
    try:
        return projects.budget_for(pk, request.user)
    except Budget.DoesNotExist as missing:
        raise Http404(_("There is no such budget.")) from missing
