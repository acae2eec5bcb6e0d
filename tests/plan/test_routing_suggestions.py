"""Whose mandate holds an item: what the suggester is given, what it says, and what is kept of it."""

from __future__ import annotations

import pytest

from madang.explore.proposals.models import Answer
from madang.ground.participation.models import SearchDocument
from madang.ground.participation.search.analysis import Text
from madang.ground.participation.search.client import light_analysis
from madang.ground.record.models import Entry
from madang.plan.routing import operations, queries, suggesting
from madang.plan.routing.models import DecisionTerms, OfficeTerms, Suggestion
from tests.factories import AgendaItemFactory, OfficeFactory, PlaceFactory, ProposalFactory, gyeonggi
from tests.plan.routing_world import NOW

BUS = ("버스 정류장에 그늘막을 놓아 주세요", "시내버스 정류장이 뜨겁습니다. 버스 배차 간격도 깁니다.")
CARE = ("치매 어르신 방문 진료를 늘려 주세요", "경로당 어르신 돌봄이 부족합니다. 방문 진료가 필요합니다.")


def suggest(item):
    return operations.suggest_owner(item=item, now=NOW)


def test_what_one_mandate_holds_is_proposed_to_that_office(world):
    found = suggest(world.item("버스 정류장 그늘막", BUS))
    assert (found.verdict, found.office) == ("one", world.bus)
    assert found.named == [world.bus.pk]
    assert (found.n_offices, found.n_decided, found.n_voices) == (5, 0, 1)


def test_what_crosses_departments_goes_to_the_innovation_officer_and_names_them(world):
    found = suggest(world.item("어르신의 하루", BUS, CARE, summary="나이 든 주민의 하루가 길다."))
    assert (found.verdict, found.office) == ("crosses", world.sio)
    assert set(found.named) == {world.bus.pk, world.care.pk}


def test_what_fits_no_mandate_goes_to_the_innovation_officer(world):
    found = suggest(world.item("양봉 농가의 벌통", ("꿀벌이 사라집니다", "꿀벌 실종으로 양봉 농가가 어렵습니다.")))
    assert (found.verdict, found.office, found.named) == ("none", world.sio, [])


def test_without_an_innovation_officer_nobody_is_proposed(world):
    world.sio.delete()
    assert suggest(world.item("꿀벌", ("꿀벌이 사라집니다", "꿀벌 실종"))).office is None


def test_a_place_without_offices_asks_those_of_its_province(db):
    province = gyeonggi()
    office = OfficeFactory(place=province, name_ko="버스정책과", mandate="시내버스 노선과 정류장을 관리한다.")
    OfficeFactory(place=province, name_ko="농업정책과", mandate="농가를 지원한다.")
    item = AgendaItemFactory(place=PlaceFactory(), title="버스 정류장", summary="버스 정류장")
    assert suggest(item).office == office


def test_reasons_pair_a_sentence_of_a_voice_with_one_of_the_mandate(world):
    found = suggest(world.item("정류장", BUS))
    first = queries.advised(found).candidates[0]
    mandate = next(reason for reason in first["reasons"] if reason["source"] == "mandate")
    assert "".join(piece for piece, _ in mandate["sentence"]) in world.bus.mandate
    marked = {piece for piece, shared in mandate["voice"] if shared}
    assert marked
    assert marked & {piece for piece, shared in mandate["sentence"] if shared}


def test_a_suggestion_is_recorded_and_repeatable(world):
    item = world.item("정류장", BUS)
    one, other = suggest(item), suggest(item)
    assert one.input_digest == other.input_digest
    assert one.candidates == other.candidates
    entry = Entry.objects.filter(subject=item.subject, kind="routed").first()
    assert (entry.data["verdict"], entry.data["digest"]) == (one.verdict, one.input_digest)


def test_mandates_are_read_once_until_they_change(world, monkeypatch):
    suggest(world.item("정류장", BUS))
    before = dict(OfficeTerms.objects.values_list("office", "digest"))
    world.care.mandate = "경로당을 지원한다."
    world.care.save()
    suggest(world.item("경로당", CARE))
    after = dict(OfficeTerms.objects.values_list("office", "digest"))
    assert {pk for pk in before if before[pk] != after[pk]} == {world.care.pk}


@pytest.mark.parametrize("fate", ["hidden", "withdrawn"])
def test_words_of_what_is_no_longer_public_are_not_shown(world, client, fate):
    item = world.item("정류장", BUS)
    voice = item.evidence.get().proposal
    found = suggest(item)
    shown = queries.advised(found).candidates[0]
    voice.__class__.objects.filter(pk=voice.pk).update(status=fate)
    left = queries.advised(found).candidates[0]
    assert left["hidden"] == len(shown["reasons"]) - len(left["reasons"]) > 0
    assert voice.title not in client.get(f"/routing/{item.pk}/").content.decode()
    assert suggest(item).n_voices == 0


def answered(world, office, title, body="검토하였습니다."):
    proposal = ProposalFactory(place=world.place, title=title, body=title, created_at=NOW)
    read = light_analysis(Text(title, title))
    SearchDocument.objects.update_or_create(
        subject=proposal.subject,
        defaults={
            "place": world.place,
            "words": read.words,
            "terms": read.terms,
            "engine_version": read.engine,
            "indexed_at": NOW,
        },
    )
    Answer.objects.create(proposal=proposal, office=office, body=body, answered_at=NOW)
    return proposal


def test_past_answers_teach(world):
    before = suggest(world.item("꿀벌 실종", ("꿀벌이 사라집니다", "꿀벌 실종")))
    for number in range(3):
        answered(world, world.library, f"꿀벌 실종과 양봉 {number}", "양봉 농가의 꿀벌을 지원합니다.")
    after = suggest(world.item("꿀벌 실종", ("꿀벌이 사라집니다", "꿀벌 실종")))
    assert (before.n_decided, after.n_decided) == (0, 3)
    assert after.candidates[0]["office"] == world.library.pk
    assert {reason["past"]["kind"] for reason in after.candidates[0]["reasons"] if reason["past"]} == {"proposal"}
    assert DecisionTerms.objects.count() == 3


def test_words_of_another_reader_are_not_compared(world):
    answered(world, world.library, "꿀벌 실종").subject.document.__class__.objects.update(engine_version="other")
    assert suggest(world.item("꿀벌 실종")).n_decided == 0


def test_an_accepted_item_teaches_too(world):
    first = world.item("꿀벌 실종과 양봉", ("꿀벌이 사라집니다", "꿀벌"))
    suggest(first)
    done = world.asked(first, world.library)
    operations.answer(assignment=done, accept=True, reason="", by=world.officer, now=NOW)
    found = suggest(world.item("꿀벌 실종", ("꿀벌이 줄었습니다", "꿀벌")))
    assert found.n_decided == 1
    assert found.candidates[0]["office"] == world.library.pk


def test_an_item_does_not_teach_itself(world):
    item = world.item("꿀벌 실종", ("꿀벌이 사라집니다", "꿀벌"))
    suggest(item)
    done = world.asked(item, world.library)
    operations.answer(assignment=done, accept=True, reason="", by=world.officer, now=NOW)
    assert suggest(item).n_decided == 0


def test_only_items_never_compared_are_taken_up_by_the_job(world, monkeypatch):
    world.item("정류장", BUS)
    assert operations.suggest_waiting(now=NOW) == 1
    assert operations.suggest_waiting(now=NOW) == 0
    monkeypatch.setattr(suggesting, "model_answers", lambda: True)
    assert operations.suggest_waiting(now=NOW) == 1, "what was read without the model is read again once it answers"


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("버스가 늦습니다. 골목에 가로등이 꺼졌습니다.", ["골목", "가로등"], "골목에 가로등이 꺼졌습니다."),
        ("하나. 둘.", [], "하나."),
        ("", ["버스"], ""),
    ],
)
def test_the_telling_sentence(text, words, expected):
    assert suggesting.telling_sentence(text, words) == expected


def test_pieces_join_to_the_text():
    text = "버스 정류장과 버스"
    assert "".join(piece for piece, _ in queries.pieces(text, ["버스"])) == text
    assert [piece for piece, shared in queries.pieces(text, ["버스"]) if shared] == ["버스", "버스"]


def test_deleting_an_item_takes_its_suggestions_along(world):
    item = world.item("정류장")
    suggest(item)
    item.delete()
    assert not Suggestion.objects.exists()
