"""Themes: computed from the index, kept with seed and digest, named by people, carried over."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from django.utils import timezone

from madang.explore.proposals.models import Proposal, Theme, ThemeRun
from madang.explore.proposals.operations import theming
from madang.explore.proposals.queries.theme_stats import computation_of, growth, theme_rows
from madang.ground.participation.models import SearchDocument
from tests.factories import AgendaItemFactory, gyeonggi, many_proposals, officer_at, suwon

NOW = timezone.now()
TOPICS = {
    "버스": ["버스", "정류장", "배차", "간격", "노선", "출근", "환승", "막차", "증차", "기사", "승객"],
    "소음": ["층간", "소음", "아파트", "위층", "밤중", "민원", "발소리", "이웃", "갈등", "매트"],
    "돌봄": ["아이", "돌봄", "어린이집", "방과후", "맞벌이", "부모", "교사", "긴급", "야간", "보육"],
}


def corpus(each=40, seed=1):
    """Voices on three topics, already indexed."""
    chance = random.Random(seed)
    voices = many_proposals(each * len(TOPICS))
    documents = []
    for number, voice in enumerate(voices):
        topic = list(TOPICS.values())[number % len(TOPICS)]
        words = chance.sample(topic, 6) + chance.sample(["요청", "부탁", "시청", "주민"], 2)
        documents.append(SearchDocument(subject=voice.subject, place=voice.place, words=words, indexed_at=NOW))
    SearchDocument.objects.bulk_create(documents)
    return voices


@pytest.mark.django_db
class TestComputing:
    def test_topics_become_themes_and_the_run_can_be_repeated(self):
        corpus()
        run = theming.compute_themes(place=gyeonggi(), now=NOW, seed=7)
        assert (run.voices, run.seed, run.current, len(run.input_digest)) == (120, 7, True, 64)
        labels = {word for theme in run.themes.all() for word in theme.label}
        assert {"버스", "소음", "돌봄"} & labels
        first = run.themes.order_by("-size").first()
        assert list(first.members.order_by("rank").values_list("rank", flat=True)) == list(range(first.size))
        assert sum(first.monthly) == first.recent == first.size

    def test_the_same_input_is_not_written_twice_and_a_new_one_replaces_it(self):
        corpus()
        first = theming.compute_themes(place=gyeonggi(), now=NOW)
        again = theming.compute_themes(place=gyeonggi(), now=NOW + timedelta(hours=1))
        assert again == first
        assert ThemeRun.objects.count() == 1
        other = theming.compute_themes(place=gyeonggi(), now=NOW, seed=3)
        assert list(ThemeRun.objects.filter(current=True)) == [other]

    def test_names_and_agenda_links_carry_over(self):
        voices = corpus()
        run = theming.compute_themes(place=gyeonggi(), now=NOW)
        theme, item = run.themes.order_by("-size").first(), AgendaItemFactory()
        theming.rename_theme(theme=theme, name="  출퇴근   버스 ", by=None, now=NOW)
        Theme.objects.filter(pk=theme.pk).update(agenda_item=item)
        Proposal.objects.filter(pk=voices[0].pk).update(status="hidden")
        heirs = theming.compute_themes(place=gyeonggi(), now=NOW).themes.filter(name="출퇴근 버스", agenda_item=item)
        assert heirs.count() == 1

    def test_hidden_and_foreign_voices_are_not_read(self):
        voices = corpus(each=20)
        SearchDocument.objects.filter(pk=voices[0].pk).update(visible=False)
        Proposal.objects.filter(pk=voices[1].pk).update(status="withdrawn")
        assert theming.compute_themes(place=gyeonggi(), now=NOW).voices == 58

    def test_no_voices_no_themes(self):
        run = theming.compute_themes(place=gyeonggi(), now=NOW)
        assert (run.voices, run.themes.count()) == (0, 0)

    def test_a_name_fits_the_lists(self):
        corpus()
        theme = theming.compute_themes(place=gyeonggi(), now=NOW).themes.first()
        with pytest.raises(theming.ThemeNameError):
            theming.rename_theme(theme=theme, name="가" * 81, by=None, now=NOW)
        assert theming.rename_theme(theme=theme, name="", by=None, now=NOW).name == ""

    def test_rows_come_with_typical_voices(self, django_assert_num_queries):
        corpus()
        run = theming.compute_themes(place=gyeonggi(), now=NOW)
        with django_assert_num_queries(2):
            rows = theme_rows(run)
        assert all(len(row.typical) == 3 for row in rows)


def test_growth_counts_by_age():
    ages = [0, 1, 29, 31, 89, 90, 179, 180, 400]
    found = growth([NOW - timedelta(days=age) for age in ages], NOW)
    assert (found.recent, found.earlier) == (5, 2)
    assert (found.monthly[-1], found.monthly[-2], sum(found.monthly)) == (3, 1, 8)


@pytest.mark.django_db(transaction=True)
def test_asking_twice_waits_once():
    officer, place = officer_at(suwon()), gyeonggi()
    assert computation_of(place).progress is None
    assert theming.request_themes(place=place, by=officer, now=NOW).new is True
    assert theming.request_themes(place=place, by=officer, now=NOW).new is False
    found = computation_of(place)
    assert (found.progress.state, found.busy, found.seconds) == ("waiting", True, None)


def test_the_job_asked_for_exists():
    from procrastinate.contrib.django import app

    from madang.explore.proposals import tasks

    assert theming.TASK in app.tasks
    assert app.tasks[theming.TASK] is tasks.compute_themes
