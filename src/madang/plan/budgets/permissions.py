"""Who may do what with a budget and its projects. Ask through `madang.ground.people.permissions.can`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rules
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from madang.ground.footing.rest import scopes
from madang.ground.people.permissions import (
    define,
    edited,
    edits_the_thread,
    everybody_signed_in,
    has_a_desk,
    is_signed_in,
)
from madang.ground.people.queries import is_officer_at, is_platform_admin, office_ids, officer_place_ids

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from madang.plan.budgets.models import Budget, Project, Screening

# What is readable of a project for everybody, once its budget is: also what was merged, beside the link.
UNREAD = ("hidden", "withdrawn")


@rules.predicate
def is_public(user: object, budget: object) -> bool:
    del user
    return getattr(budget, "status", "") == "public"


def _seen(user: object, rows: QuerySet[Budget]) -> QuerySet[Budget]:
    return rows.filter(Q(status="public") | Q(pk__in=edited(user, rows.order_by()).values("pk")))


@rules.predicate
def sets_up(user: object, project: object) -> bool:
    """Holds the officer's role at the place of the budget (a project may lie in a place below)."""
    return is_officer_at(user, project.budget.place)  # type: ignore[attr-defined]


def _of_budgets(user: object) -> Q:
    if is_platform_admin(user):
        return ~Q(pk__in=())  # all of them; an empty condition would vanish beside another
    held = officer_place_ids(user)
    return Q(budget__place__in=held) | Q(budget__place__parent__in=held)


def _set_up(user: object, rows: QuerySet[Project]) -> QuerySet[Project]:
    return rows.filter(_of_budgets(user))


@rules.predicate
def is_author(user: object, project: object) -> bool:
    author = getattr(project, "author_id", None)
    return author is not None and author == getattr(user, "pk", None) and bool(is_signed_in(user))


@rules.predicate
def is_readable(user: object, project: object) -> bool:
    del user
    return project.budget.status == "public" and project.status not in UNREAD  # type: ignore[attr-defined]


def _own(user: object) -> Q:
    return Q(author=user.pk) if is_signed_in(user) else Q(pk__in=())  # type: ignore[attr-defined]


def _readable(user: object, rows: QuerySet[Project]) -> QuerySet[Project]:
    return rows.filter((Q(budget__status="public") & ~Q(status__in=UNREAD)) | _own(user) | _of_budgets(user))


@rules.predicate
def answers_for_the_office(user: object, screening: object) -> bool:
    return getattr(screening, "office_id", None) in office_ids(user)


def _asked(user: object, rows: QuerySet[Screening]) -> QuerySet[Screening]:
    return rows.filter(office__in=office_ids(user))


@rules.predicate
def wrote_the_project(user: object, screening: object) -> bool:
    return bool(is_author(user, screening.project))  # type: ignore[attr-defined]


def _of_mine(user: object, rows: QuerySet[Screening]) -> QuerySet[Screening]:
    return rows.filter(project__author=user.pk) if is_signed_in(user) else rows.none()  # type: ignore[attr-defined]


scopes.register(scopes.Scope("write:budgets", _("Send ideas for a participatory budget in my name"), order=30))
scopes.register(
    scopes.Scope("write:screening", _("Examine projects of participatory budgets"), official=True, order=65)
)
# Who sets a budget up: the officers of its place, and of the place above.
define("budgets.set_up", edits_the_thread, edited)
define("budgets.see", is_public | edits_the_thread, _seen)
define("budgets.propose", is_signed_in, everybody_signed_in)
define("budgets.read_project", is_readable | is_author | sets_up, _readable)
define("budgets.direct_project", sets_up, _set_up)
define("budgets.edit_project", is_author | sets_up, lambda user, rows: rows.filter(_own(user) | _of_budgets(user)))
define("budgets.screen", answers_for_the_office, _asked)
define("budgets.appeal", wrote_the_project, _of_mine)
define("budgets.view_desk", has_a_desk)
