"""Files that Polis exports, and what people make of them."""

import csv

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madang.engines.opinions.reading import ReadingError, read_statements, read_votes
from tests.engines.opinions.conversations import EXPORTED, folder


def lines(text, encoding="utf-8"):
    return text.encode(encoding).splitlines(keepends=True)


def cells(votes):
    return {
        (votes.people[i], votes.statements[j]): int(x)
        for i, j, x in zip(votes.person, votes.statement, votes.value, strict=True)
    }


@pytest.mark.parametrize("name", EXPORTED)
def test_real_exports_agree_with_the_table_that_polis_makes_of_them(name):
    path = folder("opinions", name)
    with (path / "comments.csv").open("rb") as stream:
        statements = read_statements(stream)
    with (path / "votes.csv").open("rb") as stream:
        votes = read_votes(stream, statements)
    with (path / "participants-votes.csv").open(encoding="utf-8") as stream:
        table = list(csv.DictReader(stream))
    expected = {
        (row["participant"], name): int(row[name]) for row in table for name in row if name.isdigit() and row[name]
    }
    assert cells(votes) == expected
    with (path / "comments.csv").open(encoding="utf-8", newline="") as stream:
        rejected = {row["comment-id"] for row in csv.DictReader(stream) if row["moderated"] == "-1"}
    assert {votes.statements[j] for j in votes.hidden} == rejected


def test_the_last_vote_by_time_counts_and_the_later_line_at_the_same_time():
    votes = read_votes(
        lines("vote,timestamp,voter-id,comment-id\n1,30,a,s\n-1,20,a,s\n0,30,b,s\n1,30,b,s\n"),
    )
    assert cells(votes) == {("a", "s"): 1, ("b", "s"): 1}


def test_without_times_the_last_line_counts():
    assert cells(read_votes(lines("voter_id,comment_id,vote\n1,2,1\n1,2,0\n"))) == {("1", "2"): 0}


def test_ids_are_in_the_order_of_numbers_or_of_the_alphabet():
    assert read_votes(lines("voter-id,comment-id,vote\n10,9,1\n9,10,1\n")).people == ("9", "10")
    assert read_votes(lines("voter-id,comment-id,vote\nb,9,1\n10,10,1\n")).people == ("10", "b")


def test_a_mark_at_the_start_blanks_semicolons_and_times_in_words_are_read():
    told = "\ufeffvoter-id;comment-id;vote;timestamp\r\n 7 ;3;1.0;2026-01-31T09:00:00\r\n\r\n7;3;-1;2026-01-31T08:00:00Z\r\n"
    assert cells(read_votes(lines(told))) == {("7", "3"): 1}


def test_statements_without_votes_are_kept_and_marked():
    statements = read_statements(
        lines('comment-id,moderated,is_meta,comment-body\n1,-1,false,"two\nlines"\n2,0,true,쓰레기\n3,1,,x\n')
    )
    assert [one.text for one in statements] == ["two\nlines", "쓰레기", "x"]
    votes = read_votes(lines("voter-id,comment-id,vote\n1,2,1\n1,9,1\n"), statements)
    assert votes.statements == ("1", "2", "3", "9")
    assert (votes.hidden, votes.meta) == (frozenset({0}), frozenset({1}))


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        (b"", 0, "empty"),
        (b"a,b\n1,2\n", 1, "no column voter-id"),
        (b"voter-id,comment-id,vote\n1,2,7\n", 2, "'7' is no vote"),
        (b"voter-id,comment-id,vote\n1,2,nan\n", 2, "'nan' is no vote"),
        (b"voter-id,comment-id,vote\n1,2,1\n1,2\n", 3, "fewer columns than the 3"),
        (b"voter-id,comment-id,vote\n1,2,1\n,2,1\n", 3, "an id is missing"),
        (b"voter-id,comment-id,vote,timestamp\n1,2,1,soon\n", 2, "'soon' is no time"),
        ("voter-id,comment-id,vote\n홍길동,2,1\n".encode("cp949"), 2, "iconv -f CP949"),
        ("voter-id,comment-id,vote\n1,2,1\n".encode("utf-16"), 1, "iconv -f UTF-16"),
        ("voter-id,comment-id,vote\n1,2,1\n".encode("utf-16-le"), 1, "iconv -f UTF-16"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(data, line, words):
    with pytest.raises(ReadingError, match=words) as error:
        read_votes(data.splitlines(keepends=True))
    assert error.value.line == line


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("comment-id,moderated\n1,5\n", 2, "no moderation"),
        ("comment-id,moderated\n1,1\n1,1\n", 3, "listed before"),
        ("body\nx\n", 1, "no column comment-id"),
    ],
)
def test_what_is_wrong_with_statements_is_said_with_its_line(text, line, words):
    with pytest.raises(ReadingError, match=words) as error:
        read_statements(lines(text))
    assert error.value.line == line


def test_a_head_alone_is_a_conversation_without_votes():
    votes = read_votes(lines("voter-id,comment-id,vote\n"))
    assert (len(votes), votes.people, votes.statements) == (0, (), ())


@given(
    st.lists(
        st.tuples(st.integers(0, 4), st.integers(0, 4), st.sampled_from([-1, 0, 1]), st.integers(0, 9)), max_size=40
    )
)
@settings(max_examples=60, deadline=None)
def test_reading_is_a_dictionary_filled_in_the_order_of_time(events):
    text = "timestamp,voter-id,comment-id,vote\n" + "".join(f"{t},{i},{j},{x}\n" for i, j, x, t in events)
    slow = {}
    for i, j, x, _ in sorted(events, key=lambda one: one[3]):
        slow[(str(i), str(j))] = x
    votes = read_votes(lines(text))
    assert cells(votes) == slow
    assert (np.diff(votes.person * 100 + votes.statement) > 0).all()
