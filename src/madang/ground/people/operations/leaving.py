"""Leaving: asked for by the person, thought over for some days, then carried out by a job."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.files.storage import default_storage, storages
from django.db import transaction

from madang.ground.footing.models import Progress
from madang.ground.people import data
from madang.ground.people.models import (
    ERASED_NAME,
    Browser,
    CounterSlip,
    Deletion,
    Download,
    GuardianConsent,
    PhoneCode,
    Role,
    User,
    Verification,
)
from madang.ground.people.operations.guardians import WAITS
from madang.ground.people.operations.sessions import end_sessions

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

# The rows that hang on a person alone and tell nothing to others. The children of one come before it.
OWN = (
    Authenticator, SocialAccount, EmailAddress, PhoneCode, CounterSlip, Verification, GuardianConsent, Browser,
    Download, Role, UserSession, Deletion, LogEntry,
)  # fmt: skip


@transaction.atomic
def ask_deletion(*, by: User, keep_texts: bool, now: datetime) -> Deletion:
    """Ask to leave. Until the day that is returned it can be taken back; asking again changes only what stays."""
    due = now + timedelta(days=settings.DELETION_DAYS)
    deletion, new = Deletion.objects.get_or_create(
        user=by, defaults={"asked_at": now, "due_at": due, "keep_texts": keep_texts}
    )
    if not new and deletion.keep_texts != keep_texts:
        deletion.keep_texts = keep_texts
        deletion.save(update_fields=["keep_texts"])
    return deletion


@transaction.atomic
def cancel_deletion(*, by: User) -> bool:
    """Stay after all; False where nothing was asked."""
    return Deletion.objects.filter(user=by).delete()[0] > 0


def erase_due(*, now: datetime) -> int:
    """Carry out what is due, each in a transaction of its own; returns how many left."""
    users = list(Deletion.objects.filter(due_at__lte=now).order_by("due_at").values_list("user_id", flat=True)[:500])
    return sum(erase(user_id=one, now=now) for one in users)


@transaction.atomic
def erase(*, user_id: int, now: datetime) -> bool:
    """Erase a person whose deletion is due. False where it was taken back meanwhile, or is done.

    What was decided in public stays, held up by an account in which nothing of the person is left.
    """
    deletion = Deletion.objects.select_for_update().filter(user_id=user_id, due_at__lte=now).first()
    if deletion is None:
        return False
    user = User.objects.select_for_update().get(pk=user_id)
    leaving = data.Leaving(user, deletion.keep_texts, now)
    for holding in [*data.registered(), *data.rest(OWN)]:
        holding.erase(leaving)
    _forget(user)
    _empty(user, now)
    return True


def _forget(user: User) -> None:
    """Everything that hangs on the person in this room, in allauth and in Django."""
    end_sessions(of=user)
    files = list(user.downloads.values_list("file", flat=True))
    pictures = [user.avatar] if user.avatar else []
    for model in OWN:
        model._default_manager.filter(user=user).delete()  # noqa: SLF001
    Progress.objects.filter(by_id=user.pk).delete()
    user.groups.clear()
    user.user_permissions.clear()
    # The administration's log keeps what was done, without the names of people it was done to.
    kind = ContentType.objects.get_for_model(User)
    LogEntry.objects.filter(content_type=kind, object_id=str(user.pk)).update(object_repr="", change_message="")
    transaction.on_commit(lambda: _remove_files(files, pictures))


def _remove_files(private: Iterable[str], public: Iterable[str]) -> None:
    for name in private:
        storages["private"].delete(name)
    for name in public:
        default_storage.delete(name)


def _empty(user: User, now: datetime) -> None:
    user.email, user.display_name = f"{secrets.token_hex(12)}@erased.invalid", ERASED_NAME
    user.bio, user.avatar, user.home, user.shown, user.language = "", "", None, [], "ko"
    # The month is enough to tell how old an account was; the moment would single out whoever had it.
    user.joined_at = user.joined_at.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    user.last_login, user.erased_at = None, now
    user.is_active = user.is_staff = user.is_superuser = False
    user.set_unusable_password()
    user.save()


@transaction.atomic
def sweep(*, now: datetime) -> None:
    """Let go of what has had its time: downloads, codes, slips, and accounts for which no guardian spoke."""
    over = Download.objects.filter(expires_at__lte=now)
    files = list(over.values_list("file", flat=True))
    over.delete()
    PhoneCode.objects.filter(expires_at__lte=now).delete()
    CounterSlip.objects.filter(expires_at__lte=now).delete()
    # A sign-in that stopped half-way keeps an address in its session.
    Session.objects.filter(expire_date__lte=now).delete()
    for consent in GuardianConsent.objects.filter(given_at=None, asked_at__lte=now - WAITS)[:500]:
        Deletion.objects.get_or_create(
            user_id=consent.user_id, defaults={"asked_at": now, "due_at": now, "keep_texts": False}
        )
    transaction.on_commit(lambda: _remove_files(files, ()))
