"""What administrators decide about a place: its offices, and what becomes of its code and name. All on the record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from madang.ground.footing.recording import recorded
from madang.ground.people.authority import ADMINISTER
from madang.ground.people.models import Role
from madang.ground.people.operations.roles import RoleError
from madang.ground.people.permissions import require
from madang.ground.places import operations as places

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from madang.ground.people.models import User
    from madang.ground.places.models import Office, Place


@transaction.atomic
def create_office(*, place: Place, fields: Mapping[str, Any], by: User, now: datetime) -> Office:
    """A new office. Raises PermissionDenied, OfficeError."""
    require(by, ADMINISTER, place)
    office = places.create_office(place=place, fields=fields)
    _record("office_created", office, by, now, office.name_ko)
    return office


@transaction.atomic
def change_office(*, office: Office, fields: Mapping[str, Any], by: User, now: datetime) -> Office:
    """Change an office. Raises PermissionDenied, OfficeError."""
    require(by, ADMINISTER, office.place)
    before = office.name_ko
    changed = places.change_office(office=office, fields=fields)
    if changed.name_ko != before:
        _record("office_renamed", changed, by, now, f"{before} → {changed.name_ko}")
    return changed


@transaction.atomic
def retire_office(*, office: Office, into: Office | None, reason: str, by: User, now: datetime) -> dict[str, int]:
    """Take an office out of service, or merge it into another; without one, the roles in it end.

    Raises PermissionDenied, OfficeError, RoleError.
    """
    require(by, ADMINISTER, office.place)
    if not reason.strip():
        raise RoleError(_("Give the reason: it stands on the public record."))
    moved = places.retire_office(office=office, into=into)
    if into is None:
        left = Role.objects.filter(office=office, ended_at=None)
        left.update(ended_at=now, ended_by=by, end_reason=reason.strip()[:400])
    _record(
        "office_merged" if into else "office_retired", office, by, now, reason.strip(),
        into=into.pk if into else None, moved=moved,
    )  # fmt: skip
    return moved


def _record(kind: str, office: Office, by: User, now: datetime, reason: str, **data: object) -> None:
    recorded(
        kind=kind, subject=f"office:{office.pk}", place=office.place, office=office, by=by, now=now, reason=reason,
        data=data,
    )  # fmt: skip


@transaction.atomic
def succeed(
    *, predecessors: Sequence[Place], successors: Sequence[places.Named], on: date, reason: str, by: User,
    now: datetime, parent: Place | None = None,
) -> places.Succeeded:  # fmt: skip
    """Rename, recode, merge or divide places, decided by whoever administers the place above them.

    Raises PermissionDenied, SuccessionError.
    """
    for one in predecessors:
        require(by, ADMINISTER, one.parent or one)
    if parent:
        require(by, ADMINISTER, parent)
    if not reason.strip():
        raise places.SuccessionError(_("Give the reason: it stands on the public record."))
    done = places.succeed(
        predecessors=predecessors, successors=successors, on=on, today=timezone.localdate(now), parent=parent
    )
    data = {
        "kind": done.kind,
        "on": done.on.isoformat(),
        "from": [one.code for one in done.predecessors],
        "to": [one.code for one in done.successors],
    }
    for one in done.successors:
        recorded(
            kind="place_succeeded", subject=f"place:{one.code}", place=one, by=by, now=now, reason=reason.strip(),
            data=data,
        )  # fmt: skip
    return done
