"""Pictures of the work, encoded anew on arrival (footing/pictures.py)."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from madang.plan.measures.models import Photo
from madang.plan.measures.operations.starting import MeasureError, locked

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from madang.ground.footing.pictures import Picture
    from madang.plan.measures.models import Measure

MOST = 60


def add_photos(
    *, measure: Measure, pictures: Sequence[Picture], milestone: int | None, taken_on: date | None
) -> list[Photo]:
    """Store pictures under random names, all or none; milestone: id of a step. Raises MeasureError past sixty."""
    stored: list[Photo] = []
    try:
        with transaction.atomic():
            measure = locked(measure)
            _leave_room(measure, len(pictures))
            stored.extend(_store(measure, picture, milestone, taken_on) for picture in pictures)
    except BaseException:
        _discard(stored)
        raise
    return stored


def _leave_room(measure: Measure, more: int) -> None:
    if measure.photos.count() + more > MOST:
        raise MeasureError(_("A measure holds at most sixty pictures. Take some off first."))


def _store(measure: Measure, picture: Picture, milestone: int | None, taken_on: date | None) -> Photo:
    photo = Photo(
        measure=measure, milestone_id=milestone, taken_on=taken_on, description=picture.description or measure.title
    )
    name = f"{secrets.token_hex(16)}.{picture.suffix}"
    photo.file.save(name, ContentFile(picture.content), save=False)
    photo.width, photo.height = picture.size
    photo.save()
    return photo


def _discard(photos: Iterable[Photo]) -> None:
    for photo in photos:
        photo.file.delete(save=False)


@transaction.atomic
def remove_photo(*, photo: Photo) -> None:
    """Take a picture off; its file goes when the transaction has held."""
    Photo.objects.filter(pk=photo.pk).delete()
    transaction.on_commit(lambda: _discard([photo]))
