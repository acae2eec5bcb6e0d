"""The peer of votes_load.py and ballots_load.py: the site with two more addresses, written as one would first write it.

Django's whole middleware, a session, a CSRF token, and per vote one transaction of plain ORM writes.
"""

from django.db import transaction
from django.http import JsonResponse
from django.urls import include, path
from django.utils import timezone

from madang.explore.deliberations.models import Cast, Deliberation, Participant, Statement, Vote
from madang.plan.budgets.models import Ballot, Budget, Project, Voter
from madang.plan.budgets.voting import receipts


def vote(request):
    deliberation = Deliberation.objects.get(pk=request.POST["deliberation"])
    now, value = timezone.now(), int(request.POST["value"])
    assert deliberation.takes_votes(now)
    participant = Participant.objects.get(deliberation=deliberation, user=request.user)
    statement = Statement.objects.get(pk=request.POST["statement"], deliberation=deliberation, status="shown")
    with transaction.atomic():
        words = {"statement": statement, "value": value, "cast_at": now}
        Cast.objects.get_or_create(participant=participant, client_key=request.POST["key"], defaults=words)
        Vote.objects.update_or_create(
            participant=participant, statement=statement, defaults={"value": value, "cast_at": now}
        )
    return JsonResponse({"status": "counted"})


def ballot(request):
    budget = Budget.objects.get(pk=request.POST["budget"])
    now, choices = timezone.now(), sorted(map(int, request.POST.getlist("choice")))
    phase = budget.phases.get(kind="vote")
    assert phase.starts_at <= now < phase.ends_at
    assert Project.objects.filter(budget=budget, number__in=choices, status="ballot").count() == len(choices)
    with transaction.atomic():
        voter = Voter.objects.select_for_update().get(budget=budget, user=request.user)
        values = {"choices": choices, "client_key": request.POST["key"], "cast_at": now, "submitted_at": now}
        values |= {"budget": budget, "receipt": receipts.code()}
        made, _new = Ballot.objects.update_or_create(voter=voter, defaults=values)
    return JsonResponse({"state": "submitted", "receipt": made.receipt})


urlpatterns = [path("peer/votes", vote), path("peer/ballots", ballot), path("", include("madang.web.urls"))]
