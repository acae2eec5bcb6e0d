"""One line for each model, and what follows from it."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from madang.ground.participation import things
from madang.ground.participation.models import Subject
from tests.factories import AgendaItemFactory, PlaceFactory, ProposalFactory, gyeonggi, suwon

pytestmark = pytest.mark.django_db


def test_every_agenda_item_takes_part_and_its_subject_moves_with_it():
    item = AgendaItemFactory(place=suwon())
    subject = Subject.objects.get(item=item)
    assert (subject.kind, subject.place, subject.created_at) == ("agenda", suwon(), item.created_at)
    item.place = gyeonggi()
    item.save(update_fields=["place"])
    subject.refresh_from_db()
    assert subject.place == gyeonggi()


@pytest.mark.parametrize("fields", [{"kind": "agenda"}, {"kind": "proposal", "with_item": True}])
def test_only_agenda_items_have_a_subject_that_points_down(fields):
    item = AgendaItemFactory()
    Subject.objects.filter(item=item).delete()
    values = {"kind": fields["kind"], "item": item if fields.get("with_item") else None}
    with pytest.raises(IntegrityError), transaction.atomic():
        Subject.objects.create(place=PlaceFactory(), created_at=item.created_at, **values)


def test_cards_name_any_mix_with_one_query_a_kind(django_assert_num_queries):
    item, hidden = AgendaItemFactory(), ProposalFactory(status="hidden")
    voices = [ProposalFactory() for _ in range(5)]
    wanted = [item.participation.pk, hidden.pk, *(one.pk for one in voices), 10**9]
    with django_assert_num_queries(3):
        found = things.cards(wanted)
    assert set(found) == set(wanted[:-1])
    card = found[item.participation.pk]
    assert (card.pk, card.title, card.url, card.public) == (item.pk, item.title, item.get_absolute_url(), True)
    assert card.record_key == item.subject
    assert (found[hidden.pk].public, found[hidden.pk].open) == (False, False)
    assert found[voices[0].pk].author_id == voices[0].author_id


def test_every_registered_thing_hangs_on_a_subject_of_its_kind():
    for thing in things.registered():
        assert thing.rows().values_list(f"{thing.subject}__pk", thing.title, thing.at, *thing.text).count() == 0
        assert things.find(thing.key) is thing
