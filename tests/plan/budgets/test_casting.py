"""Saving and submitting ballots."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from madang.plan.budgets.models import Ballot, Voter
from madang.plan.budgets.operations import casting, registering
from tests.ground.talk.helpers import at_once
from tests.plan.budgets.voting_world import AFTER, NOW, World

pytestmark = pytest.mark.django_db


def register(world, user, **more):
    return registering.register(budget=world.budget, by=user, now=NOW, **more)


def test_a_resident_votes_and_gets_a_receipt():
    world = World()
    voter = register(world, world.resident())
    done = casting.cast(voter=voter, choices=[3, 1], points=None, now=NOW)
    assert done.state == "submitted"
    ballot = Ballot.objects.get(voter=voter)
    assert (ballot.choices, ballot.receipt, ballot.submitted_at) == ([1, 3], done.receipt, NOW)


def test_a_saved_ballot_is_no_vote_and_leaves_the_submitted_one_alone():
    world = World()
    voter = register(world, world.resident())
    assert casting.cast(voter=voter, choices=[2], points=None, now=NOW, submit=False).state == "saved"
    ballot = Ballot.objects.get(voter=voter)
    assert (ballot.choices, ballot.draft_choices, ballot.submitted_at) == ([], [2], None)
    first = casting.cast(voter=voter, choices=[2], points=None, now=NOW)
    casting.cast(voter=voter, choices=[2, 4], points=None, now=NOW, submit=False)
    ballot.refresh_from_db()
    assert (ballot.choices, ballot.draft_choices, ballot.receipt) == ([2], [2, 4], first.receipt)


def test_a_ballot_is_changed_until_the_close_and_gets_a_new_receipt():
    world = World()
    voter = register(world, world.resident())
    one = casting.cast(voter=voter, choices=[1], points=None, now=NOW)
    two = casting.cast(voter=voter, choices=[2], points=None, now=NOW + timedelta(hours=1))
    assert one.receipt != two.receipt
    assert Ballot.objects.get(voter=voter).choices == [2]
    with pytest.raises(casting.BallotRefusedError) as refused:
        casting.cast(voter=voter, choices=[3], points=None, now=AFTER)
    assert refused.value.outcome.state == "closed"
    assert Ballot.objects.get(voter=voter).choices == [2]


def test_the_same_change_sent_again_is_no_change():
    world = World()
    voter, key = register(world, world.resident()), uuid.uuid4()
    one = casting.cast(voter=voter, choices=[1], points=None, now=NOW, key=key, seen=0)
    again = casting.cast(voter=voter, choices=[1], points=None, now=NOW, key=key, seen=0)
    assert (one.receipt, one.version) == (again.receipt, again.version) and Ballot.objects.count() == 1


def test_a_change_that_was_overtaken_on_another_device_is_refused():
    world = World()
    voter = register(world, world.resident())
    casting.cast(voter=voter, choices=[1], points=None, now=NOW, key=uuid.uuid4(), seen=0)
    with pytest.raises(casting.BallotRefusedError) as refused:
        casting.cast(voter=voter, choices=[2], points=None, now=NOW, key=uuid.uuid4(), seen=0)
    assert refused.value.outcome.state == "stale"
    assert Ballot.objects.get(voter=voter).choices == [1]


def test_a_ballot_against_the_rules_is_saved_but_not_submitted():
    world = World(most_choices=2)
    voter = register(world, world.resident())
    assert casting.cast(voter=voter, choices=[1, 2, 3], points=None, now=NOW, submit=False).taken
    with pytest.raises(casting.BallotRefusedError):
        casting.cast(voter=voter, choices=[1, 2, 3], points=None, now=NOW)
    with pytest.raises(casting.BallotRefusedError):
        casting.cast(voter=voter, choices=[99], points=None, now=NOW, submit=False)


def test_many_marks_are_written_together_each_judged_alone():
    world = World()
    voters = [world.voter() for _n in range(4)]
    marks = [
        casting.Mark(one.pk, world.budget.pk, (at + 1,) if at != 2 else (77,), None, uuid.uuid4(), True, NOW, 0)
        for at, one in enumerate(voters)
    ]
    marks.append(casting.Mark(voters[0].pk, world.budget.pk, (5,), None, uuid.uuid4(), True, NOW, 1))
    marks.append(casting.Mark(10**6, world.budget.pk, (5,), None, uuid.uuid4(), True, NOW, None))
    states = [one.state for one in casting.write(marks)]
    assert states == ["submitted", "submitted", "refused", "submitted", "submitted", "refused"]
    assert Ballot.objects.get(voter=voters[0]).choices == [5]
    assert [one.state for one in casting.write(marks[1:2])] == ["submitted"]
    assert Ballot.objects.count() == 3


def test_one_account_is_one_voter():
    world = World()
    user = world.resident()
    assert register(world, user) == register(world, user)


def test_two_accounts_of_one_person_have_one_ballot():
    world = World()
    first = world.resident(person="김하나")
    register(world, first)
    first.verifications.all().delete()  # the confirmation moves to another account
    with pytest.raises(registering.VotedAlreadyError):
        register(world, world.resident(person="김하나"))
    assert Voter.objects.count() == 1


def test_nobody_votes_from_elsewhere():
    world = World()
    from tests.factories import PlaceFactory

    seoul = PlaceFactory(
        code="11110",
        name_ko="종로구",
        name_en="Jongno-gu",
        parent=PlaceFactory(code="11", level="province", parent=None),
    )
    with pytest.raises(registering.NotEligibleError) as refused:
        register(world, world.resident(seoul))
    assert [one.key for one in refused.value.hurdles] == ["residence"]


def test_the_least_age_is_declared():
    world = World(least_age=14)
    with pytest.raises(registering.NotEligibleError):
        register(world, world.resident(), of_age=False)
    assert register(world, world.resident(), age_band="30-39").age_band == "30-39"


@pytest.mark.django_db(transaction=True)
def test_two_accounts_of_one_person_at_once():
    world = World()
    users = [world.resident(person="이두리")]
    users[0].verifications.all().delete()
    other = world.resident(person="이두리")
    moved = other.verifications.get()
    found = at_once(*[lambda: register(world, other)] * 4)
    assert len({one.pk for one in found}) == 1
    # The confirmation moves while both try.
    moved.user = users[0]
    moved.save()
    found = at_once(*[lambda: register(world, users[0])] * 4)
    assert all(isinstance(one, registering.VotedAlreadyError) for one in found)
    assert Voter.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_submissions_at_once_leave_one_whole_ballot():
    world = World()
    voter = world.voter()
    jobs = [
        lambda n=n: casting.cast(voter=voter, choices=[n], points=None, now=NOW, key=uuid.uuid4(), seen=0)
        for n in (1, 2, 3, 4)
    ]
    found = at_once(*jobs)
    taken = [one for one in found if isinstance(one, casting.Outcome)]
    assert len(taken) == 1
    assert Ballot.objects.get(voter=voter).receipt == taken[0].receipt
