"""What a report, a case and a decision are about: a comment, a suggestion of change, or a thing itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from madang.ground.participation import mentions
from madang.ground.participation.models import Amendment, Comment

if TYPE_CHECKING:
    from datetime import datetime

    from madang.ground.participation.models import Case
    from madang.ground.participation.things import Card


@dataclass(frozen=True)
class Target:
    """One thing that can be reported. `key`: its name in the public record; `card`: of the subject it hangs on."""

    card: Card
    comment: Comment | None = None
    amendment: Amendment | None = None

    @property
    def kind(self) -> str:
        return "comment" if self.comment else "amendment" if self.amendment else "subject"

    @property
    def key(self) -> str:
        own = self.comment or self.amendment
        return own.record_key if own else self.card.record_key

    @property
    def author_id(self) -> int | None:
        own = self.comment or self.amendment
        return own.author_id if own else self.card.author_id

    @property
    def url(self) -> str:
        own = self.comment or self.amendment
        return own.get_absolute_url() if own else self.card.url

    @property
    def words(self) -> str:
        """What it says, for those who may read it."""
        if self.comment:
            return mentions.said(self.comment.body)
        if self.amendment:
            return f"{self.amendment.title}\n\n{self.amendment.body}\n\n{self.amendment.reason}"
        return self.card.title

    @property
    def is_shown(self) -> bool:
        own = self.comment or self.amendment
        return own.is_shown and self.card.public if own else self.card.public

    @property
    def can_be_hidden(self) -> bool:
        return bool(self.comment or self.amendment or self.card.thing.hide)

    @property
    def changed_at(self) -> datetime | None:
        """When its words last changed, where that is known."""
        return self.comment.edited_at if self.comment else None

    @property
    def report_url(self) -> str:
        names = {"comment": "talk:comment_report", "amendment": "talk:amendment_report", "subject": "talk:report"}
        own = self.comment or self.amendment
        return reverse(names[self.kind], args=[own.pk if own else self.card.subject_id])


def of_case(case: Case, card: Card) -> Target:
    """What a case is about (its comment and suggestion loaded)."""
    return Target(card, case.comment, case.amendment)
