"""What a place promises to those who write: how many supports oblige an answer, and by when."""

from django.utils.translation import gettext_lazy as _

from madang.ground.places.settings import Setting

SETTINGS = (
    Setting(
        "support_threshold", default=50, minimum=1, unit="people", order=10,
        label=_("Supports that oblige an answer"),
        help=_("Few supports oblige to many answers; a small place needs fewer than a large one."),
    ),
    Setting(
        "support_window_days", default=30, minimum=1, maximum=730, unit="days", order=20,
        label=_("Time to gather them"),
        help=_("Counted in whole days from the day on which the proposal was written."),
    ),
    Setting(
        "answer_days", default=30, minimum=1, maximum=365, unit="days", order=30,
        label=_("Time to answer from then"),
        help=_("Counted from the day on which the supports were complete. Answers under way keep their date."),
    ),
)  # fmt: skip
