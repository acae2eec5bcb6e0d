"""Voices onto the agenda: all of them evidence, everybody told, once however often one clicks."""

from __future__ import annotations

import pytest
from django.utils import timezone

from madang.explore.proposals.models import Evidence, Proposal, Theme, ThemeMember, ThemeRun
from madang.explore.proposals.operations import promotion
from madang.ground.agenda.models import AgendaItem
from madang.ground.agenda.operations import close_item
from madang.ground.participation.models import Notice, Support
from madang.ground.places.models import Place
from madang.ground.record.models import Entry
from tests.explore.test_grouping import _at_once, group_of
from tests.factories import (
    AgendaItemFactory,
    ProposalFactory,
    UserFactory,
    gyeonggi,
    many_proposals,
    officer_at,
    suwon,
)

NOW = timezone.now()
WORDS = {"title": "밤길", "summary": "어둡습니다", "field": "housing_safety"}


def theme_of(*voices, **fields) -> Theme:
    run = ThemeRun.objects.create(
        place=gyeonggi(),
        engine_version="t",
        seed=0,
        input_digest="0",
        voices=len(voices),
        unassigned=0,
        computed_at=NOW,
    )
    theme = Theme.objects.create(run=run, label=["밤길", "가로등"], size=len(voices), cohesion=0.5, **fields)
    ThemeMember.objects.bulk_create(ThemeMember(theme=theme, proposal=one, rank=n) for n, one in enumerate(voices))
    return theme


@pytest.fixture
def officer(db):
    return officer_at(suwon())


@pytest.mark.django_db
class TestPromote:
    def test_every_voice_is_evidence_merged_ones_too(self, officer):
        voice, other = ProposalFactory(supporters=3), ProposalFactory(supporters=1, status="answered")
        merged = ProposalFactory(supporters=2, status="merged", merged_into=voice)
        done = promotion.promote(**WORDS, proposals=[voice, other.pk], by=officer, now=NOW)
        assert (done.created, done.voices, done.item.voice_count, done.item.supporter_count) == (True, 3, 3, 6)
        assert set(Evidence.objects.values_list("proposal_id", flat=True)) == {voice.pk, other.pk, merged.pk}
        statuses = dict(Proposal.objects.values_list("pk", "status"))
        assert statuses == {voice.pk: "promoted", other.pk: "promoted", merged.pk: "merged"}
        assert set(Proposal.objects.values_list("agenda_item_id", flat=True)) == {done.item.pk}
        assert Notice.objects.count() == 3 + 6
        entry = Entry.objects.get(subject=done.item.subject)
        assert entry.data["voices"] == 3
        assert entry.data["first_voice_at"]
        assert Entry.objects.filter(kind="promoted").count() == 4

    def test_a_person_behind_several_voices_counts_and_is_told_once(self, officer):
        person, voices = UserFactory(), ProposalFactory.create_batch(3)
        Support.objects.bulk_create(Support(subject_id=one.pk, user=person, created_at=NOW) for one in voices)
        done = promotion.promote(**WORDS, proposals=voices, by=officer, now=NOW)
        assert done.item.supporter_count == 1
        assert Notice.objects.filter(user=person).count() == 1

    def test_a_second_click_returns_the_same_item(self, officer):
        voices = ProposalFactory.create_batch(2)
        first = promotion.promote(**WORDS, proposals=voices, by=officer, now=NOW)
        again = promotion.promote(**WORDS, proposals=voices, by=officer, now=NOW)
        assert (again.item, again.created) == (first.item, False)

    def test_from_a_theme_and_from_a_group(self, officer):
        a, b, hidden = ProposalFactory(), ProposalFactory(), ProposalFactory(status="hidden")
        theme = theme_of(a, b, hidden)
        done = promotion.promote(**WORDS, theme=theme, by=officer, now=NOW)
        theme.refresh_from_db()
        assert (theme.agenda_item, done.voices) == (done.item, 2)
        assert promotion.promote(**WORDS, theme=theme, by=officer, now=NOW).item == done.item
        c, d = ProposalFactory(), ProposalFactory()
        assert promotion.promote(**WORDS, group=group_of(c, d), by=officer, now=NOW).voices == 2

    def test_the_joint_place(self, officer):
        seongnam = Place.objects.create(
            code="41130", level="municipality", parent=gyeonggi(), name_ko="성남시", name_en="S"
        )
        a, b = ProposalFactory(), ProposalFactory(place=seongnam)
        assert promotion.promote(**WORDS, proposals=[a], by=officer, now=NOW).item.place == suwon()
        assert promotion.promote(**WORDS, proposals=[a, b], by=officer, now=NOW).item.place == gyeonggi()

    @pytest.mark.parametrize("change", [{"title": " "}, {"summary": ""}, {"field": "love"}])
    def test_words_are_needed(self, officer, change):
        with pytest.raises(promotion.PromotionIncompleteError):
            promotion.promote(**WORDS | change, proposals=[ProposalFactory()], by=officer, now=NOW)

    def test_nothing_public_nothing_promoted(self, officer):
        with pytest.raises(promotion.NothingToPromoteError):
            promotion.promote(**WORDS, proposals=[ProposalFactory(status="withdrawn")], by=officer, now=NOW)
        assert not AgendaItem.objects.exists()

    def test_five_hundred_voices_in_one_decision(self, officer, django_assert_max_num_queries):
        voices = many_proposals(500)
        with django_assert_max_num_queries(560):  # one entry of the record for each voice, the rest in bulk
            done = promotion.promote(**WORDS, proposals=voices, by=officer, now=NOW)
        assert done.voices == 500


@pytest.mark.django_db
class TestEvidence:
    def test_voices_join_an_item_once(self, officer):
        item, voices = AgendaItemFactory(), ProposalFactory.create_batch(2, supporters=2)
        assert promotion.add_evidence(item=item, proposals=voices, by=officer, now=NOW) == 2
        assert promotion.add_evidence(item=item, proposals=voices, by=officer, now=NOW) == 0
        item.refresh_from_db()
        assert (item.voice_count, item.supporter_count) == (2, 4)
        assert Entry.objects.get(kind="evidence").data["voices"] == 2

    def test_a_closed_item_takes_none(self, officer):
        item = close_item(item=AgendaItemFactory(), reason="끝", by=officer, now=NOW)
        with pytest.raises(promotion.ItemClosedForEvidenceError):
            promotion.add_evidence(item=item, proposals=[ProposalFactory()], by=officer, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_make_one_item():
    officer, voices = officer_at(suwon()), ProposalFactory.create_batch(3, supporters=1)
    job = lambda: promotion.promote(**WORDS, proposals=voices, by=officer, now=NOW)  # noqa: E731
    results = _at_once(job, job, job)
    assert sorted(one.created for one in results) == [False, False, True]
    assert AgendaItem.objects.count() == 1
    assert Evidence.objects.count() == 3
