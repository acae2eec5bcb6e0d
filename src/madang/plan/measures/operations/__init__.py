"""Every write of measures."""

from madang.plan.measures.operations.money import add_spending
from madang.plan.measures.operations.pictures import add_photos, remove_photo
from madang.plan.measures.operations.starting import MeasureError, revise, set_status, start
from madang.plan.measures.operations.steps import add_milestone, finish_milestone, move_milestone

__all__ = [
    "MeasureError",
    "add_milestone",
    "add_photos",
    "add_spending",
    "finish_milestone",
    "move_milestone",
    "remove_photo",
    "revise",
    "set_status",
    "start",
]
