"""The consent of a guardian, without which somebody under 14 has no account."""

from __future__ import annotations

import secrets
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from madang.ground.people import keyed
from madang.ground.people.models import Deletion, GuardianConsent, User
from madang.ground.people.operations.sessions import end_sessions

if TYPE_CHECKING:
    from datetime import datetime

# What was asked for and not given is destroyed after five days (Enforcement Decree of the PIPA).
WAITS = timedelta(days=5)


class ConsentError(Exception):
    """A consent that cannot be given or taken back. The message says why."""


def surely_fourteen(birth_year: int) -> date:
    """The day from which somebody born in a year is 14, whichever their birthday."""
    return date(birth_year + 15, 1, 1)


@transaction.atomic
def ask_guardian(*, user: User, birth_year: int, email: str, now: datetime) -> GuardianConsent:
    """Close a new account until a guardian consents, and write to them. Of the birthday only the year's end is kept."""
    secret = secrets.token_urlsafe(24)
    user.is_active = False
    user.save(update_fields=["is_active"])
    consent = GuardianConsent.objects.create(
        user=user,
        needed_until=surely_fourteen(birth_year),
        guardian_email=email,
        secret=_hashed(secret),
        asked_at=now,
    )
    transaction.on_commit(lambda: _write(consent, secret))
    return consent


def _hashed(secret: str) -> str:
    return keyed.digest("guardian", secret)


def _write(consent: GuardianConsent, secret: str) -> None:
    url = settings.BASE_URL.rstrip("/") + reverse("people:guardian", args=[secret])
    with translation.override(consent.user.language):
        text = render_to_string("people/mail/guardian.txt", {"consent": consent, "url": url, "days": WAITS.days})
        send_mail(_("[Madang] Your consent is asked for a child's account"), text, None, [consent.guardian_email])


def consent_of(secret: str) -> GuardianConsent | None:
    """The consent that a guardian's link speaks of."""
    return GuardianConsent.objects.select_related("user").filter(secret=_hashed(secret)).first()


def _locked(secret: str) -> GuardianConsent:
    found = GuardianConsent.objects.select_for_update().select_related("user").filter(secret=_hashed(secret)).first()
    if found is None:
        raise ConsentError(_("This link leads nowhere: the account is gone."))
    return found


@transaction.atomic
def give_consent(*, secret: str, name: str, relationship: str, now: datetime) -> GuardianConsent:
    """A guardian consents, and the account opens; also after a withdrawal, until the deletion. Raises ConsentError."""
    consent = _locked(secret)
    if consent.given_at and not consent.withdrawn_at:
        return consent
    consent.guardian_name, consent.relationship = name.strip(), relationship.strip()
    consent.given_at, consent.withdrawn_at = now, None
    consent.save(update_fields=["guardian_name", "relationship", "given_at", "withdrawn_at"])
    Deletion.objects.filter(user=consent.user).delete()
    User.objects.filter(pk=consent.user_id).update(is_active=True)
    return consent


@transaction.atomic
def withdraw_consent(*, secret: str, now: datetime) -> GuardianConsent:
    """A guardian takes consent back or refuses it: the account is closed, and deleted after the days of thinking over.

    Raises ConsentError once the person decides for themselves.
    """
    consent = _locked(secret)
    if consent.withdrawn_at:
        return consent
    if consent.needed_until <= now.date():
        raise ConsentError(_("The person is 14 or older by now and decides for themselves."))
    # Whoever waited for the lock comes after what happened meanwhile.
    consent.withdrawn_at = max(now, consent.given_at or now)
    consent.save(update_fields=["withdrawn_at"])
    User.objects.filter(pk=consent.user_id).update(is_active=False)
    end_sessions(of=consent.user)
    due = now + timedelta(days=settings.DELETION_DAYS if consent.given_at else 0)
    Deletion.objects.update_or_create(user=consent.user, defaults={"asked_at": now, "due_at": due, "keep_texts": False})
    return consent
