"""What a person says of themselves, and what others see of it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from madang.engines.texts import normalise
from madang.ground.footing import pictures
from madang.ground.people import profiles
from madang.ground.people.models import User

if TYPE_CHECKING:
    from collections.abc import Sequence

    from madang.ground.places.models import Place

SIDE = 320


@dataclass(frozen=True)
class Profile:
    """What a person typed and chose. avatar: an encoded picture, or None to leave it as it is."""

    display_name: str
    bio: str
    home: Place | None
    language: str
    shown: Sequence[str]
    avatar: pictures.Picture | None = None
    remove_avatar: bool = False


@transaction.atomic
def change_profile(*, by: User, profile: Profile) -> User:
    """Change one's own profile; facets that nobody registered are left out. The former picture's file goes."""
    user = User.objects.select_for_update().get(pk=by.pk)
    user.display_name, user.bio = normalise.clean(profile.display_name).strip(), normalise.clean(profile.bio).strip()
    user.home, user.language = profile.home, profile.language
    user.shown = sorted(key for key in set(profile.shown) if profiles.find(key))
    former = user.avatar
    if profile.avatar is not None:
        user.avatar = _stored(profile.avatar)
    elif profile.remove_avatar:
        user.avatar = ""
    user.save(update_fields=["display_name", "bio", "home", "language", "shown", "avatar"])
    if former and former != user.avatar:
        transaction.on_commit(lambda: default_storage.delete(former))
    return user


def _stored(picture: pictures.Picture) -> str:
    name = f"people/{secrets.token_hex(16)}.{picture.suffix}"
    return default_storage.save(name, ContentFile(picture.content))
