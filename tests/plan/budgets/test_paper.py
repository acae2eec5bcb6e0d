"""Paper ballots: two who read, a third who decides, and one ballot a person."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from madang.ground.people.models import IdentityDigest
from madang.ground.people.verification import Identity
from madang.plan.budgets.models import Ballot, PaperEntry, PaperSheet, Voter, VoterIdentity
from madang.plan.budgets.operations import casting, paper, registering
from madang.plan.budgets.operations.paper import PaperError, Reading
from madang.plan.budgets.queries.paper import desk, reconciliation
from tests.factories import OfficeFactory, UserFactory, officer_at, staff_of
from tests.ground.talk.helpers import at_once
from tests.plan.budgets.voting_world import AFTER, NOW, World

pytestmark = pytest.mark.django_db
HANA = Identity("김하나", date(1980, 1, 2), "F")


class Counter:
    """Two clerks, and an officer who decides; sheets A-01 to A-09 are handed out."""

    def __init__(self, **terms) -> None:
        self.world = World(**terms)
        office = OfficeFactory(place=self.world.suwon)
        self.clerks = [staff_of(office), staff_of(office)]
        self.officer = officer_at(self.world.place)
        self.budget = self.world.budget
        paper.issue_range(budget=self.budget, first="A-01", last="A-09", by=self.clerks[0], now=NOW)

    def read(self, who, *choices, serial="A-01", **more):
        return paper.enter(budget=self.budget, reading=Reading(serial, choices, **more), by=who, now=NOW)

    def twice(self, *choices, serial="A-01", **more):
        self.read(self.clerks[0], *choices, serial=serial, **more)
        return self.read(self.clerks[1], *choices, serial=serial, **more)


def test_two_equal_readings_are_a_ballot():
    counter = Counter()
    assert counter.read(counter.clerks[0], 3, 1).status == "first"
    assert not Ballot.objects.exists()
    entry = counter.read(counter.clerks[1], 1, 3)
    assert entry.status == "agreed" and entry.voter.ballot.choices == [1, 3]
    assert entry.voter.channel == "paper" and entry.voter.user is None


def test_nobody_reads_a_sheet_twice():
    counter = Counter()
    counter.read(counter.clerks[0], 1)
    with pytest.raises(PaperError):
        counter.read(counter.clerks[0], 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        PaperEntry.objects.create(
            budget=counter.budget, serial="A-01", reading=2, entered_by=counter.clerks[0], entered_at=NOW
        )


def test_a_third_decides_where_two_differ():
    counter = Counter()
    counter.read(counter.clerks[0], 1)
    assert counter.read(counter.clerks[1], 2).status == "different"
    assert desk(counter.budget, counter.officer).deciding == ["A-01"]
    assert desk(counter.budget, counter.clerks[0]).deciding == []
    done = paper.decide(budget=counter.budget, reading=Reading("A-01", (2,)), by=counter.officer, now=NOW)
    assert done.voter.ballot.choices == [2]
    assert set(PaperEntry.objects.values_list("status", flat=True)) == {"agreed"}
    with pytest.raises(PaperError):
        paper.decide(budget=counter.budget, reading=Reading("A-01", (1,)), by=officer_at(counter.world.place), now=NOW)


def test_who_read_a_sheet_does_not_decide_on_it():
    counter = Counter()
    counter.read(counter.officer, 1)
    counter.read(counter.clerks[1], 2)
    with pytest.raises(PaperError):
        paper.decide(budget=counter.budget, reading=Reading("A-01", (2,)), by=counter.officer, now=NOW)


def test_void_sheets_are_no_ballots_and_are_told_of():
    counter = Counter()
    counter.twice(void="torn")
    sums = reconciliation(counter.budget)
    assert (sums.issued, sums.received, sums.void, sums.ballots, sums.outstanding) == (9, 1, 1, 0, 8)


def test_an_invalid_sheet_is_not_mended():
    counter = Counter(most_choices=1)
    with pytest.raises(PaperError):
        counter.read(counter.clerks[0], 1, 2)
    with pytest.raises(PaperError):
        counter.read(counter.clerks[0], 1, serial="B-99")


def test_a_person_who_voted_online_gets_no_sheet_and_a_sheet_of_theirs_is_set_aside():
    counter = Counter()
    world = counter.world
    user = world.resident()
    IdentityDigest.objects.filter(verification__user=user).update(digest=HANA.digests()[0])
    voter = registering.register(budget=world.budget, by=user, now=NOW)
    casting.cast(voter=voter, choices=[4], points=None, now=NOW)
    with pytest.raises(PaperError):
        paper.issue_to(budget=counter.budget, serial="C-1", identity=HANA, by=counter.clerks[0], now=NOW)
    entry = counter.twice(1, identity=HANA)
    assert entry.status == "agreed" and entry.voter is None
    assert reconciliation(counter.budget).double == 1
    assert list(Ballot.objects.values_list("choices", flat=True)) == [[4]]


def test_a_person_who_voted_on_paper_does_not_vote_online():
    counter = Counter()
    world = counter.world
    paper.issue_to(budget=counter.budget, serial="C-1", identity=HANA, by=counter.clerks[0], now=NOW)
    counter.twice(1, serial="C-1")
    user = world.resident()
    IdentityDigest.objects.filter(verification__user=user).update(digest=HANA.digests()[0])
    with pytest.raises(registering.VotedAlreadyError):
        registering.register(budget=world.budget, by=user, now=NOW)
    assert Ballot.objects.count() == 1


def test_a_beginning_online_gives_way_to_a_sheet():
    counter = Counter()
    world = counter.world
    user = world.resident()
    IdentityDigest.objects.filter(verification__user=user).update(digest=HANA.digests()[0])
    voter = registering.register(budget=world.budget, by=user, now=NOW)
    casting.cast(voter=voter, choices=[4], points=None, now=NOW, submit=False)
    counter.twice(1, identity=HANA)
    voter.refresh_from_db()
    assert voter.channel == "paper" and voter.ballot.choices == [1]
    with pytest.raises(casting.BallotRefusedError):
        casting.cast(voter=voter, choices=[4], points=None, now=NOW)


def test_one_sheet_a_person():
    counter = Counter()
    paper.issue_to(budget=counter.budget, serial="C-1", identity=HANA, by=counter.clerks[0], now=NOW)
    with pytest.raises(PaperError):
        paper.issue_to(budget=counter.budget, serial="C-2", identity=HANA, by=counter.clerks[1], now=NOW)
    assert PaperSheet.objects.filter(serial__startswith="C").count() == 1


def test_age_is_read_on_the_card():
    counter = Counter(least_age=19)
    with pytest.raises(PaperError):
        paper.issue_to(
            budget=counter.budget, serial="C-1", identity=Identity("이어린", date(2010, 1, 1), "M"),
            by=counter.clerks[0], now=NOW,
        )  # fmt: skip


def test_only_officials_of_the_place_enter_sheets():
    counter = Counter()
    elsewhere = staff_of(OfficeFactory(place=counter.world.goyang))
    assert counter.read(elsewhere, 1).status == "first"  # Goyang lies in Gyeonggi, whose budget this is
    with pytest.raises(PermissionDenied):
        counter.read(UserFactory(), 1)
    with pytest.raises(PermissionDenied):
        paper.decide(budget=counter.budget, reading=Reading("A-01", (1,)), by=counter.clerks[0], now=NOW)


def test_sheets_are_read_after_the_close_until_the_count():
    counter = Counter()
    reading = Reading("A-02", (1,))
    assert paper.enter(budget=counter.budget, reading=reading, by=counter.clerks[0], now=AFTER).reading == 1


def test_runs_of_numbers():
    counter = Counter()
    for first, last in (("A-05", "A-12"), ("B-1", "C-9"), ("X", "Y"), ("D-9", "D-1"), ("E-1", "E-99999")):
        with pytest.raises(PaperError):
            paper.issue_range(budget=counter.budget, first=first, last=last, by=counter.clerks[0], now=NOW)


def test_the_database_holds_one_ballot_a_person():
    world = World()
    one, other = world.voter(), world.voter()
    VoterIdentity.objects.create(voter=one, budget=world.budget, digest="a" * 64)
    with pytest.raises(IntegrityError), transaction.atomic():
        VoterIdentity.objects.create(voter=other, budget=world.budget, digest="a" * 64)
    with pytest.raises(IntegrityError), transaction.atomic():
        VoterIdentity.objects.create(voter=other, budget=world.budget, digest="no hash")
    with pytest.raises(IntegrityError), transaction.atomic():
        Ballot.objects.create(
            voter=other, budget=world.budget, receipt="x", cast_at=NOW, submitted_at=None, pseudonym=1
        )
    assert Voter.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_paper_and_online_at_once_make_one_ballot():
    counter = Counter()
    world = counter.world
    user = world.resident()
    IdentityDigest.objects.filter(verification__user=user).update(digest=HANA.digests()[0])
    voter = registering.register(budget=world.budget, by=user, now=NOW)
    counter.read(counter.clerks[0], 1, identity=HANA)
    at_once(
        lambda: counter.read(counter.clerks[1], 1, identity=HANA),
        lambda: casting.cast(voter=voter, choices=[4], points=None, now=NOW),
    )
    ballots = Ballot.objects.filter(submitted_at__isnull=False)
    assert ballots.count() == 1 and ballots.get().choices in ([1], [4])
