"""What budgets hold of a person: their ideas and appeals stay with an emptied account."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from madang.ground.people import data
from madang.plan.budgets.models import Project, Screening

HOLDINGS = (
    data.rows(
        Project, "author", "pk", "budget_id", "number", "title", "summary", "body", "status", "created_at",
        key="budget_ideas", label=_("Ideas for participatory budgets"), stays=True,
        texts={"summary": data.GONE, "body": data.GONE}, order=45,
    ),
    data.rows(
        Screening, "appealed_by", "project_id", "appealed_at", "appeal",
        key="budget_appeals", label=_("Appeals against verdicts"), stays=True, texts={"appeal": data.GONE},
    ),
)  # fmt: skip
