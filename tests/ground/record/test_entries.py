import pytest
from django.db import IntegrityError, InternalError, transaction
from django.utils import timezone

from madang.ground.places.models import Place
from madang.ground.record.models import Entry
from madang.ground.record.operations import OutsideTransactionError, record

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry():
    place = Place.objects.create(code="41", level="province", name_ko="경기도", name_en="Gyeonggi-do")
    return record(kind=Entry.Kind.NOTE, subject="agenda:1", place=place, by=None, now=timezone.now(), reason="그대로")


@pytest.mark.parametrize(
    "change", [lambda e: Entry.objects.filter(pk=e.pk).update(reason="고침"), lambda e: e.delete()]
)
def test_the_database_refuses_to_change_what_was_recorded(entry, change):
    with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
        change(entry)
    assert Entry.objects.get(pk=entry.pk).reason == "그대로"


@pytest.mark.django_db(transaction=True)
def test_a_decision_is_never_recorded_apart_from_its_transaction():
    with pytest.raises(OutsideTransactionError):
        record(kind="note", subject="agenda:1", place=Place(pk=1), by=None, now=timezone.now())
