"""What the agenda holds of a person: scores, which stay, with or without the words beside them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from madang.ground.agenda.models import Score
from madang.ground.people import data

SCORES = data.rows(
    Score, "rater", "item_id", "item__title", "criterion_id", "value", "note", "scored_at",
    key="scores", label=_("Scores of agenda items"), stays=True, texts={"note": ""},
)  # fmt: skip
