"""Setting a government up from a workbook: a trial run first, then carried out in pieces that may be repeated."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from madang.ground.footing import jobs
from madang.ground.footing.recording import recorded
from madang.ground.people.authority import SET_UP
from madang.ground.people.models import GovernmentSetup, Invitation, Role
from madang.ground.people.operations.invitations import InvitationError, invite_to_role
from madang.ground.people.permissions import require
from madang.ground.people.setup.checking import Plan, plan_of
from madang.ground.places.models import Office, Place
from madang.ground.places.operations import load_offices

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from madang.ground.people.models import User

TASK = "madang.people.set_up"
BATCH = 200
REASON = gettext_noop("Set up with the first workbook of this government.")


def keep_workbook(*, name: str, content: bytes, by: User, now: datetime) -> GovernmentSetup:
    """Judge a workbook and keep it with its report until it is carried out. Raises BadWorkbookError."""
    require(by, SET_UP)
    plan = plan_of(content, today=timezone.localdate(now))
    return GovernmentSetup.objects.create(
        sha256=hashlib.sha256(content).hexdigest(), name=name[:200], content=content, report=report_of(plan),
        uploaded_by=by, uploaded_at=now,
    )  # fmt: skip


def report_of(plan: Plan) -> dict[str, Any]:
    """Counts and problems as they are kept and shown."""
    return {"counts": plan.counts, "problems": [asdict(one) for one in plan.problems[:2000]], "n": len(plan.problems)}


@transaction.atomic
def start_setup(*, setup: GovernmentSetup, by: User, now: datetime) -> jobs.Started:
    """Queue the carrying out of a workbook that was judged."""
    require(by, SET_UP)
    GovernmentSetup.objects.filter(pk=setup.pk, applied_at=None).update(applied_by=by)
    return jobs.start(
        task=TASK, key=f"setup:{setup.pk}", label=gettext_noop("Set up of a government: %(file)s"),
        params={"file": setup.name}, by_id=by.pk, now=now, setup=setup.pk,
    )  # fmt: skip


def carry_out_setup(*, setup_id: int, now: datetime, job: jobs.Job = jobs.SILENT) -> dict[str, int]:
    """Carry a kept workbook out, judged anew; done once, it forgets the file and what it held of people."""
    setup = GovernmentSetup.objects.select_related("applied_by").get(pk=setup_id)
    if setup.applied_at or setup.content is None:
        return {}
    plan = plan_of(bytes(setup.content), today=timezone.localdate(now))
    done = carry_out(plan=plan, by=setup.applied_by, now=now, job=job)
    report = {"counts": plan.counts, "done": done, "problems": [], "n": len(plan.problems)}
    with transaction.atomic():
        rows = GovernmentSetup.objects.filter(pk=setup_id, applied_at=None)
        rows.update(applied_at=now, content=None, report=report)
        job.finish(url=f"/setup/{setup_id}/")
    return done


def carry_out(*, plan: Plan, by: User | None, now: datetime, job: jobs.Job = jobs.SILENT) -> dict[str, int]:
    """Create what the plan names and invite its people, by 200 to a transaction; what is there already stays."""
    done = _ground(plan, by, now)
    places = {one.code: one for one in Place.objects.filter(valid_to=None).select_related("parent").defer("boundary")}
    offices = {(one.place.code, one.key): one for one in Office.objects.select_related("place__parent")}
    total = len(plan.people)
    for start in range(0, total, BATCH):
        with transaction.atomic():
            done["invited"] += sum(_invite(row, places, offices, by, now) for row in plan.people[start : start + BATCH])
        job.advance(min(start + BATCH, total), total)
    return done


@transaction.atomic
def _ground(plan: Plan, by: User | None, now: datetime) -> dict[str, int]:
    """Places and offices in one transaction, with an entry on the record for each province that is new."""
    before = Place.objects.filter(valid_to=None).count(), Office.objects.count()
    new = [_place(row) for row in plan.places]
    load_offices(rows=plan.offices)
    after = Place.objects.filter(valid_to=None).count(), Office.objects.count()
    for place in (one for one, created in new if created and one.parent_id is None):
        recorded(
            kind="government_set_up", subject=f"place:{place.code}", place=place, by=by, now=now, reason=_(REASON),
            data=plan.counts,
        )  # fmt: skip
    return {"places": after[0] - before[0], "offices": after[1] - before[1], "invited": 0}


def _place(row: dict[str, Any]) -> tuple[Place, bool]:
    parent = Place.objects.get(code=row["parent"], valid_to=None) if row["parent"] else None
    names = {
        "name_ko": row["name_ko"], "name_en": row["name_en"], "parent": parent,
        "level": Place.Level.MUNICIPALITY if parent else Place.Level.PROVINCE,
    }  # fmt: skip
    return Place.objects.update_or_create(code=row["code"], valid_to=None, defaults=names)


def _invite(
    row: dict[str, Any],
    places: dict[str, Place],
    offices: dict[tuple[str, str], Office],
    by: User | None,
    now: datetime,
) -> bool:
    """Whether a letter was queued: whoever holds the role, or was invited to it, hears nothing again."""
    office = offices.get((row["place"], row["office"])) if row["office"] else None
    platform = row["role"] == Role.Kind.PLATFORM_ADMIN
    place = None if office or platform else places[row["place"]]
    ground: dict[str, Any] = {"place": place, "office": office}
    if Role.objects.filter(user__email=row["email"], kind=row["role"], ended_at=None, **ground).exists():
        return False
    if Invitation.objects.filter(email=row["email"], role=row["role"], withdrawn_at=None, **ground).exists():
        return False
    end = date.fromisoformat(row["until"]) + timedelta(days=1) if row["until"] else None
    try:
        invite_to_role(
            email=row["email"], kind=row["role"], by=by, now=now, reason=_(REASON), name=row["name"],
            language=row["language"], by_operator=True, **ground,
            expires_at=timezone.make_aware(datetime.combine(end, time())) if end else None,
        )  # fmt: skip
    except InvitationError:
        return False
    return True


def links(
    plan: Plan, rows: Sequence[str] = (Role.Kind.PLATFORM_ADMIN, Role.Kind.MUNICIPAL_ADMIN)
) -> Iterator[tuple[str, str]]:
    """Addresses and links of the administrators invited, for an operator whose mail does not go out yet."""
    from django.conf import settings
    from django.urls import reverse

    from madang.ground.people.operations.invitations import token_of

    emails = [row["email"] for row in plan.people if row["role"] in rows]
    for one in Invitation.objects.filter(email__in=emails, role__in=rows, accepted_at=None, withdrawn_at=None):
        yield one.email, settings.BASE_URL.rstrip("/") + reverse("invitations:detail", args=[token_of(one)])
