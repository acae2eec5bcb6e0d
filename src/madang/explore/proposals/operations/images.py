"""Pictures of a proposal: decoded, stripped of what the camera noted, made smaller, and encoded anew."""

from __future__ import annotations

import io
import secrets
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image as Pillow
from PIL import ImageOps, UnidentifiedImageError

from madang.explore.proposals.models import Image, Proposal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import BinaryIO

PER_PROPOSAL = 5
BYTES = 5 * 1024 * 1024
SIDE = 2000
# A small file may unfold into gigabytes: refuse before decoding.
PIXELS = 40_000_000
SUFFIXES = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp"}


class ImageRefusedError(ValueError):
    """A file that cannot become a picture here. The message says which, why, and what to do."""


@dataclass(frozen=True)
class Picture:
    """An encoded picture, not yet stored, and its description for those who cannot see it."""

    content: bytes
    suffix: str
    size: tuple[int, int]
    description: str


def prepare(*, file: BinaryIO, name: str, description: str) -> Picture:
    """Decode and encode anew: no EXIF (so no position), at most 2,000 px a side. Raises ImageRefusedError."""
    data = file.read(BYTES + 1)
    if len(data) > BYTES:
        raise ImageRefusedError(_("%(name)s is larger than 5 MB. Choose a smaller picture.") % {"name": name})
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Pillow.DecompressionBombWarning)
            content, suffix, size = _encode(data)
    except (UnidentifiedImageError, Pillow.DecompressionBombError, Pillow.DecompressionBombWarning, _TooLarge) as error:
        raise ImageRefusedError(_why(error) % {"name": name}) from error
    except (OSError, ValueError, SyntaxError, KeyError) as error:  # what Pillow raises on broken files
        raise ImageRefusedError(_("%(name)s is damaged. Choose another picture.") % {"name": name}) from error
    return Picture(content, suffix, size, description.strip()[:200])


class _TooLarge(Exception):  # noqa: N818
    pass


def _why(error: Exception) -> str:
    if isinstance(error, UnidentifiedImageError):
        return _("%(name)s is not a JPEG, PNG or WebP picture. Choose one in such a format.")
    return _("%(name)s has too many pixels. Choose a picture of at most 40 million.")


def _encode(data: bytes) -> tuple[bytes, str, tuple[int, int]]:
    with Pillow.open(io.BytesIO(data), formats=tuple(SUFFIXES)) as source:
        if source.width * source.height > PIXELS:
            raise _TooLarge
        kind = source.format or "JPEG"
        upright = ImageOps.exif_transpose(source)
    upright.thumbnail((SIDE, SIDE))
    clear = upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info
    # A new image carries pixels alone: no EXIF, no comments, no color profile of a device.
    bare = upright.convert("RGBA" if clear and kind != "JPEG" else "RGB")
    bare.info = {}
    out = io.BytesIO()
    bare.save(out, kind, **({"quality": 85} if kind != "PNG" else {"optimize": False}))
    return out.getvalue(), SUFFIXES[kind], bare.size


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
