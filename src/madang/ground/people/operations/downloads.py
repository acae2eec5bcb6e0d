"""A copy of everything that the platform holds of a person: a zip of JSON files and a page that explains them."""

from __future__ import annotations

import json
import tempfile
import zipfile
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.core.files import File
from django.core.files.storage import storages
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from madang.ground.footing import jobs, limits
from madang.ground.people import data
from madang.ground.people.models import Browser, Download, GuardianConsent, Role, User, Verification
from madang.ground.people.operations.leaving import OWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

TASK = "madang.ground.people.tasks.make_download"
LASTS = timedelta(days=7)
A_DAY = limits.Limit(3, 86_400)


class TooManyDownloadsError(Exception):
    """Three copies a day are enough. The message says so."""


@transaction.atomic
def ask_download(*, by: User, now: datetime) -> jobs.Started:
    """Have a copy made in the background; while one is under way the same is returned. Raises TooManyDownloadsError."""
    started = jobs.start(
        task=TASK,
        key=f"download:{by.pk}",
        label=gettext_noop("A copy of your data"),
        now=now,
        by_id=by.pk,
        url=reverse("people:downloads"),
        user=by.pk,
    )
    if started.new and not limits.take(f"download:{by.pk}", A_DAY, now=now).allowed:
        raise TooManyDownloadsError(str(_("You can have three copies a day made. Try again tomorrow.")))
    return started


def make_download(*, user_id: int, now: datetime, job: jobs.Job = jobs.SILENT) -> Download:
    """Put the copy together. Killed midway, it leaves nothing and is made anew."""
    user = User.objects.get(pk=user_id)
    parts = [*_own(), *data.registered(), *(one for one in data.rest(OWN) if one.label)]
    with tempfile.TemporaryFile() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            counts = {}
            for number, part in enumerate(parts):
                job.advance(number, len(parts) + 1)
                counts[part.key] = _add(archive, part, user)
            with translation.override(user.language):
                told = render_to_string(
                    "people/mail/readme.txt", {"user": user, "parts": _told(parts, counts), "now": now}
                )
            archive.writestr("README.txt", told)
        return _store(user, file, now, job)


def _add(archive: zipfile.ZipFile, part: data.Holding, user: User) -> int:
    """Write one file row by row; returns how many rows it holds."""
    count = 0
    with archive.open(f"{part.key}.json", "w") as target:
        for count, row in enumerate(part.export(user), 1):
            text = json.dumps(dict(row), cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
            target.write(((",\n" if count > 1 else "[\n") + text).encode())
        target.write(b"\n]\n" if count else b"[]\n")
    return count


def _told(parts: Iterable[data.Holding], counts: Mapping[str, int]) -> list[dict[str, Any]]:
    return [{"file": f"{part.key}.json", "label": part.label, "count": counts[part.key]} for part in parts]


def _store(user: User, file: Any, now: datetime, job: jobs.Job) -> Download:
    size = file.tell()
    file.seek(0)
    download = Download(user=user, size=size, made_at=now, expires_at=now + LASTS)
    download.file = storages["private"].save(f"downloads/{download.pk}.zip", File(file))
    try:
        with transaction.atomic():
            download.save(force_insert=True)
            job.finish(url=reverse("people:downloads"))
    except BaseException:
        storages["private"].delete(download.file)
        raise
    return download


def _own() -> list[data.Holding]:
    """What this room, allauth and Django hold; leaving erases it by itself (leaving.py)."""

    def nothing(leaving: data.Leaving) -> None:
        del leaving

    def account(user: User) -> list[dict[str, Any]]:
        names = ("email", "display_name", "bio", "language", "shown", "joined_at", "last_login", "home__code")
        return list(User.objects.filter(pk=user.pk).values(*names))

    listed: list[tuple[str, object, Any, tuple[str, ...]]] = [
        ("addresses", _("E-mail addresses"), EmailAddress, ("email", "verified", "primary")),
        ("sign-ins", _("Accounts elsewhere"), SocialAccount, ("provider", "uid", "extra_data", "date_joined")),
        ("second-factors", _("Second factors"), Authenticator, ("type", "created_at", "last_used_at")),
        ("sessions", _("Sessions"), UserSession, ("created_at", "last_seen_at", "ip", "user_agent")),
        ("devices", _("Devices"), Browser, ("name", "first_at", "last_at")),
        ("verifications", _("Verifications"), Verification, ("level", "method", "verified_at", "expires_at")),
        ("roles", _("Roles"), Role, ("kind", "place__code", "office__name_ko", "expires_at")),
        (
            "guardian",
            _("Consent of a guardian"),
            GuardianConsent,
            ("guardian_name", "relationship", "guardian_email", "given_at", "withdrawn_at"),
        ),
    ]

    def table(model: Any, names: tuple[str, ...]) -> Any:
        return lambda user: model.objects.filter(user=user).values(*names)

    tables = [data.Holding(key, label, table(model, names), nothing) for key, label, model, names in listed]
    return [data.Holding("account", _("Account and profile"), account, nothing), *tables]
