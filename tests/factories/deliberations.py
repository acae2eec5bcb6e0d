"""Deliberations with statements, people and votes."""

from __future__ import annotations

from datetime import timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from madang.explore.deliberations.models import Deliberation, Participant, Statement
from tests.factories.people import UserFactory
from tests.factories.places import PlaceFactory
from tests.factories.voices import SubjectFactory


class DeliberationFactory(DjangoModelFactory):
    """One that is open for voting; `draft=True` is still in preparation, `announced=True` waits, `closed=True` is over.

    `statements=5` adds so many statements that are shown.
    """

    class Meta:
        model = Deliberation
        skip_postgeneration_save = True

    class Params:
        draft = factory.Trait(status="draft", announced_at=None, frozen_at=None, frozen_digest="")
        announced = factory.Trait(
            status="draft", frozen_at=None, frozen_digest="",
            opens_at=factory.LazyFunction(lambda: timezone.now() + timedelta(days=1)),
        )  # fmt: skip
        closed = factory.Trait(
            status="closed",
            opens_at=factory.LazyFunction(lambda: timezone.now() - timedelta(days=20)),
            closes_at=factory.LazyFunction(lambda: timezone.now() - timedelta(days=1)),
            closed_at=factory.SelfAttribute("closes_at"),
        )

    place = factory.SubFactory(PlaceFactory)
    created_at = factory.LazyFunction(timezone.now)
    subject = factory.SubFactory(
        SubjectFactory, kind="deliberation", place=factory.SelfAttribute("..place"),
        created_at=factory.SelfAttribute("..created_at"),
    )  # fmt: skip
    title = factory.Sequence(lambda n: f"우리 동네 버스 정류장을 어떻게 바꿀까요? {n}")
    description = "정류장의 그늘, 의자, 안내판을 두고 의견을 묻습니다."
    status = "open"
    opens_at = factory.LazyAttribute(lambda made: made.created_at - timedelta(days=1))
    closes_at = factory.LazyAttribute(lambda made: made.created_at + timedelta(days=14))
    languages = factory.LazyFunction(lambda: ["ko"])
    announced_at = factory.SelfAttribute("created_at")
    frozen_at = factory.SelfAttribute("created_at")
    frozen_digest = "0" * 64

    @factory.post_generation
    def statements(self, create, extracted, **kwargs):
        for number in range(extracted or 0):
            StatementFactory(deliberation=self, number=number)
        if extracted:
            self.statement_count = extracted
            self.save(update_fields=["statement_count"])


class StatementFactory(DjangoModelFactory):
    class Meta:
        model = Statement

    deliberation = factory.SubFactory(DeliberationFactory)
    number = factory.LazyAttribute(lambda made: made.deliberation.statements.count())
    text = factory.Sequence(lambda n: f"정류장마다 그늘막이 있어야 한다 {n}")
    origin = "seed"
    status = "shown"
    created_at = factory.LazyFunction(timezone.now)


class ParticipantFactory(DjangoModelFactory):
    class Meta:
        model = Participant

    deliberation = factory.SubFactory(DeliberationFactory)
    number = factory.LazyAttribute(lambda made: made.deliberation.participants.count())
    user = factory.SubFactory(UserFactory)
    joined_at = factory.LazyFunction(timezone.now)
