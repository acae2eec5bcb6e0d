"""Lanes: rows of many requests in one write, in order, each answered for itself."""

from __future__ import annotations

import json
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, OperationalError

from madang.ground.footing import tickets
from madang.ground.footing.lanes import BusyError, Committer, Lane, LaneError, NotWrittenError, answer
from madang.web.lanes import Front

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


class Book:
    """A write that keeps what it was given, and fails as it is told."""

    def __init__(self, *, bad=(), failures=()):
        self.written, self.batches = [], []
        self.bad, self.failures = set(bad), list(failures)
        self.gate = threading.Event()
        self.gate.set()

    def __call__(self, rows):
        self.gate.wait(5)
        if self.failures and (error := self.failures.pop(0)):
            raise error
        if self.bad & set(rows):
            raise IntegrityError("a row that breaks the statement")
        self.batches.append(list(rows))
        self.written += rows
        return [f"ok {row}" for row in rows]


def run_together(count, work):
    errors = []

    def guarded(number):
        try:
            work(number)
        except Exception as error:  # noqa: BLE001 - told below
            errors.append((number, error))

    threads = [threading.Thread(target=guarded, args=(number,)) for number in range(count)]
    [one.start() for one in threads]
    [one.join(20) for one in threads]
    return errors


@pytest.fixture(autouse=True)
def _no_database(monkeypatch):
    """The committer closes a lost connection; here there is none."""
    monkeypatch.setattr("madang.ground.footing.lanes.committing.connection.close", lambda: None)


def test_every_request_gets_its_own_outcomes_and_few_writes_carry_many():
    book = Book()
    committer, answers = Committer(book, gather=0.02), {}

    def send(number):
        answers[number] = committer.submit([number * 10, number * 10 + 1])

    assert run_together(40, send) == []
    assert answers == {n: [f"ok {n * 10}", f"ok {n * 10 + 1}"] for n in range(40)}
    assert len(book.batches) < 40
    assert sorted(book.written) == sorted(row for n in range(40) for row in (n * 10, n * 10 + 1))


def test_rows_are_written_in_the_order_in_which_they_came():
    book = Book()
    committer = Committer(book, gather=0)
    for number in range(50):
        committer.submit([number])
    assert book.written == list(range(50))


def test_a_bad_request_fails_alone():
    book = Book(bad=[70])
    committer, answers = Committer(book, gather=0.05), {}

    def send(number):
        answers[number] = committer.submit([number * 10])

    errors = run_together(16, send)
    assert [(number, type(error)) for number, error in errors] == [(7, IntegrityError)]
    assert set(answers) == set(range(16)) - {7}
    assert sorted(book.written) == [n * 10 for n in range(16) if n != 7]


def test_a_lost_connection_is_tried_once_more_and_then_told():
    book = Book(failures=[OperationalError("gone")])
    assert Committer(book, gather=0, pause=0).submit([1]) == ["ok 1"]
    book = Book(failures=[OperationalError("gone"), OperationalError("still gone")])
    committer = Committer(book, gather=0, pause=0)
    with pytest.raises(NotWrittenError):
        committer.submit([1])
    assert committer.submit([1]) == ["ok 1"], "it goes on once the database is back"


def test_more_than_the_queue_holds_is_refused_at_once():
    book = Book()
    book.gate.clear()
    committer = Committer(book, most_waiting=2, gather=0)
    threads = [threading.Thread(target=committer.submit, args=([n],)) for n in range(3)]
    for one in threads:
        one.start()
        time.sleep(0.1)
    with pytest.raises(BusyError):
        committer.submit([9])
    book.gate.set()
    [one.join(5) for one in threads]
    assert sorted(book.written) == [0, 1, 2]


def test_whoever_waits_too_long_is_told_that_nothing_is_known():
    book = Book()
    book.gate.clear()
    committer = Committer(book, gather=0, patience=0.05)
    with pytest.raises(NotWrittenError):
        committer.submit([1])
    book.gate.set()


def test_a_write_that_dies_leaves_nobody_waiting():
    book = Book(failures=[MemoryError()])
    with pytest.raises(NotWrittenError):
        Committer(book, gather=0).submit([1])


# What goes in and out.


def read(payload, now):
    (number,) = tickets.read("tests", payload.get("ticket"), now=now)
    if "rows" not in payload:
        raise LaneError(400, "rows_missing")
    return [number, *payload["rows"]]


LANE = Lane("tests", read=read, write=Book(), reply=lambda outcomes: {"done": list(outcomes)}, most_bytes=500)


def ticket(seconds=60, purpose="tests"):
    return tickets.issue(purpose, 17, now=NOW, seconds=seconds)


def asked(body, content_type="application/json", now=NOW, lane=LANE):
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    return answer(lane, sent, content_type, now=now, submit=lane.write)


def test_a_good_request_is_answered_with_what_became_of_each_row():
    reply = asked({"ticket": ticket(), "rows": [1]}, "application/json; charset=utf-8")
    assert (reply.status, reply.payload) == (200, {"done": ["ok 17", "ok 1"]})
    headers = dict(reply.headers)
    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Length"] == str(len(reply.body))


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "not_json"),
        (b"[" * 400, 400, "not_json"),
        (b"\xff\xfe", 400, "not_json"),
        (b"[]", 400, "not_an_object"),
        (b" " * 501, 413, "too_long"),
        ({}, 401, "ticket_invalid"),
        ({"ticket": 17}, 401, "ticket_invalid"),
        ({"ticket": "17-1.한글"}, 401, "ticket_invalid"),
        ({"ticket": "." * 300}, 401, "ticket_invalid"),
        ({"ticket": tickets.issue("other", 17, now=NOW, seconds=60), "rows": []}, 401, "ticket_invalid"),
        ({"ticket": tickets.issue("tests", 17, now=NOW, seconds=-1), "rows": []}, 401, "ticket_expired"),
    ],
)
def test_a_bad_request_is_refused_by_a_code(body, status, code):
    reply = asked(body)
    assert (reply.status, reply.payload) == (status, {"error": code})


def test_what_the_lane_itself_refuses_keeps_its_status():
    reply = asked({"ticket": ticket()})
    assert (reply.status, reply.payload) == (400, {"error": "rows_missing"})


@pytest.mark.parametrize("kind", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_what_another_sites_form_can_send_is_not_read(kind):
    assert asked({"ticket": ticket(), "rows": []}, kind).status == 415


@pytest.mark.parametrize("change", [0, 3, -1])
def test_a_ticket_that_was_touched_says_nothing(change):
    whole = ticket()
    forged = list(whole)
    forged[change] = "9" if forged[change] != "9" else "8"
    with pytest.raises(tickets.TicketError):
        tickets.read("tests", "".join(forged), now=NOW)
    assert tickets.read("tests", whole, now=NOW + timedelta(seconds=59)) == (17,)


@pytest.mark.parametrize(
    ("error", "status"), [(BusyError(), 503), (NotWrittenError(), 503), (IntegrityError("x"), 500)]
)
def test_what_could_not_be_written_says_whether_to_come_again(error, status):
    def fail(rows):
        raise error

    lane = Lane("tests", read=read, write=fail, reply=LANE.reply)
    reply = asked({"ticket": ticket(), "rows": []}, lane=lane)
    assert reply.status == status
    assert ("Retry-After" in dict(reply.headers)) is (status == 503)


def test_the_front_answers_lanes_and_hands_on_everything_else(monkeypatch):
    import io

    monkeypatch.setattr("madang.ground.footing.lanes.find", lambda key: LANE if key == "tests" else None)
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    seen = []

    def django(environ, start_response):
        start_response("200 OK", [])
        return [b"django"]

    front = Front(django, at_once=1)

    def ask(path, method="POST", length=None, body=b""):
        environ = {
            "PATH_INFO": path, "REQUEST_METHOD": method, "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(body)) if length is None else length, "wsgi.input": io.BytesIO(body),
        }  # fmt: skip
        return b"".join(front(environ, lambda status, headers: seen.append(status)))

    sent = json.dumps({"ticket": ticket(), "rows": [1]}).encode()
    assert json.loads(ask("/lanes/tests", body=sent)) == {"done": ["ok 17", "ok 1"]}
    assert ask("/lanes/tests", method="GET") == b"django"
    assert ask("/lanes/nothing") == b"django"
    assert ask("/proposals/") == b"django"
    assert json.loads(ask("/lanes/tests", length="")) == {"error": "length_required"}
    assert json.loads(ask("/lanes/tests", length="9999")) == {"error": "too_long"}
    assert [one[:3] for one in seen] == ["200", "200", "200", "200", "411", "413"]
