"""People, offices and proposals around a budget."""

from __future__ import annotations

from types import SimpleNamespace

from django.utils import timezone

from tests.factories import (
    BudgetFactory,
    OfficeFactory,
    PotFactory,
    ProjectFactory,
    ProposalFactory,
    UserFactory,
    officer_at,
    staff_of,
    suwon,
)


def world(phase="ideas", **fields):
    """A budget of Suwon in a phase, with a pot, an officer, an office with two of its staff, and a citizen's proposal."""
    place, author = suwon(), UserFactory()
    office = OfficeFactory(place=place)
    budget = BudgetFactory(place=place, phase=phase, **fields)
    return SimpleNamespace(
        now=timezone.now(),
        place=place,
        budget=budget,
        pot=PotFactory(budget=budget),
        officer=officer_at(place),
        office=office,
        staff=staff_of(office),
        colleague=staff_of(office),
        author=author,
        proposal=ProposalFactory(place=place, author=author),
    )


def project(w, number=1, **fields):
    return ProjectFactory(budget=w.budget, number=number, author=w.author, pot=w.pot, **fields)
