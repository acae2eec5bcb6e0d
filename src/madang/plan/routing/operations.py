"""Routing an agenda item to its owner: suggest, assign, answer, escalate."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from madang.ground.agenda.models import AgendaItem, Stage
from madang.ground.participation.operations import tell
from madang.ground.people.models import User
from madang.ground.places.queries import settings_of
from madang.ground.record.models import Entry
from madang.ground.record.operations import record
from madang.plan.routing import queries, suggesting
from madang.plan.routing.models import Assignment, Suggestion

if TYPE_CHECKING:
    from datetime import datetime

    from madang.ground.places.models import Office


class RoutingError(Exception):
    """A step of routing that is not open now; the message says which is."""


def suggest_owner(*, item: AgendaItem, now: datetime) -> Suggestion:
    """Ask the suggester and keep its answer. The reading is done outside the transaction; the writing is short."""
    offices = list(queries.offices_for(item))
    advice = suggesting.advise(
        item=item,
        voices=queries.voices_of(item),
        offices=offices,
        decided=queries.decided_for(item),
        fallback=queries.fallback_owner(item),
    )
    with transaction.atomic():
        suggestion = suggesting.save(item=item, advice=advice, now=now)
        data = {"verdict": advice.verdict, "version": suggestion.engine_version, "digest": advice.digest}
        record(
            kind=Entry.Kind.ROUTED,
            subject=item.subject,
            place=item.place,
            office=suggestion.office,
            by=None,
            now=now,
            data=data,
        )
    return suggestion


def assign(*, item: AgendaItem, office: Office, reason: str, by: User, now: datetime) -> Assignment:
    """Ask an office to own the item. Raises RoutingError where one was asked already or the item is closed."""
    if not reason.strip():
        raise RoutingError(_("Give the reason: it stands on the public record."))
    try:
        with transaction.atomic():
            return _assign(item, office, reason.strip(), by, now)
    except IntegrityError as clash:
        raise RoutingError(_("Another officer has just assigned this item. Reload the page to see whom.")) from clash


def _assign(item: AgendaItem, office: Office, reason: str, by: User, now: datetime) -> Assignment:
    item = AgendaItem.objects.select_for_update(of=("self",)).select_related("place__parent").get(pk=item.pk)
    if item.stage == Stage.CLOSED:
        raise RoutingError(_("The item is closed. Open it again before you route it."))
    if office.place_id not in {item.place_id, item.place.parent_id}:
        raise RoutingError(_("That office belongs to another place. Choose one of this place."))
    _make_way(item)
    suggestion = queries.latest_suggestion(item)
    days = settings_of(item.place)["response_days"].value
    assignment = Assignment.objects.create(
        item=item,
        office=office,
        suggestion=suggestion,
        follows_suggestion=bool(suggestion and suggestion.office_id == office.pk),
        reason=reason,
        assigned_by=by,
        assigned_at=now,
        due_at=now + timedelta(days=days),
    )
    data = {"due_at": assignment.due_at.isoformat(), "follows_suggestion": assignment.follows_suggestion}
    record(
        kind=Entry.Kind.ASSIGNED,
        subject=item.subject,
        place=item.place,
        office=office,
        by=by,
        now=now,
        reason=reason,
        data=data,
    )
    _tell_office(assignment, "assigned", now)
    return assignment


def _make_way(item: AgendaItem) -> None:
    """An unanswered assignment that was escalated may be replaced; any other in force stands."""
    current = queries.assignment_in_force(item)
    if current and (current.status == Assignment.Status.ACCEPTED or current.escalated_at is None):
        raise RoutingError(_("An office was asked already. It must hand the item back first."))
    if current:
        Assignment.objects.filter(pk=current.pk).update(status=Assignment.Status.REPLACED)


def answer(*, assignment: Assignment, accept: bool, reason: str, by: User, now: datetime) -> Assignment:
    """Accept the item or hand it back with a reason. Raises RoutingError where it was answered already."""
    reason = reason.strip()
    if not accept and not reason:
        raise RoutingError(_("Say why the office hands the item back: the officer needs it to choose another."))
    with transaction.atomic():
        assignment = (
            Assignment.objects.select_for_update(of=("self",))
            .select_related("item__place", "office")
            .get(pk=assignment.pk)
        )
        if assignment.status != Assignment.Status.PENDING:
            raise RoutingError(_("This assignment was answered already. Reload the page to see how."))
        assignment.status = Assignment.Status.ACCEPTED if accept else Assignment.Status.HANDED_BACK
        assignment.answered_by, assignment.answered_at, assignment.answer_reason = by, now, reason
        assignment.save(update_fields=["status", "answered_by", "answered_at", "answer_reason"])
        _settle_owner(assignment, now)
        record(
            kind=Entry.Kind.ACCEPTED if accept else Entry.Kind.HANDED_BACK,
            subject=assignment.item.subject,
            place=assignment.item.place,
            office=assignment.office,
            by=by,
            now=now,
            reason=reason,
        )
        _tell_assigner(assignment, now)
    return assignment


def _settle_owner(assignment: Assignment, now: datetime) -> None:
    owner = assignment.office if assignment.status == Assignment.Status.ACCEPTED else None
    AgendaItem.objects.filter(pk=assignment.item_id).update(owner=owner, updated_at=now)


def escalate_overdue(*, now: datetime, limit: int = 200) -> int:
    """Report assignments left unanswered beyond the place's days to the office above, once each."""
    due = Assignment.objects.filter(status=Assignment.Status.PENDING, escalated_at=None, due_at__lt=now)
    count = 0
    for pk in due.order_by("due_at").values_list("pk", flat=True)[:limit]:
        with transaction.atomic():
            count += _escalate(pk, now)
    return count


def _escalate(pk: int, now: datetime) -> int:
    rows = Assignment.objects.select_for_update(of=("self",), skip_locked=True).select_related(
        "item__place__parent", "office__parent"
    )
    assignment = rows.filter(pk=pk, status=Assignment.Status.PENDING, escalated_at=None).first()
    if assignment is None:
        return 0
    wait = settings_of(assignment.item.place)["escalation_days"].value
    if assignment.assigned_at + timedelta(days=wait) > now:
        return 0
    above = queries.escalation_office(assignment)
    assignment.escalated_at = now
    assignment.save(update_fields=["escalated_at"])
    record(
        kind=Entry.Kind.ESCALATED,
        subject=assignment.item.subject,
        place=assignment.item.place,
        office=above,
        by=None,
        now=now,
        data={"assignment": assignment.pk, "due_at": assignment.due_at.isoformat()},
    )
    _tell_office(assignment, "escalated", now, office=above)
    return 1


# Rendered in the reader's language when the notice is read.
MESSAGES = {
    "assigned": gettext_noop("%(office)s was asked to own the agenda item “%(title)s”."),
    "escalated": gettext_noop("No answer came in time on “%(title)s”; it was reported to %(office)s."),
    "accepted": gettext_noop("%(office)s accepted the agenda item “%(title)s”."),
    "handed_back": gettext_noop("%(office)s handed back the agenda item “%(title)s”."),
}


def _tell(assignment: Assignment, event: str, office: Office, users: list[int], now: datetime) -> None:
    tell(
        users=users,
        kind=f"routing_{event}",
        message=MESSAGES[event],
        params={"office": office.name_ko, "title": assignment.item.title},
        url=reverse("routing:item", args=[assignment.item_id]),
        key=f"routing:{assignment.pk}:{event}",
        now=now,
    )


def _tell_office(assignment: Assignment, event: str, now: datetime, office: Office | None = None) -> None:
    office = office or assignment.office
    staff = User.objects.filter(roles__office=office, is_active=True).distinct().values_list("pk", flat=True)
    _tell(assignment, event, office, list(staff), now)


def _tell_assigner(assignment: Assignment, now: datetime) -> None:
    _tell(assignment, str(assignment.status), assignment.office, [assignment.assigned_by_id], now)
