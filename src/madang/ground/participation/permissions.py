"""Who may take part, and who moderates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import rules
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from madang.ground.footing.rest import scopes
from madang.ground.people.models import User
from madang.ground.people.permissions import define, edited, edits_the_thread, everybody_signed_in, is_signed_in

if TYPE_CHECKING:
    from django.db.models import QuerySet

scopes.register(scopes.Scope("write:comments", _("Comment and follow in my name"), order=30))
scopes.register(scopes.Scope("webhooks", _("Keep my webhooks"), order=80))
scopes.register(scopes.Scope("moderate", _("Hide and show again, where I moderate"), official=True, order=70))
define("participation.take_part", is_signed_in, everybody_signed_in)
define("participation.hide_comment", is_signed_in & edits_the_thread, edited)


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
