"""Figures roll up: own, below and sum; kept by a job, read in two queries, taken away as a safe table."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from madang.explore.proposals.models import Proposal
from madang.ground.footing import cells
from madang.ground.places.figures import registered
from madang.ground.places.models import Place, PlaceFigure
from madang.ground.places.operations import count_figures
from madang.ground.places.queries import figures_of
from tests.factories import AgendaItemFactory, PlaceFactory, gyeonggi, many_proposals, suwon

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def osan():
    return PlaceFactory(code="41370", name_ko="오산시", name_en="Osan-si")


def numbers(place, key):
    return {
        (row.kind, row.place.code): next(cell for cell in row.cells if cell.figure.key == key)
        for row in figures_of(place).rows
    }


class TestRollingUp:
    def test_own_below_and_sum(self):
        many_proposals(3, place=suwon())
        many_proposals(2, place=osan())
        many_proposals(1, place=gyeonggi())
        Proposal.objects.filter(place=suwon()).update(support_count=10)
        AgendaItemFactory(place=suwon(), stage="plan")
        count_figures(now=NOW)
        found = {key: cell.value for key, cell in numbers(gyeonggi(), "proposals").items()}
        assert found == {("own", "41"): 1, ("below", "41110"): 3, ("below", "41370"): 2, ("sum", "41"): 6}
        assert numbers(gyeonggi(), "supports")["below", "41110"].value == 30
        assert numbers(gyeonggi(), "items_plan")["sum", "41"].value == 1
        assert set(numbers(suwon(), "proposals")) == {("own", "41110")}

    def test_answers_in_time_as_a_share_of_those_due(self):
        voices = many_proposals(4, place=suwon())
        rows = Proposal.objects.order_by("pk").filter(pk__in=[one.pk for one in voices])
        met, due = NOW - timedelta(days=40), NOW - timedelta(days=10)
        rows.update(threshold_met_at=met, answer_due_at=due)
        first, second, third, fourth = rows
        Proposal.objects.filter(pk=first.pk).update(answered_at=due - timedelta(days=1))
        Proposal.objects.filter(pk=second.pk).update(answered_at=due + timedelta(days=1))
        Proposal.objects.filter(pk=fourth.pk).update(answer_due_at=NOW + timedelta(days=3))
        count_figures(now=NOW)
        assert numbers(suwon(), "answers_owed")["own", "41110"].value == 3, "the day of one has not come"
        cell = numbers(suwon(), "answers_in_time")["own", "41110"]
        assert (cell.value, cell.share) == (1, 33)
        assert third

    def test_counted_again_it_says_what_is_now(self):
        many_proposals(3, place=suwon())
        count_figures(now=NOW)
        Proposal.objects.update(status=Proposal.Status.HIDDEN)
        Place.objects.filter(code="41110").update(valid_to=timezone.localdate(NOW))
        count_figures(now=NOW + timedelta(minutes=10))
        assert not PlaceFigure.objects.filter(place__code="41110").exists(), "a place that ended is counted no more"
        assert numbers(gyeonggi(), "proposals")["own", "41"].value == 0

    def test_reading_costs_two_queries_and_counting_one_a_figure(self, django_assert_max_num_queries):
        many_proposals(50, place=suwon())
        [PlaceFactory(code=f"4190{n}", name_ko=f"시 {n}") for n in range(9)]
        with django_assert_max_num_queries(len(registered()) + 6):
            count_figures(now=NOW)
        place = gyeonggi()
        with django_assert_max_num_queries(2):
            figures_of(place)

    def test_the_database_refuses_a_total_below_the_own(self):
        for own, total in ((-1, 0), (2, 1)):
            with pytest.raises(IntegrityError), transaction.atomic():
                PlaceFigure.objects.create(place=suwon(), key="x", own=own, total=total, counted_at=NOW)


class TestTakingAway:
    def test_no_cell_is_a_formula(self):
        Place.objects.create(code="41998", level="municipality", parent=gyeonggi(), name_ko="=1+1", name_en="@x")
        count_figures(now=NOW)
        content = Client().get(reverse("places:figures_table", args=["41"])).content.decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(content)))
        assert "'=1+1" in [row[1] for row in rows] or "'@x" in [row[1] for row in rows]
        assert not any(cell.startswith(cells.FORMULA) for row in rows for cell in row)

    @pytest.mark.parametrize("cell", ["=A1", "+1", "-1", "@x", "\tx", "\rx"])
    def test_cells(self, cell):
        assert cells.safe(cell) == "'" + cell
        assert cells.safe(-1) == -1

    def test_before_anything_was_counted_the_page_says_so(self):
        suwon()
        response = Client().get(reverse("places:figures", args=["41110"]))
        assert response.status_code == 200
        assert "<tbody>" not in response.content.decode()
