"""What a deliberation is to the commons; comments, follows, feeds, search and the API follow from it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from madang.explore.deliberations.models import Deliberation
from madang.explore.deliberations.operations import hiding
from madang.explore.deliberations.queries import listing
from madang.ground.participation.things import Thing

THING = Thing(
    key=Deliberation.KIND,
    model=Deliberation,
    label=_("Deliberation"),
    plural=_("Deliberations"),
    page="deliberations:detail",
    text=("description",),
    author="",
    public=Deliberation.READABLE,
    listing="deliberations:list",
    narrow=listing.narrow,
    discussed=True,
    hide=hiding.hide_by_rule,
    show=hiding.show_again,
    order=20,
)
