"""The count, what is published of it, and what is not known before."""

from __future__ import annotations

import hashlib
import json

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from madang.engines.ballots import counting as engine
from madang.engines.ballots import pabulib
from madang.ground.participation.models import Notice
from madang.ground.participation.operations import follow, mute
from madang.ground.record.models import Entry
from madang.plan.budgets.models import Ballot, Count, PaperEntry, Project
from madang.plan.budgets.operations import casting, counting, publishing
from madang.plan.budgets.queries import opened, proving, results
from madang.plan.measures.operations import set_status
from tests.factories import UserFactory
from tests.plan.budgets.voting_world import AFTER, NOW, World

pytestmark = pytest.mark.django_db


def voted(**terms) -> World:
    """Fifty ballots: Suwon for 1 and 2, Yongin for 3 and 5, all for 6."""
    world = World(**terms)
    for n in range(30):
        world.ballot(1, 2, *([6] if n % 2 else []), place=world.suwon, age_band=f"{20 + n % 3 * 10}-{29 + n % 3 * 10}")
    for n in range(20):
        world.ballot(3, 5, *([4] if n % 5 == 0 else []), place=world.yongin)
    return world


def counted(world) -> Count:
    return counting.count(budget=world.budget, by=world.officer, now=AFTER)


def published(world) -> Count:
    counted(world)
    return publishing.publish(budget=world.budget, by=world.officer, now=AFTER)


def test_the_count_is_what_anybody_counts_from_the_open_data():
    world = voted()
    count = counted(world)
    election = pabulib.read(count.open_data).election
    assert election.digest() == count.input_digest and election.n == count.voters == 50
    again = engine.count(election, engine.options_from(count.options))
    assert list(again.winners) == count.outcome["winners"]
    assert hashlib.sha256(count.open_data.encode()).hexdigest() == count.open_data_digest


def test_who_followed_a_project_hears_how_its_measure_goes_on():
    world, reader, silent = voted(), UserFactory(), UserFactory()
    winner = world.projects[int(counted(world).outcome["winners"][0])]
    for user in (reader, silent):
        follow(subject_id=winner.subject_id, by=user, now=NOW)
    mute(subject_id=winner.subject_id, by=silent, now=NOW)
    publishing.publish(budget=world.budget, by=world.officer, now=AFTER)
    measure = Project.objects.get(pk=winner.pk).measure
    assert measure.subject.follower_count == 1
    set_status(measure=measure, status="underway", reason="", by=world.officer, now=AFTER)
    assert Notice.objects.filter(user=reader, kind="measure_state").count() == 1
    assert not Notice.objects.filter(user=silent, kind="measure_state").exists()


def test_a_recount_from_the_record_holds_and_a_changed_ballot_is_found():
    world = voted()
    published(world)
    line = json.loads(json.dumps(next(opened.published_counts())))
    engine.recompute(line)
    lines = line["pb"].splitlines()
    at = next(n for n, text in enumerate(lines) if text.startswith("7;"))
    lines[at] = lines[at].replace("1", "4").replace("3", "4")
    with pytest.raises(ValueError):
        engine.recompute(line | {"pb": "\n".join(lines) + "\n"})


def test_pseudonyms_are_shuffled_and_only_submitted_ballots_count():
    world = voted()
    draft = world.voter()
    casting.cast(voter=draft, choices=[4], points=None, now=NOW, submit=False)
    counted(world)
    rows = Ballot.objects.exclude(pseudonym=None).order_by("voter")
    numbers = list(rows.values_list("pseudonym", flat=True))
    assert sorted(numbers) == list(range(1, 51)) and numbers != sorted(numbers)
    assert Ballot.objects.get(voter=draft).pseudonym is None


def test_nothing_is_counted_before_the_close_or_twice():
    world = voted()
    with pytest.raises(counting.CountError):
        counting.count(budget=world.budget, by=world.officer, now=NOW)
    first = counted(world)
    assert counted(world) == first and Count.objects.count() == 1
    with pytest.raises(counting.CountError):
        counting.start_count(budget=world.budget, by=world.officer, now=AFTER)


def test_a_ballot_behind_the_count_is_refused():
    world = voted()
    voter = world.voter()
    counted(world)
    with pytest.raises(casting.BallotRefusedError):
        casting.cast(voter=voter, choices=[1], points=None, now=NOW)


def test_sheets_are_settled_first():
    world = voted()
    PaperEntry.objects.create(
        budget=world.budget, serial="A", reading=1, entered_by=world.officer, entered_at=NOW, status="first"
    )
    with pytest.raises(counting.CountError):
        counted(world)


def test_publishing_settles_projects_tells_voters_and_records_the_digests():
    world = voted()
    citizen = world.resident()
    world.ballot(1, voter=world.voter(user=citizen))
    count = published(world)
    won = set(Project.objects.filter(status="won").values_list("number", flat=True))
    assert won == {int(one) for one in count.outcome["winners"]}
    assert not Project.objects.filter(status="ballot").exists()
    entries = {one.kind: one.data for one in Entry.objects.filter(subject=world.budget.record_key)}
    assert entries["budget_result"]["open_data"] == count.open_data_digest
    assert entries["budget_counted"]["digest"] == count.input_digest
    assert Notice.objects.filter(user=citizen, kind="budget_result").exists()
    with pytest.raises(publishing.PublishError):
        publishing.publish(budget=world.budget, by=world.officer, now=AFTER)


def test_winners_become_measures_once():
    world = voted()
    published(world)
    winners = Project.objects.filter(status="won")
    assert winners and all(one.measure and one.measure.budget == one.cost for one in winners)


def test_only_the_places_officials_count_and_publish():
    world = voted()
    for act in (counting.start_count, publishing.publish):
        with pytest.raises(PermissionDenied):
            act(budget=world.budget, by=UserFactory(), now=AFTER)


def test_receipts_are_among_the_counted_ones_by_their_hash_alone():
    world = voted()
    count = published(world)
    ballot = Ballot.objects.first()
    listing = "".join(proving.listing(world.budget))
    found = proving.find(world.budget, ballot.receipt)
    assert found.state == "counted" and found.hash in listing.splitlines() and ballot.receipt not in listing
    assert hashlib.sha256(listing.encode()).hexdigest() == count.details["receipts"]
    assert ballot.receipt not in count.open_data


def test_open_data_tell_nothing_of_few():
    world = voted()
    world.ballot(2, place=world.goyang)
    count = counted(world)
    assert "고양시" not in count.open_data
    assert count.privacy["k"] >= 10 or not count.privacy["attributes"]
    assert all(row["ballots"] >= 10 for rows in count.details["groups"].values() for row in rows)


def test_a_voter_learns_what_their_share_paid_for():
    world = voted()
    count = published(world)
    ballot = Ballot.objects.filter(choices=[1, 2]).first()
    share = results.share_of(world.budget, count, ballot)
    spent = sum(amount for _project, amount in share.paid)
    assert share.share == pytest.approx(spent + share.left)
    assert {one.number for one in share.won} | {one.number for one in share.lost} == {1, 2}


@pytest.mark.parametrize(
    "terms",
    [
        {"rule": "greedy"}, {"rule": "phragmen"}, {"rule": "greedy-per-cost"}, {"rule": "knapsack-optimal"},
        {"rule": "bounded-overspending"}, {"completion": "add1"}, {"comparison": True}, {"utility": "cardinality"},
    ],
)  # fmt: skip
def test_every_rule_is_counted_explained_and_shown(terms):
    world = voted(**terms)
    count = published(world)
    client = Client()
    assert client.get(reverse("budgets:result", args=[world.budget.pk])).status_code == 200
    for number in range(1, 7):
        found = client.get(reverse("budgets:result_project", args=[world.budget.pk, number]))
        assert found.status_code == 200
    engine.recompute(json.loads(json.dumps(next(opened.published_counts()))))
    assert count.outcome["rule"] in {terms.get("rule", "equal-shares"), "greedy"}


@pytest.mark.parametrize(
    ("terms", "choices", "points"),
    [({"ballot_type": "ranking"}, [2, 1], None), ({"ballot_type": "cumulative", "points": 5}, [1, 2], [2, 3])],
)
def test_ballots_with_order_or_points(terms, choices, points):
    world = World(**terms)
    for _n in range(12):
        world.ballot(*choices, points=points)
    count = counted(world)
    election = pabulib.read(count.open_data).election
    assert [election.projects[int(one)].id for one in election.project[:2]] == [str(one) for one in choices]


def test_what_if_counts_decide_nothing():
    world = voted()
    with pytest.raises(counting.CountError):
        counting.what_if(budget=world.budget, rule="greedy", by=world.officer, now=AFTER)
    official = published(world)
    made = counting.what_if(budget=world.budget, rule="greedy", by=world.officer, now=AFTER)
    assert not made.official and results.official(world.budget).pk == official.pk


PAGES = ("ballot", "turnout", "result", "receipt", "detail", "projects")
HIDDEN = ("result_project", "mine", "minutes", "data", "ballots_pb", "ballots_csv", "receipts")


def test_no_count_of_choices_leaks_before_it_is_published():
    """The same pages whatever was chosen: byte for byte, but for what changes with each request."""
    told = []
    for chosen in (1, 4):
        world = World()
        for _n in range(137):
            world.ballot(chosen, place=world.suwon)
        client = Client()
        pages = [client.get(reverse(f"budgets:{name}", args=[world.budget.pk])).content.decode() for name in PAGES]
        pages += [client.get(reverse("budgets:project", args=[world.budget.pk, n])).content.decode() for n in (1, 4)]
        told.append([page.count("137") for page in pages])
        for name in HIDDEN:
            more = [1] if name == "result_project" else []
            answer = client.get(reverse(f"budgets:{name}", args=[world.budget.pk, *more]))
            assert answer.status_code in {404, 302}, name
        # An official looks at the count before it is public; nobody else does.
        counting.count(budget=world.budget, by=world.officer, now=AFTER)
        for name in HIDDEN:
            more = [1] if name == "result_project" else []
            assert client.get(reverse(f"budgets:{name}", args=[world.budget.pk, *more])).status_code in {404, 302}
        client.force_login(UserFactory())
        assert client.get(reverse("budgets:count", args=[world.budget.pk])).status_code == 403
    assert told[0] == told[1]


def test_files_and_minutes():
    world = voted()
    count = published(world)
    client = Client()

    def get(name):
        return client.get(reverse(f"budgets:{name}", args=[world.budget.pk]))

    assert get("ballots_pb").content.decode() == count.open_data
    assert len(get("ballots_csv").content.decode().strip().splitlines()) == 51
    assert get("minutes").content.startswith(b"%PDF")
    assert get("data").status_code == 200
    assert sum(1 for _line in get("receipts").streaming_content) == 50
