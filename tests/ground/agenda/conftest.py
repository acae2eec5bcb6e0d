"""Two neighboring cities in one province, and their officers."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests.factories import AgendaItemFactory, PlaceFactory, gyeonggi, officer_at, suwon


def yongin():
    return PlaceFactory(code="41460", name_ko="용인시", name_en="Yongin-si")


@pytest.fixture
def world():
    place, other, province = suwon(), yongin(), gyeonggi()
    officer, partner, above = officer_at(place), officer_at(other), officer_at(province)
    item = AgendaItemFactory(place=place, voice_count=1)
    return SimpleNamespace(
        place=place, other=other, province=province, officer=officer, partner=partner, above=above, item=item
    )
