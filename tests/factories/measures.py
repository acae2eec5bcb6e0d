"""Measures."""

from __future__ import annotations

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from madang.ground.participation.models import Subject
from madang.plan.measures.models import Measure
from tests.factories.places import PlaceFactory


class MeasureFactory(DjangoModelFactory):
    class Meta:
        model = Measure

    place = factory.SubFactory(PlaceFactory)
    subject = factory.LazyAttribute(
        lambda one: Subject.objects.create(kind="measure", place=one.place, created_at=timezone.now())
    )
    title = factory.Sequence(lambda n: f"골목 보안등 교체 {n}")
    body = "어두운 골목의 보안등을 교체한다."
    budget = 120_000_000
    status_since = factory.LazyFunction(timezone.now)
    created_at = factory.SelfAttribute("status_since")
