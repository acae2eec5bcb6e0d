"""Uploaded pictures: decoded, stripped of what the camera noted, made smaller, and encoded anew."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from PIL import Image as Pillow
from PIL import ImageOps, UnidentifiedImageError

if TYPE_CHECKING:
    from typing import BinaryIO

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


def prepare(*, file: BinaryIO, name: str, description: str = "", side: int = SIDE) -> Picture:
    """Decode and encode anew: no EXIF (so no position), at most `side` px a side. Raises ImageRefusedError."""
    data = file.read(BYTES + 1)
    if len(data) > BYTES:
        raise ImageRefusedError(_("%(name)s is larger than 5 MB. Choose a smaller picture.") % {"name": name})
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Pillow.DecompressionBombWarning)
            content, suffix, size = _encode(data, side)
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


def _encode(data: bytes, side: int) -> tuple[bytes, str, tuple[int, int]]:
    with Pillow.open(io.BytesIO(data), formats=tuple(SUFFIXES)) as source:
        if source.width * source.height > PIXELS:
            raise _TooLarge
        kind = source.format or "JPEG"
        upright = ImageOps.exif_transpose(source)
    upright.thumbnail((side, side))
    clear = upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info
    # A new image carries pixels alone: no EXIF, no comments, no color profile of a device.
    bare = upright.convert("RGBA" if clear and kind != "JPEG" else "RGB")
    bare.info = {}
    out = io.BytesIO()
    bare.save(out, kind, **({"quality": 85} if kind != "PNG" else {"optimize": False}))
    return out.getvalue(), SUFFIXES[kind], bare.size
