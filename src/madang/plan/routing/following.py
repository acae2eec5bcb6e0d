"""How assignments follow what happens to an item: mergers, a new lead place, and the rule of the practice stage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from madang.ground.agenda.lineage import Follower
from madang.ground.agenda.models import Stage
from madang.ground.agenda.operations import set_owner
from madang.ground.agenda.stages import Rule
from madang.plan.routing.models import Assignment
from madang.plan.routing.queries import IN_FORCE

if TYPE_CHECKING:
    from datetime import datetime

    from madang.ground.agenda.events import Event
    from madang.ground.agenda.models import AgendaItem
    from madang.ground.people.models import User


def merge(*, source: AgendaItem, target: AgendaItem, by: User | None, now: datetime) -> dict[str, Any]:
    """An office is not asked twice for one matter: what was asked for the source falls away with it."""
    del target
    return _release(source, by, now)


def undo(*, source: AgendaItem, target: AgendaItem, moved: dict[str, Any], by: User | None, now: datetime) -> None:
    """The office that was asked is asked again, as it stood, unless another was asked meanwhile."""
    del target
    taken = Assignment.objects.filter(item=source, status__in=IN_FORCE).exists()
    before = Assignment.objects.filter(pk=moved.get("assignment", 0), status=Assignment.Status.REPLACED).first()
    if before is None or taken:
        return
    before.status = moved["status"]
    before.save(update_fields=["status"])
    if before.status == Assignment.Status.ACCEPTED:
        set_owner(item=source, owner=before.office, by=by, now=now)


def _release(item: AgendaItem, by: User | None, now: datetime) -> dict[str, Any]:
    current = Assignment.objects.select_for_update().filter(item=item, status__in=IN_FORCE).first()
    if current is None:
        return {}
    kept = {"assignment": current.pk, "status": current.status}
    current.status = Assignment.Status.REPLACED
    current.save(update_fields=["status"])
    set_owner(item=item, owner=None, by=by, now=now)
    return kept


def on_item(event: Event) -> None:
    """Taken over by another place, an item waits for an owner there."""
    if event.kind == "referred" and event.data.get("step") == "taken_over":
        _release(event.item, event.by, event.now)


def has_owner(item: AgendaItem) -> bool:
    """Whether an office has accepted the item."""
    return Assignment.objects.filter(item=item, status=Assignment.Status.ACCEPTED).exists()


FOLLOWER = Follower("assignment", merge=merge, undo=undo, order=20)
NEEDS_OWNER = Rule(
    key="owner",
    source=Stage.PLAN,
    target=Stage.PRACTICE,
    needs=_("An owner office has accepted the item"),
    holds=has_owner,
    where=lambda item: reverse("routing:item", args=[item.pk]),
    mend=_("Ask an office to own it"),
    order=20,
)
