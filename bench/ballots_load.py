"""The last hour of a city's vote: 500,000 eligible voters, 64 clients, ballots a second, killed in the middle.

    .venv/bin/python bench/ballots_load.py [--clients 64] [--seconds 20] [--workers 2] [--voters 500000] [--json PATH]

As votes_load.py, whose site, clients and crash it uses: a site of its own served as `madang serve` serves it (embedded
PostgreSQL, fsync and synchronous_commit on); each client submits one whole ballot a request through the lane and waits
for its answer. Half-way every process is killed with SIGKILL; after the start the clients send again, under the same
keys, what they had no answer to and a part of what they had. At the end the database is read: every ballot that was
answered stands as it was last submitted, with the receipt that was told; each voter has one.

The peer is the same site with the same ballots through Django's middleware and plain ORM writes (peerurls.py).
"""

import argparse
import json
import os
import random
import shutil
import sys
import tempfile
import uuid
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from votes_load import Load, Site, phase, say

PROJECTS = 80


def prepare(site, clients, voters):
    """A budget in its vote, everybody registered; tickets for some, sessions for the peer."""
    os.environ |= {
        "DATABASE_URL": site.url, "DJANGO_SETTINGS_MODULE": site.settings, "MADANG_DATA_DIR": str(site.folder),
    }  # fmt: skip
    import django

    django.setup()
    from datetime import timedelta

    from django.db import connection
    from django.test import Client
    from django.utils import timezone

    from madang.ground.participation.models import Subject
    from madang.ground.people.models import User
    from madang.ground.places.models import Place
    from madang.plan.budgets import lane
    from madang.plan.budgets.models import Budget, Phase, Pot, Project, Voter

    now = timezone.now()
    place = Place.objects.create(code="99", level="province", name_ko="시험도", name_en="Test")

    def subject(kind):
        return Subject.objects.create(kind=kind, place=place, created_at=now)

    budget = Budget.objects.create(
        subject=subject("budget"), place=place, title="시험", year=2026, status="public", created_at=now,
        ballot_type="k-approval", most_choices=10, least_choices=1,
    )  # fmt: skip
    pot = Pot.objects.create(budget=budget, name="전체", amount=10**9)
    for number in range(1, PROJECTS + 1):
        Project.objects.create(
            subject=subject("project"), budget=budget, pot=pot, number=number, title=f"사업 {number}", place=place,
            cost=10**7 * number, status="ballot", created_at=now,
        )  # fmt: skip
    Phase.objects.create(
        budget=budget, kind="vote", starts_at=now - timedelta(days=9), ends_at=now + timedelta(hours=5)
    )
    Budget.objects.filter(pk=budget.pk).update(frozen_at=now, frozen_digest="0" * 64)
    say(f"{voters:,} voters …")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO plan_budgets_voter (budget_id, district_id, identity, basis, channel, age_band, began_at) "
            "SELECT %s, %s, '', 'resident', 'online', '', %s FROM generate_series(1, %s) RETURNING id",
            [budget.pk, place.pk, now, voters],
        )
        ids = [row[0] for row in cursor.fetchall()]
        cursor.execute("ANALYZE plan_budgets_voter")
    sessions = []
    for n in range(clients):
        user = User.objects.create(email=f"p{n}@example.org", display_name=f"p{n}", password="!")
        Voter.objects.filter(pk=ids[n]).update(user=user)
        client = Client()
        client.force_login(user, "django.contrib.auth.backends.ModelBackend")
        sessions.append(client.cookies["sessionid"].value)
    chosen = random.Random(7).sample(ids[clients:], min(len(ids) - clients, 100_000))
    tickets = [(one, lane.ticket(voter=one, budget=budget.pk, now=now)) for one in chosen]
    return {"budget": budget.pk, "tickets": tickets, "sessions": sessions}


class Ballots(Load):
    """Whole ballots instead of single votes; the receipts that were told are kept."""

    def __init__(self, port, count, make):
        super().__init__(port, count, make)
        self.receipts = {}

    def stored(self, act, body):
        """Whether the answer says so; its receipt is kept."""
        if b'"submitted"' not in body:
            return False
        self.receipts[act[2]] = json.loads(body).get("receipt", "")
        return True


def acts_of(world, chance):
    """Ballots by voters in turn, each by another: (index of the voter, choices, key)."""
    order = list(range(len(world["tickets"])))
    chance.shuffle(order)
    for voter in order:
        chosen = tuple(sorted(chance.sample(range(1, PROJECTS + 1), chance.randint(3, 10))))
        yield voter, chosen, str(uuid.UUID(int=chance.getrandbits(128)))


def through_lane(world, port):
    def make(number, act):
        del number
        voter, chosen, key = act
        body = json.dumps(
            {"ticket": world["tickets"][voter][1], "key": key, "seen": 0, "choices": chosen, "points": None,
             "submit": True}, separators=(",", ":"),
        )  # fmt: skip
        return (
            f"POST /lanes/ballots HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}"
        ).encode()

    return make


def through_django(world, port):
    token = "a" * 32

    def make(number, act):
        _voter, chosen, key = act
        body = f"csrfmiddlewaretoken={token}&budget={world['budget']}&key={key}" + "".join(
            f"&choice={one}" for one in chosen
        )
        cookie = f"sessionid={world['sessions'][number]}; csrftoken={token}"
        return (
            f"POST /peer/ballots HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        ).encode()

    return make


def verify(load, world):
    """Every answered ballot stands with its choices and the receipt that was told; a voter has one."""
    from django.db import connection

    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("SHOW fsync"), (fsync := cursor.fetchone()[0])
        cursor.execute("SHOW synchronous_commit")
        durable = f"fsync {fsync}, synchronous_commit {cursor.fetchone()[0]}"
        cursor.execute(
            "SELECT voter_id, choices, client_key::text, receipt, version FROM plan_budgets_ballot "
            "WHERE submitted_at IS NOT NULL"
        )
        stored = {row[0]: row[1:] for row in cursor.fetchall()}
    lost = double = 0
    for voter, chosen, key in {act[2]: act for act in load.answered}.values():
        row = stored.get(world["tickets"][voter][0])
        lost += row is None or row[0] != list(chosen) or row[1] != key or row[2] != load.receipts[key]
        double += row is not None and row[3] != 1
    return {"durable": durable, "answered": len(load.receipts), "stored": len(stored), "lost": lost, "double": double}


def come_back(site, tries=4):
    """Start again; on a machine that others load, the database may need longer than the first try waits."""
    for left in reversed(range(tries)):
        try:
            return site.start()
        except SystemExit:
            if not left:
                raise
    return None


def through_a_crash(site, world, clients, seconds, chance):
    """Steady; then SIGKILL to everything in the middle, start again, send again what had no answer and some that had."""
    load, acts = Ballots(site.port, clients, through_lane(world, site.port)), acts_of(world, chance)
    load.connect()
    phase(site, load, acts, 2)
    say(f"{seconds} seconds …")
    steady = phase(site, load, acts, seconds)
    say("… and killed in the middle of as many")
    load.run(acts, seconds, at=seconds / 2, then=site.kill)
    load.close()
    waiting, again = list(load.unanswered), chance.sample(load.answered, min(2_000, len(load.answered)))
    load.unanswered = []
    say(json.dumps(steady))
    come_back(site)
    load.connect()
    load.run(iter([*waiting, *again]), 120)
    after = phase(site, load, acts, seconds / 2)
    load.close()
    return {
        "steady": steady, "after_the_crash": after, "in_flight_at_the_crash": len(waiting), "sent_again": len(again),
        "refused": load.refused, "found": verify(load, world),
    }  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--voters", type=int, default=500_000)
    parser.add_argument("--json", default="")
    given = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="madang-ballots-")
    site = Site(Path(folder) / "d", given.workers, settings="peersettings")
    chance = random.Random(20261125)
    try:
        site.folder.mkdir()
        come_back(site)
        world = prepare(site, given.clients, given.voters)
        result = through_a_crash(site, world, given.clients, given.seconds, chance)
        say("the peer: the same ballots through Django and plain ORM writes")
        load = Ballots(site.port, given.clients, through_django(world, site.port))
        load.connect()
        acts = acts_of(world, chance)
        phase(site, load, acts, 2)
        result["peer"] = phase(site, load, acts, given.seconds / 2)
        load.close()
        steady, peer = result["steady"], result["peer"]
        result["ratio"] = round(steady["per_second"] / max(0.1, peer["per_second"]), 1)
        result["ratio_of_site_cpu"] = round(peer["site_cpu_ms_per_vote"] / steady["site_cpu_ms_per_vote"], 1)
        result["machine"] = {"cores": os.cpu_count(), "load": [round(one, 1) for one in os.getloadavg()]}
        text = json.dumps(result, indent=2)
        if given.json not in ("", "-"):
            Path(given.json).write_text(text)
        print(text)
        return 1 if result["found"]["lost"] or result["found"]["double"] else 0
    finally:
        if site.process and site.process.poll() is None:
            site.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
