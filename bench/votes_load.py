"""Votes a second, durable: 64 clients on a real site with the embedded database, killed in the middle.

    .venv/bin/python bench/votes_load.py [--clients 64] [--seconds 20] [--workers 2] [--json PATH]

A site is made in a temporary folder and served as `madang serve` serves it (granian, embedded PostgreSQL, fsync and
synchronous_commit on). 64 connections send one vote a request through the lane, each waiting for its answer. Half-way
every process of the site, PostgreSQL among them, is killed with SIGKILL; the site is started again on the same files,
and the clients send again, under the same keys, what they had no answer to, and a part of what they had. At the end the
database is read: each vote that was ever answered must be there, each key once, each last word the vote.

The peer is the same site with the same votes through Django's middleware and plain ORM writes (peerurls.py).
Clients, web processes and database share this machine's cores: quote the ratio, and the load beside the absolutes.
"""

import argparse
import contextlib
import json
import os
import random
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
STATEMENTS, PEOPLE = 100, 20_000


def say(text):
    print(text, file=sys.stderr, flush=True)


class Site:
    """A site of its own in a folder, started and killed as often as one likes."""

    def __init__(self, folder, workers, settings="madang.web.settings.demo"):
        self.folder, self.workers, self.settings = Path(folder), workers, settings
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.process = None

    def start(self):
        environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
        environment |= {
            "MADANG_DATA_DIR": str(self.folder), "DJANGO_SETTINGS_MODULE": self.settings,
            "PYTHONPATH": f"{HERE}{os.pathsep}{environment.get('PYTHONPATH', '')}",
        }  # fmt: skip
        command = [sys.executable, "-m", "madang.web.cli", "serve", "--no-worker"]
        command += ["--port", str(self.port), "--workers", str(self.workers)]
        log = (self.folder.parent / "serve.log").open("ab")
        self.process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
        until = time.monotonic() + 240
        while time.monotonic() < until:
            if self.process.poll() is not None:
                sys.exit((self.folder.parent / "serve.log").read_text()[-2000:])
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2)
            except OSError:
                time.sleep(0.1)
            else:
                return
        sys.exit("The site did not start.")

    @property
    def url(self):
        return f"postgresql://postgres:@/postgres?host={self.folder / 'postgres'}"

    def pids(self):
        """The processes of this site: those below its command, and the database server that its folder names."""
        parents = _parents()
        roots = {self.process.pid}
        pidfile = self.folder / "postgres" / "postmaster.pid"
        if pidfile.exists():
            roots.add(int(pidfile.read_text().split()[0]))
        found = set(roots)
        while more := {pid for pid, parent in parents.items() if parent in found} - found:
            found |= more
        return found

    def kill(self):
        """SIGKILL to everything at once: nothing is flushed, nothing says goodbye."""
        killed = self.pids()
        for pid in killed:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()
        # Until init has buried them, a server with this number seems to run.
        while any(Path(f"/proc/{pid}").exists() for pid in killed):
            time.sleep(0.05)

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.kill()

    def cpu(self):
        """CPU seconds so far of the site and its database."""
        return sum(filter(None, map(_cpu, self.pids())))


def _parents():
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                found[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, IndexError, ValueError):
                continue
    return found


def _cpu(pid):
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def prepare(site, clients):
    """A deliberation with statements and people; tickets for the lane, sessions for the peer."""
    os.environ["DATABASE_URL"] = site.url
    os.environ["DJANGO_SETTINGS_MODULE"] = site.settings
    os.environ["MADANG_DATA_DIR"] = str(site.folder)
    import django

    django.setup()
    from datetime import timedelta

    from django.test import Client
    from django.utils import timezone

    from madang.explore.deliberations.models import Deliberation, Participant, Statement
    from madang.explore.deliberations.operations.joining import ticket_for
    from madang.ground.participation.models import Subject
    from madang.ground.people.models import User
    from madang.ground.places.models import Place

    now = timezone.now()
    place = Place.objects.create(code="99", level="province", name_ko="시험도", name_en="Test")
    subject = Subject.objects.create(kind="deliberation", place=place, created_at=now)
    deliberation = Deliberation.objects.create(
        subject=subject, place=place, title="시험", status="open", level=0, opens_at=now - timedelta(hours=1),
        closes_at=now + timedelta(days=1), created_at=now, announced_at=now, frozen_at=now, frozen_digest="0" * 64,
    )  # fmt: skip
    statements = Statement.objects.bulk_create(
        Statement(deliberation=deliberation, number=n, text=f"의견 {n}", origin="seed", status="shown", created_at=now)
        for n in range(STATEMENTS)
    )
    users = User.objects.bulk_create(
        User(email=f"p{n}@example.org", display_name=f"p{n}", password="!") for n in range(clients)
    )
    people = Participant.objects.bulk_create(
        [
            Participant(
                deliberation=deliberation, number=n, joined_at=now,
                **({"user": users[n]} if n < clients else {"guest_key": uuid.uuid4().hex}),
            )
            for n in range(PEOPLE)
        ]
    )  # fmt: skip
    sessions = []
    for user in users:
        client = Client()
        client.force_login(user, "django.contrib.auth.backends.ModelBackend")
        sessions.append(client.cookies["sessionid"].value)
    return {
        "deliberation": deliberation.pk,
        "statements": [one.pk for one in statements],
        "tickets": [(one.pk, ticket_for(one, now=now + timedelta(hours=2))) for one in people],
        "sessions": sessions,
    }


class Client:
    """One connection that sends a request and waits for its answer. `act`: what is under way."""

    __slots__ = ("act", "buffer", "number", "sent", "socket")

    def __init__(self, number):
        self.number, self.socket, self.act, self.buffer, self.sent = number, None, None, b"", 0.0


class Load:
    """Clients on one thread and a selector, so that they take little of the machine."""

    def __init__(self, port, count, make):
        self.port, self.make = port, make
        self.clients = [Client(n) for n in range(count)]
        self.picked = selectors.DefaultSelector()
        self.latencies, self.answered, self.unanswered, self.refused = [], [], [], 0

    def connect(self):
        for one in self.clients:
            one.socket = socket.create_connection(("127.0.0.1", self.port))
            one.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.picked.register(one.socket, selectors.EVENT_READ, one)

    def drop(self, one):
        self.picked.unregister(one.socket)
        one.socket.close()
        one.socket, one.buffer = None, b""
        if one.act is not None:
            self.unanswered.append(one.act)
            one.act = None

    def send(self, one, act):
        one.act, one.sent = act, time.perf_counter()
        try:
            one.socket.sendall(self.make(one.number, act))
        except OSError:
            self.drop(one)

    def run(self, acts, seconds, *, at=None, then=None):
        """Send acts until they or the time run out; `then()` is done once after `at` seconds. Returns the seconds."""
        began = time.perf_counter()
        for one in self.clients:
            if one.socket and (act := next(acts, None)) is not None:
                self.send(one, act)
        while any(one.act is not None for one in self.clients):
            for key, _events in self.picked.select(1.0):
                one = key.data
                more = self.receive(one) and time.perf_counter() - began < seconds
                if more and (act := next(acts, None)) is not None:
                    self.send(one, act)
            if then and time.perf_counter() - began > at:
                then()
                then = None
        return time.perf_counter() - began

    def stored(self, act, body):
        """Whether the answer says that the act is stored."""
        del act
        return b'"counted"' in body or b'"repeated"' in body

    def receive(self, one):
        """Whether a whole answer came."""
        try:
            more = one.socket.recv(65536)
        except OSError:
            more = b""
        if not more:
            self.drop(one)
            return False
        one.buffer += more
        head, found, body = one.buffer.partition(b"\r\n\r\n")
        if not found or len(body) < _length(head):
            return False
        self.latencies.append(time.perf_counter() - one.sent)
        act, one.act, one.buffer = one.act, None, b""
        if head[9:12] == b"200" and self.stored(act, body):
            self.answered.append(act)
        elif head[9:12] == b"503":
            self.unanswered.append(act)
        else:
            self.refused += 1
            say(f"refused: {head[:40]} {body[:200]}")
        return True

    def close(self):
        for one in self.clients:
            if one.socket:
                self.drop(one)


def _length(head):
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line[15:])
    return 0


def acts_of(world, chance):
    """Votes by people in turn: (index of the person, statement, value, key)."""
    while True:
        person = chance.randrange(len(world["tickets"]))
        yield (
            person,
            chance.choice(world["statements"]),
            chance.choice((1, 1, 0, -1)),
            str(uuid.UUID(int=chance.getrandbits(128))),
        )


def through_lane(world, port):
    def make(number, act):
        del number
        person, statement, value, key = act
        body = (
            f'{{"ticket":"{world["tickets"][person][1]}","votes":[{{"key":"{key}","statement":{statement},'
            f'"value":{value}}}]}}'
        )
        return (
            f"POST /lanes/votes HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}"
        ).encode()

    return make


def through_django(world, port):
    token = "a" * 32

    def make(number, act):
        _person, statement, value, key = act
        body = (
            f"csrfmiddlewaretoken={token}&deliberation={world['deliberation']}&statement={statement}&value={value}"
            f"&key={key}"
        )
        cookie = f"sessionid={world['sessions'][number]}; csrftoken={token}"
        return (
            f"POST /peer/votes HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        ).encode()

    return make


def told(latencies, answered, seconds, cpu):
    """The figures of one phase."""
    ordered = sorted(latencies)
    quantile = lambda q: round(1000 * ordered[min(len(ordered) - 1, int(q * len(ordered)))], 1)  # noqa: E731
    return {
        "votes": answered, "per_second": round(answered / seconds, 1), "p50_ms": quantile(0.5), "p95_ms": quantile(0.95),
        "p99_ms": quantile(0.99), "site_cpu_ms_per_vote": round(1000 * cpu / max(1, answered), 3),
    }  # fmt: skip


def phase(site, load, acts, seconds, **more):
    load.latencies, before, cpu = [], len(load.answered), site.cpu()
    took = load.run(acts, seconds, **more)
    alive = site.process.poll() is None
    return told(load.latencies, len(load.answered) - before, took, site.cpu() - cpu if alive else 0.0)


def verify(load, world):
    """Read the database: what was answered is there, once, and the last cast of a pair is its vote."""
    from django.db import connection

    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("SHOW fsync"), (fsync := cursor.fetchone()[0])
        cursor.execute("SHOW synchronous_commit")
        durable = f"fsync {fsync}, synchronous_commit {cursor.fetchone()[0]}"
        cursor.execute("SELECT client_key::text, participant_id, statement_id, value FROM explore_deliberations_cast")
        stored = {key: row for key, *row in cursor.fetchall()}
        cursor.execute("SELECT count(*) FROM explore_deliberations_cast")
        rows = cursor.fetchone()[0]
        cursor.execute(
            "SELECT count(*) FROM (SELECT DISTINCT ON (participant_id, statement_id) * FROM explore_deliberations_cast "
            "ORDER BY participant_id, statement_id, id DESC) last FULL JOIN explore_deliberations_vote vote "
            "USING (participant_id, statement_id) WHERE last.value IS DISTINCT FROM vote.value"
        )
        differing = cursor.fetchone()[0]
    expected = {key: [world["tickets"][p][0], s, v] for p, s, v, key in load.answered}
    lost = sum(stored.get(key) != row for key, row in expected.items())
    return {
        "durable": durable, "answered": len(expected), "stored": rows, "lost": lost, "double": rows - len(stored),
        "never_answered_but_stored": len(stored.keys() - expected.keys()), "votes_unlike_last_cast": differing,
    }  # fmt: skip


def through_a_crash(site, world, clients, seconds, chance):
    """Half the time, SIGKILL to everything, start again, send again what was not answered and a part of what was."""
    load, acts = Load(site.port, clients, through_lane(world, site.port)), acts_of(world, chance)
    load.connect()
    say("a first second to warm up …")
    phase(site, load, acts, 2)
    say(f"{seconds} seconds …")
    steady = phase(site, load, acts, seconds)
    say("… and killed in the middle of as many")
    load.run(acts, seconds, at=seconds / 2, then=site.kill)
    load.close()
    waiting, again = list(load.unanswered), chance.sample(load.answered, min(2_000, len(load.answered)))
    load.unanswered = []
    began = time.perf_counter()
    site.start()
    back = time.perf_counter() - began
    load.connect()
    load.run(iter([*waiting, *again]), 120)
    after = phase(site, load, acts, seconds / 2)
    load.close()
    return {
        "steady": steady, "after_the_crash": after, "in_flight_at_the_crash": len(waiting), "sent_again": len(again),
        "refused": load.refused, "seconds_to_come_back": round(back, 1), "found": verify(load, world),
    }  # fmt: skip


def peer(site, world, clients, seconds, chance):
    load, acts = Load(site.port, clients, through_django(world, site.port)), acts_of(world, chance)
    load.connect()
    phase(site, load, acts, 2)
    result = phase(site, load, acts, seconds)
    load.close()
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--json", default="")
    given = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="madang-votes-")
    # The data folder's name is part of the database's socket path, which must stay short.
    site = Site(Path(folder) / "d", given.workers, settings="peersettings")
    chance = random.Random(20261125)
    try:
        site.folder.mkdir()
        say("starting a new site …")
        site.start()
        world = prepare(site, given.clients)
        result = through_a_crash(site, world, given.clients, given.seconds, chance)
        say("the peer: the same votes through Django and plain ORM writes")
        result["peer"] = peer(site, world, given.clients, given.seconds / 2, chance)
        result["ratio"] = round(result["steady"]["per_second"] / result["peer"]["per_second"], 1)
        result["ratio_of_site_cpu"] = round(
            result["peer"]["site_cpu_ms_per_vote"] / result["steady"]["site_cpu_ms_per_vote"], 1
        )
        result["machine"] = {"cores": os.cpu_count(), "load": [round(one, 1) for one in os.getloadavg()]}
        text = json.dumps(result, indent=2)
        if given.json not in ("", "-"):
            Path(given.json).write_text(text)
        print(text)
        found = result["found"]
        return 1 if found["lost"] or found["double"] or found["votes_unlike_last_cast"] else 0
    finally:
        if site.process and site.process.poll() is None:
            site.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
