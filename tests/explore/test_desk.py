"""The desk's pages: who enters, what they cost, and that each button does what it says."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from madang.explore.proposals.models import DuplicateGroup, GroupMember, Proposal
from madang.explore.proposals.operations import promotion
from madang.explore.proposals.urls.desk import urlpatterns
from madang.ground.agenda.models import AgendaItem
from madang.ground.footing.models import Progress
from madang.ground.places.models import Place
from tests.explore.test_grouping import group_of
from tests.explore.test_promotion import theme_of
from tests.factories import (
    AgendaItemFactory,
    OfficeFactory,
    ProposalFactory,
    UserFactory,
    gyeonggi,
    many_proposals,
    officer_at,
    platform_admin,
    staff_of,
    suwon,
)

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def seongnam() -> Place:
    return Place.objects.get_or_create(
        code="41130",
        defaults={"level": "municipality", "parent": gyeonggi(), "name_ko": "성남시", "name_en": "Seongnam-si"},
    )[0]


@pytest.fixture
def officer():
    return officer_at(suwon())


@pytest.fixture
def world():
    """One of each thing that the desk can hold, in Suwon."""
    OfficeFactory()
    voices = ProposalFactory.create_batch(3)
    return {"voice": voices[0], "voices": voices, "group": group_of(*voices[:2]), "theme": theme_of(*voices)}


def address(name, world):
    keys = {
        "answer": world["voice"].pk, "hiding": world["voice"].pk, "group": world["group"].pk, "merge": world["group"].pk,
        "separation": world["group"].pk, "theme_name": world["theme"].pk,
    }  # fmt: skip
    if name == "removal":
        return reverse("desk:removal", args=[world["group"].pk, world["voice"].pk])
    url = reverse(f"desk:{name}", args=[keys[name]] if name in keys else [])
    return f"{url}?voices={world['voice'].pk}" if name in ("promotion", "evidence") else url


PEOPLE = {
    "anonymous": lambda: None,
    "citizen": UserFactory,
    "staff": lambda: staff_of(OfficeFactory()),
    "elsewhere": lambda: officer_at(seongnam()),
    "officer": lambda: officer_at(suwon()),
    "province": lambda: officer_at(gyeonggi()),
    "admin": platform_admin,
}
# Status of each address for each person, in the order of PEOPLE. 405: they may enter, but this is a form's target.
GET = {
    "inbox": (302, 403, 200, 200, 200, 200, 200),
    "selection": (302, 405, 405, 405, 405, 405, 405),
    "answer": (302, 403, 200, 403, 200, 200, 200),
    "hiding": (302, 403, 403, 403, 200, 200, 200),
    "promotion": (302, 403, 403, 302, 200, 200, 200),
    "evidence": (302, 403, 403, 302, 200, 200, 200),
    "groups": (302, 403, 403, 200, 200, 200, 200),
    "group": (302, 403, 403, 403, 200, 200, 200),
    "merge": (302, 405, 405, 405, 405, 405, 405),
    "separation": (302, 405, 405, 405, 405, 405, 405),
    "removal": (302, 405, 405, 405, 405, 405, 405),
    "themes": (302, 403, 403, 200, 200, 200, 200),
    "computation": (302, 405, 405, 405, 405, 405, 405),
    "theme_name": (302, 405, 405, 405, 405, 405, 405),
}
POST = {
    "inbox": (302, 405, 405, 405, 405, 405, 405),
    "selection": (302, 403, 403, 302, 302, 302, 302),
    "answer": (302, 403, 422, 403, 422, 422, 422),
    "hiding": (302, 403, 403, 403, 422, 422, 422),
    "promotion": (302, 403, 403, 302, 302, 302, 302),
    "evidence": (302, 403, 403, 302, 302, 302, 302),
    "groups": (302, 405, 405, 405, 405, 405, 405),
    "group": (302, 405, 405, 405, 405, 405, 405),
    "merge": (302, 403, 403, 403, 302, 302, 302),
    "separation": (302, 403, 403, 403, 302, 302, 302),
    "removal": (302, 403, 403, 403, 302, 302, 302),
    "themes": (302, 405, 405, 405, 405, 405, 405),
    "computation": (302, 403, 403, 403, 403, 302, 302),
    "theme_name": (302, 403, 403, 403, 403, 302, 302),
}


def test_every_address_stands_in_the_matrix():
    assert {pattern.name for pattern in urlpatterns} == set(GET) == set(POST)


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("method", ["get", "post"])
def test_who_may_enter(client, world, person, method):
    user = PEOPLE[person]()
    if user:
        client.force_login(user)
    column = list(PEOPLE).index(person)
    table = GET if method == "get" else POST
    found = {name: getattr(client, method)(address(name, world)).status_code for name in table}
    assert found == {name: row[column] for name, row in table.items()}


class TestInbox:
    def test_mine_and_what_lies_beneath(self, client):
        here, there = ProposalFactory(title="수원의 제안"), ProposalFactory(place=seongnam(), title="성남의 제안")
        client.force_login(officer_at(suwon()))
        text = client.get(reverse("desk:inbox")).content.decode()
        assert (here.title in text, there.title in text) == (True, False)
        client.force_login(officer_at(gyeonggi()))
        text = client.get(reverse("desk:inbox")).content.decode()
        assert (here.title in text, there.title in text) == (True, True)

    def test_seen_takes_out_only_what_is_mine(self, client, officer):
        mine, foreign = ProposalFactory(), ProposalFactory(place=seongnam())
        client.force_login(officer)
        client.post(reverse("desk:selection"), {"voices": [mine.pk, foreign.pk, "x"], "to": "seen"})
        assert list(Proposal.objects.filter(seen_at=None)) == [foreign]

    def test_the_most_overdue_answer_comes_first(self, client, officer):
        for days in (5, -3, 1):
            due = NOW + timedelta(days=days)
            ProposalFactory(title=f"기한 {days}", threshold_met_at=NOW, answer_due_at=due, seen_at=NOW)
        client.force_login(officer)
        text = client.get(reverse("desk:inbox"), {"tab": "due"}).content.decode()
        assert text.index("기한 -3") < text.index("기한 1") < text.index("기한 5")

    def test_filters_and_orders_keep_their_pages(self, client, officer):
        many_proposals(45)
        client.force_login(officer)
        seen, url = set(), reverse("desk:inbox") + "?order=supported"
        while url:
            found = client.get(url)
            seen |= {card.proposal.pk for card in found.context["found"].cards}
            url = found.context["next_url"] and reverse("desk:inbox") + found.context["next_url"]
        assert len(seen) == 45
        found = client.get(reverse("desk:inbox"), {"field": "jobs", "place": "41110"})
        assert {card.proposal.field for card in found.context["found"].cards} == {"jobs"}

    @pytest.mark.parametrize("rows", [10, 1000])
    def test_few_queries(self, client, officer, rows, django_assert_max_num_queries):
        many_proposals(rows)
        client.force_login(officer)
        for tab in ("new", "due"):
            with django_assert_max_num_queries(12):
                client.get(reverse("desk:inbox"), {"tab": tab})


class TestGroups:
    @pytest.mark.parametrize("rows", [10, 200])
    def test_few_queries(self, client, officer, rows, django_assert_max_num_queries):
        voices = many_proposals(rows * 2)
        groups = DuplicateGroup.objects.bulk_create(
            DuplicateGroup(place=suwon(), found_at=NOW, engine_version="t", size=2) for _ in range(rows)
        )
        GroupMember.objects.bulk_create(
            GroupMember(group=groups[number // 2], proposal=voice, score=0.8) for number, voice in enumerate(voices)
        )
        client.force_login(officer)
        with django_assert_max_num_queries(12):
            client.get(reverse("desk:groups"))
        large = group_of(*voices)
        with django_assert_max_num_queries(12):
            assert client.get(reverse("desk:group", args=[large.pk])).status_code == 200

    def test_merge_undo_and_apart_through_the_page(self, client, officer):
        a, b = (
            ProposalFactory(body="버스 배차를 늘려 주세요. 너무 늦습니다."),
            ProposalFactory(body="버스 배차를 늘려 주세요."),
        )
        group = group_of(a, b)
        client.force_login(officer)
        page = client.get(reverse("desk:group", args=[group.pk])).content.decode()
        assert "<mark>버스 배차를 늘려 주세요." in page
        client.post(reverse("desk:merge", args=[group.pk]), {"canonical": b.pk})
        assert Proposal.objects.get(pk=a.pk).merged_into == b
        client.post(reverse("desk:merge", args=[group.pk]), {"_method": "DELETE"})
        assert Proposal.objects.get(pk=a.pk).status == "open"
        client.post(reverse("desk:separation", args=[group.pk]))
        group.refresh_from_db()
        assert group.status == "split"
        refused = client.post(reverse("desk:merge", args=[group.pk]), follow=True)
        assert str(officer) in str(list(refused.context["messages"])[-1])

    def test_one_taken_out(self, client, officer):
        voices = ProposalFactory.create_batch(3)
        group = group_of(*voices)
        client.force_login(officer)
        client.post(reverse("desk:removal", args=[group.pk, voices[0].pk]))
        assert group.members.count() == 2


class TestPromotion:
    def test_from_selection_to_item(self, client, officer):
        voices = ProposalFactory.create_batch(2, field="jobs")
        client.force_login(officer)
        chosen = client.post(reverse("desk:selection"), {"voices": [one.pk for one in voices], "to": "promotion"})
        form = client.get(chosen.url).context["form"]
        assert (form["field"].value(), form["place"].value()) == ("jobs", "41110")
        assert voices[0].title in form["summary"].value()
        data = {
            "title": "제목",
            "summary": "요약",
            "field": "jobs",
            "place": "41110",
            "voices": [one.pk for one in voices],
        }
        url = reverse("desk:promotion")
        assert client.post(url, data | {"title": ""}).status_code == 422
        made = client.post(url, data)
        item = AgendaItem.objects.get()
        assert made.url == item.get_absolute_url() == client.post(url, data).url
        assert item.voice_count == 2

    def test_a_theme_already_taken_up_leads_to_its_item(self, client, world):
        client.force_login(officer_at(gyeonggi()))
        data = {"title": "제목", "summary": "요약", "field": "jobs", "place": "41", "theme": world["theme"].pk}
        made = client.post(reverse("desk:promotion"), data)
        again = client.get(reverse("desk:promotion"), {"theme": world["theme"].pk})
        assert made.url == again.url == AgendaItem.objects.get().get_absolute_url()

    def test_added_to_an_item(self, client, officer, world):
        item = AgendaItemFactory()
        client.force_login(officer)
        data = {"voices": [one.pk for one in world["voices"]], "item": item.pk}
        client.post(reverse("desk:evidence"), data)
        item.refresh_from_db()
        assert item.voice_count == 3

    def test_the_thread_shows_the_voices_cheaply(self, client, officer, django_assert_max_num_queries):
        done = promotion.promote(
            title="의제", summary="요약", field="jobs", proposals=many_proposals(40), by=officer, now=NOW
        )
        client.force_login(officer)
        with django_assert_max_num_queries(12):
            text = client.get(done.item.get_absolute_url()).content.decode()
        assert reverse("agenda:evidence", args=[done.item.pk]) in text
        with django_assert_max_num_queries(12):
            page = client.get(reverse("agenda:evidence", args=[done.item.pk]))
        assert len(page.context["page"].rows) == 20


class TestVoices:
    def test_answer_and_hide_through_the_pages(self, client, officer, world):
        client.force_login(officer)
        voice, office = world["voice"], OfficeFactory()
        client.post(reverse("desk:answer", args=[voice.pk]), {"office": office.pk, "body": "**검토**하겠습니다."})
        assert voice.answers.get().office == office
        url = reverse("desk:hiding", args=[voice.pk])
        assert client.post(url, {"why": "other", "words": ""}).status_code == 422
        client.post(url, {"why": "personal", "words": "전화번호"})
        hiding = voice.hidings.get()
        assert hiding.reason.endswith("전화번호")
        assert hiding.reason in client.get(url).content.decode()
        client.post(url, {"_method": "DELETE"})
        voice.refresh_from_db()
        assert voice.status == "answered"

    def test_staff_answer_only_as_their_own_office(self, client, world):
        own, other = OfficeFactory(), OfficeFactory()
        client.force_login(staff_of(own))
        url = reverse("desk:answer", args=[world["voice"].pk])
        assert list(client.get(url).context["form"].offices) == [str(own.pk)]
        assert client.post(url, {"office": other.pk, "body": "네"}).status_code == 422


class TestThemes:
    def test_few_queries_and_a_name(self, client, world, django_assert_max_num_queries):
        client.force_login(officer_at(gyeonggi()))
        with django_assert_max_num_queries(12):
            assert world["voice"].title in client.get(reverse("desk:themes")).content.decode()
        client.post(reverse("desk:theme_name", args=[world["theme"].pk]), {"name": "밤길 안전"})
        assert "밤길 안전" in client.get(reverse("desk:themes")).content.decode()

    def test_computing_is_asked_for_once(self, client, world):
        client.force_login(officer_at(gyeonggi()))
        for _ in range(2):
            client.post(reverse("desk:computation"), {"place": "41"})
        page = client.get(reverse("desk:themes"), {"place": "41"})
        assert page.context["computation"].progress.state == "waiting"
        assert Progress.objects.count() == 1
        assert "hx-trigger" in page.content.decode()
