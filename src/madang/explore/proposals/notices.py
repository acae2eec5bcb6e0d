"""What people are told of proposals, by the groups in which they choose how to be told."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from madang.ground.participation.kinds import Kind

KINDS = (
    Kind("answered", _("An office answers a proposal"), group="outcome"),
    Kind("promoted", _("A proposal becomes part of an agenda item"), group="outcome"),
    Kind("merged", _("Proposals are merged or stand apart again"), group="outcome"),
    Kind("threshold_met", _("An office owes an answer"), group="outcome"),
    Kind("comment", _("Somebody comments"), group="talk"),
    Kind("hidden", _("A proposal of yours is hidden"), group="own", always=True),
    Kind("restored", _("A proposal of yours is shown again"), group="own", always=True),
    Kind("answer_overdue", _("An answer is overdue"), group="duty", always=True),
)
