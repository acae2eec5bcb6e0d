"""What a citizen and an officer see and do, without a browser's scripts."""

from __future__ import annotations

import json
import re
import uuid
from datetime import timedelta

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from madang.explore.deliberations.models import Deliberation, Participant, Statement, Vote
from madang.explore.deliberations.queries.terms import forget_terms
from madang.ground.people.models import Verification
from tests.explore.deliberations.conftest import signed_in
from tests.factories import DeliberationFactory, PlaceFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def open_one(place, item):
    return DeliberationFactory(place=place, item=item, statements=3)


def url(name, row):
    return reverse(f"deliberations:{name}", args=[row.pk])


def page(client, name, row, **options):
    response = client.get(url(name, row), **options)
    return response, response.content.decode()


def part_of(item) -> str:
    """What the thread page loads after itself."""
    return reverse("agenda:part", args=[item.pk, "explore"])


def joined(client, row):
    assert client.post(url("participation", row)).url == url("voting", row)
    return client


def ballot(client, row) -> dict[str, str]:
    """The hidden fields of the form with which one votes."""
    text = client.get(url("voting", row)).content.decode()
    form = text[text.index("data-vote") :]
    return {name: re.search(rf'name="{name}" value="([^"]*)"', form).group(1) for name in ("statement", "key")}


def test_without_scripts_one_votes_undoes_and_reaches_the_end(open_one, citizen):
    client = joined(signed_in(citizen), open_one)
    seen = []
    for value in ("1", "0", "-1"):
        fields = ballot(client, open_one)
        seen.append(fields["statement"])
        assert client.post(url("votes", open_one), {**fields, "value": value}).url == url("voting", open_one)
    assert sorted(seen) == sorted(str(pk) for pk in open_one.statements.values_list("pk", flat=True))
    assert sorted(Vote.objects.values_list("value", flat=True)) == [-1, 0, 1]
    _response, text = page(client, "voting", open_one)
    assert "data-ballot hidden" in text
    undo = {"statement": seen[-1], "key": str(uuid.uuid4()), "value": ""}
    client.post(url("votes", open_one), undo)
    assert Vote.objects.count() == 2
    assert ballot(client, open_one)["statement"] == seen[-1]


def test_the_same_form_sent_twice_counts_once(open_one, citizen):
    client = joined(signed_in(citizen), open_one)
    fields = {**ballot(client, open_one), "value": "1"}
    for _ in range(2):
        client.post(url("votes", open_one), fields)
    assert Vote.objects.count() == 1


def test_my_votes_can_be_changed_and_taken_back(open_one, citizen):
    client = joined(signed_in(citizen), open_one)
    fields = {**ballot(client, open_one), "value": "1"}
    client.post(url("votes", open_one), fields)
    _response, text = page(client, "votes", open_one)
    assert re.findall(r'name="value" value="(-?1|0)" aria-pressed="true"', text) == ["1"]
    mine = {"statement": fields["statement"], "next": url("votes", open_one)}
    answer = client.post(url("votes", open_one), {**mine, "key": str(uuid.uuid4()), "value": "-1"})
    assert (answer.url, Vote.objects.get().value) == (url("votes", open_one), -1)
    client.post(url("votes", open_one), {**mine, "key": str(uuid.uuid4()), "value": ""})
    assert not Vote.objects.exists()


@pytest.mark.parametrize(
    "sent", [{}, {"value": "2"}, {"value": "1", "key": "x"}, {"statement": "²"}, {"statement": "9" * 30, "value": "1"}]
)
def test_a_form_that_is_no_vote_is_told_so(open_one, citizen, sent):
    client = joined(signed_in(citizen), open_one)
    whole = {"statement": str(open_one.statements.first().pk), "key": str(uuid.uuid4())}
    answer = client.post(url("votes", open_one), whole | sent, follow=True)
    assert answer.status_code == 200
    assert "toast" in answer.content.decode() or "alert" in answer.content.decode()
    assert not Vote.objects.exists()


def test_a_guest_joins_with_a_signed_cookie_and_is_the_same_tomorrow(place):
    hall = DeliberationFactory(place=place, level=0, statements=2)
    guest = joined(Client(), hall)
    fields = ballot(guest, hall)
    guest.post(url("votes", hall), {**fields, "value": "1"})
    assert Participant.objects.get().guest_key
    guest.post(url("participation", hall))
    assert Participant.objects.count() == 1
    forged = Client()
    forged.cookies["madang_guest"] = signing.get_cookie_signer(salt="other").sign("0" * 32)
    assert forged.get(url("voting", hall)).url == hall.get_absolute_url()


def test_who_may_not_vote_is_told_why_and_what_mends_it(place, citizen):
    phone = DeliberationFactory(place=place, level=2, statements=1)
    _response, text = page(signed_in(citizen), "detail", phone)
    assert reverse("people:verification") in text
    assert "login" in page(Client(), "detail", phone)[1]
    assert "/login/" in Client().post(url("participation", phone)).url
    signed_in(citizen).post(url("participation", phone))
    assert not Participant.objects.exists()


def test_only_residents_vote_where_only_residents_may(place, citizen):
    row = DeliberationFactory(place=place, level=3, residents_only=True, statements=1)
    elsewhere = PlaceFactory(code="41130", name_ko="성남시")
    Verification.objects.create(user=citizen, level=3, method="counter", place=elsewhere, verified_at=timezone.now())
    assert page(signed_in(citizen), "detail", row)[0].context["detail"].bar.code == "elsewhere"
    Verification.objects.update(place=place)
    assert page(signed_in(citizen), "detail", row)[0].context["detail"].bar is None


def test_the_deck_hands_out_cards_and_a_ticket_that_the_lane_takes(open_one, citizen):
    client = joined(signed_in(citizen), open_one)
    deck = client.get(url("deck", open_one)).json()
    assert (deck["done"], deck["total"], len(deck["statements"])) == (0, 3, 3)
    first = deck["statements"][0]["id"]
    vote = {"key": str(uuid.uuid4()), "statement": first, "value": 1}
    for status in ("counted", "repeated"):
        body = json.dumps({"ticket": deck["ticket"], "votes": [vote]})
        answer = client.post(reverse("lane", args=["votes"]), body, content_type="application/json")
        assert answer.json() == {"votes": [{"key": vote["key"], "status": status, "reason": ""}]}
    left = client.get(url("deck", open_one), {"besides": deck["statements"][1]["id"]}).json()
    assert (left["done"], [one["id"] for one in left["statements"]]) == (1, [deck["statements"][2]["id"]])


@pytest.mark.parametrize(
    "votes",
    [
        None, [], [{}] * 51, ["x"], [{"key": "x", "statement": 1, "value": 1}],
        [{"key": str(uuid.uuid4()), "statement": True, "value": 1}],
        [{"key": str(uuid.uuid4()), "statement": 1, "value": 2}],
        [{"key": str(uuid.uuid4()), "statement": 1, "value": True}],
        [{"key": str(uuid.uuid4()), "statement": 2**64, "value": 1}],
        [{"key": str(uuid.uuid4()), "statement": 1}],
    ],
)  # fmt: skip
def test_the_lane_takes_no_nonsense(open_one, citizen, votes):
    client = joined(signed_in(citizen), open_one)
    ticket = client.get(url("deck", open_one)).json()["ticket"]
    body = json.dumps({"ticket": ticket, "votes": votes})
    answer = client.post(reverse("lane", args=["votes"]), body, content_type="application/json")
    assert answer.status_code == 400
    assert not Vote.objects.exists()


def test_after_the_end_the_deck_says_so(open_one, citizen):
    client = joined(signed_in(citizen), open_one)
    Deliberation.objects.filter(pk=open_one.pk).update(closes_at=timezone.now() - timedelta(minutes=1))
    forget_terms()
    answer = client.get(url("deck", open_one))
    assert (answer.status_code, answer.json()["error"]) == (403, "closed")
    assert client.get(url("voting", open_one)).url == open_one.get_absolute_url()


def test_a_statement_is_added_and_its_state_told(open_one, citizen):
    client = joined(signed_in(citizen), open_one)
    answer = client.post(url("statement_new", open_one), {"text": "전화로도 버스를 부를 수 있어야 한다"}, follow=True)
    assert Statement.objects.get(origin="participant").status == "waiting"
    assert answer.redirect_chain[-1][0] == url("voting", open_one)
    short = client.post(url("statement_new", open_one), {"text": "예"})
    assert short.status_code == 409
    assert "예" in short.content.decode()
    checked = client.post(url("statement_new", open_one), {"text": "정류장마다 그늘막", "check": "1"})
    assert checked.context["near"]
    assert Statement.objects.filter(origin="participant").count() == 1


def test_an_office_opens_one_from_an_agenda_item(item, officer):
    client = signed_in(officer)
    assert reverse("deliberations:new") in client.get(part_of(item)).content.decode()
    opens = timezone.localtime() + timedelta(days=1)
    sent = {
        "place": item.place.code, "title": "심야버스를 어떻게 할까요?", "level": "1", "moderation": "before",
        "opens_at": opens.strftime("%Y-%m-%dT%H:%M"), "closes_at": (opens + timedelta(days=7)).strftime("%Y-%m-%dT%H:%M"),
        "languages": ["ko", "en"], "statements_open": "on", "statement_limit": "5",
    }  # fmt: skip
    start = f"{reverse('deliberations:new')}?item={item.pk}"
    wrong = client.post(start, {**sent, "closes_at": sent["opens_at"]})
    assert (wrong.status_code, Deliberation.objects.count()) == (422, 0)
    made_at = client.post(start, sent).url
    row = Deliberation.objects.get()
    assert (row.item, row.place, row.status, made_at) == (item, item.place, "draft", url("preparation", row))
    drawn = client.get(made_at).context["drawn"]
    chosen = {"choice": [], "text": "심야버스보다 택시 지원이 낫다\n요금이 올라도 심야버스가 있어야 한다"}
    for number, one in enumerate(drawn[:3], 1):
        chosen["choice"].append(str(number))
        chosen |= {f"text_{number}": one.text, f"voice_{number}": str(one.proposal.pk)}
    client.post(url("seeds", row), chosen)
    assert row.statements.count() == 5
    assert row.statements.exclude(voice=None).count() == 3
    assert client.get(url("preview", row)).status_code == 200
    assert Client().get(row.get_absolute_url()).status_code == 404, "not public before it is announced"
    client.post(url("announcement", row))
    assert Client().get(row.get_absolute_url()).status_code == 200
    first = row.statements.first()
    client.post(reverse("deliberations:position", args=[first.pk]), {"direction": "down"})
    first.refresh_from_db()
    assert first.number == 1
    words = {"text": first.text, "translation_en": "In English"}
    client.post(reverse("deliberations:wording", args=[first.pk]), words)
    first.refresh_from_db()
    assert first.translations == {"en": "In English"}
    assert "In English" in Client(headers={"accept-language": "en"}).get(url("statements", row)).content.decode()


def test_an_office_checks_statements(open_one, officer, citizen):
    joined(signed_in(citizen), open_one).post(url("statement_new", open_one), {"text": "검토할 의견을 하나 냅니다"})
    client, waiting = signed_in(officer), Statement.objects.get(status="waiting")
    assert waiting.text in page(client, "moderation", open_one)[1]
    decide = reverse("deliberations:decision", args=[waiting.pk])
    client.post(decide, {"outcome": "reject", "reason": ""})
    waiting.refresh_from_db()
    assert waiting.status == "waiting", "not without a reason"
    client.post(decide, {"outcome": "reject", "reason": "주제와 무관합니다"})
    assert "주제와 무관합니다" in page(Client(), "statements", open_one)[1]
    assert waiting.text not in page(Client(), "statements", open_one)[1]
    client.post(decide, {"outcome": "show"})
    assert waiting.text in page(Client(), "statements", open_one)[1]


def test_an_office_extends_and_closes(open_one, officer):
    client = signed_in(officer)
    later = (timezone.localtime(open_one.closes_at) + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    assert client.post(url("extension", open_one), {"closes_at": later}).status_code == 422
    client.post(url("extension", open_one), {"closes_at": later, "reason": "연휴가 끼어 있음"})
    client.post(url("closure", open_one), {"reason": "중복 개최"})
    open_one.refresh_from_db()
    assert open_one.status == "closed"


def test_me_lists_where_one_takes_part(open_one, citizen):
    client = joined(signed_in(citizen), open_one)
    text = client.get(reverse("participation:section", args=["deliberations"])).content.decode()
    assert open_one.title in text
    assert open_one.title not in signed_in(UserFactory()).get(
        reverse("participation:section", args=["deliberations"])
    ).content.decode()  # fmt: skip


def test_calendar_panel_and_list_show_what_is_public(open_one, item):
    hidden = DeliberationFactory(place=open_one.place, item=item, draft=True, title="아직 공개하지 않은 숙의")
    for address in (
        reverse("deliberations:list"), part_of(item), reverse("feeds:list", args=["deliberation", "atom"]),
        reverse("feeds:calendar", args=["deliberations"]), f"{reverse('deliberations:list')}?place=41&state=open",
    ):  # fmt: skip
        text = Client().get(address).content.decode()
        assert open_one.title in text.replace("\r\n ", ""), address
        assert hidden.title not in text, address
