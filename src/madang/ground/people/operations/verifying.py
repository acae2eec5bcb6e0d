"""Reaching a level. One identity has one account: the database decides between two who claim it at once."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from madang.ground.footing import limits
from madang.ground.people import keyed
from madang.ground.people.models import CounterSlip, IdentityDigest, Level, PhoneCode, User, Verification
from madang.ground.people.permissions import require
from madang.ground.people.verification import gateway, ways
from madang.ground.people.verification.sms import normal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from madang.ground.people.verification import Identity
    from madang.ground.places.models import Place

CODE_LASTS, SLIP_LASTS = timedelta(minutes=5), timedelta(minutes=30)
CODES = limits.Limit(5, 3600)
GUESSES = limits.Limit(30, 3600)
# Without what is read for another: no 0 and O, 1 and I, 8 and B.
LETTERS = "ACDEFHJKLMNPQRTUVWXY34679"


class VerificationRefusedError(Exception):
    """Something stands against a verification. The message says what to do next."""


class IdentityTakenError(VerificationRefusedError):
    """Another account belongs to the same resident, or the same phone."""


class WrongCodeError(VerificationRefusedError):
    """The code is wrong, used up or over its time."""


def _counted(key: str, limit: limits.Limit, now: datetime) -> None:
    taken = limits.take(key, limit, now=now)
    if not taken.allowed:
        minutes = max(1, round(taken.wait.total_seconds() / 60))
        raise VerificationRefusedError(
            _("Too many attempts within an hour. Try again in %(minutes)d minutes.") % {"minutes": minutes}
        )


@transaction.atomic
def verify(
    *,
    user: User,
    way: str,
    digests: Iterable[str],
    now: datetime,
    place: Place | None = None,
    by: User | None = None,
) -> Verification:
    """Write down that a person reached the level of a way, again or for the first time. Raises IdentityTakenError."""
    found = ways.find(way)
    assert found is not None, way
    values = {
        "method": way, "place": place, "confirmed_by": by, "verified_at": now,
        "expires_at": now + found.lasts if found.lasts else None,
    }  # fmt: skip
    try:
        with transaction.atomic():
            verification, _new = Verification.objects.update_or_create(user=user, level=found.level, defaults=values)
            verification.digests.all().delete()
            IdentityDigest.objects.bulk_create(
                IdentityDigest(verification=verification, digest=one) for one in sorted(set(digests))
            )
    except IntegrityError as error:
        raise IdentityTakenError(_taken(found.level)) from error
    return verification


def _taken(level: Level) -> str:
    if level == Level.PHONE:
        return _("This phone belongs to another account. Sign in there, or use another number.")
    return _(
        "This resident has an account already. Sign in there; if that cannot be, go to a counter with an identity card."
    )


def send_code(*, by: User, number: str, now: datetime) -> PhoneCode:
    """Send a code to a phone. Raises VerificationRefusedError, NotSentError; the code is valid for five minutes."""
    phone = normal(number)
    if not phone:
        raise VerificationRefusedError(_("This is no Korean mobile number. Write it like 010-1234-5678."))
    code = f"{secrets.randbelow(10**6):06d}"
    with transaction.atomic():
        hashed = keyed.digest("phone", phone)
        _counted(f"phone-code:{by.pk}", CODES, now)
        _counted(f"phone-code:{hashed[:32]}", CODES, now)
        values = {
            "phone": hashed, "code": _hashed_code(by, hashed, code), "ending": phone[-2:], "sent_at": now,
            "expires_at": now + CODE_LASTS, "attempts": 0,
        }  # fmt: skip
        row, _new = PhoneCode.objects.update_or_create(user=by, defaults=values)
    # The message leaves after the transaction: no gateway is waited for while rows are locked.
    gateway().send(phone, _("[Madang] Your code is %(code)s. Tell it to nobody.") % {"code": code})
    return row


def _hashed_code(user: User, phone: str, code: str) -> str:
    return keyed.digest("phone-code", str(user.pk), phone, code)


def confirm_code(*, by: User, code: str, now: datetime) -> Verification:
    """Confirm a phone by the code sent to it. Raises WrongCodeError, IdentityTakenError; wrong tries are counted."""
    with transaction.atomic():
        row = PhoneCode.objects.select_for_update().filter(user=by).first()
        if row is None or row.expires_at <= now or row.attempts >= PhoneCode.ATTEMPTS:
            raise WrongCodeError(_("This code is no longer valid. Ask for a new one."))
        row.attempts += 1
        row.save(update_fields=["attempts"])
        if secrets.compare_digest(row.code, _hashed_code(by, row.phone, code.strip())):
            done = verify(user=by, way="phone", digests=[row.phone], now=now)
            row.delete()
            return done
        left = PhoneCode.ATTEMPTS - row.attempts
    # Outside the transaction, so that the wrong try stays counted.
    raise WrongCodeError(_("This is not the code. You can try %(left)d more times.") % {"left": left})


@transaction.atomic
def make_slip(*, by: User, now: datetime) -> str:
    """A short code to show at a counter, valid for half an hour; the former one is void."""
    _counted(f"slip:{by.pk}", CODES, now)
    code = "".join(secrets.choice(LETTERS) for _place in range(8))
    values = {"code": keyed.digest("slip", code), "made_at": now, "expires_at": now + SLIP_LASTS}
    CounterSlip.objects.update_or_create(user=by, defaults=values)
    return code


@transaction.atomic
def confirm_at_counter(*, code: str, by: User, now: datetime, place: Place, identity: Identity | None) -> Verification:
    """An official confirms in person whom a slip belongs to: a resident by an identity, an official without.

    Raises WrongCodeError, IdentityTakenError, PermissionDenied. Nobody confirms themselves.
    """
    require(by, "people.confirm_resident" if identity else "people.confirm_official", place)
    _counted(f"counter:{by.pk}", GUESSES, now)
    plain = "".join(one for one in code.upper() if one in LETTERS)
    slip = CounterSlip.objects.select_for_update().filter(code=keyed.digest("slip", plain)).first()
    if slip is None or slip.expires_at <= now:
        raise WrongCodeError(_("No valid slip has this code. Ask the person to show a new one."))
    if slip.user_id == by.pk:
        raise VerificationRefusedError(_("Nobody confirms themselves. Ask a colleague."))
    done = verify(
        user=slip.user, way="counter" if identity else "official_counter", now=now, place=place, by=by,
        digests=identity.digests() if identity else (),
    )  # fmt: skip
    slip.delete()
    return done


@transaction.atomic
def confirm_official(*, by: User, now: datetime) -> Verification:
    """Reach the officials' level by a confirmed address in one of the site's official domains."""
    addresses = EmailAddress.objects.filter(user=by, verified=True).values_list("email", flat=True)
    if not any(is_official_address(one) for one in addresses):
        raise VerificationRefusedError(
            _("None of your confirmed addresses belongs to a public office. Add that one first, then come back.")
        )
    return verify(user=by, way="official_email", digests=(), now=now)


def is_official_address(email: str) -> bool:
    """Whether an address lies in an official domain or below it."""
    domain = email.rpartition("@")[2].lower()
    return any(domain == one or domain.endswith(f".{one}") for one in map(str.lower, settings.OFFICIAL_DOMAINS))
