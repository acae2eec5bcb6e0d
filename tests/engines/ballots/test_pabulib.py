"""Reading .pb files as they are found in the wild, refusing what can't be meant, and writing them back."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madang.engines.ballots.conversion import tally, values
from madang.engines.ballots.election import ElectionError
from madang.engines.ballots.pabulib import PabulibError, read
from madang.engines.ballots.pabulib_write import write
from tests.engines.ballots.generators import elections
from tests.engines.ballots.real import FILES, parsed, path

META = "META\nkey;value\nbudget;{budget}\nvote_type;{vote_type}\n{more}"


def pb(projects, votes, *, vote_type="approval", budget="100", more=""):
    """A file from the rows of its sections, headers included."""
    return META.format(budget=budget, vote_type=vote_type, more=more) + "\n".join(
        ["PROJECTS", *projects, "VOTES", *votes, ""]
    )


def ballots(election):
    ids = [one.id for one in election.projects]
    return [
        [ids[p] for p in election.project[a:b]] for a, b in zip(election.start[:-1], election.start[1:], strict=True)
    ]


def keys(found):
    return {note.key for note in found.notes}


THREE = ["project_id;cost", "a;10", "b;20", "c;30"]


def test_plain():
    found = read(pb(THREE, ["voter_id;vote", "1;a,c", "2;", "3;b"]))
    assert ballots(found.election) == [["a", "c"], [], ["b"]]
    assert (found.election.budget, found.election.units, found.election.n, found.election.m) == (100, 1, 3, 3)
    assert found.notes == ()


@pytest.mark.parametrize(
    ("votes", "expected"),
    [
        (["voter_id;vote", "1;a, c"], [["a", "c"]]),
        (["voter_id;vote", "1; a ,c ,"], [["a", "c"]]),
        (["vote;voter_id", "a,c;1"], [["a", "c"]]),
        (["voter_id;age;vote", "1;34;none", "2;none;b"], [[], ["b"]]),
        (["voter_id;vote", "", "1;c,a", "  ", ";;"], [["a", "c"]]),
        (["", "voter_id;vote", "1;a"], [["a"]]),
        (["voter_id;vote", "1;a;", "2;b;;"], [["a"], ["b"]]),
        (["voter_id;vote", "1"], [[]]),
        (['"voter_id";"vote"', '"1";"a,b"', "2;c"], [["a", "b"], ["c"]]),
        (["Voter_ID ; Vote", "1;a"], [["a"]]),
        (["voter_id;vote", "VOTES;", "projects;a"], [[], ["a"]]),
    ],
)
def test_votes_of_all_sorts(votes, expected):
    assert ballots(read(pb(THREE, votes)).election) == expected


def test_project_id_need_not_come_first():
    found = read(pb(["name;cost;project_id", "Bench;10;a", "Tree;20;b"], ["voter_id;vote", "1;b"]))
    assert [(one.id, one.cost, one.name) for one in found.election.projects] == [("a", 10, "Bench"), ("b", 20, "Tree")]
    assert ballots(found.election) == [["b"]]


def test_a_project_called_votes():
    found = read(
        pb(["project_id;cost;name", "votes;10;Votes", "meta;20;Meta", "PROJECTS;5;"], ["voter_id;vote", "1;votes,meta"])
    )
    assert [one.id for one in found.election.projects] == ["votes", "meta", "PROJECTS"]
    assert ballots(found.election) == [["votes", "meta"]]


@pytest.mark.parametrize("mark", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c"])
def test_separators_inside_a_name_are_no_line_breaks(mark):
    found = read(pb(["project_id;cost;name", f"a;10;one{mark}two", "b;20;x"], ["voter_id;vote", "1;b"]))
    assert found.election.projects[0].name == f"one{mark}two"
    assert found.election.m == 2


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff", "\ufeff\ufeff"])
def test_line_endings_and_byte_order_marks(ending, mark):
    text = mark + pb(THREE, ["voter_id;vote", "1;a"]).replace("\n", ending)
    for source in (text, text.encode(), text.splitlines(keepends=True) if ending == "\n" else text):
        assert ballots(read(source).election) == [["a"]]
    assert ballots(read(text.lstrip("\ufeff").encode("utf-16")).election) == [["a"]]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ('"Park; with benches"', "Park; with benches"),
        ('"Say ""hello"""', 'Say "hello"'),
        ('The "Oak" park', 'The "Oak" park'),
        ('"first line\nsecond line"', "first line\nsecond line"),
        ('"never closed', '"never closed'),
        ("none", "none"),
    ],
)
def test_quoted_names(name, expected):
    found = read(pb(["project_id;name;cost", f"a;{name};10", "b;plain;20"], ["voter_id;vote", "1;b"]))
    assert [(one.name, one.cost) for one in found.election.projects] == [(expected, 10), ("plain", 20)]


def test_a_quotation_mark_never_closed_swallows_nothing():
    found = read(pb(["project_id;cost;name", 'a;10;"open', "b;20;x", 'c;30;"also', "d;5;y"], ["voter_id;vote", "1;d"]))
    assert [one.id for one in found.election.projects] == ["a", "b", "c", "d"]
    assert "open-quote" in keys(found)


@pytest.mark.parametrize(
    ("cost", "units", "expected"),
    [
        ("12,5", 10, 125), ("12.50", 10, 125), ("1 234,56", 100, 123456), ("1.234.567,8", 10, 12345678),
        ("1,234,567", 1, 1234567), ("12.00", 1, 12), ("1e3", 1, 1000), ("33333.333333", 10**6, 33333333333),
    ],
)  # fmt: skip
def test_amounts(cost, units, expected):
    election = read(pb(["project_id;cost", f"a;{cost}"], ["voter_id;vote", "1;a"])).election
    assert (election.units, election.projects[0].cost, election.budget) == (units, expected, 100 * units)


@pytest.mark.parametrize(
    ("projects", "line", "words"),
    [
        (["project_id;cost", "a;-5"], 7, "negative"),
        (["project_id;cost", "a;ten"], 7, "no number"),
        (["project_id;cost", "a;none"], 7, "missing"),
        (["project_id;cost", "a;nan"], 7, "missing"),
        (["project_id;cost", "a;inf"], 7, "no number"),
        (["project_id;cost", ";5"], 7, "no project_id"),
        (["project_id;cost", "a;5", "b;1", "a;6"], 9, "line 7"),
        (["project_id;cost", '"a,b";5'], 7, "comma"),
        (["id;cost", "a;5"], 6, "project_id"),
        (["project_id;price", "a;5"], 6, "cost"),
        ([], 5, "header"),
    ],
)
def test_what_projects_cannot_mean(projects, line, words):
    with pytest.raises(PabulibError, match=words) as refused:
        read(pb(projects, ["voter_id;vote", "1;a"]))
    assert refused.value.line == line
    assert str(refused.value).startswith(f"line {line}: ") and ":" in refused.value.why


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "META"),
        ("hello", "META"),
        (pb(THREE, ["voter_id;vote"]).replace("VOTES\n", ""), "VOTES"),
        (pb(THREE, ["voter_id;vote"], budget="-1"), "negative"),
        (pb(THREE, ["voter_id;vote"], budget=""), "no budget"),
        (pb(THREE, ["voter_id;vote"], budget="a lot"), "no number"),
        (pb(THREE, ["voter_id;vote"], vote_type="range"), "approval, ordinal"),
        (pb(THREE, ["voter_id;vote"], vote_type=""), "no vote_type"),
        (pb(THREE, ["voter_id;choice", "1;a"]), "no column vote"),
        (pb(THREE, ["voter_id;vote", "1;a"], vote_type="cumulative"), "no column points"),
        (pb(THREE, ["voter_id;vote;points", "1;a;-1"], vote_type="cumulative"), "below 0"),
        (pb(THREE, ["voter_id;vote;points", "1;a;many"], vote_type="scoring"), "no number"),
        (pb(THREE, ["voter_id;vote;vote_strength", "1;a;half"]), "whole number"),
        (pb(THREE, ["voter_id;vote"], more="min_project_score_threshold;3.5\n"), "whole number"),
        (pb(THREE, ["voter_id;vote"], more="conflicts;12 and 13\n"), "conflicts"),
        (pb(THREE, ["voter_id;vote"], more='needs;[["a","x"]]\n'), "listed"),
    ],
)
def test_what_files_cannot_mean(text, words):
    with pytest.raises(PabulibError, match=words):
        read(text)


def test_bytes_that_are_no_utf8_name_the_line():
    raw = pb(["project_id;cost;name", "a;10;Łódź"], ["voter_id;vote", "1;a"]).encode("cp1250")
    with pytest.raises(PabulibError, match="CP1250") as refused:
        read(raw)
    assert refused.value.line == 7


def test_notes_for_what_was_mended():
    found = read(
        pb(
            [*THREE, "a;10"],
            ["voter_id;vote", "1;a,a,b", "1;b,x", "2;c,y"],
            more="num_votes;2\nnum_projects;3\nnum_votes;9\n",
        )
    )
    assert ballots(found.election) == [["a", "b"], ["b"], ["c"]]
    assert keys(found) == {
        "project-twice", "unknown-project", "voter-twice", "project-listed-twice", "num_votes-differs", "key-twice",
    }  # fmt: skip
    assert "(and 1 more like it)" in next(str(note) for note in found.notes if note.key == "unknown-project")


def test_a_withdrawn_project():
    found = read(pb(["project_id;cost", "a;999999999", "b;5"], ["voter_id;vote", "1;a"])).election
    assert [one.withdrawn for one in found.projects] == [True, False]


def test_points_that_run_short_give_nothing_to_the_rest():
    votes = ["voter_id;vote;points", "1;a,b;3", "2;b,c;1,2,9", "3;a;", "4;c,a;2.5,none"]
    found = read(pb(THREE, votes, vote_type="cumulative"))
    assert tally(found.election).votes.tolist() == [3, 2, 2]
    assert tally(found.election).score.tolist() == [30, 10, 45]
    assert found.election.points_units == 10
    assert {"fewer-points", "more-points"} <= keys(found)


def test_default_score_counts_for_what_is_left_out():
    votes = ["voter_id;vote;points", "1;a,b;3,1", "2;;"]
    found = read(pb(THREE, votes, vote_type="scoring", more="default_score;2\n")).election
    assert tally(found).score.tolist() == [5, 3, 4]


def test_borda_gives_one_to_the_last():
    found = read(pb(THREE, ["voter_id;vote", "1;c,a,b", "2;b"], vote_type="ordinal")).election
    assert ballots(found) == [["c", "a", "b"], ["b"]]
    assert tally(found).score.tolist() == [2, 2, 3]


def test_ranks_stay_as_written_beside_repeated_and_unknown_projects():
    found = read(pb(THREE, ["voter_id;vote", "1;c,c,a", "2;x,b"], vote_type="ordinal")).election
    assert ballots(found) == [["c", "a"], ["b"]]
    assert tally(found).score.tolist() == [1, 1, 3]


def test_a_ranking_with_the_city_s_own_points():
    votes = ["voter_id;vote;points", "1;c,a;4,3", "2;b;4"]
    found = read(pb(THREE, votes, vote_type="ordinal")).election
    assert tally(found).score.tolist() == [3, 4, 4]
    same = read(pb(THREE, ["voter_id;vote;points", "1;c,a;2,1", "2;b;1"], vote_type="ordinal")).election
    assert same.points is None and values(same).tolist() == [2, 1, 1]


def test_the_example_of_the_specification_with_colons_and_blanks():
    text = pb(THREE, ["voter_id; age; vote", "1; 34; a,b"], more="rule: greedy\nunit; Town\n").replace(";", "; ")
    found = read(text).election
    assert found.meta["rule"] == "greedy" and found.meta["unit"] == "Town"
    assert ballots(found) == [["a", "b"]] and found.electorate["age"] == ("34",)


def test_sections_in_another_order_and_twice():
    text = "VOTES\nvoter_id;vote\n1;a\nPROJECTS\nproject_id;cost\na;5\nMETA\nkey;value\nbudget;9\nvote_type;approval\n"
    assert ballots(read(text).election) == [["a"]]
    twice = read(pb(THREE, ["voter_id;vote", "1;a", "VOTES", "voter_id;vote", "2;b"]))
    assert ballots(twice.election) == [["a"], ["b"]] and "section-twice" in keys(twice)


def test_conditions():
    more = (
        'conflicts;[["a","b"]]\nneeds;[["c","a"]]\nmin_project_score_threshold;2\n'
        "categories;green,grey\nbudget_per_category;60,40\n"
    )
    found = read(
        pb(
            ["project_id;cost;category", "a;10;green", "b;20;grey", "c;30;grey,green"],
            ["voter_id;vote", "1;a"],
            more=more,
        )
    )
    election = found.election
    assert election.conflicts == (frozenset({0, 1}),) and election.needs == ((2, 0),) and election.threshold == 2
    assert [(one.key, set(one.projects), one.most) for one in election.limits] == [
        ("categories: green", {0, 2}, 60), ("categories: grey", {1, 2}, 40),
    ]  # fmt: skip


def test_conflicts_that_only_a_comment_tells():
    comment = "comment;#1: In the small pool, projects 12, 7 and 26 were treated by the city as mutually exclusive.\n"
    projects = ["project_id;cost", "12;10", "26;20", "7;3"]
    found = read(pb(projects, ["voter_id;vote", "1;7"], more="rule;greedy-exclusive\n" + comment))
    assert found.election.conflicts == (frozenset({0, 1, 2}),) and "conflict-in-comment" in keys(found)
    assert read(pb(projects, ["voter_id;vote", "1;7"], more="rule;greedy\n" + comment)).election.conflicts == ()


@pytest.mark.parametrize("name", FILES)
def test_real_files_read_without_a_note_and_count_to_their_votes(name):
    found = parsed(name)
    counted = tally(found.election)
    assert found.notes == ()
    for project, votes, score in zip(found.election.projects, counted.votes, counted.score, strict=True):
        assert project.published_votes == votes
        assert project.published_score in {None, str(score)}


@pytest.mark.parametrize("name", FILES)
def test_real_files_round_trip(name):
    election = parsed(name).election
    text = write(election)
    again = read(text)
    assert again.notes == () and again.election.digest() == election.digest()
    assert write(again.election) == text
    # Votes and costs stand as the city wrote them; the voters' rows only in the order of PROJECTS.
    original = read(path(name).read_bytes()).election
    assert again.election.voters == original.voters and again.election.electorate == original.electorate
    assert again.election.projects == original.projects


FRAGMENTS = [
    ";", ",", '"', "\n", "\r", "none", "nan", "-1", "999999999", " ", "\t", "\u2028", "\xa0", "1e400", "1e-30", "٣", "\x00",
    "VOTES\n", "PROJECTS\n", "META\n", "points;", "units;1000\n", 'limits;[{"key":"a","projects":["p0"],"most":3}]\n',
    "limits;[1]\n", "conflicts;3\n", 'needs;[["p0","p0"]]\n', "points_units;x\n", "default_score;0.5\n", "\ufeff",
    "categories;a,b\nbudget_per_category;1,2\n", "ballot_type;ranking\n", "0.30000000000000004",
]  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(elections(), st.lists(st.tuples(st.floats(0, 1), st.sampled_from(FRAGMENTS) | st.integers(1, 8)), max_size=4))
def test_a_damaged_file_is_read_or_refused_and_what_was_read_is_written_back(election, damages):
    text = write(election)
    for where, what in damages:
        at = int(where * len(text))
        text = text[:at] + (what + text[at:] if isinstance(what, str) else text[at + what :])
    try:
        found = read(text).election
    except PabulibError:
        return
    try:
        again = write(found)
    except ElectionError:
        return
    assert read(again).election.digest() == found.digest()


@pytest.mark.parametrize(
    ("points", "score"),
    [("0.30000000000000004", 300_000_000), ("3.3333333333333335", 3_333_333_333), ("1.25", 125)],
)
def test_points_with_the_noise_of_floats_are_rounded_to_nine_decimals(points, score):
    found = read(pb(THREE, ["voter_id;vote;points", f"1;a;{points}"], vote_type="scoring"))
    assert (
        tally(found.election).score.tolist()[0] * 10 ** (9 if score > 1000 else 2) // found.election.points_units
        == score
    )
    assert ("points-rounded" in keys(found)) == (score > 1000)


def test_a_comma_before_three_digits_is_read_as_decimals_with_a_note():
    found = read(pb(["project_id;cost", "a;1,250", "b;12,5"], ["voter_id;vote", "1;a"]))
    assert [one.cost for one in found.election.projects] == [125, 1250] and found.election.units == 100
    assert [note.line for note in found.notes if note.key == "decimal-comma"] == [7]


@pytest.mark.parametrize("cost", ["1e18", "0.0000000000000000001"])
def test_costs_that_nobody_means(cost):
    with pytest.raises(PabulibError, match="finer than can be meant"):
        read(pb(["project_id;cost", f"a;{cost}"], ["voter_id;vote", "1;a"]))


def test_a_comment_longer_than_csv_reads():
    comment = '"' + "long; " * 40_000 + '"'
    assert (
        len(read(pb(THREE, ["voter_id;vote", "1;a"], more=f"comment;{comment}\n")).election.meta["comment"]) > 200_000
    )
