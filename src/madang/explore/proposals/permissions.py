"""Who may do what with a proposal. Ask through `madang.ground.people.permissions.can`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rules
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from madang.ground.footing.rest import scopes
from madang.ground.people.permissions import define, edited, edits_the_thread, everybody_signed_in, is_signed_in

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from madang.explore.proposals.models import Proposal


@rules.predicate
def is_author(user: object, proposal: object) -> bool:
    """An imported voice has no account, and so no author here."""
    author = getattr(proposal, "author_id", None)
    return author is not None and author == getattr(user, "pk", None)


@rules.predicate
def is_public(user: object, proposal: object) -> bool:
    """Visible, or merged into another: its words stay readable beside the link to the one that stands."""
    del user
    return bool(getattr(proposal, "is_visible", False)) or getattr(proposal, "status", "") == "merged"


def _own(user: object, rows: QuerySet[Proposal]) -> QuerySet[Proposal]:
    return rows.filter(author=user.pk) if is_signed_in(user) else rows.none()  # type: ignore[attr-defined]


def _of_others(user: object, rows: QuerySet[Proposal]) -> QuerySet[Proposal]:
    return rows.exclude(author=user.pk) if is_signed_in(user) else rows.none()  # type: ignore[attr-defined]


def _readable(user: object, rows: QuerySet[Proposal]) -> QuerySet[Proposal]:
    public = Q(status__in=(*rows.model.VISIBLE, "merged"))
    own = Q(author=getattr(user, "pk", None) or 0)
    return rows.filter(public | own | Q(pk__in=edited(user, rows.order_by()).values("pk")))


scopes.register(scopes.Scope("write:proposals", _("Write and support proposals in my name"), order=20))
define("proposals.write", is_signed_in)
define("proposals.edit", is_signed_in & is_author, _own)
define("proposals.withdraw", is_signed_in & is_author, _own)
define("proposals.support", is_signed_in & ~is_author, _of_others)
define("proposals.comment", is_signed_in, everybody_signed_in)
define("proposals.follow", is_signed_in, everybody_signed_in)
# The text of a hidden proposal stays readable to its writer and to those who answer for hiding it.
define("proposals.read_text", is_public | is_author | edits_the_thread, _readable)
