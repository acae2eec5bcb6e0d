"""Real files into the site: everything that a count depends on arrives."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.utils import timezone

from madang.engines.ballots.counting import as_meta, count
from madang.engines.ballots.pabulib import PabulibError, read
from madang.plan.budgets.models import Ballot, Budget, Project, Voter
from madang.plan.budgets.operations.importing import UnfitFileError, import_pb
from madang.plan.budgets.queries.election import election_of, options_of, submitted_ballots
from madang.web.commands.imports import import_
from tests import needs
from tests.factories import suwon

pytestmark = pytest.mark.django_db
REAL = Path(__file__).parents[3].parent / "shared" / "data" / "ballots"
SMALL = """META
key;value
description;Test
country;Nowhere
unit;Village
instance;2024
budget;100
vote_type;approval
rule;greedy
date_begin;01.02.2024
date_end;03.02.2024
currency;EUR
PROJECTS
project_id;cost;votes;name;selected
a;60;2;Bench;1
b;50;1;Tree;0
c;40;2;Lamp;1
VOTES
voter_id;vote
1;a,c
2;c,a
3;b
"""


def load(text: str = SMALL, name: str = "small.pb"):
    return import_pb(data=text.encode(), place=suwon(), name=name, by=None, now=timezone.now())


def test_a_file_becomes_a_budget_that_says_where_it_comes_from():
    done = load()
    budget = done.budget
    assert (budget.source, budget.currency, budget.year, budget.status) == ("imported", "EUR", 2024, "public")
    assert "pabulib.org" in budget.attribution
    assert budget.frozen_digest
    assert [(one.number, one.source_id, one.status) for one in budget.projects.all()] == [
        (1, "a", "won"),
        (2, "b", "lost"),
        (3, "c", "won"),
    ]
    assert list(budget.ballots.order_by("voter_id").values_list("choices", flat=True)) == [[1, 3], [1, 3], [2]]
    assert set(budget.voters.values_list("channel", "user")) == {("imported", None)}


def test_the_same_file_is_loaded_once():
    first, again = load(), load()
    assert (again.budget.pk, again.repeated) == (first.budget.pk, True)
    assert (Budget.objects.count(), Voter.objects.count(), Ballot.objects.count()) == (1, 3, 3)


def test_a_file_that_cannot_be_held_is_refused_and_leaves_nothing():
    with pytest.raises(UnfitFileError, match="소수"):
        load(SMALL.replace("a;60;", "a;60.5;"))
    with pytest.raises(PabulibError):
        load("nonsense")
    assert (Budget.objects.count(), Project.objects.count()) == (0, 0)


def test_the_command_tells_what_it_loaded_and_what_is_wrong(tmp_path):
    place, file = suwon(), tmp_path / "small.pb"
    file.write_text(SMALL, encoding="utf-8")
    done = CliRunner().invoke(import_, ["budget", str(file), "--place", place.code, "--json", "-"])
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["projects"], told["ballots"], told["repeated"]) == (3, 3, False)
    assert CliRunner().invoke(import_, ["budget", str(file), "--place", "99999"]).exit_code == 2
    file.write_text("nonsense", encoding="utf-8")
    assert CliRunner().invoke(import_, ["budget", str(file), "--place", place.code]).exit_code == 2


@pytest.mark.parametrize(
    "name",
    [
        "Poland_Swiecie_2023.pb",
        "Poland_Krakow_2018_Podgorze_Duchackie.pb",
        "Poland_Wieliczka_2023_Green_Budget.pb",
        "US_Stanford_Dataset_2022_Jersey_City_Ward_E_vote_knapsacks.pb",
    ],
)
def test_what_was_imported_is_counted_as_the_file_is(name):
    if not (REAL / name).exists():
        needs.require(f"{REAL / name} is not there", "MADANG_REQUIRE_SHARED")
    data = (REAL / name).read_bytes()
    budget = import_pb(data=data, place=suwon(), name=name, by=None, now=timezone.now()).budget
    election = read(data).election
    again = election_of(budget, submitted_ballots(budget))
    assert (again.n, again.m, again.budget) == (election.n, election.m, election.budget)
    try:
        options = as_meta(election)
    except ValueError:
        options = options_of(budget)
    theirs = [int(budget.projects.get(source_id=one).number) for one in count(election, options).winners]
    ours = [int(one) for one in count(again, options_of(budget)).winners]
    assert sorted(ours) == sorted(theirs)
