"""What proposals hold of a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from madang.explore.proposals.models import Proposal
from madang.explore.proposals.operations.leaving import take_words
from madang.ground.people import data, profiles

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from madang.ground.people.models import User


def _proposals(user: User) -> Iterable[Mapping[str, Any]]:
    names = (
        "pk", "title", "body", "field", "place__code", "status", "support_count", "latitude", "longitude", "created_at",
        "edited_at",
    )  # fmt: skip
    return Proposal.objects.filter(author=user).order_by("pk").values(*names).iterator()


def _count(user: User) -> int:
    return Proposal.objects.filter(author=user, status__in=Proposal.VISIBLE).count()


PROPOSED = profiles.Facet("proposals", _("Number of proposals"), _count, order=110)
PROPOSALS = data.Holding(
    "proposals", _("Proposals"), _proposals, take_words, (data.covered(Proposal, "author"),), order=50
)
