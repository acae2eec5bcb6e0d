"""What people are told of assignments; all of it is somebody's duty."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from madang.ground.participation.kinds import Kind

KINDS = (
    Kind("routing_assigned", _("Your office is asked to own an agenda item"), group="duty", always=True),
    Kind("routing_escalated", _("An office did not answer in time"), group="duty", always=True),
    Kind("routing_accepted", _("An office accepts an agenda item"), group="duty", always=True),
    Kind("routing_handed_back", _("An office hands an agenda item back"), group="duty", always=True),
)
