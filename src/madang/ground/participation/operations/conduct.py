"""Writing a place's code of conduct, and taking note of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from madang.ground.participation import queries
from madang.ground.participation.models import Acceptance, Conduct
from madang.ground.people.permissions import require
from madang.ground.places.models import Place
from madang.ground.record.operations import record

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from madang.ground.people.models import User

MOST_RULES = 20
RULE_LENGTH = 300


class ConductError(Exception):
    """Rules that cannot stand. The message says what to change."""


class ConductNotAcceptedError(Exception):
    """Somebody writes for the first time without having taken note of the rules."""


@transaction.atomic
def publish_conduct(*, place: Place, rules: Sequence[dict[str, str]], by: User, now: datetime) -> Conduct:
    """A new version of a place's own code, on the public record. Raises ConductError."""
    held = Place.objects.select_for_update(no_key=True).get(pk=place.pk)
    require(by, "participation.moderate", held)
    clean = [{key: " ".join(text.split()) for key, text in rule.items() if text.strip()} for rule in rules]
    clean = [rule for rule in clean if rule]
    if not clean:
        raise ConductError(_("Write at least one rule, each on a line of its own."))
    if len(clean) > MOST_RULES or any(len(text) > RULE_LENGTH for rule in clean for text in rule.values()):
        raise ConductError(_("At most 20 rules of at most 300 characters: people should be able to read them."))
    last = Conduct.objects.filter(place=held).aggregate(last=Max("number"))["last"] or 0
    new = Conduct.objects.create(place=held, number=last + 1, rules=clean, by=by, published_at=now)
    data = {"version": new.number, "rules": clean}
    record(kind="conduct", subject=f"place:{held.code}", place=held, by=by, now=now, data=data)
    return new


def take_note(*, place: Place, by: User, accepts: bool, now: datetime) -> None:
    """Before somebody writes: they know the rules, or say so now. Raises ConductNotAcceptedError."""
    code = queries.code_of(place)
    if queries.has_accepted(by, code):
        return
    if not accepts:
        raise ConductNotAcceptedError(_("Please read the rules of conversation and tick the box below them first."))
    row = Acceptance(user=by, place=code.origin, number=code.number, at=now)
    Acceptance.objects.bulk_create([row], ignore_conflicts=True)
