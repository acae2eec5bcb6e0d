"""What a place promises about owners: how soon an office answers, and when the matter goes to the officer above."""

from django.utils.translation import gettext_lazy as _

from madang.ground.places.settings import Setting

SETTINGS = (
    Setting(
        "response_days", default=7, minimum=1, maximum=90, unit="days", order=40,
        label=_("Time for an office to accept or hand back an agenda item"),
        help=_("Counted from the day on which the office was asked."),
    ),
    Setting(
        "escalation_days", default=14, minimum=1, maximum=180, unit="days", order=50,
        label=_("Without its answer the matter goes to the office above after"),
        help=_("Never sooner than the time that the office has."),
    ),
)  # fmt: skip
