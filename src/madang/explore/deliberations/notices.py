"""What people are told of deliberations."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from madang.ground.participation.kinds import Kind

KINDS = (
    Kind("deliberation_announced", _("A deliberation is announced"), group="outcome"),
    Kind("deliberation_opened", _("Voting opens in a deliberation"), group="outcome"),
    Kind("deliberation_closing", _("Voting ends soon"), group="outcome"),
    Kind("deliberation_extended", _("Voting is extended"), group="outcome"),
    Kind("deliberation_closed", _("Voting has ended"), group="outcome"),
    Kind("statement_shown", _("A statement of yours is shown"), group="own", always=True),
    Kind("statement_rejected", _("A statement of yours is not shown"), group="own", always=True),
    Kind("statements_waiting", _("Statements wait to be checked"), group="duty", always=True),
)
