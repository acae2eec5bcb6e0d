"""Every change of an agenda item, each with its entry in the public record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from madang.ground.agenda.models import AgendaItem, Score, Stage
from madang.ground.agenda.queries import criteria_of, latest_entry_before_closing
from madang.ground.record.models import Entry
from madang.ground.record.operations import record

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from madang.ground.people.models import User
    from madang.ground.places.models import Office, Place

# One step forward, one step back, or closed; a closed item may be opened again where it stood.
TRANSITIONS: dict[str, tuple[str, ...]] = {
    Stage.EXPLORE: (Stage.PLAN, Stage.CLOSED),
    Stage.PLAN: (Stage.PRACTICE, Stage.EXPLORE, Stage.CLOSED),
    Stage.PRACTICE: (Stage.DIFFUSE, Stage.PLAN, Stage.CLOSED),
    Stage.DIFFUSE: (Stage.PRACTICE, Stage.CLOSED),
}


class AgendaError(Exception):
    """An agenda item could not be changed; the message says why and what to do next."""


class StageNotAllowedError(AgendaError):
    """The stages between were skipped, or somebody else has just moved the item."""


class ReasonMissingError(AgendaError):
    """A public decision without a reason."""


class ItemClosedError(AgendaError):
    """A closed item takes no scores or evidence."""


class ScoreInvalidError(AgendaError):
    """A score outside 1–5, or for a criterion that the place does not use."""


@transaction.atomic
def create_item(
    *,
    place: Place,
    title: str,
    summary: str,
    field: str,
    by: User | None,
    now: datetime,
    reason: str = "",
    data: dict[str, object] | None = None,
    inspired_by: Iterable[AgendaItem] = (),
) -> AgendaItem:
    """Take a problem up. `data` joins the record's entry (voices, supporters, first_voice_at)."""
    item = AgendaItem.objects.create(
        place=place, title=title.strip(), summary=summary.strip(), field=field,
        created_by=by, created_at=now, updated_at=now, stage_since=now,
    )  # fmt: skip
    item.inspired_by.set(inspired_by)
    record(kind=Entry.Kind.PROMOTED, subject=item.subject, place=place, by=by, now=now, reason=reason, data=data)
    return item


def allowed_stages(item: AgendaItem) -> tuple[str, ...]:
    """The stages to which the item may go from here."""
    if item.stage == Stage.CLOSED:
        return (latest_entry_before_closing(item),)
    return TRANSITIONS[item.stage]


@transaction.atomic
def set_stage(
    *, item: AgendaItem, stage: str, reason: str, by: User | None, now: datetime, office: Office | None = None
) -> AgendaItem:
    """Move an item one stage on or back, close it, or open it again.

    Raises ReasonMissingError without a reason, StageNotAllowedError where the item does not stand next to `stage`.
    """
    reason = _reason(reason)
    locked = _locked(item)
    if stage not in allowed_stages(locked):
        raise StageNotAllowedError(
            _(
                "This item now stands at “%(now)s” and cannot go to “%(there)s” from there. "
                "Look at the item and choose again."
            )
            % {"now": locked.get_stage_display(), "there": Stage(stage).label}
        )
    kind = Entry.Kind.CLOSED if stage == Stage.CLOSED else Entry.Kind.STAGE
    data: dict[str, object] = {"from": locked.stage, "to": stage}
    _save(locked, now=now, stage=stage, stage_since=now)
    record(
        kind=kind, subject=locked.subject, place=locked.place, by=by, now=now, reason=reason, office=office, data=data
    )
    return locked


def close_item(*, item: AgendaItem, reason: str, by: User | None, now: datetime) -> AgendaItem:
    """End the pursuit of an item, saying why."""
    return set_stage(item=item, stage=Stage.CLOSED, reason=reason, by=by, now=now)


@transaction.atomic
def add_note(*, item: AgendaItem, text: str, by: User | None, now: datetime, office: Office | None = None) -> Entry:
    """Put a remark on the item's public record."""
    locked = _locked(item)
    _save(locked, now=now)
    return record(
        kind=Entry.Kind.NOTE,
        subject=item.subject,
        place=locked.place,
        by=by,
        now=now,
        reason=_reason(text),
        office=office,
    )


@transaction.atomic
def revise(*, item: AgendaItem, title: str, summary: str, field: str, by: User | None, now: datetime) -> AgendaItem:
    """Word an item better; the record keeps the words it had."""
    locked = _locked(item)
    data: dict[str, object] = {"revised": True, "title_before": locked.title, "summary_before": locked.summary}
    _save(locked, now=now, title=title.strip(), summary=summary.strip(), field=field)
    record(kind=Entry.Kind.NOTE, subject=locked.subject, place=locked.place, by=by, now=now, data=data)
    return locked


@transaction.atomic
def set_inspired_by(*, item: AgendaItem, sources: Iterable[AgendaItem], by: User | None, now: datetime) -> None:
    """Say from which earlier items this one learned; both ends show it."""
    sources = [source for source in sources if source.pk != item.pk]
    item.inspired_by.set(sources)
    data: dict[str, object] = {"inspired_by": [[source.pk, source.title] for source in sources]}
    record(kind=Entry.Kind.NOTE, subject=item.subject, place=item.place, by=by, now=now, data=data)


@transaction.atomic
def score(
    *, item: AgendaItem, values: Mapping[str, int], by: User, now: datetime, notes: Mapping[str, str] | None = None
) -> int:
    """Keep one rater's scores, 1–5 by criterion key, in place of the same rater's earlier ones; how many were given."""
    locked = _locked(item)
    if locked.stage == Stage.CLOSED:
        raise ItemClosedError(_("This item is closed. Open it again before scoring it."))
    criteria = {criterion.key: criterion for criterion in criteria_of(locked.place)}
    _check_scores(values, set(criteria))
    rows = [
        Score(
            item=locked,
            criterion=criteria[key],
            rater=by,
            value=value,
            note=(notes or {}).get(key, "").strip(),
            scored_at=now,
        )
        for key, value in values.items()
    ]
    Score.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["item", "criterion", "rater"],
        update_fields=["value", "note", "scored_at"],
    )
    _save(locked, now=now)
    record(
        kind=Entry.Kind.SCORED,
        subject=locked.subject,
        place=locked.place,
        by=by,
        now=now,
        data={"values": dict(values)},
    )
    return len(rows)


def set_counts(*, item: AgendaItem, voices: int, supporters: int, now: datetime) -> None:
    """Keep how many voices and people stand behind an item (called in the transaction that changed them)."""
    _save(item, now=now, voice_count=voices, supporter_count=supporters)


def _locked(item: AgendaItem) -> AgendaItem:
    return AgendaItem.objects.select_for_update(of=("self",)).select_related("place").get(pk=item.pk)


def _save(item: AgendaItem, *, now: datetime, **values: object) -> None:
    # A job may carry an earlier clock than the row it changes; time never runs back on an item.
    values["updated_at"] = max(now, item.updated_at)
    for name, value in values.items():
        setattr(item, name, value)
    item.save(update_fields=list(values))


def _reason(text: str) -> str:
    if not text.strip():
        raise ReasonMissingError(_("Write a reason: it stands in the public record beside the decision."))
    return text.strip()


def _check_scores(values: Mapping[str, int], known: set[str]) -> None:
    if unknown := set(values) - known:
        raise ScoreInvalidError(
            _("This place does not use the criterion %(key)s.") % {"key": ", ".join(sorted(unknown))}
        )
    if not values or any(value not in range(1, 6) for value in values.values()):
        raise ScoreInvalidError(_("Give at least one score, each from 1 to 5."))
