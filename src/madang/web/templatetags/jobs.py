"""Long work on any page: `{% load jobs %}{% job_progress progress fresh=True %}`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

if TYPE_CHECKING:
    from madang.ground.footing.models import Progress

register = template.Library()


@register.inclusion_tag("web/components/_job_progress.html", takes_context=True)
def job_progress(context: dict[str, Any], progress: Progress | None, *, fresh: bool = False) -> dict[str, Any]:
    """A bar that follows the work by itself, and without scripts when the page is loaded again.

    fresh: load the page anew when the work is over, because what it shows will have changed.
    """
    nonce = getattr(context.get("request"), "csp_nonce", "")
    return {"progress": progress, "fresh": fresh, "nonce": nonce}


@register.filter
def ago(seconds: float) -> str:
    """A short span of time in the largest unit that fits: 40 seconds, 12 minutes, 3 hours, 2 days."""
    whole = int(seconds)
    if whole < 90:
        return ngettext("%(n)s second", "%(n)s seconds", whole) % {"n": whole}
    if whole < 5400:
        return ngettext("%(n)s minute", "%(n)s minutes", whole // 60) % {"n": whole // 60}
    if whole < 172_800:
        return ngettext("%(n)s hour", "%(n)s hours", whole // 3600) % {"n": whole // 3600}
    return ngettext("%(n)s day", "%(n)s days", whole // 86400) % {"n": whole // 86400}


@register.filter
def job_status(status: str) -> str:
    """What the queue calls a job, in the reader's language."""
    names = {
        "todo": _("Waiting"),
        "doing": _("Running"),
        "succeeded": _("Done"),
        "failed": _("Failed"),
        "cancelled": _("Canceled"),
        "aborted": _("Canceled"),
    }
    return names.get(status, "")
