"""Places and offices. Without arguments: Suwon in Gyeonggi, made once."""

from __future__ import annotations

import factory
from factory.django import DjangoModelFactory

from madang.ground.places.models import Office, Place


class ProvinceFactory(DjangoModelFactory):
    class Meta:
        model = Place
        django_get_or_create = ("code",)

    code = "41"
    level = Place.Level.PROVINCE
    name_ko = "경기도"
    name_en = "Gyeonggi-do"


class PlaceFactory(DjangoModelFactory):
    """A municipality; `ProvinceFactory` or `gyeonggi()` for the place above."""

    class Meta:
        model = Place
        django_get_or_create = ("code",)

    code = "41110"
    level = Place.Level.MUNICIPALITY
    parent = factory.SubFactory(ProvinceFactory)
    name_ko = "수원시"
    name_en = "Suwon-si"


class OfficeFactory(DjangoModelFactory):
    class Meta:
        model = Office

    place = factory.SubFactory(PlaceFactory)
    key = factory.Sequence(lambda n: f"office-{n}")
    kind = Office.Kind.DIVISION
    name_ko = "교통정책과"
    name_en = "Transport Policy Division"
    mandate = "시내버스 노선과 정류소를 관리한다."


def gyeonggi() -> Place:
    return ProvinceFactory()


def suwon() -> Place:
    return PlaceFactory()
