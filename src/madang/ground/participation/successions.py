"""What happens to the search when a place is renamed, merged or divided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from madang.ground.participation.models import Subject
from madang.ground.participation.search import index

if TYPE_CHECKING:
    from madang.ground.places.operations import Succeeded


def on_succession(done: Succeeded) -> None:
    """The postings know each text by its place: those that were handed over are read anew."""
    index.mark_waiting(list(Subject.objects.filter(place=done.heir).values_list("pk", flat=True)))
