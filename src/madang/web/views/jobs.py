"""Long work as the person who waits for it sees it, and the queue as its operators see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from madang.ground.footing import jobs
from madang.ground.footing.jobs import operate, schedule, survey
from madang.ground.people.permissions import actor, require

if TYPE_CHECKING:
    import uuid

    from django.http import HttpRequest

    from madang.ground.footing.models import Progress

VIEW, OPERATE = "jobs.view", "jobs.operate"


def _progress(request: HttpRequest, pk: uuid.UUID) -> Progress:
    found = survey.find(pk)
    if found is None:
        raise Http404
    require(request.user, VIEW, found)
    return found


@login_required
@require_safe
@vary_on_headers("HX-Request")
def detail(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """How far a piece of work is; for htmx (?part) only the bar, and a fresh page where it is over (?fresh)."""
    progress = _progress(request, pk)
    if "part" not in request.GET:
        return render(request, "web/jobs/detail.html", {"progress": progress})
    fresh = "fresh" in request.GET
    response = render(request, "web/jobs/_polled.html", {"progress": progress, "fresh": fresh})
    if fresh and not progress.under_way:
        response["HX-Refresh"] = "true"
    return response


@login_required
@require_POST
def cancellation(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Stop a piece of work that one asked for."""
    progress = _progress(request, pk)
    if jobs.cancel(progress=progress.pk, now=timezone.now()):
        messages.success(request, _("Canceled. What was not finished has left no trace."))
    else:
        messages.info(request, _("It was over already."))
    return redirect(progress.page)


@login_required
@require_safe
def operation(request: HttpRequest) -> HttpResponse:
    """The queue: how much waits and for how long, who works, what failed and why, what runs by the clock."""
    require(request.user, OPERATE)
    now = timezone.now()
    context = {
        "queues": survey.queues(now=now),
        "workers": survey.workers(now=now),
        "failures": survey.failures(after=request.GET.get("after", "")),
        "under_way": survey.under_way(),
        "discarded": survey.discarded(),
        "schedule": schedule.schedule(now=now),
        "now": now,
    }
    return render(request, "web/jobs/operation.html", context)


@login_required
@require_POST
def repetition(request: HttpRequest, pk: int) -> HttpResponse:
    """Run a failed job once more."""
    require(request.user, OPERATE)
    try:
        operate.repeat(job_id=pk, now=timezone.now())
    except operate.OperatorError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Job %(id)s is back in the queue.") % {"id": pk})
    return redirect("operate:jobs")


@login_required
@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a failed job up (POST: reason)."""
    require(request.user, OPERATE)
    reason, by = request.POST.get("reason", ""), actor(request.user)
    try:
        operate.discard(job_id=pk, reason=reason, by_id=by.pk, now=timezone.now())
    except operate.OperatorError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Job %(id)s is discarded. The reason is kept.") % {"id": pk})
    return redirect("operate:jobs")
