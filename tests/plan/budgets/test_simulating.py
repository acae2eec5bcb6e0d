"""The simulator, the pictures of money, and amounts as people read them."""

from __future__ import annotations

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone, translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from madang.engines.ballots.election import Election
from madang.engines.ballots.election import Project as Choice
from madang.ground.footing.money import headline, said, short
from madang.plan.budgets import simulating as engine
from madang.plan.budgets.blocks import cut
from madang.plan.budgets.operations import simulating
from madang.plan.budgets.operations.common import BudgetError
from madang.plan.budgets.operations.importing import import_pb
from madang.plan.budgets.queries.simulations import shown
from tests.factories import suwon
from tests.plan.budgets.test_importing import SMALL
from tests.plan.budgets.world import world

BACKEND = "django.contrib.auth.backends.ModelBackend"


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.integers(1, 10**12), min_size=1, max_size=20))
def test_blocks_fill_the_picture_and_are_as_the_amounts(amounts):
    cells = cut(amounts, 360, 200)
    whole = sum(amounts)
    assert sorted(one.index for one in cells) == list(range(len(amounts)))
    for one in cells:
        assert one.width * one.height == pytest.approx(360 * 200 * amounts[one.index] / whole, rel=1e-6)
        assert one.x >= -1e-6
        assert one.x + one.width <= 360 + 1e-6
        assert one.y + one.height <= 200 + 1e-6


@pytest.mark.parametrize(
    ("amount", "korean", "english"),
    [
        (350_000_000, "3억 5,000만 원", "₩350,000,000"),
        (12_345, "1만 2,345원", "₩12,345"),
        (0, "0원", "₩0"),
        (100_000_000, "1억 원", "₩100,000,000"),
    ],
)
def test_money_as_people_read_it(amount, korean, english):
    with translation.override("ko"):
        assert said(amount) == korean
        assert said(amount, "PLN") == f"{amount:,} PLN"
    with translation.override("en"):
        assert said(amount) == english
    assert said(None) == "—"


def test_money_for_a_narrow_place():
    with translation.override("ko"):
        assert (short(350_000_000), short(95_000_000)) == ("3.5억", "9,500만")
        assert (headline(4_200_000_000), headline(1_000_000, "PLN")) == ("42억 원", "1M PLN")
    with translation.override("en"):
        assert (short(350_000_000), short(1_500)) == ("350M", "1.5K")
        assert headline(4_200_000_000) == "₩4.2B"


def test_voters_without_a_winner_are_those_who_marked_something_and_got_nothing():
    start = np.array([0, 1, 3, 3, 4], dtype=np.int64)
    chosen = np.array([0, 0, 1, 2], dtype=np.int32)
    election = Election(tuple(Choice(one, 1) for one in "abc"), 3, "approval", start, chosen)
    assert engine.without_winner(election, frozenset("a")) == 1
    assert engine.without_winner(election, frozenset("ac")) == 0
    assert engine.without_winner(election, frozenset()) == 3


def test_drawn_ballots_depend_on_nothing_but_the_seed():
    projects = engine.invented(count=12, budget=1000, districts=["가", "나"], seed=3)
    one, other = (engine.drawn(projects=projects, budget=1000, voters=200, seed=5) for _ in range(2))
    assert one.digest() == other.digest()
    assert one.digest() != engine.drawn(projects=projects, budget=1000, voters=200, seed=6).digest()


@pytest.mark.django_db
def test_rules_side_by_side_on_an_earlier_budget_a_file_and_chance():
    w = world("codesign")
    earlier = import_pb(data=SMALL.encode(), place=suwon(), name="s", by=None, now=timezone.now()).budget
    for asked in ({"earlier": earlier}, {"text": SMALL, "name": "s.pb"}, {"voters": 300, "seed": 2}):
        row, page = simulating.begin(budget=w.budget, by=w.officer, now=w.now, **asked)
        assert page == ""
        assert row.trouble == ""
        found = shown(row)
        assert found["columns"][0]["own"]
        assert len(found["columns"]) == len(row.rules) >= 3
    with pytest.raises(BudgetError):
        simulating.begin(budget=w.budget, by=w.officer, now=w.now, text="nonsense", name="x")
    with pytest.raises(BudgetError):
        simulating.begin(budget=w.budget, by=w.officer, now=w.now, earlier=w.budget)


@pytest.mark.django_db
def test_a_large_run_becomes_a_job(monkeypatch):
    w = world("codesign")
    monkeypatch.setattr(simulating, "AT_ONCE", 100)
    row, page = simulating.begin(budget=w.budget, by=w.officer, now=w.now, voters=300, seed=2)
    assert page.startswith("/jobs/")
    assert row.computed_at is None
    assert simulating.compute(simulation_id=row.pk, now=w.now).computed_at == w.now


@pytest.mark.django_db
def test_the_simulators_page(client):
    w = world("codesign")
    client.force_login(w.officer, BACKEND)
    path = reverse("budgets:setup_simulator", args=[w.budget.pk])
    assert client.get(path).status_code == 200
    file = SimpleUploadedFile("small.pb", SMALL.encode())
    sent = client.post(path, {"basis": "file", "file": file}, follow=True)
    html = sent.content.decode()
    assert "simulation__own" in html
    assert "Bench" in html
    assert client.post(path, {"basis": "file"}).status_code == 422
