"""Maps of deliberations: drawn from arrays, kept, published with their votes, and drawn again from the export."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta

import numpy as np
import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from madang.engines.opinions.maps import recompute
from madang.explore.deliberations import packing
from madang.explore.deliberations.models import Cast, Deliberation, Map, Participant, Replay, Statement, Vote
from madang.explore.deliberations.operations import mapping, publishing, replaying
from madang.explore.deliberations.queries import nearby, published, showing
from madang.explore.deliberations.queries.votes import casts, read
from madang.ground.footing.models import Progress
from madang.ground.record.models import Entry
from tests.factories import DeliberationFactory

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def talk(*, people: int = 60, statements: int = 12, seed: int = 1, **values) -> Deliberation:
    """Two camps that answer three statements in four, each vote also as it came."""
    made = DeliberationFactory(statements=statements, **values)
    rows = list(made.statements.order_by("number"))
    who = Participant.objects.bulk_create(
        Participant(deliberation=made, number=number, joined_at=NOW) for number in range(people)
    )
    draw = np.random.default_rng(seed)
    side = draw.choice([-1, 1], statements)
    votes = []
    for person in who:
        camp = 1 if person.number % 2 else -1
        for at, statement in enumerate(rows):
            if draw.random() < 0.75:
                sure = camp * side[at] if at > 2 else 1
                votes.append((person, statement, int(sure if draw.random() < 0.9 else 0)))
    cast_many(votes)
    return made


def cast_many(votes) -> None:
    Vote.objects.bulk_create(Vote(participant=p, statement=s, value=v, cast_at=NOW) for p, s, v in votes)
    Cast.objects.bulk_create(
        Cast(participant=p, statement=s, value=v, cast_at=NOW + timedelta(seconds=i), client_key=uuid.uuid4())
        for i, (p, s, v) in enumerate(votes)
    )


def drawn(made: Deliberation, method="honest") -> Map:
    return next(one for one in mapping.draw_maps(deliberation=made, now=NOW) if one.method == method)


def test_votes_are_read_as_they_stand_and_waiting_statements_are_not() -> None:
    made = talk(people=10, statements=4)
    Statement.objects.filter(deliberation=made, number=3).update(status="waiting")
    rejected = {"status": "rejected", "decided_at": NOW, "reason": "반복"}
    Statement.objects.filter(deliberation=made, number=2).update(**rejected)
    Statement.objects.filter(deliberation=made, number=1).update(is_meta=True)
    told = read(made)
    expected = set(
        Vote.objects.exclude(statement__number=3).values_list("participant__number", "statement__number", "value")
    )
    found = zip(
        [int(told.votes.people[i]) for i in told.votes.person], told.votes.statement.tolist(), told.votes.value.tolist(),
        strict=True,
    )  # fmt: skip
    assert set(found) == expected
    assert told.votes.statements == ("0", "1", "2")
    assert (told.votes.hidden, told.votes.meta) == (frozenset({2}), frozenset({1}))
    assert told.upto == Cast.objects.latest("id").pk


def test_both_methods_are_kept_with_what_repeats_them() -> None:
    made = talk()
    maps = mapping.draw_maps(deliberation=made, now=NOW)
    assert [one.method for one in maps] == ["honest", "polis"]
    made.refresh_from_db()
    assert (made.participant_count, made.vote_count, made.statement_count) == (60, Vote.objects.count(), 12)
    for one in maps:
        assert one.input_digest == read(made).votes.digest()
        assert len(packing.people(one.points)) == one.participants == 60
        assert one.seed == made.seed and one.engine_version


def test_a_map_whose_votes_stand_still_is_not_drawn_again_and_another_replaces_it() -> None:
    made = talk(people=20)
    first = drawn(made, "polis")
    assert drawn(made, "polis").pk == first.pk
    person = Participant.objects.create(deliberation=made, number=99, joined_at=NOW)
    cast_many([(person, made.statements.first(), 1)])
    second = drawn(made, "polis")
    assert second.pk != first.pk and not Map.objects.filter(pk=first.pk).exists()
    assert Map.objects.filter(deliberation=made, current=True).count() == 2


def test_a_closed_map_is_published_and_anybody_draws_it_again() -> None:
    made = talk(closed=True)
    mapping.draw(pk=made.pk, now=NOW)
    entry = Entry.objects.get(kind=publishing.KIND)
    assert entry.subject == made.record_key
    assert {one["method"] for one in entry.data["maps"]} == {"honest", "polis"}
    lines = [json.loads(json.dumps(row)) for row in published.rows()]
    assert len(lines) == 2
    for line in lines:
        assert len(line["votes"]["value"]) == Vote.objects.count()
        recompute(line)
        line["votes"]["value"][0] = -line["votes"]["value"][0] or 1
        with pytest.raises(ValueError):
            recompute(line)


def test_what_was_published_stays_when_statements_are_hidden_later() -> None:
    made = talk(closed=True, people=30)
    mapping.draw(pk=made.pk, now=NOW)
    Statement.objects.filter(deliberation=made, number=4).update(status="rejected", decided_at=NOW, reason="욕설")
    lines = list(published.rows())
    for line in lines:
        recompute(json.loads(json.dumps(line)))
    assert "4" not in lines[0]["texts"]
    assert 4 not in showing.shown(showing.current(made)).lines


def test_nothing_is_published_while_people_vote() -> None:
    made = talk(people=20)
    mapping.draw_maps(deliberation=made, now=NOW)
    with pytest.raises(publishing.StillVotingError):
        publishing.publish_maps(deliberation=made, now=NOW)
    assert not list(published.rows())


def test_the_database_holds_a_published_map_to_its_votes() -> None:
    one = drawn(talk(people=20), "polis")
    with pytest.raises(IntegrityError), transaction.atomic():
        Map.objects.filter(pk=one.pk).update(published_at=NOW)


def test_maps_are_asked_for_where_votes_are_newer_and_only_there() -> None:
    made, quiet = talk(people=16), talk(people=16)
    mapping.draw_maps(deliberation=quiet, now=NOW, methods=("polis",))
    assert mapping.request_maps(now=NOW) == 1
    assert Progress.objects.get().key == f"map:{made.pk}"
    assert mapping.request_maps(now=NOW) == 1 and Progress.objects.count() == 1


def test_the_job_publishes_what_is_over_and_asks_again_while_votes_arrive() -> None:
    made = talk(people=16, closed=True)
    mapping.draw(pk=made.pk, now=NOW)
    assert mapping.request_maps(now=NOW) == 0
    assert mapping.pause_after(0.1) == mapping.PAUSE
    assert mapping.pause_after(30) == timedelta(seconds=600)
    assert mapping.pause_after(3600) == mapping.LONGEST


def test_a_map_says_groups_unity_and_division_with_n_and_interval() -> None:
    found = showing.shown(drawn(talk(people=120, statements=16)))
    assert found.verdict == "shown" and len(found.groups) == 2
    assert sum(group.size for group in found.groups) + found.ungrouped == 120
    assert {one.line.number for one in found.consensus} >= {0, 1, 2}
    line = found.lines[0]
    assert line.everybody.agree.low < line.everybody.agree.p <= line.everybody.agree.high
    assert sum(bar.n for bar in line.groups) <= line.everybody.n
    assert found.groups[0].beliefs and found.groups[0].beliefs[0].q <= 0.1


def test_ones_own_point_appears_with_the_third_vote_and_moves_before_the_next_map() -> None:
    made = talk(people=40)
    one = drawn(made)
    person = Participant.objects.create(deliberation=made, number=500, joined_at=NOW)
    rows = list(made.statements.order_by("number"))
    cast_many([(person, rows[4], 1), (person, rows[5], 1)])
    assert showing.standing(one, person.pk) == showing.Standing(2)
    cast_many([(person, rows[6], 1)])
    first = showing.standing(one, person.pk)
    assert first.place is not None and first.votes == 3
    Vote.objects.filter(participant=person).update(value=-1)
    assert showing.standing(one, person.pk).place != first.place


def test_whoever_has_not_voted_since_stands_where_the_map_shows_them() -> None:
    made = talk(people=40)
    for method in mapping.METHODS:
        one = drawn(made, method)
        row = packing.people(one.points)[7]
        person = Participant.objects.get(deliberation=made, number=int(row["number"]))
        np.testing.assert_allclose(showing.standing(one, person.pk).place, (row["x"], row["y"]), atol=1e-3)


def test_people_nearby_are_never_few() -> None:
    one = drawn(talk(people=60), "polis")
    found = nearby.near(one, 0.0, 0.0)
    assert found is not None and found.n == nearby.LEAST
    few = drawn(talk(people=10), "polis")
    assert nearby.near(few, 0.0, 0.0) is None


def test_the_timelapse_ends_where_the_map_is_and_begins_small() -> None:
    made = talk(people=40)
    one = drawn(made, "polis")
    film = replaying.draw_replay(deliberation=made, drawn=one, now=NOW)
    assert film is not None and 2 <= len(film.moments) <= replaying.FRAMES
    assert film.moments[0]["votes"] < film.moments[-1]["votes"] == one.votes
    people = packing.drawn(packing.people(one.points), most=replaying.DRAWN)
    last = np.frombuffer(bytes(film.frames), "<i2").reshape(len(film.moments), 2, len(people))[-1]
    far = packing.reach(packing.people(one.points))
    np.testing.assert_allclose(last[0] / packing.STEPS * far, people["x"], atol=far / 1000)


def test_a_vote_taken_back_is_gone_from_the_timelapse() -> None:
    made = talk(people=16)
    gone = Vote.objects.first()
    Cast.objects.create(
        participant=gone.participant, statement=gone.statement, value=None, client_key=uuid.uuid4(),
        cast_at=NOW + timedelta(days=1),
    )  # fmt: skip
    gone.delete()
    film = replaying.draw_replay(deliberation=made, drawn=drawn(made, "polis"), now=NOW)
    assert film.moments[-1]["votes"] == Vote.objects.count() == len(casts(made)) - 2
    assert Replay.objects.count() == 1


def test_points_on_the_wire_are_compact_and_name_nobody() -> None:
    rows = np.zeros(25_000, packing.PERSON)
    rows["number"], rows["x"] = np.arange(25_000), np.linspace(-2, 2, 25_000)
    rows["group"], rows["votes"] = -1, 400
    rows["x"][:10] = np.nan
    body = packing.wire(rows)
    assert len(body) == 16 + 6 * packing.DRAWN
    assert body[:4] == packing.MAGIC and int.from_bytes(body[8:12], "little") == 24_990
    assert packing.wire(rows) == body
