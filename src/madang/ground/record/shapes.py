"""How a public decision looks in the API."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field

from madang.ground.footing.rest import Shape
from madang.ground.places.shapes import OfficeName, office_name
from madang.ground.record.models import Entry


class EntryOut(Shape):
    """A public decision: what, about what, where, by which office, when and why."""

    id: int
    at: datetime
    kind: str = Field(examples=["promoted"])
    label: str = Field(description="The kind in the reader's language.")
    subject: str = Field(examples=["agenda:17"])
    place: str = Field(description="Code of the place.")
    office: OfficeName | None = None
    reason: str = ""
    data: dict[str, Any] = Field(description="What the kind adds.")


def entry_out(entry: Entry) -> dict[str, object]:
    """An entry whose place and office (with its place) are loaded."""
    return {
        "id": entry.pk,
        "at": entry.at,
        "kind": entry.kind,
        "label": str(entry.get_kind_display()),
        "subject": entry.subject,
        "place": entry.place.code,
        "office": office_name(entry.office) if entry.office else None,
        "reason": entry.reason,
        "data": entry.data,
    }
