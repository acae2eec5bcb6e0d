from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madang.explore.proposals import clock
from madang.explore.proposals.clock import State, Terms

SEOUL = ZoneInfo("Asia/Seoul")
TERMS = Terms(threshold=50, window_days=30, answer_days=30)
WRITTEN = datetime(2026, 3, 2, 9, tzinfo=SEOUL)


def reading(now, *, supports=10, due_at=None, answered_at=None):
    return clock.read(
        supports=supports, created=WRITTEN, due_at=due_at, answered_at=answered_at, now=now, terms=TERMS, zone=SEOUL
    )


def test_the_first_day_is_not_counted_and_the_last_counts_to_its_end():
    assert clock.window_ends(WRITTEN, TERMS, SEOUL) == datetime(2026, 4, 1, 23, 59, 59, tzinfo=SEOUL)
    assert clock.due(WRITTEN, TERMS, SEOUL) == datetime(2026, 4, 1, 23, 59, 59, tzinfo=SEOUL)


def test_days_are_those_of_the_place_not_of_the_server():
    late_evening = datetime(2026, 3, 1, 16, tzinfo=UTC)  # 2 March, one in the morning, in Seoul
    assert clock.window_ends(late_evening, TERMS, SEOUL).date().isoformat() == "2026-04-01"


@pytest.mark.parametrize(
    ("supports", "days", "obliged"), [(49, 1, False), (50, 1, True), (50, 30, True), (50, 31, False), (5000, 31, False)]
)
def test_an_answer_is_owed_only_for_enough_supports_within_the_window(supports, days, obliged):
    assert clock.obliges(supports, WRITTEN, WRITTEN + timedelta(days=days), TERMS, SEOUL) is obliged


def test_the_states_follow_one_another():
    due = clock.due(WRITTEN + timedelta(days=5), TERMS, SEOUL)
    assert reading(WRITTEN + timedelta(days=1)).state == State.GATHERING
    assert reading(WRITTEN + timedelta(days=31)).state == State.CLOSED
    assert reading(due - timedelta(days=3), due_at=due).state == State.DUE
    assert reading(due + timedelta(seconds=1), due_at=due).state == State.OVERDUE
    assert reading(due, due_at=due, answered_at=due).state == State.ANSWERED
    assert reading(due, due_at=due, answered_at=due + timedelta(days=2)).state == State.ANSWERED_LATE
    assert reading(WRITTEN, answered_at=WRITTEN).state == State.ANSWERED


def test_a_late_answer_says_by_how_many_days():
    due = clock.due(WRITTEN, TERMS, SEOUL)
    late = reading(due + timedelta(days=240, seconds=2), due_at=due)
    assert (late.state, late.days) == (State.OVERDUE, 241)
    assert reading(due, due_at=due, answered_at=due + timedelta(days=2)).days == 2


def test_it_says_how_many_are_missing():
    assert (reading(WRITTEN).missing, reading(WRITTEN).share) == (40, 20)
    assert (reading(WRITTEN, supports=70).missing, reading(WRITTEN, supports=70).share) == (0, 100)


@given(st.integers(0, 10_000), st.integers(1, 20_000), st.integers(1, 400), st.integers(0, 800))
def test_whatever_a_place_sets_the_window_and_the_obligation_agree(supports, threshold, window, days):
    terms, now = Terms(threshold, window, 30), WRITTEN + timedelta(days=days)
    owed = clock.obliges(supports, WRITTEN, now, terms, SEOUL)
    assert owed == (supports >= threshold and now.date() <= WRITTEN.date() + timedelta(days=window))
