"""Whether somebody may vote in a budget, in which capacity, and if not, what they can do about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from madang.ground.people import keyed
from madang.ground.people.identities import level_of, residence, verifications
from madang.ground.people.models import GuardianConsent, IdentityDigest, Level, Membership, Organization, User
from madang.ground.places.models import Place
from madang.plan.budgets.models import Budget, Voter
from madang.plan.budgets.models.budgets import Kind

if TYPE_CHECKING:
    from datetime import datetime

    from madang.plan.budgets.models import Phase

PURPOSE = "budget-voter"


@dataclass(frozen=True)
class Hurdle:
    """What stands in the way. key: for programs; text: in words; do, url: the way out, "" where there is none."""

    key: str
    text: str
    do: str = ""
    url: str = ""


@dataclass(frozen=True)
class Capacity:
    """One way in which a person may vote. district: fixed by it, None where the person says."""

    basis: str
    district: Place | None
    organization: Organization | None = None

    @property
    def key(self) -> str:
        return f"{self.basis}:{self.organization.pk if self.organization else ''}"

    @property
    def label(self) -> str:
        if self.organization:
            name = {"name": self.organization.name}
            if self.basis == Voter.Basis.FIRM:
                return _("For %(name)s, which votes as an organization") % name
            return _("I work here, at %(name)s") % name
        return _("I live in %(place)s") % {"place": self.district.name if self.district else ""}


@dataclass(frozen=True)
class Eligibility:
    """capacities: ways in which the person may vote now; hurdles: why there is none."""

    capacities: tuple[Capacity, ...] = ()
    hurdles: tuple[Hurdle, ...] = field(default=())

    @property
    def may(self) -> bool:
        return bool(self.capacities) and not self.hurdles


def voting_hurdle(budget: Budget, phase: Phase | None, now: datetime) -> Hurdle | None:
    """Why nobody can vote at this moment, if so."""
    if budget.source == Budget.Source.IMPORTED:
        return Hurdle("imported", _("This budget was decided elsewhere and is shown for comparison."))
    if budget.status != Budget.Status.PUBLIC or phase is None:
        return Hurdle(
            "no_vote", _("No vote has been set for this budget."), _("See its phases"), budget.get_absolute_url()
        )
    if now < phase.starts_at or not budget.frozen_at:
        return Hurdle("early", _("The vote has not begun yet."), _("See when it opens"), budget.get_absolute_url())
    if now >= phase.ends_at:
        return Hurdle("late", _("The vote is over."), _("See the result"), reverse("budgets:result", args=[budget.pk]))
    return None


def vote_phase(budget: Budget) -> Phase | None:
    """The phase in which the budget is voted on."""
    return budget.phases.filter(kind=Kind.VOTE).first()


def eligibility(*, user: object, budget: Budget, now: datetime) -> Eligibility:
    """Whether a person may vote; at most five queries. Anonymous visitors are told to sign in."""
    if hurdle := voting_hurdle(budget, vote_phase(budget), now):
        return Eligibility(hurdles=(hurdle,))
    if not isinstance(user, User):
        page = f"{reverse('account_login')}?next={reverse('budgets:ballot', args=[budget.pk])}"
        return Eligibility(hurdles=(Hurdle("sign_in", _("Sign in to vote."), _("Sign in"), page),))
    if (hurdle := _level(user, budget)) or (hurdle := _age(user, budget, now)):
        return Eligibility(hurdles=(hurdle,))
    if found := _capacities(user, budget):
        return Eligibility(tuple(found))
    return Eligibility(hurdles=(_outside(user, budget),))


def _level(user: User, budget: Budget) -> Hurdle | None:
    if level_of(user) >= budget.level:
        return None
    pages = {Level.EMAIL: "account_email", Level.PHONE: "people:phone"}
    asked = Level(budget.level)
    return Hurdle(
        "level",
        _("This vote asks that you are known: “%(level)s”. So each person votes once.") % {"level": asked.label},
        _("Confirm who you are"), reverse(pages.get(asked, "people:verification")),
    )  # fmt: skip


def _age(user: User, budget: Budget, now: datetime) -> Hurdle | None:
    """Of an age the platform knows only whether somebody is surely 14; else the person declares it (see the form)."""
    if not budget.least_age:
        return None
    consent = GuardianConsent.objects.filter(user=user, withdrawn_at=None).first()
    if consent is None or consent.needed_until <= now.date() or budget.least_age < 14:
        return None
    text = _("People from %(age)s years on may vote in this budget.") % {"age": budget.least_age}
    return Hurdle("age", text, _("See the projects and comment on them"), budget.get_absolute_url())


def within(place: Place | None, outer: Place) -> bool:
    """Whether a place is the outer one or lies in it."""
    return place is not None and outer.pk in {place.pk, place.parent_id}


def _capacities(user: User, budget: Budget) -> list[Capacity]:
    found = []
    home = residence(user)
    if budget.level < Level.RESIDENT and home is None:
        home = user.home
    if isinstance(home, Place) and within(home, budget.place):
        found.append(Capacity(Voter.Basis.RESIDENT, home))
    return [*found, *_by_organization(user, budget)]


def _by_organization(user: User, budget: Budget) -> list[Capacity]:
    """Workers: members of a verified organization here; firms: its representatives, in its name."""
    if not (budget.admits_workers or budget.admits_firms):
        return []
    rows = Membership.objects.filter(
        Q(organization__home=budget.place_id) | Q(organization__home__parent=budget.place_id),
        user=user, ended_at=None, organization__closed_at=None, organization__verified_at__isnull=False,
    ).select_related("organization__home")  # fmt: skip
    found = []
    for one in rows.defer("organization__home__boundary").order_by("pk"):
        home = one.organization.home
        if budget.admits_workers:
            found.append(Capacity(Voter.Basis.WORKER, home, one.organization))
        if budget.admits_firms and one.rank == Membership.Rank.REPRESENTATIVE:
            found.append(Capacity(Voter.Basis.FIRM, home, one.organization))
    return found


def _outside(user: User, budget: Budget) -> Hurdle:
    here = {"place": budget.place.name}
    admitted = _("who live in %(place)s") % here
    if budget.admits_workers or budget.admits_firms:
        admitted = _("who live or work in %(place)s, and organizations there,") % here
    text = _("People %(admitted)s may vote in this budget.") % {"admitted": admitted}
    if residence(user) is None:
        return Hurdle("residence", text, _("Confirm where you live"), reverse("people:verification"))
    return Hurdle("residence", text, _("Confirm your new address, if you have moved"), reverse("people:verification"))


def digests_of(user: User, budget: Budget) -> list[str]:
    """The keyed hashes of this person for this budget alone: no two budgets can be joined by them."""
    in_force = [one.pk for one in verifications(user).values()]
    known = IdentityDigest.objects.filter(verification__in=in_force).values_list("digest", flat=True)
    return sorted(budget_digest(budget, one) for one in known)


def budget_digest(budget: Budget, digest: str) -> str:
    """A person's digest as it is kept in one budget."""
    return keyed.digest(PURPOSE, str(budget.pk), digest)
