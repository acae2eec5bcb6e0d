"""What people are told of participatory budgets."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from madang.ground.participation.kinds import Kind

KINDS = (
    Kind("budget_idea", _("Your proposal becomes an idea of a budget"), group="outcome"),
    Kind("budget_merged", _("Ideas of a budget are merged or stand apart again"), group="outcome"),
    Kind("screening_decided", _("An office has examined a project"), group="outcome"),
    Kind("budget_vote", _("Voting on a budget opens"), group="outcome"),
    Kind("screening_asked", _("Your office is asked to examine a project"), group="duty", always=True),
    Kind("screening_late", _("The examination of a project is late"), group="duty", always=True),
    Kind("screening_appealed", _("Somebody appeals against a verdict"), group="duty", always=True),
    Kind("budget_not_ready", _("A vote should open and is not ready"), group="duty", always=True),
)
RECORDED = (
    ("budget_begun", _("Budget begun")),
    ("budget_imported", _("Budget imported")),
    ("budget_public", _("Budget published")),
    ("budget_changed", _("Budget changed")),
    ("budget_frozen", _("Budget frozen for the vote")),
    ("idea", _("Idea for a budget")),
    ("screening_asked", _("Examination asked for")),
    ("screening_decided", _("Project examined")),
    ("screening_appealed", _("Appeal against a verdict")),
    ("project_changed", _("Project changed")),
    ("project_cost", _("Cost of a project set")),
)
