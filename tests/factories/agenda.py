"""Agenda items."""

from __future__ import annotations

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from madang.ground.agenda.models import AgendaItem, Field
from tests.factories.places import PlaceFactory


class AgendaItemFactory(DjangoModelFactory):
    class Meta:
        model = AgendaItem

    place = factory.SubFactory(PlaceFactory)
    title = factory.Sequence(lambda n: f"밤에도 안전한 골목 {n}")
    summary = "가로등이 꺼진 골목을 지나는 주민이 많다."
    field = Field.HOUSING_SAFETY
    created_at = factory.LazyFunction(timezone.now)
    updated_at = factory.SelfAttribute("created_at")
    stage_since = factory.SelfAttribute("created_at")
