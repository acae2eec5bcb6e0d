"""Paper ballots: sheets that are handed out, two people who read each, a third who decides, and which ballot counts.

The rule of doubles, published with the figures: the ballot that was in first counts. A sheet whose person submitted a
ballot online is set aside; whoever's sheet is a ballot can't vote online any more. A basket that was only saved online
gives way to a sheet.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from madang.ground.people.permissions import require
from madang.plan.budgets.models import Ballot, Budget, Count, PaperEntry, PaperSheet, Phase, Voter, VoterIdentity
from madang.plan.budgets.models.budgets import Kind
from madang.plan.budgets.operations.casting import lock_budget
from madang.plan.budgets.permissions_voting import DECIDE, ENTER
from madang.plan.budgets.queries.ballot_rules import ballots_of
from madang.plan.budgets.queries.eligibility import budget_digest
from madang.plan.budgets.voting import receipts
from madang.plan.budgets.voting.validity import normal, problems

if TYPE_CHECKING:
    from datetime import datetime

    from madang.ground.people.models import User
    from madang.ground.people.verification import Identity
    from madang.ground.places.models import Place

Status = PaperEntry.Status
MOST_SHEETS = 5_000
SERIAL = re.compile(r"[0-9A-Za-z가-힣][0-9A-Za-z가-힣\-]{0,39}")


class PaperError(Exception):
    """Nothing was entered; the message says why and what to do."""


@dataclass(frozen=True)
class Reading:
    """What one person reads on a sheet. void: why the sheet is no vote ("" where it is one)."""

    serial: str
    choices: tuple[int, ...]
    points: tuple[int, ...] | None = None
    district: Place | None = None
    identity: Identity | None = None
    void: str = ""


def _serial(text: str) -> str:
    serial = text.strip()
    if not SERIAL.fullmatch(serial):
        raise PaperError(_("Write the number as it stands on the sheet: letters, digits and hyphens."))
    return serial


def _open(budget: Budget, now: datetime) -> None:
    """Sheets are entered from the first day of the vote until the count."""
    if not budget.admits_paper:
        raise PaperError(_("Paper ballots are not counted in this budget."))
    phase = Phase.objects.filter(budget=budget, kind=Kind.VOTE).first()
    if phase is None or now < phase.starts_at or not budget.frozen_at:
        raise PaperError(_("The vote has not begun: no sheet can be filled in yet."))
    if Count.objects.filter(budget=budget, official=True).exists():
        raise PaperError(_("The ballots are counted. Sheets that come now are kept unopened."))


@transaction.atomic
def issue_range(
    *, budget: Budget, first: str, last: str, by: User, now: datetime, district: Place | None = None
) -> int:
    """Hand a run of numbered sheets to a counter, such as A-0001 to A-0200; how many. Raises PaperError."""
    require(by, ENTER, budget)
    serials = _run(_serial(first), _serial(last))
    known = set(PaperSheet.objects.filter(budget=budget, serial__in=serials).values_list("serial", flat=True))
    if known:
        raise PaperError(_("Sheet %(serial)s is in use already. Choose other numbers.") % {"serial": min(known)})
    PaperSheet.objects.bulk_create(
        PaperSheet(budget=budget, serial=one, district=district, issued_by=by, issued_at=now) for one in serials
    )
    return len(serials)


def _run(first: str, last: str) -> list[str]:
    head, low = re.fullmatch(r"(.*?)(\d+)", first), re.fullmatch(r"(.*?)(\d+)", last)
    if not head or not low or head[1] != low[1] or int(low[2]) < int(head[2]):
        raise PaperError(_("Both numbers must begin alike and end in digits, the smaller first: A-0001, A-0200."))
    if int(low[2]) - int(head[2]) >= MOST_SHEETS:
        raise PaperError(_("Enter at most %(n)s sheets at a time.") % {"n": f"{MOST_SHEETS:,}"})
    return [f"{head[1]}{number:0{len(head[2])}d}" for number in range(int(head[2]), int(low[2]) + 1)]


def issue_to(
    *, budget: Budget, serial: str, identity: Identity, by: User, now: datetime, district: Place | None = None
) -> PaperSheet:
    """Hand one sheet to a person whose identity card was seen. Raises PaperError where the person has voted."""
    require(by, ENTER, budget)
    _open(budget, now)
    _old_enough(budget, identity, now)
    digest = person_digest(budget, identity)
    if Ballot.objects.filter(voter__identities__digest=digest, budget=budget, submitted_at__isnull=False).exists():
        raise PaperError(
            _("This person has voted online. A sheet would not count: they can change their ballot there.")
        )
    try:
        with transaction.atomic():
            return PaperSheet.objects.create(
                budget=budget, serial=_serial(serial), identity=digest, district=district, issued_by=by, issued_at=now
            )
    except IntegrityError as clash:
        raise PaperError(
            _("This sheet was handed out already, or this person has another one. Look at both before you go on.")
        ) from clash


def _old_enough(budget: Budget, identity: Identity, now: datetime) -> None:
    born, today = identity.born, now.date()
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    if age < budget.least_age:
        raise PaperError(_("People from %(age)s years on may vote in this budget.") % {"age": budget.least_age})


def person_digest(budget: Budget, identity: Identity) -> str:
    """The hash under which a person at a counter is known in this budget; the same as of their account."""
    return budget_digest(budget, identity.digests()[0])


@transaction.atomic
def enter(*, budget: Budget, reading: Reading, by: User, now: datetime) -> PaperEntry:
    """Enter what one person reads on a sheet; the second alike makes the ballot. Raises PaperError.

    Nobody reads a sheet twice, and the second reader is not shown what the first one read.
    """
    require(by, ENTER, budget)
    lock_budget(budget.pk, alone=False)
    _open(budget, now)
    serial = _serial(reading.serial)
    _lock_sheet(budget, serial)
    before = list(PaperEntry.objects.filter(budget=budget, serial=serial))
    _may_read(before, by)
    entry = _entry(budget, serial, len(before) + 1, reading, by, now)
    entry.save()
    if before:
        _compare(budget, before[0], entry, now)
    return entry


def _lock_sheet(budget: Budget, serial: str) -> None:
    """Two readers of one sheet wait for each other; a sheet nobody issued becomes known here."""
    sheets = PaperSheet.objects.select_for_update().filter(budget=budget, serial=serial)
    if not sheets.exists():
        raise PaperError(
            _("Sheet %(serial)s was not handed out. Check the number, or enter it as handed out first.")
            % {"serial": serial}
        )
    list(sheets)


def _may_read(before: Sequence[PaperEntry], by: User) -> None:
    if any(one.entered_by_id == by.pk for one in before):
        raise PaperError(_("You have read this sheet already. Somebody else reads it the second time."))
    if len(before) > 1:
        if any(one.status == Status.DIFFERENT for one in before):
            raise PaperError(_("Both readings are in and differ. A third person decides."))
        raise PaperError(_("This sheet has been read twice already."))


def _entry(budget: Budget, serial: str, number: int, reading: Reading, by: User, now: datetime) -> PaperEntry:
    choices, points = normal(budget.ballot_type, reading.choices, reading.points)
    if reading.void:
        choices, points = [], None
    else:
        _valid(budget, choices, points, reading.district)
    return PaperEntry(
        budget=budget, serial=serial, reading=number, choices=choices, points=points, district=reading.district,
        identity=person_digest(budget, reading.identity) if reading.identity else "", reason=reading.void.strip(),
        entered_by=by, entered_at=now, status=Status.VOID if reading.void else Status.FIRST,
    )  # fmt: skip


def _valid(budget: Budget, choices: Sequence[int], points: Sequence[int] | None, district: Place | None) -> None:
    """A sheet that breaks the rules is entered as void with its reason, never mended."""
    if found := problems(ballots_of(budget), choices, points, home=district.pk if district else None):
        told = " ".join(one.text for one in found)
        raise PaperError(
            _("As entered, this is no valid ballot: %(why)s If the sheet says so, enter it as void.") % {"why": told}
        )


def _same(one: PaperEntry, other: PaperEntry) -> bool:
    void = bool(one.reason) == bool(other.reason)
    told = ("choices", "points", "district_id", "identity")
    return void and all(getattr(one, name) == getattr(other, name) for name in told)


def _compare(budget: Budget, first: PaperEntry, second: PaperEntry, now: datetime) -> None:
    if not _same(first, second):
        status = Status.DIFFERENT
    elif second.reason:
        status = Status.VOID
    else:
        status = Status.AGREED
        second.voter = first.voter = _ballot(budget, second, now)
    for one in (first, second):
        one.status = status
        one.save(update_fields=["status", "voter"])


@transaction.atomic
def decide(*, budget: Budget, reading: Reading, by: User, now: datetime) -> PaperEntry:
    """A third person, who read neither, looks at the sheet and decides. Raises PaperError."""
    require(by, DECIDE, budget)
    lock_budget(budget.pk, alone=False)
    _open(budget, now)
    serial = _serial(reading.serial)
    _lock_sheet(budget, serial)
    before = list(PaperEntry.objects.filter(budget=budget, serial=serial))
    if len(before) != 2 or any(one.status != Status.DIFFERENT for one in before):
        raise PaperError(_("Nothing is to be decided on this sheet: it was decided already, or both readings agree."))
    if by.pk in {one.entered_by_id for one in before}:
        raise PaperError(_("You read this sheet yourself. Somebody else decides."))
    entry = _entry(budget, serial, 3, reading, by, now)
    if not reading.void:
        entry.status = Status.AGREED
        entry.voter = _ballot(budget, entry, now)
    entry.save()
    PaperEntry.objects.filter(budget=budget, serial=serial, reading__lt=3).update(
        status=entry.status, voter=entry.voter
    )
    return entry


def _ballot(budget: Budget, entry: PaperEntry, now: datetime) -> Voter | None:
    """The ballot of a sheet that is settled; None where its person has one already (the sheet is a double)."""
    sheet = PaperSheet.objects.get(budget=budget, serial=entry.serial)
    digest = sheet.identity or entry.identity
    if digest and VoterIdentity.objects.filter(budget=budget, digest=digest).exists():
        return _beside_online(budget, digest, entry, now)
    voter = _voter(budget, entry, sheet, now)
    if digest:
        VoterIdentity.objects.create(voter=voter, budget=budget, digest=digest)
    return voter


def _beside_online(budget: Budget, digest: str, entry: PaperEntry, now: datetime) -> Voter | None:
    """The person is entered already. With a submitted ballot the sheet is set aside; a mere beginning gives way."""
    standing = VoterIdentity.objects.select_related("voter").get(budget=budget, digest=digest).voter
    Voter.objects.select_for_update().get(pk=standing.pk)
    if Ballot.objects.filter(voter=standing, submitted_at__isnull=False).exists():
        return None
    Ballot.objects.filter(voter=standing).delete()
    Voter.objects.filter(pk=standing.pk).update(channel=Voter.Channel.PAPER)
    _cast(standing, entry, now)
    return standing


def _voter(budget: Budget, entry: PaperEntry, sheet: PaperSheet, now: datetime) -> Voter:
    district = entry.district or sheet.district
    voter = Voter.objects.create(budget=budget, channel=Voter.Channel.PAPER, district=district, began_at=now)
    _cast(voter, entry, now)
    return voter


def _cast(voter: Voter, entry: PaperEntry, now: datetime) -> None:
    Ballot.objects.create(
        voter=voter, budget_id=voter.budget_id, choices=entry.choices, points=entry.points, receipt=receipts.code(),
        cast_at=now, submitted_at=now,
    )  # fmt: skip
