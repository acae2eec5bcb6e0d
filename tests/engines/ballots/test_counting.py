"""The one door to all rules: what the city did, what is published, and recounting it."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madang.engines.ballots import counting, ties
from madang.engines.ballots.conversion import tally
from madang.engines.ballots.election import ElectionError, Limit, Project
from madang.engines.ballots.outcome import Options
from madang.engines.ballots.pabulib import read
from madang.engines.ballots.pabulib_write import write
from tests.engines.ballots.generators import elections, ways
from tests.engines.ballots.real import FILES, parsed

POZNAN = (
    "#1: We fund projects that received the highest number of votes until the next project on the list does not fit. "
    "If the remaining budget is enough to fund at least 80% of that project, we fund it with the external reserve funds."
)


def small(rule="greedy", costs=(50, 45, 40), votes=("a", "a", "b", "b", "c"), budget=100, **meta):
    lines = ["META", "key;value", f"budget;{budget}", "vote_type;choose-1", f"rule;{rule}"]
    lines += [f"{key};{value}" for key, value in meta.items()]
    lines += ["PROJECTS", "project_id;cost", *(f"{one};{cost}" for one, cost in zip("abc", costs, strict=True))]
    lines += ["VOTES", "voter_id;vote", *(f"{i};{vote}" for i, vote in enumerate(votes))]
    return read(lines).election


@pytest.mark.parametrize(
    ("rule", "meta", "expected"),
    [
        ("greedy", {}, Options("greedy")),
        ("Greedy ", {}, Options("greedy")),
        ("greedy-no-skip", {}, Options("greedy-no-skip")),
        ("greedy-threshold", {"min_project_score_threshold": "2"}, Options("greedy-threshold")),
        ("greedy-exclusive", {}, Options("greedy-exclusive")),
        ("greedy-custom", {"comment": POZNAN}, Options("greedy-80-percent")),
        ("greedy-custom", {"unit": "Poznań"}, Options("greedy-80-percent")),
        ("greedy", {"comment": POZNAN}, Options("greedy-80-percent")),
        ("greedy", {"comment": "#1: at least 80% of the voters were online"}, Options("greedy")),
        ("equalshares", {}, Options("equal-shares", tie="cost-votes-lot")),
        ("equalshares-comparison", {}, Options("equal-shares", tie="cost-votes-lot", comparison=True)),
        ("equalshares/add1", {}, Options("equal-shares", completion="add1", tie="cost-votes-lot")),
        (
            "equalshares/add1-comparison",
            {},
            Options("equal-shares", completion="add1", tie="cost-votes-lot", comparison=True),
        ),
        ("equal-shares/add1u", {}, Options("equal-shares", completion="add1u", tie="cost-votes-lot")),
        ("phragmen", {}, Options("phragmen")),
    ],
)
def test_what_the_city_did(rule, meta, expected):
    assert counting.as_meta(small(rule, **meta)) == expected


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("unknown", "no rule"),
        ("", "no rule"),
        ("greedy-custom", "comment"),
        ("equalshares/add7", "add7"),
        ("magic", "magic"),
    ],
)
def test_what_meta_does_not_tell(rule, words):
    with pytest.raises(ElectionError, match=words):
        counting.as_meta(small(rule))


@pytest.mark.parametrize("name", FILES)
def test_published_winners_reproduce(name):
    election = parsed(name).election
    selected = {one.id for one in election.projects if one.published_selected == 1}
    try:
        options = counting.as_meta(election)
    except ElectionError:
        assert election.meta["rule"] == "unknown"
        return
    outcome = counting.count(election, options)
    if selected:
        assert set(outcome.winners) == selected
    if "Wieliczka" in name:
        assert (len(outcome.winners), outcome.cost) == (30, 995_079)


def test_greedy_variants_differ_at_the_first_that_does_not_fit():
    # a and b cost 95; c does not fit 5. Without b's five voters' project in the way, c would.
    winners = {
        rule: counting.count(small(costs=(50, 60, 40)), Options(rule)).winners
        for rule in ("greedy", "greedy-no-skip", "greedy-80-percent")
    }
    assert winners == {"greedy": ("a", "c"), "greedy-no-skip": ("a",), "greedy-80-percent": ("a", "b")}


def test_four_fifths_exactly_is_enough_and_a_coin_less_is_not():
    enough = counting.count(small(costs=(60, 50, 40)), Options("greedy-80-percent"))
    assert enough.winners == ("a", "b") and enough.cost == 110 and enough.rounds[-1].phase == "reserve"
    assert enough.stopped == "reserve"
    assert counting.count(small(costs=(61, 50, 40)), Options("greedy-80-percent")).winners == ("a",)


def test_withdrawn_projects_neither_win_nor_stop_a_count():
    election = small(costs=(50, 999_999_999, 40))
    for rule in (
        "greedy",
        "greedy-no-skip",
        "greedy-80-percent",
        "phragmen",
        "bounded-overspending",
        "knapsack-optimal",
    ):
        assert set(counting.count(election, Options(rule)).winners) == {"a", "c"}


def test_ties_go_by_the_file_a_lot_or_cost():
    election = small(costs=(60, 60, 60), votes=("a", "b", "c"))
    assert counting.count(election, Options("greedy")).winners == ("a",)
    won = {counting.count(election, Options("greedy", tie="lot", seed=seed)).winners for seed in range(12)}
    assert won == {("a",), ("b",), ("c",)}
    cheaper = small(costs=(60, 59, 59), votes=("a", "b", "c", "c", "a"))
    first = counting.count(cheaper, Options("greedy", tie="cost-votes-lot"))
    assert first.winners == ("c",) and first.rounds[0].tied == ("a", "c")


def test_a_lot_does_not_depend_on_the_order_of_the_file():
    one = small(votes=("a", "b", "c"))
    projects = (Project("c", 45), Project("b", 45), Project("a", 45))
    for seed in range(5):
        options = Options("greedy", tie="lot", seed=seed)
        drawn = [one.projects[p].id for p in ties.order(one, options)]
        other = replace(one, projects=projects)
        assert [projects[p].id for p in ties.order(other, options)] == drawn


def test_pots_quotas_conflicts_and_needs_bind_every_rule():
    election = replace(
        small(costs=(10, 10, 10)),
        limits=(Limit("pot", frozenset({0, 1}), most_projects=1),),
        needs=((0, 2),),
    )
    for rule in ("greedy", "greedy-no-skip", "phragmen", "bounded-overspending", "knapsack-optimal"):
        winners = counting.count(election, Options(rule)).winners
        assert len({"a", "b"} & set(winners)) == 1 and ("a" not in winners or "c" in winners), rule


def test_money_kept_for_a_pot_is_not_spent_on_others():
    election = replace(small(costs=(50, 45, 40)), limits=(Limit("north", frozenset({2}), least=40),))
    assert counting.count(election, Options("greedy")).winners == ("a", "c")
    with pytest.raises(ElectionError, match="kept"):
        counting.count(replace(election, limits=(Limit("north", frozenset({2}), least=101),)), Options("greedy"))
    with pytest.raises(ElectionError, match="in one"):
        both = (Limit("north", frozenset({2}), least=1), Limit("south", frozenset({2, 1}), least=1))
        counting.count(replace(election, limits=both), Options("greedy"))
    with pytest.raises(ElectionError, match="circle"):
        counting.count(replace(election, needs=((0, 1), (1, 0))), Options("greedy"))


def test_the_rest_can_be_filled_up_greedily_after_phragmen():
    # All but the first misfit: Phragmén stops where the next in line does not fit.
    election = small(costs=(50, 60, 40), votes=("a", "a", "a", "b", "b", "c"))
    assert counting.count(election, Options("phragmen")).winners == ("a",)
    filled = counting.count(election, Options("phragmen", completion="utilitarian"))
    assert filled.winners == ("a", "c") and filled.rounds[-1].phase == "utilitarian"


@pytest.mark.parametrize(
    "options",
    [
        Options("greedy", completion="add1"),
        Options("phragmen", completion="add1"),
        Options("greedy", comparison=True),
        Options("borda"),
    ],
)
def test_what_does_not_go_together(options):
    with pytest.raises(ElectionError):
        counting.count(small(), options)


def test_the_door_itself_loads_nothing_heavy():
    code = (
        "import sys; import madang.engines.ballots.counting, madang.engines.ballots.pabulib_write; "
        "assert not {'numba', 'scipy', 'django'} & set(sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_what_is_published_is_what_the_command_promises():
    election = small(costs=("50,5", "45", "40"))
    result = json.loads(json.dumps(counting.published(counting.count(election, Options("greedy")), election)))
    expected = {
        "rule": "greedy", "utility": "cost", "completion": "none", "budget": 100, "cost": 95.5, "winners": ["a", "b"],
        "voters": 5, "projects": 3,
    }  # fmt: skip
    assert {key: result[key] for key in expected} == expected
    assert [{key: one[key] for key in ("project", "rho", "paid_by", "cost")} for one in result["rounds"]] == [
        {"project": "a", "rho": None, "paid_by": 0, "cost": 50.5},
        {"project": "b", "rho": None, "paid_by": 0, "cost": 45},
    ]
    assert result["tally"] == [
        {"project": one, "votes": votes, "score": votes} for one, votes in zip("abc", (2, 2, 1), strict=True)
    ]


def test_prices_are_told_in_the_currency_whatever_its_smallest_coin():
    plain, cents = small(costs=("50", "45", "40")), small(costs=("50", "45", "40.00"), units="100")
    assert cents.units == 100
    for options in (
        Options("phragmen"),
        *(Options("bounded-overspending", utility=u) for u in ("cost", "cardinality", "sqrt-cost")),
    ):
        told = [
            counting.published(counting.count(election, options), election)["rounds"] for election in (plain, cents)
        ]
        assert [one["project"] for one in told[0]] == [one["project"] for one in told[1]]
        assert [one["rho"] for one in told[0]] == pytest.approx([one["rho"] for one in told[1]], rel=1e-12)
    first = counting.published(counting.count(plain, Options("phragmen")), plain)["rounds"][0]
    assert first["rho"] == 45 / 2


@pytest.mark.parametrize("rule", ["greedy", "phragmen", "bounded-overspending", "knapsack-optimal", "equal-shares"])
def test_a_result_is_recounted_from_its_line(rule):
    line = json.loads(json.dumps(counting.result_line(parsed(FILES[2]).election, Options(rule, tie="lot", seed=5))))
    counting.recompute(line)
    for change, words in (
        ({"pb": line["pb"].replace("v1;c1,", "v1;")}, "digest"),
        ({"options": {**line["options"], "seed": "5"}}, "seed"),
        ({"options": {**line["options"], "magic": True}}, "magic"),
        ({"options": {**line["options"], "rule": "phragmen" if rule == "greedy" else "greedy"}}, "differ"),
        ({"published": {**line["published"], "winners": []}}, "winners"),
        ({"published": {**line["published"], "tally": []}}, "tally"),
        ({"pb": None}, "complete"),
    ):
        with pytest.raises(ValueError, match=words):
            counting.recompute({**line, **change})
    with pytest.raises(ValueError, match="complete"):
        counting.recompute({"result": "budget-count"})
    # A line of an earlier version said less.
    early = {key: line["published"][key] for key in ("winners", "cost", "rounds", "rule")}
    counting.recompute({**line, "version": "ballots-0.9", "published": {**early, "version": "ballots-0.9"}})


def test_several_ways_beside_each_other():
    election = small(costs=(50, 60, 40))
    comparison = counting.compare(election, [Options("greedy"), Options("greedy-no-skip")])
    assert comparison.unanimous == ("a",) and comparison.shared == ((2, 1), (1, 1))
    told = counting.compared(comparison, election)
    assert [one["won_by"] for one in told["projects"]] == [["greedy", "greedy-no-skip"], [], ["greedy"]]


@settings(max_examples=150, deadline=None)
@given(elections())
def test_an_election_written_and_read_is_the_same(election):
    text = write(election)
    again = read(text)
    assert again.notes == ()
    assert tally(again.election).score.tolist() == tally(election).score.tolist()
    # A ranking whose own points are Borda's is read as one without.
    borda = again.election.points is None and election.points is not None
    same = (
        replace(again.election, points=election.points, points_units=election.points_units) if borda else again.election
    )
    assert same.digest() == election.digest()


@settings(max_examples=60, deadline=None)
@given(elections(), ways())
def test_every_result_follows_from_its_line(election, options):
    counting.recompute(json.loads(json.dumps(counting.result_line(election, options))))


def districts():
    """North: a, b with 60; South: c with 40; 20 for all: d. Three voters in the north, one in the south, one abroad."""
    text = (
        "META\nkey;value\nbudget;120\nvote_type;approval\nrule;unknown\nPROJECTS\nproject_id;cost\na;60\nb;30\nc;40\nd;20\n"
        "VOTES\nvoter_id;vote;district\n1;a,d;North\n2;b;North\n3;;North\n4;c;South\n5;b,c;Abroad\n"
    )
    pots = (Limit("district: North", frozenset({0, 1}), most=60), Limit("district: South", frozenset({2}), most=40))
    return replace(read(text).election, limits=pots)


def test_every_district_spends_its_own_pot():
    outcome = counting.count(districts(), Options("greedy", by_district=True))
    assert outcome.winners == ("b", "c", "d") and (outcome.cost, outcome.budget) == (90, 120)
    shares = counting.published(counting.count(districts(), Options("equal-shares", by_district=True)), districts())
    # 60 for the three of the north and the one from abroad who chose there; 40 for two; 20 for all five.
    assert [(one["key"], one["voters"], one["share"], one["winners"]) for one in shares["pots"]] == [
        ("district: North", 4, 15, ["b"]), ("district: South", 2, 20, ["c"]), ("all", 5, 4, []),
    ]  # fmt: skip


def test_what_one_district_decides_binds_the_next():
    election = districts()
    rivals = replace(election, conflicts=(frozenset({1, 2}),))
    assert counting.count(rivals, Options("greedy", by_district=True)).winners == ("b", "d")
    needing = replace(election, needs=((3, 0),))
    assert counting.count(needing, Options("greedy", by_district=True)).winners == ("b", "c")
    over = replace(election, limits=(*election.limits, Limit("green", frozenset({1, 2, 3}), most_projects=2)))
    assert counting.count(over, Options("greedy", by_district=True)).winners == ("b", "c")


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ((), "No pot"),
        ((Limit("district: A", frozenset({0}), most=200),), "more than the budget"),
        ((Limit("district: A", frozenset({0}), most=1), Limit("district: B", frozenset({0, 1}), most=1)), "in one"),
        ((Limit("district: A", frozenset({0}), most=9), Limit("kept", frozenset({0, 1}), least=1)), "within one"),
    ],
)
def test_pots_that_can_not_be_meant(limits, words):
    with pytest.raises(ElectionError, match=words):
        counting.count(replace(districts(), limits=limits), Options("greedy", by_district=True))


def test_a_count_by_district_is_recounted():
    line = json.loads(json.dumps(counting.result_line(districts(), Options("equal-shares", by_district=True))))
    counting.recompute(line)
    with pytest.raises(ValueError, match="differ"):
        counting.recompute({**line, "options": {**line["options"], "by_district": False}})


@pytest.mark.parametrize("ballot_type", ["approval", "ranking", "scoring"])
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_one_pot_for_all_projects_is_the_whole_election(ballot_type, data):
    election = data.draw(elections(ballot_type))
    whole = (Limit("district: Town", frozenset(range(election.m)), most=election.budget), *election.limits)
    place = replace(election, limits=whole, electorate={"district": ("Town",) * election.n})
    for rule in ("greedy", "phragmen", "equal-shares"):
        alone, parts = counting.count(election, Options(rule)), counting.count(place, Options(rule, by_district=True))
        assert parts.winners == alone.winners
