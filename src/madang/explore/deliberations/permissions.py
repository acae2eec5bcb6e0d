"""Who may do what with a deliberation. Ask through `madang.ground.people.permissions.can`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rules
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from madang.ground.footing.rest import scopes
from madang.ground.people.permissions import define, edited, edits_the_thread, is_signed_in

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from madang.explore.deliberations.models import Deliberation

OPEN = "deliberations.open"
EDIT = "deliberations.edit"
READ = "deliberations.read"


@rules.predicate
def is_public(user: object, deliberation: object) -> bool:
    del user
    return bool(getattr(deliberation, "is_public", False))


def _readable(user: object, rows: QuerySet[Deliberation]) -> QuerySet[Deliberation]:
    return rows.filter(rows.model.READABLE | Q(pk__in=edited(user, rows.order_by()).values("pk")))


scopes.register(scopes.Scope("write:deliberations", _("Vote and add statements in my name"), order=25))
# Asked of a place: whether one may open a deliberation there.
define(OPEN, is_signed_in & edits_the_thread, edited)
define(EDIT, is_signed_in & edits_the_thread, edited)
define(READ, is_public | edits_the_thread, _readable)
