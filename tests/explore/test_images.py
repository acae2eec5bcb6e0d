import io

import pytest
from PIL import Image as Pillow

from madang.explore.proposals.models import Image
from madang.explore.proposals.operations import images
from tests.factories import ProposalFactory


def picture(size=(60, 40), kind="JPEG", mode="RGB", **options):
    out = io.BytesIO()
    Pillow.new(mode, size, "orange").save(out, kind, **options)
    out.seek(0)
    return out


def prepared(file, name="사진.jpg"):
    return images.prepare(file=file, name=name, description="정류장")


def test_what_the_camera_noted_is_gone():
    exif = Pillow.Exif()
    exif[0x010F] = "Camera"
    exif.get_ifd(0x8825)[2] = (37.0, 15.0, 0.0)  # the position
    done = prepared(picture(exif=exif, comment=b"secret"))
    stored = Pillow.open(io.BytesIO(done.content))
    assert not dict(stored.getexif())
    assert "comment" not in stored.info
    assert b"Camera" not in done.content
    assert b"secret" not in done.content


def test_a_picture_taken_upright_stays_upright():
    exif = Pillow.Exif()
    exif[0x0112] = 6
    assert Pillow.open(io.BytesIO(prepared(picture((60, 40), exif=exif)).content)).size == (40, 60)


def test_large_pictures_become_smaller_and_small_ones_stay():
    assert Pillow.open(io.BytesIO(prepared(picture((4000, 1000))).content)).size == (2000, 500)
    assert Pillow.open(io.BytesIO(prepared(picture((60, 40))).content)).size == (60, 40)


@pytest.mark.parametrize(("kind", "suffix"), [("JPEG", "jpg"), ("PNG", "png"), ("WEBP", "webp")])
def test_three_formats_are_taken(kind, suffix):
    assert prepared(picture(kind=kind)).suffix == suffix


def test_transparency_survives_where_the_format_has_it():
    done = prepared(picture(kind="PNG", mode="RGBA"))
    assert Pillow.open(io.BytesIO(done.content)).mode == "RGBA"
    assert prepared(picture(kind="PNG", mode="P")).suffix == "png"


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"GIF89a\x01\x00\x01\x00\x80\x00\x00",
        b"not a picture",
        b"",
        picture().getvalue()[:120],
    ],
)
def test_what_is_no_picture_is_refused_by_name(content):
    with pytest.raises(images.ImageRefusedError, match=r"x\.svg"):
        prepared(io.BytesIO(content), "x.svg")


def test_a_file_past_five_megabytes_is_refused():
    with pytest.raises(images.ImageRefusedError, match="5 MB"):
        prepared(io.BytesIO(b"\xff" * (images.BYTES + 1)))


def test_a_decompression_bomb_is_refused_before_it_unfolds():
    bomb = picture((8000, 8000), "PNG")
    assert len(bomb.getvalue()) < images.BYTES
    with pytest.raises(images.ImageRefusedError, match=r"40|4천만"):
        prepared(bomb)


@pytest.mark.django_db
def test_names_are_random_and_no_more_than_five_fit():
    proposal = ProposalFactory()
    stored = images.attach(proposal=proposal, pictures=[prepared(picture(), "내 집 주소.jpg")] * 5)
    assert len({image.file.name for image in stored}) == 5
    assert all("주소" not in image.file.name for image in stored)
    assert (stored[0].width, stored[0].height) == (60, 40)
    with pytest.raises(images.ImageRefusedError):
        images.attach(proposal=proposal, pictures=[prepared(picture())])


@pytest.mark.django_db
def test_a_removed_picture_takes_its_file_with_it(django_capture_on_commit_callbacks):
    (image,) = images.attach(proposal=(proposal := ProposalFactory()), pictures=[prepared(picture())])
    with django_capture_on_commit_callbacks(execute=True):
        images.remove(proposal=proposal, ids=[image.pk])
    assert not Image.objects.exists()
    assert not image.file.storage.exists(image.file.name)


@pytest.mark.django_db
def test_the_pictures_of_others_cannot_be_removed():
    (image,) = images.attach(proposal=ProposalFactory(), pictures=[prepared(picture())])
    images.remove(proposal=ProposalFactory(), ids=[image.pk])
    assert Image.objects.filter(pk=image.pk).exists()
