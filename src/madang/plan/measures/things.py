"""What a measure is to the commons; comments, follows, feeds, search and the API follow from it."""

from django.utils.translation import gettext_lazy as _

from madang.ground.participation.things import Thing
from madang.plan.measures.models import Measure

THING = Thing(
    key=Measure.KIND,
    model=Measure,
    label=_("Measure"),
    plural=_("Measures"),
    page="measures:detail",
    author="",
    listing="measures:list",
    discussed=True,
    order=40,
)
