"""The ballot's pages, without a script."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from madang.ground.footing import tickets
from madang.plan.budgets import lane
from madang.plan.budgets.models import Ballot, Voter
from tests.factories import UserFactory
from tests.plan.budgets.voting_world import World, confirm

pytestmark = pytest.mark.django_db


def page(name: str, world, *more) -> str:
    return reverse(f"budgets:{name}", args=[world.budget.pk, *more])


def begin(world, client=None, **fields):
    """A client signed in as a resident who has begun to vote."""
    client = client or Client()
    client.force_login(world.resident(**fields))
    assert client.post(page("voter", world)).status_code == 302
    return client


def world_now(**terms):
    return World(around=timezone.now(), **terms)


def test_everybody_is_told_why_they_cannot_vote_and_what_to_do(client):
    world = world_now()
    assert "/accounts/login/" in client.get(page("ballot", world)).content.decode()
    client.force_login(UserFactory())
    told = client.get(page("ballot", world)).content.decode()
    assert reverse("people:verification") in told
    assert client.post(page("voter", world)).status_code == 409
    assert Voter.objects.count() == 0


def test_before_and_after_the_vote(client):
    early = World(around=timezone.now() + timedelta(days=10))
    assert "hurdles" in client.get(page("ballot", early)).content.decode()
    client.force_login(early.resident())
    assert client.post(page("voter", early)).status_code == 409
    late = begin_then_close()
    told = late.client.get(page("ballot", late.world))
    assert reverse("budgets:result", args=[late.world.budget.pk]) in told.content.decode()
    late.client.post(page("ballot", late.world), {"choice": ["1"], "action": "submit"})
    assert not Ballot.objects.filter(budget=late.world.budget).exists()


def begin_then_close():
    from types import SimpleNamespace

    world = world_now()
    client = begin(world)
    world.phase.ends_at = timezone.now() - timedelta(minutes=1)
    world.phase.save()
    return SimpleNamespace(world=world, client=client)


@pytest.mark.parametrize(
    ("terms", "sent", "choices", "points"),
    [
        ({}, {"choice": ["3", "1"]}, [1, 3], None),
        ({"ballot_type": "k-approval", "most_choices": 2}, {"choice": ["3"]}, [3], None),
        ({"ballot_type": "choose-1", "most_choices": 1}, {"choice": ["4"]}, [4], None),
        ({"ballot_type": "knapsack"}, {"choice": ["1", "2", "5"]}, [1, 2, 5], None),
        ({"ballot_type": "ranking", "most_choices": 3}, {"rank-4": "1", "rank-1": "3", "rank-2": "2"}, [4, 2, 1], None),
        ({"ballot_type": "cumulative", "points": 10}, {"points-6": "7", "points-1": "3"}, [1, 6], [3, 7]),
    ],
)
def test_every_type_of_ballot_without_a_script(terms, sent, choices, points):
    world = world_now(**terms)
    client = begin(world)
    assert client.get(page("ballot", world)).status_code == 200
    answer = client.post(page("ballot", world), {**sent, "action": "submit", "key": str(uuid.uuid4()), "seen": "0"})
    assert answer.status_code == 302 and "receipt" in answer["Location"]
    ballot = Ballot.objects.get()
    assert (ballot.choices, ballot.points) == (choices, points)
    told = client.get(answer["Location"]).content.decode()
    assert ballot.receipt in told
    # The ballot shows what was submitted.
    assert client.get(page("ballot", world)).status_code == 200


def test_a_refused_ballot_comes_back_with_its_marks():
    world = world_now(ballot_type="knapsack")
    client = begin(world)
    answer = client.post(page("ballot", world), {"choice": ["3", "4", "5", "6"], "action": "submit"})
    told = answer.content.decode()
    assert answer.status_code == 422 and told.count("checked") == 4
    assert "사업 6" in told and not Ballot.objects.exists()
    assert client.post(page("ballot", world), {"choice": ["3", "4", "5", "6"], "action": "save"}).status_code == 302
    assert Ballot.objects.get().draft_choices == [3, 4, 5, 6]


def test_the_order_is_the_voters_own_and_stays():
    world = world_now()
    one, other = begin(world), begin(world)
    orders = [_order(client.get(page("ballot", world))) for client in (one, one, other, begin(world), begin(world))]
    assert orders[0] == orders[1] and len({tuple(order) for order in orders}) > 1
    assert sorted(orders[0]) == sorted(orders[2])


def _order(response) -> list[int]:
    return [card.project.number for card in response.context["page"].cards]


def test_nobody_else_sees_a_ballot_or_a_receipt():
    world = world_now()
    mine, other = begin(world), begin(world)
    mine.post(page("ballot", world), {"choice": ["1"], "action": "submit"})
    ballot = Ballot.objects.get()
    told = other.get(f"{page('receipt', world)}?as={ballot.pk}").content.decode()
    assert ballot.receipt not in told
    other.post(f"{page('ballot', world)}?as={ballot.pk}", {"choice": ["2"], "as": str(ballot.pk), "action": "submit"})
    ballot.refresh_from_db()
    assert ballot.choices == [1]


def test_a_receipt_is_checked_by_anybody(client):
    world = world_now()
    ballot = world.ballot(1, 2)
    found = client.get(page("receipt", world), {"code": ballot.receipt.lower().replace("-", " ")})
    assert found.context["found"].state == "in"
    assert "사업 1" not in found.content.decode()
    assert client.get(page("receipt", world), {"code": "AAAAA-AAAAA-AAAAA-AAAAA"}).context["found"].state == "unknown"
    assert client.get(page("receipt", world), {"code": "x\x00"}).context["found"].state == "unreadable"


def test_turnout_hides_small_districts(client):
    world = world_now()
    for _n in range(12):
        world.ballot(1, place=world.suwon)
    for _n in range(30):
        world.ballot(2, place=world.yongin)
    for _n in range(3):
        world.ballot(2, place=world.goyang)
    shown = client.get(page("turnout", world)).context["turnout"]
    # Goyang is too small; Suwon goes with it, or the sum would tell.
    assert {one.place.code: one.voters for one in shown.districts} == {"41460": 30, "41110": None, "41280": None}
    assert shown.total == 45


def lane_post(client, payload):
    return client.post(reverse("lane", args=["ballots"]), json.dumps(payload), content_type="application/json")


def test_the_lane_takes_what_its_ticket_allows(client):
    world = world_now()
    voter = world.voter()
    pass_ = lane.ticket(voter=voter.pk, budget=world.budget.pk, now=timezone.now())
    key = str(uuid.uuid4())
    payload = {"ticket": pass_, "key": key, "seen": 0, "choices": [1, 2], "points": None, "submit": True}
    one, again = lane_post(client, payload).json(), lane_post(client, payload).json()
    assert one["state"] == "submitted" and one == again
    assert lane_post(client, payload | {"key": str(uuid.uuid4())}).json()["state"] == "stale"
    forged = tickets.issue("votes", voter.pk, world.budget.pk, now=timezone.now(), seconds=60)
    assert lane_post(client, payload | {"ticket": forged}).status_code == 401
    for wrong in ({"choices": ["1"]}, {"choices": [True]}, {"choices": None}, {"key": "x"}, {"points": [2**40]}):
        assert lane_post(client, payload | wrong).status_code == 400
    assert Ballot.objects.count() == 1


def test_a_firm_votes_once_beside_its_representative():
    from tests.factories import organization_of

    world = world_now(admits_firms=True, admits_workers=True)
    firm, head = organization_of(home=world.suwon)
    firm.verified_at, firm.verified_for = timezone.now(), world.suwon
    firm.save()
    client = Client()
    client.force_login(head)
    confirm(head, world.goyang, "대표", world.now)
    told = client.get(page("ballot", world)).context["checked"]
    assert [one.basis for one in told.capacities] == ["resident", "worker", "firm"]
    assert client.post(page("voter", world), {"capacity": f"firm:{firm.pk}"}).status_code == 302
    assert Voter.objects.get().organization == firm
