"""What a place promises about screening."""

from django.utils.translation import gettext_lazy as _

from madang.ground.places.settings import Setting

SETTINGS = (
    Setting(
        "screening_days", default=14, minimum=1, maximum=120, unit="days", order=70,
        label=_("Time for an office to examine an idea of a participatory budget"),
        help=_("Counted from the day on which the office was asked."),
    ),
    Setting(
        "screening_appeal_days", default=14, minimum=1, maximum=90, unit="days", order=72,
        label=_("Time to appeal against the verdict on one’s idea"),
        help=_("Counted from the day of the verdict, and never longer than until the vote opens."),
    ),
)  # fmt: skip
