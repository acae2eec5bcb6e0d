"""Which themes of real voices the demo takes up."""

from __future__ import annotations

import pytest
from django.utils import timezone

from madang.explore.proposals.models import Theme, ThemeMember, ThemeRun
from madang.web.demo import real
from tests.factories import ProposalFactory, gyeonggi

pytestmark = pytest.mark.django_db


def test_themes_with_a_field_and_three_korean_words_the_largest_first():
    place, now = gyeonggi(), timezone.now()
    run = ThemeRun.objects.create(place=place, engine_version="1", seed=0, voices=1000, unassigned=0, computed_at=now)
    labels = [
        (["버스", "정류장", "안내"], 60),
        (["버스", "버스 정류장", "SRT", "안내"], 70),
        (["정치", "의원", "대표"], 80),
        (["아파트", "분양", "임대"], 90),
        (["주택", "재건축", "조합"], 500),
    ]
    themes = [Theme.objects.create(run=run, label=label, size=size, cohesion=0.5) for label, size in labels]
    assert [theme.size for theme in real.readable(place)] == [90, 60]
    voice = ProposalFactory(place=place, field="jobs")
    ThemeMember.objects.create(theme=themes[2], proposal=voice, rank=0)
    Theme.objects.filter(pk=themes[2].pk).update(size=3)
    assert real.field_of(Theme.objects.get(pk=themes[2].pk)) == "jobs"
