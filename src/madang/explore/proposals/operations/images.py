"""Pictures of a proposal, encoded anew on arrival (footing/pictures.py)."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from madang.explore.proposals.models import Image, Proposal
from madang.ground.footing.pictures import BYTES, ImageRefusedError, Picture, prepare

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["BYTES", "PER_PROPOSAL", "ImageRefusedError", "Picture", "attach", "prepare", "remove"]

PER_PROPOSAL = 5


def attach(*, proposal: Proposal, pictures: Sequence[Picture]) -> list[Image]:
    """Store pictures under random names; inside the caller's transaction. Raises ImageRefusedError past five."""
    if not pictures:
        return []
    if proposal.images.count() + len(pictures) > PER_PROPOSAL:
        raise ImageRefusedError(_("A proposal holds at most five pictures. Leave some out."))
    stored: list[Image] = []
    try:
        for picture in pictures:
            image = Image(proposal=proposal, description=picture.description or proposal.title)
            name = f"{secrets.token_hex(16)}.{picture.suffix}"
            image.file.save(name, ContentFile(picture.content), save=False)
            stored.append(image)
            image.width, image.height = picture.size
            image.save()
    except BaseException:
        _discard(stored)
        raise
    return stored


def _discard(images: Iterable[Image]) -> None:
    for image in images:
        image.file.delete(save=False)


def remove(*, proposal: Proposal, ids: Iterable[int]) -> None:
    """Take pictures off a proposal; their files go when the transaction has held."""
    gone = list(proposal.images.filter(pk__in=list(ids)))
    Image.objects.filter(pk__in=[image.pk for image in gone]).delete()
    transaction.on_commit(lambda: _discard(gone))
