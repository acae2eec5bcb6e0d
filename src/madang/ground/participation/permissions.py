"""Who may take part, and who moderates. Each rule that lists follow has a scope that says the same of many rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import rules
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from madang.ground.footing.rest import scopes
from madang.ground.participation.models import Report
from madang.ground.people.models import User
from madang.ground.people.permissions import (
    define,
    edited,
    edits_the_thread,
    everybody_signed_in,
    is_signed_in,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet

scopes.register(scopes.Scope("write:comments", _("Comment and follow in my name"), order=30))
scopes.register(scopes.Scope("webhooks", _("Keep my webhooks"), order=80))
scopes.register(scopes.Scope("moderate", _("Hide and show again, where I moderate"), official=True, order=70))


KEEP_WEBHOOK = "participation.keep_webhook"


def _represented(user: object) -> set[int]:
    """Ids of the organizations in whose name somebody may act; asked once a request and kept on the user."""
    if not isinstance(user, User) or not user.is_active:
        return set()
    kept = getattr(user, "_represents", None)
    if kept is None:
        mine = user.memberships.filter(represents=True, ended_at=None, organization__closed_at=None)
        kept = set(mine.values_list("organization_id", flat=True))
        user._represents = kept  # type: ignore[attr-defined] # noqa: SLF001
    return kept


@rules.predicate
def keeps_webhook(user: object, webhook: object) -> bool:
    """Their own, as long as it is nobody else's business; an organization's, whoever acts for it now."""
    if not isinstance(user, User) or not user.is_active:
        return False
    organization = webhook.organization_id  # type: ignore[attr-defined]
    if organization is None:
        return webhook.user_id == user.pk  # type: ignore[attr-defined]
    return organization in _represented(user)


def _kept(user: object, rows: QuerySet[Any]) -> QuerySet[Any]:
    if not isinstance(user, User) or not user.is_active:
        return rows.none()
    return rows.filter(Q(organization=None, user=user) | Q(organization__in=_represented(user)))


define(KEEP_WEBHOOK, is_signed_in & keeps_webhook, scope=_kept)


@rules.predicate
def is_its_author(user: object, thing: object) -> bool:
    author = getattr(thing, "author_id", None)
    return author is not None and author == getattr(user, "pk", None)


@rules.predicate
def has_decided_it(user: object, case: object) -> bool:
    """Took the decision that the appeal is against, or made the appeal."""
    made = getattr(case, "appeal", None)
    return made is not None and getattr(user, "pk", None) in {made.first_by_id, made.made_by_id}


@rules.predicate
def has_reported_it(user: object, case: object) -> bool:
    pk = getattr(user, "pk", None)
    return pk is not None and case.reports.filter(reporter_id=pk).exists()  # type: ignore[attr-defined]


def _mine(user: object, rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(author_id=user.pk) if is_signed_in(user) else rows.none()  # type: ignore[attr-defined]


def _of_others(user: object, rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.exclude(author_id=user.pk) if is_signed_in(user) else rows.none()  # type: ignore[attr-defined]


def _decided(user: object, rows: QuerySet[Any]) -> QuerySet[Any]:
    return edited(user, _of_others(user, rows))


def _appealed(user: object, rows: QuerySet[Any]) -> QuerySet[Any]:
    pk = getattr(user, "pk", None)
    return _decided(user, rows).exclude(appeal__first_by=pk).exclude(appeal__made_by=pk)


def _seen(user: object, rows: QuerySet[Any]) -> QuerySet[Any]:
    if not is_signed_in(user):
        return rows.none()
    pk = user.pk  # type: ignore[attr-defined]
    concerned = Q(author_id=pk) | Q(Exists(Report.objects.filter(case=OuterRef("pk"), reporter=pk)))
    return rows.filter(concerned | Q(pk__in=edited(user, rows.order_by()).values("pk")))


def _held_here(user: object, rows: QuerySet[Any]) -> QuerySet[Any]:
    return edited(user, rows) if is_signed_in(user) else rows.none()


define("participation.take_part", is_signed_in, everybody_signed_in)
define("participation.report", is_signed_in, everybody_signed_in)
define("participation.edit_comment", is_signed_in & is_its_author, _mine)
define("participation.support_comment", is_signed_in & ~is_its_author, _of_others)
define("participation.suggest", is_signed_in & ~is_its_author)
# Of a card: the author of a thing decides which words it has.
define("participation.decide_amendment", is_signed_in & is_its_author)
define("participation.withdraw_amendment", is_signed_in & is_its_author, _mine)
# Of a place: its queue, its code of conduct, hiding what stands there.
define("participation.moderate", is_signed_in & edits_the_thread, _held_here)
define("participation.hide_comment", is_signed_in & edits_the_thread, _held_here)
# Of a case: nobody judges their own words.
define("participation.decide_case", is_signed_in & edits_the_thread & ~is_its_author, _decided)
define("participation.decide_appeal", is_signed_in & edits_the_thread & ~is_its_author & ~has_decided_it, _appealed)
define("participation.appeal", is_signed_in & is_its_author, _mine)
define("participation.see_case", is_signed_in & (edits_the_thread | is_its_author | has_reported_it), _seen)
