"""How places and offices look in the API."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from madang.ground.footing.rest import Shape
from madang.ground.places.models import Office, Place


class PlaceName(Shape):
    """A place, as other things name it."""

    code: str = Field(description="Official administrative code.", examples=["41110"])
    name_ko: str = Field(examples=["수원시"])
    name_en: str = Field(examples=["Suwon-si"])


class PlaceOut(PlaceName):
    level: str = Field(description="province or municipality")
    parent: str | None = Field(None, description="Code of the place above.")


class SettingOut(Shape):
    """A value in force at a place, and the place that set it (null: the program's default)."""

    name: str = Field(examples=["support_threshold"])
    value: Any = Field(description="A number or a choice; see the name.")
    origin: str | None = Field(None, description="Code of the place that set it.")


class PlaceDetail(PlaceOut):
    settings: list[SettingOut]


class OfficeName(Shape):
    """An office, as other things name it."""

    id: int
    name_ko: str = Field(examples=["교통정책과"])
    name_en: str = ""
    place: str = Field(description="Code of its place.")


class OfficeOut(OfficeName):
    kind: str
    parent: int | None = None
    mandate: str = Field(description="One sentence a line.")
    business_plan: str = Field(description="One sentence a line.")
    is_innovation_officer: bool = Field(description="Owns what crosses departments or fits none.")


def place_name(place: Place) -> dict[str, object]:
    return {"code": place.code, "name_ko": place.name_ko, "name_en": place.name_en}


def place_out(place: Place) -> dict[str, object]:
    return {**place_name(place), "level": place.level, "parent": place.parent.code if place.parent else None}


def office_name(office: Office) -> dict[str, object]:
    """An office whose place is loaded."""
    return {"id": office.pk, "name_ko": office.name_ko, "name_en": office.name_en, "place": office.place.code}


def office_out(office: Office) -> dict[str, object]:
    return {
        **office_name(office),
        "kind": office.kind,
        "parent": office.parent_id,
        "mandate": office.mandate,
        "business_plan": office.business_plan,
        "is_innovation_officer": office.is_innovation_officer,
    }
