"""What later rooms show on a thread page: fetched by stage, a page of its own without scripts."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from madang.ground.agenda import panels
from tests.factories import AgendaItemFactory, MeasureFactory, suwon

pytestmark = pytest.mark.django_db


def test_the_thread_page_leads_to_the_parts_of_later_rooms():
    item = AgendaItemFactory(place=suwon())
    shown = Client().get(item.get_absolute_url()).content.decode()
    for stage in panels.later_stages():
        address = reverse("agenda:part", args=[item.pk, stage])
        assert f'hx-get="{address}"' in shown and f'href="{address}"' in shown


def test_a_part_is_a_page_and_for_htmx_only_its_sections():
    item = AgendaItemFactory(place=suwon())
    measure = MeasureFactory(place=suwon(), item=item)
    address = reverse("agenda:part", args=[item.pk, "plan"])
    page = Client().get(address)
    assert measure.title in page.content.decode() and "<html" in page.content.decode()
    part = Client().get(address, headers={"HX-Request": "true"})
    assert measure.title in part.content.decode() and "<html" not in part.content.decode()
    assert "HX-Request" in part["Vary"]


def test_a_part_that_no_room_fills_is_not_there():
    item = AgendaItemFactory(place=suwon())
    assert Client().get(reverse("agenda:part", args=[item.pk, "closed"])).status_code == 404
    assert Client().get(reverse("agenda:part", args=[0, "plan"])).status_code == 404
