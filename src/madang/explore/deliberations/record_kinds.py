"""What is recorded of deliberations beside what the ground records."""

from django.utils.translation import gettext_lazy as _

ANNOUNCED, OPENED, EXTENDED, REJECTED = (
    "deliberation_announced", "deliberation_opened", "deliberation_extended", "statement_rejected",
)  # fmt: skip
KINDS = (
    (ANNOUNCED, _("Deliberation announced")),
    (OPENED, _("Voting opened, settings fixed")),
    (EXTENDED, _("Voting extended")),
    (REJECTED, _("Statement not shown")),
)
