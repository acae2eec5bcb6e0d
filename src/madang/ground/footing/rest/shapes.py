"""The shapes of what goes out and comes in."""

from __future__ import annotations

from typing import Annotated, Generic, TypeVar

from ninja import Schema
from pydantic import ConfigDict, Field

Row = TypeVar("Row")
# What a bigint key can be.
Id = Annotated[int, Field(ge=1, le=2**63 - 1)]


class Shape(Schema):
    """Something that goes out."""


class Given(Schema):
    """Something that comes in: a field that nobody named is refused, so that none is ever set by accident."""

    model_config = ConfigDict(extra="forbid")


class Paged(Shape, Generic[Row]):
    """A page of a list, with the cursors of the pages around it; the `Link` header holds their whole addresses."""

    items: list[Row]
    next: str | None = Field(None, description="Give it as `cursor` for the next page; null on the last.")
    previous: str | None = Field(None, description="Give it as `cursor` for the page before; null on the first.")
