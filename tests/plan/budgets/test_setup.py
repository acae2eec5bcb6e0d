"""Setting up: outlines, phases, pots, the checklist, and what the freeze holds."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from madang.ground.participation.models import Notice
from madang.ground.record.models import Entry
from madang.plan.budgets.models import Budget, Conflict, ConflictMember, Phase, Pot, Project, Template
from madang.plan.budgets.operations import opening, setup
from madang.plan.budgets.operations.common import BudgetError, FrozenError
from madang.plan.budgets.outlines import BUILT_IN, of_template, spans
from madang.plan.budgets.queries.checklist import checklist, missing_for
from tests.factories import BudgetFactory, ProjectFactory, officer_at, set_phase, suwon, voting_budget
from tests.plan.budgets.world import project, world

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.mark.parametrize("outline", BUILT_IN, ids=lambda one: one.key)
def test_dates_follow_from_the_first_day_without_overlap(outline):
    found = spans(outline.steps, date(2026, 3, 1))
    assert [kind for kind, *_ in found] == [one.kind for one in outline.steps]
    for step, (_kind, begin, end) in zip(outline.steps, found, strict=True):
        assert (end - begin).days == step.days
    assert all(one[2] <= other[1] for one, other in pairwise(found))


def create(officer, outline=BUILT_IN[0], **fields):
    typed = {"title": "수원시 예산", "year": 2027, "first": timezone.localdate(), "outline": outline} | fields
    return setup.create(place=suwon(), by=officer, now=timezone.now(), **typed)


def test_a_budget_begins_as_a_draft_with_the_choices_of_its_outline():
    budget = create(officer_at(suwon()), BUILT_IN[1])
    assert (budget.status, budget.ballot_type, budget.most_choices) == ("draft", "k-approval", 5)
    assert set(budget.phases.values_list("kind", flat=True)) == {"ideas", "screening", "vote", "result", "execution"}


def test_what_is_missing_is_told_and_holds_the_publication_back():
    officer = officer_at(suwon())
    budget = create(officer)
    assert {one.key for one in missing_for("publication", budget, timezone.now())} == {"basics", "pots"}
    with pytest.raises(BudgetError):
        setup.publish(budget_id=budget.pk, by=officer, now=timezone.now())
    setup.change(budget_id=budget.pk, fields={"description": "함께 정합니다."}, by=officer, now=timezone.now())
    setup.set_pots(budget_id=budget.pk, pots=[setup.PotTyped("시 전체", 10)], by=officer, now=timezone.now())
    assert setup.publish(budget_id=budget.pk, by=officer, now=timezone.now()).status == "public"
    assert Entry.objects.filter(subject=budget.record_key, kind="budget_public").exists()


def test_phases_come_in_order_and_never_overlap():
    officer = officer_at(suwon())
    budget = create(officer)
    day, now = timedelta(days=1), timezone.now()
    good = [("ideas", now, now + day), ("vote", now + day, now + 2 * day)]
    bad = [
        [good[0]],
        [("vote", now, now + day), ("ideas", now + day, now + 2 * day)],
        [("ideas", now, now + 2 * day), ("vote", now + day, now + 3 * day)],
        [("vote", now + day, now + day)],
    ]
    for phases in bad:
        with pytest.raises(BudgetError):
            setup.set_phases(budget_id=budget.pk, phases=phases, by=officer, now=now)
    setup.set_phases(budget_id=budget.pk, phases=good, by=officer, now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Phase.objects.create(budget=budget, kind="result", starts_at=now, ends_at=now + day)
    # Another budget's phases may lie at the same time.
    Phase.objects.create(budget=BudgetFactory(), kind="ideas", starts_at=now, ends_at=now + day)


def test_a_pot_with_projects_stays():
    w = world()
    project(w)
    with pytest.raises(BudgetError):
        setup.set_pots(budget_id=w.budget.pk, pots=[setup.PotTyped("다른 것", 5)], by=w.officer, now=w.now)
    kept = setup.PotTyped(w.pot.name, 7, w.pot.pk)
    setup.set_pots(budget_id=w.budget.pk, pots=[kept, setup.PotTyped("새것", 5)], by=w.officer, now=w.now)
    assert sorted(w.budget.pots.values_list("amount", flat=True)) == [5, 7]


@pytest.mark.parametrize(
    "fields",
    [
        {"ballot_type": "cumulative", "points": None},
        {"ballot_type": "k-approval", "most_choices": None},
        {"least_choices": 3, "most_choices": 2},
        {"rule": "greedy", "comparison": True},
        {"place": 1},
    ],
)
def test_ballot_and_count_go_together(fields):
    w = world()
    with pytest.raises(BudgetError):
        setup.change(budget_id=w.budget.pk, fields=fields, by=w.officer, now=w.now)


def test_a_template_keeps_lengths_and_choices():
    w = world()
    Budget.objects.filter(pk=w.budget.pk).update(rule="greedy", completion="none", least_age=14)
    kept = setup.keep_template(budget_id=w.budget.pk, name="우리 방식", by=w.officer, now=w.now)
    outline = of_template(kept)
    assert next((one.kind, one.days) for one in outline.steps) == ("ideas", 10)
    again = create(w.officer, outline)
    assert (again.rule, again.least_age) == ("greedy", 14)
    setup.change_template(template=kept, name="새 이름", steps=outline.steps[:4], by=w.officer)
    assert Template.objects.get().name == "새 이름"
    setup.remove_template(template=kept, by=w.officer)
    assert not Template.objects.exists()


def test_the_vote_opens_when_its_time_has_come_with_its_digest_on_the_record():
    w = world("vote")
    feasible, idea = project(w, 1, status="feasible", cost=10), project(w, 2)
    assert opening.open_votes(now=w.now) == 1
    w.budget.refresh_from_db()
    assert w.budget.frozen_digest == opening.digest_of(w.budget)
    entry = Entry.objects.get(subject=w.budget.record_key, kind="budget_frozen")
    assert entry.data["digest"] == w.budget.frozen_digest
    assert (Project.objects.get(pk=feasible.pk).status, Project.objects.get(pk=idea.pk).status) == ("ballot", "idea")
    assert opening.open_votes(now=w.now) == 0


@pytest.mark.parametrize("lacking", [{"cost": None}, {"pot": None}, {"cost": 600_000_000}])
def test_a_vote_that_is_not_ready_stays_shut_and_the_officers_hear_of_it(lacking):
    w = world("vote")
    project(w, 1, status="feasible", cost=10)
    Project.objects.update(**lacking)
    assert opening.open_votes(now=w.now) == 0
    assert opening.open_votes(now=w.now) == 0
    w.budget.refresh_from_db()
    assert w.budget.frozen_at is None
    assert Notice.objects.filter(user=w.officer, kind="budget_not_ready").count() == 1


def test_nothing_opens_before_its_time():
    w = world("codesign")
    project(w, 1, status="feasible", cost=10)
    assert opening.open_votes(now=w.now) == 0
    with pytest.raises(BudgetError):
        opening.open_vote(budget_id=w.budget.pk, by=None, now=w.now)


def test_what_is_frozen_stands_in_the_operations():
    budget = voting_budget()
    officer, now = officer_at(budget.place), timezone.now()
    for step in (
        lambda: setup.change(budget_id=budget.pk, fields={"ballot_type": "ranking"}, by=officer, now=now),
        lambda: setup.set_pots(budget_id=budget.pk, pots=[], by=officer, now=now),
        lambda: setup.hide(budget_id=budget.pk, reason="r", by=officer, now=now),
    ):
        with pytest.raises(FrozenError):
            step()
    setup.change(budget_id=budget.pk, fields={"description": "새 설명"}, by=officer, now=now)
    spans_now = [(one.kind, one.starts_at, one.ends_at) for one in budget.phases.all()]
    later = [
        (k, b, e + timedelta(hours=1))
        if k == "vote"
        else (k, b + timedelta(hours=1), e + timedelta(hours=1))
        if k in {"result", "execution"}
        else (k, b, e)
        for k, b, e in spans_now
    ]
    setup.set_phases(budget_id=budget.pk, phases=later, by=officer, now=now)
    with pytest.raises(BudgetError):
        setup.set_phases(budget_id=budget.pk, phases=spans_now, by=officer, now=now)


@pytest.mark.parametrize("column", ["ballot_type", "rule", "seed", "level", "threshold", "most_choices"])
def test_the_database_itself_keeps_the_rules_of_a_frozen_budget(column):
    budget = voting_budget()
    value = {"ballot_type": "ranking", "rule": "greedy"}.get(column, 2)
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        Budget.objects.filter(pk=budget.pk).update(**{column: value})
    Budget.objects.filter(pk=budget.pk).update(title="새 제목")


def test_the_database_itself_keeps_the_ballot_of_a_frozen_budget():
    budget = voting_budget()
    on_it = budget.projects.filter(status="ballot")
    outside = ProjectFactory(budget=budget, number=99)
    refused = [
        lambda: on_it.update(cost=1),
        lambda: on_it.update(title="x"),
        lambda: on_it.filter(number=1).update(status="withdrawn"),
        lambda: Project.objects.filter(pk=outside.pk).update(status="ballot", cost=1, pot=budget.pots.get()),
        lambda: budget.pots.update(amount=1),
        lambda: Pot.objects.create(budget=budget, name="새것", amount=1),
        lambda: ConflictMember.objects.create(
            conflict=Conflict.objects.create(budget=budget, reason="r"), project=on_it.first()
        ),
    ]
    for step in refused:
        with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
            step()
    assert on_it.filter(number=1).update(status="won") == 1


def test_the_steps_lead_through_in_any_order(client):
    place = suwon()
    client.force_login(officer_at(place), BACKEND)
    first = timezone.localdate()
    typed = {"place": place.pk, "title": "우리 예산", "year": 2027, "outline": BUILT_IN[0].key, "first": first}
    response = client.post(reverse("budgets:new"), typed)
    budget = Budget.objects.get()
    assert response.url == reverse("budgets:setup", args=[budget.pk])
    sent = {"rows": 1, "p0-name": "시 전체", "p0-amount": "350,000,000", "p0-field": "", "p0-place": ""}
    assert client.post(reverse("budgets:setup_pots", args=[budget.pk]), sent).status_code == 302
    assert budget.pots.get().amount == 350_000_000
    page = client.get(reverse("budgets:setup_phases", args=[budget.pk])).content.decode()
    assert f'value="{first.isoformat()}"' in page
    bad = client.post(reverse("budgets:setup_phases", args=[budget.pk]), {"vote_first": first, "vote_last": ""})
    assert bad.status_code == 422
    sent = {"title": "우리 예산", "year": 2027, "description": "설명"}
    assert client.post(reverse("budgets:setup_basics", args=[budget.pk]), sent).status_code == 302
    ballot = {
        "ballot_type": "knapsack", "least_choices": 0, "rule": "greedy", "utility": "cost", "completion": "none",
        "stop": "cities", "tie": "cost-votes-lot", "threshold": 0,
    }  # fmt: skip
    assert client.post(reverse("budgets:setup_ballot", args=[budget.pk]), ballot).status_code == 302
    assert client.post(reverse("budgets:publication", args=[budget.pk])).status_code == 302
    budget.refresh_from_db()
    assert (budget.status, budget.ballot_type, budget.rule) == ("public", "knapsack", "greedy")
    assert sum(one.done for one in checklist(budget, timezone.now())) >= 4


def test_a_pot_for_each_district_at_once(client):
    from tests.factories import gyeonggi

    place = suwon().parent
    client.force_login(officer_at(gyeonggi()), BACKEND)
    budget = BudgetFactory(place=place, status="draft")
    client.post(reverse("budgets:setup_district_pots", args=[budget.pk]), {"each": "1,000"})
    assert list(budget.pots.values_list("place__code", "amount")) == [("41110", 1000)]


def test_a_later_phase_can_be_found(client):
    budget = BudgetFactory()
    set_phase(budget, "screening")
    html = client.get(budget.get_absolute_url()).content.decode()
    assert 'aria-current="step"' in html
