"""How a person looks in the API."""

from __future__ import annotations

from madang.ground.footing.rest import Shape
from madang.ground.people.models import User
from madang.ground.people.queries import display_name


class Person(Shape):
    """A person as others see them."""

    name: str


def person(user: User | None) -> dict[str, object] | None:
    """Somebody's public face."""
    return {"name": display_name(user)} if user else None
