"""Budgets with pots, phases and projects."""

from __future__ import annotations

from datetime import timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from madang.plan.budgets.models import Budget, Phase, Pot, Project
from tests.factories.places import PlaceFactory
from tests.factories.voices import SubjectFactory

ORDER = ("ideas", "screening", "codesign", "vote", "result", "execution")


class BudgetFactory(DjangoModelFactory):
    """A public budget. `phase="vote"` gives it all phases of ten days each, of which that one is now at its middle."""

    class Meta:
        model = Budget
        skip_postgeneration_save = True

    place = factory.SubFactory(PlaceFactory)
    created_at = factory.LazyFunction(timezone.now)
    subject = factory.SubFactory(
        SubjectFactory,
        kind=Budget.KIND,
        place=factory.SelfAttribute("..place"),
        created_at=factory.SelfAttribute("..created_at"),
    )
    title = factory.Sequence(lambda n: f"수원시 주민참여예산 {n}")
    description = "주민이 제안하고 주민이 정합니다."
    year = 2026
    status = Budget.Status.PUBLIC

    @factory.post_generation
    def phase(self, create, extracted, **kwargs):
        if extracted:
            set_phase(self, extracted)


def set_phase(budget, kind, *, days=10, now=None):
    """Phases of `days` each without a gap, of which `kind` began half of that ago."""
    now = now or timezone.now()
    start = now - timedelta(days=days / 2) - timedelta(days=days) * ORDER.index(kind)
    budget.phases.all().delete()
    Phase.objects.bulk_create(
        Phase(
            budget=budget,
            kind=one,
            starts_at=start + timedelta(days=days) * at,
            ends_at=start + timedelta(days=days) * (at + 1),
        )
        for at, one in enumerate(ORDER)
    )


class PotFactory(DjangoModelFactory):
    class Meta:
        model = Pot

    budget = factory.SubFactory(BudgetFactory)
    name = factory.Sequence(lambda n: f"시 전체 {n}")
    amount = 500_000_000


class ProjectFactory(DjangoModelFactory):
    """An idea. Give `pot` and `cost` for one on the ballot, before the budget is frozen."""

    class Meta:
        model = Project

    budget = factory.SubFactory(BudgetFactory)
    place = factory.SelfAttribute("budget.place")
    created_at = factory.LazyFunction(timezone.now)
    subject = factory.SubFactory(
        SubjectFactory,
        kind=Project.KIND,
        place=factory.SelfAttribute("..place"),
        created_at=factory.SelfAttribute("..created_at"),
    )
    number = factory.Sequence(lambda n: n + 1)
    title = factory.Sequence(lambda n: f"어린이공원 그늘막 놓기 {n}")
    summary = "볕이 드는 놀이터에 그늘을 만듭니다."
    body = "한여름에도 아이들이 놀 수 있게 그늘막을 놓습니다."


def voting_budget(projects=4, *, cost=100_000_000, amount=250_000_000, frozen=True, **fields):
    """A budget in its voting phase with one pot and projects on the ballot, frozen as at the opening."""
    budget = BudgetFactory(phase="vote", **fields)
    pot = PotFactory(budget=budget, amount=amount)
    for number in range(1, projects + 1):
        ProjectFactory(budget=budget, pot=pot, number=number, cost=cost, status="ballot")
    if frozen:
        Budget.objects.filter(pk=budget.pk).update(
            frozen_at=budget.phases.get(kind="vote").starts_at, frozen_digest="0" * 64
        )
        budget.refresh_from_db()
    return budget
