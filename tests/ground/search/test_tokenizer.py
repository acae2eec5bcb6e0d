"""The tokenizer's process and its client: quick, private, never missed when it is gone."""

import contextlib
import json
import os
import socket
import stat
import struct
import subprocess
import sys
import threading
import time

import pytest

from madang.engines.texts.light import LightTokenizer
from madang.ground.participation.search import client, index, protocol
from madang.ground.participation.search.analysis import Text
from madang.ground.participation.search.find import search
from madang.ground.participation.search.server import AlreadyServedError, Server, _make_way, serve_forever
from tests.factories import ProposalFactory


class Slow(LightTokenizer):
    """A model that takes its time over every text that says so."""

    name = "slow"

    def tokenise(self, text):
        if "천천히" in text:
            time.sleep(0.05)
        return super().tokenise(text)


@contextlib.contextmanager
def served(path, tokenizer):
    """A server in a thread of this process."""
    with protocol.reachable(str(path)) as name, Server(name, tokenizer) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
    path.unlink(missing_ok=True)


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    """No connection and no rest left over from another test."""
    client.forget()
    monkeypatch.setattr(client, "_resting_until", 0.0)
    yield
    client.forget()


@pytest.fixture
def path(tmp_path, settings):
    settings.TOKENIZER_SOCKET = str(tmp_path / "tokenizer.sock")
    return tmp_path / "tokenizer.sock"


def test_the_server_reads_and_the_client_says_who_read(path):
    with served(path, Slow()):
        assert client.plan("청년들의 일자리").plan.must == ("청년", "일자리")
        assert client.plan("공원").engine.endswith("+slow")
        assert client.terms("공원을 넓혀 주세요")[0] == "공원"
        (one,) = client.analyses([Text("공원", "나무")])
        assert (one.words, one.terms, one.engine) == (["공원", "나무"], ["공원", "나무"], client.health()["engine"])
        assert client.is_alive()


def test_only_its_owner_may_ask(path):
    with served(path, Slow()):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("setting", ["", "/nowhere/tokenizer.sock"])
def test_without_a_server_queries_are_read_lightly_and_analyses_say_so(settings, setting):
    settings.TOKENIZER_SOCKET = setting
    assert client.plan("청년들의 일자리").engine.endswith("+light")
    assert client.terms("청년들의 일자리") == ["청년", "일자리"]
    assert not client.is_alive()
    with pytest.raises(client.NoServerError):
        client.analyses([Text("공원", "나무")])


def test_a_server_that_was_restarted_is_found_again(path):
    with served(path, Slow()):
        assert client.is_alive()
    assert client.plan("공원").engine.endswith("+light")
    with served(path, Slow()):
        assert client.plan("공원").engine.endswith("+slow")


def test_a_server_that_hangs_costs_one_wait_and_then_none(path, monkeypatch):
    monkeypatch.setattr(client, "QUERY_SECONDS", 0.1)
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(path))
        silent.listen()
        started = time.monotonic()
        assert client.plan("공원").engine.endswith("+light")
        assert 0.1 <= time.monotonic() - started < 1
        started = time.monotonic()
        assert client.plan("공원").engine.endswith("+light")
        assert time.monotonic() - started < 0.05


def test_a_query_never_waits_for_a_bulk_batch(path):
    with served(path, Slow()):
        texts = [["천천히", "천천히"]] * 20
        bulk = socket.socket(socket.AF_UNIX)
        bulk.connect(str(path))
        protocol.send(bulk, {"ask": "analyse", "texts": texts})
        time.sleep(0.05)
        waits = []
        for _ in range(10):
            started = time.monotonic()
            client.plan("공원")
            waits.append(time.monotonic() - started)
        assert sorted(waits)[5] < 0.1, "one document takes 0.1 s, the batch 2 s"
        assert len(protocol.receive(bulk)["analyses"]) == 20
        bulk.close()


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"\x00\x00",
        b"GET / HTTP/1.1\r\n\r\n",
        struct.pack("!I", 10) + b"{",
        struct.pack("!I", 2**31),
        struct.pack("!I", 4) + b"abcd",
        struct.pack("!I", 2) + b"[]",
        struct.pack("!I", 2) + b"\xff\xfe",
    ],
)
def test_nonsense_closes_that_connection_only(path, sent):
    with served(path, Slow()):
        with socket.socket(socket.AF_UNIX) as stranger:
            stranger.connect(str(path))
            stranger.sendall(sent)
            stranger.shutdown(socket.SHUT_WR)
            stranger.settimeout(5)
            with contextlib.suppress(ConnectionError):
                assert stranger.recv(100) == b""
        assert client.is_alive()


@pytest.mark.parametrize(
    "message", [{}, {"ask": "_answer"}, {"ask": "plan"}, {"ask": "analyse", "texts": [1]}, {"ask": None}]
)
def test_a_wrong_question_is_answered_with_what_is_wrong(path, message):
    with served(path, Slow()), socket.socket(socket.AF_UNIX) as one:
        one.connect(str(path))
        protocol.send(one, message)
        assert "error" in protocol.receive(one)
        protocol.send(one, {"ask": "health"})
        assert protocol.receive(one)["engine"].endswith("+slow")


def test_texts_that_no_encoding_holds_pass(path):
    with served(path, Slow()):
        assert client.terms("공원 \ud800 \x00") == ["공원"]


def test_a_dead_servers_socket_is_replaced_and_a_living_ones_is_not(path):
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))
    _make_way(path)
    assert not path.exists()
    with served(path, Slow()), pytest.raises(AlreadyServedError, match="already answers"):
        serve_forever(str(path), Slow())


def test_a_path_longer_than_the_kernel_takes_works(tmp_path, settings):
    folder = tmp_path / ("a" * 100) / ("b" * 60)
    folder.mkdir(parents=True)
    settings.TOKENIZER_SOCKET = str(folder / "tokenizer.sock")
    with served(folder / "tokenizer.sock", Slow()):
        assert client.is_alive()


def test_many_threads_may_ask_at_once(path):
    found = []
    with served(path, Slow()):
        threads = [threading.Thread(target=lambda: found.append(client.plan("공원").plan.must)) for _ in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found == [("공원",)] * 16


def test_a_fresh_text_is_found_at_once_without_a_server_and_read_again_later(db, kiwi):
    one = ProposalFactory(title="노인복지관을 고쳐 주세요", body="승강기가 멈춥니다.")
    index.mark_waiting([one.pk])
    index.index_subject_now(one.pk)
    assert search("노인복지관").ids == [one.pk]
    assert index.waiting() == 1
    assert index.index_waiting(tokenizer=kiwi).documents == 1
    with client.using(kiwi):
        assert search("복지").ids == [one.pk]
    assert index.waiting() == 0


@pytest.mark.django_db(transaction=True)
def test_writing_makes_findable_on_commit_and_asks_for_the_job_once():
    from procrastinate.contrib.django.models import ProcrastinateJob

    for title in ("공원 조성", "공원 정비"):
        index.index_on_commit(ProposalFactory(title=title, body="나무").pk)
    assert len(search("공원").ids) == 2
    assert ProcrastinateJob.objects.filter(task_name=index.TASK, status="todo").count() == 1


CHECK = """
import json, os, sys
import django
django.setup()
from django.conf import settings
settings.DATABASES["default"]["NAME"] = {name!r}
from madang.ground.participation.search import client, find, index
found = find.search("공원").ids, [one.subject_id for one in find.similar("공원에 나무를 심어 주세요")]
index.mark_waiting({ids!r})
for pk in {ids!r}:
    index.index_subject_now(pk)
print(json.dumps([found, client.plan("공원").engine, "kiwipiepy" in sys.modules, "madang.web.urls" in sys.modules]))
"""


@pytest.mark.django_db(transaction=True)
def test_a_web_process_never_loads_the_model(kiwi, path):
    """A process that searches, finds related voices and indexes what was just written, through the real model."""
    from django.db import connection

    made = [ProposalFactory(title=f"공원 제안 {n}", body="나무를 심어 주세요.").pk for n in range(3)]
    index.mark_waiting(made)
    index.index_waiting(tokenizer=kiwi)
    index.settle(at_least=1)
    environment = os.environ | {
        "MADANG_TOKENIZER_SOCKET": str(path),
        "DJANGO_SETTINGS_MODULE": "madang.web.settings.demo",
    }
    code = CHECK.format(name=connection.settings_dict["NAME"], ids=made)
    with served(path, kiwi):
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", code], env=environment, capture_output=True, timeout=120, check=False
        )
    assert done.returncode == 0, done.stderr.decode()
    (found, near), engine, loaded, _ = json.loads(done.stdout)
    assert sorted(found) == sorted(made)
    assert sorted(near) == sorted(made)
    assert engine.endswith("+kiwi")
    assert not loaded
