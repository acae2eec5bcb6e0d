"""Routing an agenda item to its owner: suggest, assign, answer, escalate."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from madang.ground.agenda.models import AgendaItem, Stage
from madang.ground.agenda.operations import locked, set_owner
from madang.ground.participation.operations import tell
from madang.ground.people.models import Role, User
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
    advice = suggesting.advise(queries.material(item))
    with transaction.atomic():
        suggestion = suggesting.save(item=item, advice=advice, now=now)
        data = {"verdict": advice.verdict, "version": advice.engine, "digest": advice.digest}
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


def suggest_waiting(*, now: datetime, limit: int = 50) -> int:
    """Suggest an owner where none was suggested, and anew where it was done without the language model."""
    items = queries.items_without_suggestion(limit, by_model=suggesting.model_answers())
    for item in items:
        suggest_owner(item=item, now=now)
    return len(items)


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
    item = locked(item)
    if item.stage == Stage.CLOSED:
        raise RoutingError(_("The item is closed. Open it again before you route it."))
    if office.place_id not in {item.place_id, item.place.parent_id}:
        raise RoutingError(_("That office belongs to another place. Choose one of this place."))
    _make_way(item)
    suggestion = queries.latest_suggestion(item)
    terms = settings_of(item.place)
    assignment = Assignment.objects.create(
        item=item,
        office=office,
        suggestion=suggestion,
        follows_suggestion=bool(suggestion and suggestion.office_id == office.pk),
        reason=reason,
        assigned_by=by,
        assigned_at=now,
        due_at=now + timedelta(days=terms["response_days"].value),
        escalates_at=now + timedelta(days=max(terms["response_days"].value, terms["escalation_days"].value)),
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
    if current and current.status == Assignment.Status.ACCEPTED:
        message = _("%(office)s has accepted this item. It must hand the item back before another office can be asked.")
        raise RoutingError(message % {"office": current.office.name})
    if current and current.escalated_at is None:
        message = _("%(office)s was asked already. Wait for its answer, or until the matter is escalated.")
        raise RoutingError(message % {"office": current.office.name})
    if current:
        Assignment.objects.filter(pk=current.pk).update(status=Assignment.Status.REPLACED)


def answer(
    *,
    assignment: Assignment,
    accept: bool,
    reason: str,
    by: User,
    now: datetime,
    seen: str = Assignment.Status.PENDING,
) -> Assignment:
    """Accept the item or hand it back with a reason; an office may also hand back what it accepted.

    seen: the status that the answering person had before their eyes. Raises RoutingError where it has changed since,
    or where a reason is missing.
    """
    reason = reason.strip()
    if not accept and not reason:
        raise RoutingError(_("Say why the office hands the item back: the officer needs it to choose another."))
    with transaction.atomic():
        # The item first, as assigning does: the same order everywhere, so that nobody waits in a circle.
        AgendaItem.objects.select_for_update().only("pk").get(pk=assignment.item_id)
        rows = Assignment.objects.select_for_update(of=("self",)).select_related("item__place", "office")
        assignment = rows.get(pk=assignment.pk)
        if assignment.status != seen or not _open_to(assignment, accept=accept):
            raise RoutingError(_("This assignment was answered already. Reload the page to see how."))
        assignment.status = Assignment.Status.ACCEPTED if accept else Assignment.Status.HANDED_BACK
        assignment.answered_by, assignment.answered_at, assignment.answer_reason = by, now, reason
        assignment.save(update_fields=["status", "answered_by", "answered_at", "answer_reason"])
        _settle_owner(assignment, now)
        _record(assignment, ANSWERS[accept], by, now, reason)
        _tell_assigner(assignment, now)
    return assignment


ANSWERS = {True: Entry.Kind.ACCEPTED, False: Entry.Kind.HANDED_BACK}


def _open_to(assignment: Assignment, *, accept: bool) -> bool:
    if accept:
        return assignment.status == Assignment.Status.PENDING
    return assignment.status in queries.IN_FORCE


def _record(assignment: Assignment, kind: str, by: User | None, now: datetime, reason: str = "") -> None:
    item = assignment.item
    record(kind=kind, subject=item.subject, place=item.place, office=assignment.office, by=by, now=now, reason=reason)


def _settle_owner(assignment: Assignment, now: datetime) -> None:
    owner = assignment.office if assignment.status == Assignment.Status.ACCEPTED else None
    set_owner(item=assignment.item, owner=owner, by=assignment.answered_by, now=now, reason=assignment.answer_reason)


def escalate_overdue(*, now: datetime, limit: int = 200) -> int:
    """Report assignments left unanswered beyond the place's days to the office above, once each."""
    due = Assignment.objects.filter(status=Assignment.Status.PENDING, escalated_at=None, escalates_at__lte=now)
    count = 0
    for pk in due.order_by("escalates_at").values_list("pk", flat=True)[:limit]:
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
        subject=assignment.item.participation.pk,
        now=now,
    )


def _tell_office(assignment: Assignment, event: str, now: datetime, office: Office | None = None) -> None:
    """Tell those who answer for the office; an escalation also reaches the officers of the place and the one above."""
    office = office or assignment.office
    concerned = Q(roles__office=office)
    if event == "escalated":
        place = assignment.item.place
        concerned |= Q(roles__kind=Role.Kind.OFFICER, roles__place__in=[place.pk, place.parent_id or place.pk])
    in_force = Q(roles__expires_at=None) | Q(roles__expires_at__gt=now)
    staff = User.objects.filter(concerned & in_force, is_active=True).distinct().values_list("pk", flat=True)
    _tell(assignment, event, office, list(staff), now)


def _tell_assigner(assignment: Assignment, now: datetime) -> None:
    _tell(assignment, str(assignment.status), assignment.office, [assignment.assigned_by_id], now)
