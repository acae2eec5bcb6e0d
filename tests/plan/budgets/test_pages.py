"""Pages of budgets and projects as everybody reads them."""

from __future__ import annotations

import pytest
from django.urls import reverse

from madang.plan.budgets.models import CostLine
from madang.plan.budgets.queries.project_map import on_map
from tests.factories import BudgetFactory, PlaceFactory, PotFactory, ProjectFactory, officer_at, suwon, voting_budget

pytestmark = pytest.mark.django_db


def page(client, name, *args, **asked):
    response = client.get(reverse(f"budgets:{name}", args=args), asked)
    return response.status_code, response.content.decode()


def test_the_list_shows_what_the_viewer_may_see(client):
    shown, draft = BudgetFactory(phase="ideas"), BudgetFactory(status="draft", title="준비하는 예산")
    status, html = page(client, "list")
    assert (status, shown.title in html, draft.title in html) == (200, True, False)
    client.force_login(officer_at(suwon()), "django.contrib.auth.backends.ModelBackend")
    assert draft.title in page(client, "list")[1]


def test_a_budget_shows_phases_pots_and_what_can_be_done(client):
    budget = voting_budget()
    status, html = page(client, "detail", budget.pk)
    assert status == 200
    assert html.count("steps__item--done") == 3
    assert html.count("steps__item--now") == 1
    assert "2억 5,000만 원" in html
    assert "money-block" in html


def test_a_draft_is_not_found_by_others(client):
    assert page(client, "detail", BudgetFactory(status="draft").pk)[0] == 404


def test_a_project_shows_cost_and_fate(client):
    budget = voting_budget(projects=1, frozen=False)
    project = budget.projects.get()
    CostLine.objects.create(project=project, label="그늘막 2조", amount=60_000_000)
    CostLine.objects.create(project=project, label="설계", amount=40_000_000)
    status, html = page(client, "project", budget.pk, project.number)
    assert status == 200
    assert "1억 원" in html
    assert "그늘막 2조" in html
    assert "60%" in html


def test_filters_narrow_the_projects(client):
    budget = BudgetFactory(phase="codesign")
    pot = PotFactory(budget=budget)
    PotFactory(budget=budget)
    inside = ProjectFactory(budget=budget, pot=pot, number=1, field="jobs", cost=10)
    outside = ProjectFactory(budget=budget, number=2, field="housing_safety")
    for asked in ({"pot": pot.pk}, {"field": "jobs"}, {"q": inside.title}, {"order": "dear"}):
        html = page(client, "projects", budget.pk, **asked)[1]
        assert (inside.title in html, outside.title in html) == (True, False), asked


def test_projects_stand_side_by_side_in_the_order_asked(client):
    budget = voting_budget(projects=5)
    html = page(client, "comparison", budget.pk, number=[3, 1, 99, 3])[1]
    first, second = budget.projects.get(number=3), budget.projects.get(number=1)
    assert html.index(first.title) < html.index(second.title)
    assert html.count("project-column") >= 2


@pytest.mark.parametrize("status", ["hidden", "withdrawn"])
def test_what_was_taken_back_is_not_found(client, status):
    budget = BudgetFactory(phase="ideas")
    project = ProjectFactory(budget=budget, number=1, status=status)
    assert page(client, "project", budget.pk, 1)[0] == 404
    assert project.title not in page(client, "projects", budget.pk)[1]


def test_the_map_shows_districts_and_points_with_a_list_beside_them(client):
    seongnam = PlaceFactory(code="41130", name_ko="성남시")
    budget = BudgetFactory(place=suwon().parent, phase="codesign")
    north = ProjectFactory(budget=budget, number=1, place=seongnam, latitude=37.44, longitude=127.14)
    south = ProjectFactory(budget=budget, number=2, place=suwon(), latitude=37.26, longitude=127.03)
    tiles, dots, located = on_map(budget, None)
    assert {(one["code"], one["value"]) for one in tiles} == {("41130", 1), ("41110", 1)}
    assert located == [north, south]
    assert dots[0].y < dots[1].y
    assert dots[0].x > dots[1].x
    assert all(0 < at < 100 for one in dots for at in (one.x, one.y))
    html = page(client, "project_map", budget.pk)[1]
    assert html.count("dot-map__dot ") == 2
    assert north.title in html
