"""Granting, extending and ending roles. Each is a public decision and stands on the record, without the person's name.

Whoever grants is looked at again inside the transaction, under a lock on their own row: a role that is being ended at
the same moment grants nothing more.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from madang.ground.footing.recording import recorded
from madang.ground.footing.telling import told
from madang.ground.people.authority import END, GRANT
from madang.ground.people.models import Role, User
from madang.ground.people.permissions import require
from madang.ground.people.queries import forget_roles, in_force
from madang.ground.people.queries.administration import expiring_roles
from madang.ground.people.queries.invitations import where_of
from madang.ground.places.models import Place

if TYPE_CHECKING:
    from datetime import datetime

    from madang.ground.people.models import Organization
    from madang.ground.places.models import Office

REMIND_WITHIN = timedelta(days=14)


class RoleError(ValueError):
    """A role that cannot be granted, extended or ended; the message says why and what to do next."""


def grant(
    *,
    user: User,
    kind: str,
    by: User,
    now: datetime,
    reason: str,
    place: Place | None = None,
    office: Office | None = None,
    organization: Organization | None = None,
    starts_at: datetime | None = None,
    expires_at: datetime | None = None,
) -> Role:
    """Give somebody a role. Raises PermissionDenied (see `authority`), RoleError."""
    role = Role(
        user=user, kind=kind, place=place, office=office, organization=organization, starts_at=starts_at,
        expires_at=expires_at, granted_by=by, granted_at=now, reason=reason.strip(),
    )  # fmt: skip
    check(role, now)
    try:
        with transaction.atomic():
            _authorized(by, GRANT, role)
            return place_role(role, now=now)
    except IntegrityError as clash:
        raise RoleError(_("This person holds that role there already: extend it instead.")) from clash


def check(role: Role, now: datetime) -> None:
    """Raise RoleError where a role makes no sense."""
    if not role.reason:
        raise RoleError(_("Give the reason: it stands on the public record."))
    if role.expires_at and role.expires_at <= (role.starts_at or now):
        raise RoleError(_("The role would end before it begins. Choose a later day."))
    if not role.user.is_active:
        raise RoleError(_("That account is closed. Choose somebody else."))
    if role.office and not role.office.active:
        raise RoleError(_("That office is no longer in service. Choose another one."))
    if role.kind == Role.Kind.STAFF and not role.office:
        raise RoleError(_("Department staff answer for an office: choose which."))


def place_role(role: Role, *, now: datetime) -> Role:
    """Store a role that was decided, in the transaction of the decision; one that has run out makes way for it."""
    same = Role.objects.filter(
        user=role.user, kind=role.kind, place=role.place, office=role.office, organization=role.organization
    )
    same.filter(ended_at=None, expires_at__lte=now).update(ended_at=now, ended_by=None, end_reason="")
    role.save()
    _record("role_granted", role, role.granted_by, now, role.reason)
    _tell(role, gettext_noop("You have a new role: %(role)s (%(where)s)."), "granted", now)
    forget_roles(role.user)
    return role


def extend(*, role: Role, expires_at: datetime | None, by: User, now: datetime, reason: str) -> Role:
    """Move the day on which a role ends (None: without end). Raises PermissionDenied, RoleError."""
    if not reason.strip():
        raise RoleError(_("Give the reason: it stands on the public record."))
    if expires_at and expires_at <= now:
        raise RoleError(_("That day is past. Choose a later one, or end the role."))
    with transaction.atomic():
        role = _locked(role, by)
        _authorized(by, GRANT, role)
        role.expires_at, role.reminded_at = expires_at, None
        role.save(update_fields=["expires_at", "reminded_at"])
        _record("role_extended", role, by, now, reason.strip())
        _tell(
            role,
            gettext_noop("The end of your role was moved: %(role)s (%(where)s)."),
            f"extended:{now.isoformat()}",
            now,
        )
    forget_roles(role.user)
    return role


def end(*, role: Role, by: User, now: datetime, reason: str) -> Role:
    """End a role before its time: by whoever stands above it, or by its holder. Raises PermissionDenied, RoleError."""
    if not reason.strip():
        raise RoleError(_("Give the reason: it stands on the public record."))
    with transaction.atomic():
        if role.kind == Role.Kind.PLATFORM_ADMIN:
            _keep_one_platform_admin(role, now)
        role = _locked(role, by)
        _authorized(by, END, role)
        role.ended_at, role.ended_by, role.end_reason = now, by, reason.strip()
        role.save(update_fields=["ended_at", "ended_by", "end_reason"])
        _record("role_ended", role, by, now, reason.strip())
        if role.user_id != by.pk:
            _tell(role, gettext_noop("Your role has ended: %(role)s (%(where)s)."), "ended", now)
    forget_roles(role.user)
    return role


def _locked(role: Role, by: User) -> Role:
    """The role under a lock on it, its holder and whoever decides: two who end each other's take turns."""
    people = User.objects.select_for_update(no_key=True).filter(pk__in={role.user_id, by.pk})
    list(people.order_by("pk").values_list("pk", flat=True))
    rows = Role.objects.select_for_update(of=("self",)).select_related(
        "user", "place__parent", "office__place__parent", "organization__home__parent"
    )
    found = rows.filter(pk=role.pk, ended_at=None).first()
    if found is None:
        raise RoleError(_("This role has just been ended by somebody else. Reload the page."))
    return found


def _authorized(by: User, permission: str, role: Role) -> None:
    """Look at the person who decides anew, under a lock on their row. Raises PermissionDenied."""
    fresh = User.objects.select_for_update(no_key=True).filter(pk=by.pk).first()
    if fresh is None:
        raise PermissionDenied(_("Your role does not allow this here."))
    require(fresh, permission, role)


def _keep_one_platform_admin(role: Role, now: datetime) -> None:
    """Without one, nobody could name another. The rows are locked in one order, so that two leave in turn."""
    rows = Role.objects.select_for_update(of=("self",)).filter(in_force(now), kind=Role.Kind.PLATFORM_ADMIN)
    others = [one for one in rows.filter(user__is_active=True).order_by("pk") if one.user_id != role.user_id]
    if not others:
        raise RoleError(_("This is the last administrator of the platform. Name another one first."))


def _record(kind: str, role: Role, by: User | None, now: datetime, reason: str) -> None:
    """One entry, at the place that the role is about; a role over the whole platform concerns every province."""
    data = {
        "role": role.kind,
        "organization": role.organization_id,
        "starts_at": role.starts_at.isoformat() if role.starts_at else None,
        "expires_at": role.expires_at.isoformat() if role.expires_at else None,
    }
    for place in _places_of(role):
        recorded(
            kind=kind, subject=role.subject, place=place, by=by, now=now, reason=reason, office=role.office, data=data
        )


def _places_of(role: Role) -> list[Place]:
    if role.place:
        return [role.place]
    if role.office:
        return [role.office.place]
    if role.organization and role.organization.home:
        return [role.organization.home]
    return list(Place.objects.filter(level=Place.Level.PROVINCE, valid_to=None).defer("boundary"))


def _tell(role: Role, message: str, what: str, now: datetime) -> None:
    """Tell the holder, naming the ground in their own language."""
    with translation.override(role.user.language):
        params = {"role": str(Role.Kind(role.kind).label), "where": where_of(role)}
    told(
        users=[role.user_id], kind="role", message=message, params=params, url="/me/roles/",
        key=f"role-{what}:{role.pk}", now=now,
    )  # fmt: skip


def remind_of_expiry(*, now: datetime, within: timedelta = REMIND_WITHIN) -> int:
    """Tell everybody, once, whose role ends soon; whoever granted it too. Returns how many roles."""
    count = 0
    for role in expiring_roles(now=now, until=now + within):
        with transaction.atomic():
            if not Role.objects.filter(pk=role.pk, reminded_at=None, ended_at=None).update(reminded_at=now):
                continue
            count += 1
            _remind(role, now)
    return count


def _remind(role: Role, now: datetime) -> None:
    day = timezone.localtime(role.expires_at).date().isoformat()
    with translation.override(role.user.language):
        params = {"role": str(Role.Kind(role.kind).label), "where": where_of(role), "day": day}
    users = [role.user_id, *([role.granted_by_id] if role.granted_by_id else [])]
    message = gettext_noop("A role ends soon, on %(day)s: %(role)s (%(where)s).")
    told(
        users=users, kind="role", message=message, params=params, url="/me/roles/",
        key=f"role-expires:{role.pk}:{day}", now=now,
    )  # fmt: skip
