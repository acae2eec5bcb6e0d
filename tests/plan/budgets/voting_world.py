"""A budget that is being voted on: two district pots and one for all, six projects, a phase around NOW."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

from madang.ground.participation.models import Subject
from madang.ground.people import keyed
from madang.ground.people.models import IdentityDigest, Level, Verification
from madang.plan.budgets.models import Ballot, Budget, Phase, Pot, Project, Voter
from madang.plan.budgets.voting import receipts
from tests.factories import PlaceFactory, UserFactory, gyeonggi, officer_at

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
OPEN, CLOSE = NOW - timedelta(days=3), NOW + timedelta(days=4)
AFTER = CLOSE + timedelta(minutes=1)
COSTS = {1: 400, 2: 300, 3: 500, 4: 200, 5: 600, 6: 350}


def subject(kind: str, place) -> Subject:
    return Subject.objects.create(kind=kind, place=place, created_at=NOW)


class World:
    """Gyeonggi's budget: pots of Suwon (1,000) and Yongin (800), and one for everybody (900)."""

    def __init__(self, *, around: datetime = NOW, freeze: bool = True, **terms) -> None:
        self.now = around
        self.place = gyeonggi()
        self.suwon = PlaceFactory()
        self.yongin = PlaceFactory(code="41460", name_ko="용인시", name_en="Yongin-si", parent=self.place)
        self.goyang = PlaceFactory(code="41280", name_ko="고양시", name_en="Goyang-si", parent=self.place)
        self.officer = officer_at(self.place)
        self.budget = Budget.objects.create(
            subject=subject("budget", self.place), place=self.place, title="2027년 주민참여예산", year=2027,
            status="public", created_at=around - timedelta(days=60), created_by=self.officer, eligible=1000, **terms,
        )  # fmt: skip
        self.pots = [
            Pot.objects.create(budget=self.budget, name=name, amount=amount, place=place)
            for name, amount, place in (("수원", 1000, self.suwon), ("용인", 800, self.yongin), ("도 전체", 900, None))
        ]
        self.projects = {n: self._project(n, self.pots[(n - 1) // 2]) for n in COSTS}
        self.phase = Phase.objects.create(
            budget=self.budget, kind="vote", starts_at=around - timedelta(days=3), ends_at=around + timedelta(days=4)
        )
        if freeze:
            self.freeze()

    def _project(self, number: int, pot: Pot) -> Project:
        place = pot.place or self.suwon
        return Project.objects.create(
            subject=subject("project", place), budget=self.budget, pot=pot, number=number, title=f"사업 {number}",
            summary=f"사업 {number}을 합니다.", place=place, cost=COSTS[number], status="ballot",
            field=("housing_safety", "living_culture")[number % 2], created_at=self.now,
        )  # fmt: skip

    def freeze(self) -> None:
        Budget.objects.filter(pk=self.budget.pk).update(
            frozen_at=self.phase.starts_at, frozen_digest=uuid.uuid4().hex * 2
        )
        self.budget.refresh_from_db()

    def resident(self, place=None, person: str = "", **fields):
        """Somebody whose residence was confirmed."""
        user = UserFactory(**fields)
        confirm(user, place or self.suwon, person or f"person {user.pk}", self.now)
        return user

    def voter(self, place=None, *, channel="online", **fields) -> Voter:
        """A voter without an account."""
        return Voter.objects.create(
            budget=self.budget, channel=channel, district=place or self.suwon, began_at=self.now, **fields
        )

    def ballot(self, *choices: int, voter: Voter | None = None, place=None, points=None, **fields) -> Ballot:
        """A submitted ballot."""
        return Ballot.objects.create(
            voter=voter or self.voter(place, **fields), budget=self.budget, choices=list(choices), points=points,
            receipt=receipts.code(), cast_at=self.now, submitted_at=self.now,
        )  # fmt: skip


def confirm(user, place, person: str, now: datetime) -> None:
    """A confirmation of residence; the same `person` is the same human being."""
    done = Verification.objects.create(
        user=user, level=Level.RESIDENT, method="counter", place=place, verified_at=now - timedelta(days=9)
    )
    IdentityDigest.objects.create(verification=done, digest=keyed.digest("person", person))
