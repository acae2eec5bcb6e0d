"""The design system's tags: what they say, and that nothing breaks the strict policy."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django import forms
from django.template import Context, Template
from django.utils import translation

import madang.web

WEB = Path(madang.web.__file__).parent
NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)


def render(source, **context):
    with translation.override("en"):
        return Template("{% load madang_ui %}" + source).render(Context({"now": NOW, **context}))


def text(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.parametrize("path", sorted((WEB / "templates").rglob("*.html")), ids=lambda p: p.name)
def test_templates_keep_the_policy(path):
    source = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:", source)
    for tag in re.findall(r"<script[^>]*>", source):
        assert "nonce=" in tag or "application/json" in tag
    assert len(source.splitlines()) <= 90


def test_clock_tells_each_state():
    ask = "{% clock 84 100 met_at=met due_at=due answered_at=done now=now %}"
    later, earlier = NOW + timedelta(days=11), NOW - timedelta(days=4)
    assert "84 people of 100 needed" in text(render(ask))
    assert "With 16 more supporters" in text(render(ask))
    assert "11 days left" in text(render(ask, met=earlier, due=later))
    assert "4 days late" in text(render(ask, met=earlier, due=earlier))
    assert "Nov 16, 2026" in text(render(ask, met=earlier, due=later, done=earlier))


def test_score_dots_draw_one_dot_a_rater_and_say_n():
    html = render("{% score_dots values label='Urgency' %}", values=[3, 4, 4, 5])
    assert html.count("<circle") == 4
    assert "median 4.0, from 3 to 5 (n = 4)" in text(html)
    assert "Nobody has scored this yet" in text(render("{% score_dots values label='Urgency' %}", values=[]))


def test_meter_is_clamped_and_named():
    html = render("{% meter 120 100 label='Support' bare=True %}")
    assert 'width="100.0"' in html
    assert 'aria-label="Support: 120 / 100"' in html


def test_field_ties_help_count_and_errors_to_the_control():
    class Sample(forms.Form):
        title = forms.CharField(max_length=5, help_text="Short")

    html = render("{% field form.title counter=5 %}", form=Sample({"title": "too long"}))
    assert 'aria-describedby="id_title_help id_title_count id_title_error"' in html
    assert 'aria-invalid="true"' in html
    assert "maxlength" not in html  # nothing typed is cut off
    assert "8</span> / 5" in html


def test_tile_map_links_have_names_and_a_table_twin():
    tiles = [{"code": "41110", "name": "Suwon", "url": "/places/41110/", "value": 34, "label": "34 proposals"}]
    html = render("{% tile_map tiles caption='Proposals' %}", tiles=tiles)
    assert "Suwon, 34 proposals" in html
    assert html.count("/places/41110/") == 2
    assert "tile--c2 tile--r7" in html


@pytest.mark.parametrize("language", ["ko", "en"])
def test_styleguide_needs_no_database(client, language):
    from madang.web.views import _styleguide_data

    with translation.override(language):
        assert len(_styleguide_data.tiles()) == 56
