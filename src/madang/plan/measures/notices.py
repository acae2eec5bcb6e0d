"""What people who follow a measure are told."""

from django.utils.translation import gettext_lazy as _

from madang.ground.participation.kinds import Kind

KINDS = (
    Kind("measure_state", _("A measure that you follow begins, ends or stops"), group="outcome"),
    Kind("measure_step", _("A measure that you follow reaches or moves a step"), group="steps"),
)
