"""The peer of votes_load.py: the site with one more address, where a vote is written as one would first write it.

Django's whole middleware, a session, a CSRF token, and per vote one transaction of plain ORM writes.
"""

from django.db import transaction
from django.http import JsonResponse
from django.urls import include, path
from django.utils import timezone

from madang.explore.deliberations.models import Cast, Deliberation, Participant, Statement, Vote


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


urlpatterns = [path("peer/votes", vote), path("", include("madang.web.urls"))]
