"""The pages of routing: who sees and may do what, what they say, and what they cost."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import translation

from madang.plan.routing import operations
from madang.plan.routing.models import Assignment, Suggestion
from tests.factories import (
    AgendaItemFactory,
    OfficeFactory,
    PlaceFactory,
    UserFactory,
    admin_of,
    gyeonggi,
    officer_at,
    platform_admin,
    staff_of,
)
from tests.plan.routing_world import NOW

BUS = ("버스 정류장에 그늘막을 놓아 주세요", "시내버스 정류장이 뜨겁습니다. 버스 배차 간격도 깁니다.")
VIEWERS = {
    "anonymous": lambda world: None,
    "citizen": lambda world: UserFactory(),
    "staff of another office": lambda world: staff_of(world.care),
    "staff": lambda world: staff_of(world.bus),
    "officer elsewhere": lambda world: officer_at(PlaceFactory(code="41130", name_ko="성남시", name_en="Seongnam-si")),
    "officer": lambda world: world.officer,
    "officer of the province": lambda world: officer_at(gyeonggi()),
    "administrator of the municipality": lambda world: admin_of(world.place),
    "administrator": lambda world: platform_admin(),
}
TO_SIGN_IN = 302
# Who may do what. Every other pair is refused with 403; without an account one is sent to sign in.
DESK = {
    "staff of another office",
    "staff",
    "officer elsewhere",
    "officer",
    "officer of the province",
    "administrator of the municipality",
    "administrator",
}
ROUTERS = {"officer", "officer of the province", "administrator of the municipality", "administrator"}
RIGHTS = {
    ("desk", "get"): (DESK, 200),
    ("desk", "post"): (set(), 405),
    ("item", "get"): (set(VIEWERS), 200),
    ("item", "post"): (set(), 405),
    ("suggestion", "get"): (set(), 405),
    ("suggestion", "post"): (ROUTERS, 302),
    ("assignment", "get"): (set(), 405),
    ("assignment", "post"): (ROUTERS, 302),
    ("answer", "get"): (set(), 405),
    ("answer", "post"): ({"staff"}, 302),
}


def expected(viewer, route, method):
    allowed, status = RIGHTS[route, method]
    if viewer in allowed:
        return status
    if route == "item" or (viewer != "anonymous" and not allowed):
        return 405
    return TO_SIGN_IN if viewer == "anonymous" else 403


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("route", ["desk", "item", "suggestion", "assignment", "answer"])
@pytest.mark.parametrize("viewer", VIEWERS)
def test_every_door(world, client, viewer, route, method):
    item = world.item("정류장", BUS)
    made = world.asked(world.item("배차 간격", BUS))
    user = VIEWERS[viewer](world)
    if user:
        client.force_login(user)
    args = {"desk": [], "answer": [made.pk]}.get(route, [item.pk])
    data = {"office": world.bus.pk, "reason": "소관입니다.", "decision": "accept", "seen": "pending"}
    response = getattr(client, method)(reverse(f"routing:{route}", args=args), data if method == "post" else {})
    assert response.status_code == expected(viewer, route, method)
    if response.status_code == TO_SIGN_IN and viewer == "anonymous":
        assert response.url.startswith(reverse("account_login"))


@pytest.fixture
def officer(world, client):
    client.force_login(world.officer)
    return client


def page(client, item, **extra):
    return client.get(reverse("routing:item", args=[item.pk]), **extra)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_public_page_shows_reasons_and_no_form(world, client, language):
    item = world.item("버스 정류장 그늘막", BUS)
    operations.suggest_owner(item=item, now=NOW)
    response = page(client, item, headers={"accept-language": language})
    text = response.content.decode()
    assert "<mark>" in text
    assert "csrfmiddlewaretoken" not in text
    assert "n = 5" in text
    assert ("버스정책과 소관" if language == "ko" else "In the mandate of 버스정책과") in text
    assert " style=" not in text


@pytest.mark.parametrize(
    ("voices", "said"),
    [
        (
            [BUS, ("치매 어르신 방문 진료를 늘려 주세요", "경로당 어르신 돌봄이 부족합니다. 방문 진료가 필요합니다.")],
            "Crosses departments",
        ),
        ([("꿀벌이 사라집니다", "꿀벌 실종으로 양봉 농가가 어렵습니다.")], "Clear in no mandate"),
    ],
)
def test_the_page_declines_in_plain_words(world, client, voices, said):
    item = world.item("이웃", *voices)
    operations.suggest_owner(item=item, now=NOW)
    text = page(client, item, headers={"accept-language": "en"}).content.decode()
    assert said in text
    assert "So it belongs to 사회혁신담당관." in text


def test_the_officer_finds_the_proposed_office_chosen(world, officer):
    item = world.item("버스 정류장 그늘막", BUS)
    operations.suggest_owner(item=item, now=NOW)
    form = page(officer, item).context["form"]
    assert form.initial["office"] == world.bus.pk
    assert f'<option value="{world.bus.pk}" selected>' in page(officer, item).content.decode()


def test_a_missing_reason_keeps_what_was_chosen(world, officer):
    item = world.item()
    response = officer.post(reverse("routing:assignment", args=[item.pk]), {"office": world.care.pk, "reason": " "})
    assert response.status_code == 422
    assert f'<option value="{world.care.pk}" selected>' in response.content.decode()
    assert not Assignment.objects.exists()


def test_an_office_of_another_place_cannot_be_chosen(world, officer):
    elsewhere = OfficeFactory(place=PlaceFactory(code="41130", name_ko="성남시", name_en="Seongnam-si"))
    response = officer.post(
        reverse("routing:assignment", args=[world.item().pk]), {"office": elsewhere.pk, "reason": "예"}
    )
    assert response.status_code == 422


def test_a_second_assignment_is_refused_with_what_was_typed(world, officer):
    item = world.item()
    world.asked(item)
    response = officer.post(
        reverse("routing:assignment", args=[item.pk]), {"office": world.care.pk, "reason": "둘째 사유"}
    )
    assert response.status_code == 409


def test_staff_accept_from_the_page(world, client):
    made = world.asked()
    client.force_login(staff_of(world.bus))
    assert 'value="accept"' in page(client, made.item).content.decode()
    response = client.post(
        reverse("routing:answer", args=[made.pk]), {"decision": "accept", "seen": "pending", "reason": ""}
    )
    assert response.status_code == 302
    made.refresh_from_db()
    assert made.status == "accepted"


def test_handing_back_without_a_reason_is_refused_on_the_page(world, client):
    made = world.asked()
    client.force_login(staff_of(world.bus))
    response = client.post(
        reverse("routing:answer", args=[made.pk]), {"decision": "hand_back", "seen": "pending", "reason": ""}
    )
    assert response.status_code == 422
    made.refresh_from_db()
    assert made.status == "pending"


def test_a_stale_page_does_not_overturn_an_answer(world, client):
    made = world.asked()
    operations.answer(assignment=made, accept=True, reason="", by=world.officer, now=NOW)
    client.force_login(staff_of(world.bus))
    stale = {"decision": "hand_back", "seen": "pending", "reason": "아닙니다."}
    response = client.post(reverse("routing:answer", args=[made.pk]), stale)
    assert response.status_code == 409
    assert "아닙니다." in response.content.decode(), "nothing typed is lost"


def test_unknown_things_are_not_found(world, officer):
    assert page(officer, AgendaItemFactory.build(pk=9999, place=world.place)).status_code == 404
    assert officer.post(reverse("routing:answer", args=[9999]), {}).status_code == 404


def many(world, count):
    """`count` items with suggestions, and as many assignments, in a few statements."""
    from madang.ground.agenda.models import AgendaItem

    fields = {
        "place": world.place,
        "summary": "-",
        "field": "jobs",
        "created_at": NOW,
        "updated_at": NOW,
        "stage_since": NOW,
    }
    items = AgendaItem.objects.bulk_create(AgendaItem(title=f"의제 {n}", **fields) for n in range(2 * count))
    Suggestion.objects.bulk_create(
        Suggestion(
            item=item,
            verdict="one",
            office=world.bus,
            named=[world.bus.pk],
            candidates=[],
            engine_version="x",
            input_digest="x",
            made_at=NOW,
        )
        for item in items
    )
    Assignment.objects.bulk_create(
        Assignment(
            item=item,
            office=world.bus,
            follows_suggestion=True,
            reason="예",
            assigned_by=world.officer,
            assigned_at=NOW,
            due_at=NOW,
            escalates_at=NOW,
        )
        for item in items[count:]
    )
    return items


@pytest.mark.parametrize("count", [10, 1000])
def test_pages_cost_twelve_queries_at_most(world, client, django_assert_max_num_queries, count):
    items = many(world, count)
    operations.suggest_owner(item=items[0], now=NOW)
    client.force_login(world.officer)
    with django_assert_max_num_queries(12):
        assert client.get(reverse("routing:desk")).status_code == 200
    for item in (items[0], items[-1]):
        with django_assert_max_num_queries(12):
            assert page(client, item).status_code == 200
    client.logout()
    with django_assert_max_num_queries(12):
        page(client, items[0])


def test_the_desk_pages_through_everything(world, officer):
    many(world, 45)
    seen, cursor = [], ""
    for _ in range(5):
        context = officer.get(reverse("routing:desk"), {"items": cursor}).context
        seen += [item.pk for item in context["waiting"].rows]
        cursor = context["waiting"].next
        if not cursor:
            break
    assert len(seen) == len(set(seen)) == 45


@pytest.mark.parametrize("language", ["ko", "en"])
def test_an_empty_desk_says_what_will_come(world, officer, language):
    with translation.override(language):
        text = officer.get(reverse("routing:desk"), headers={"accept-language": language}).content.decode()
    assert text.count('class="empty"') == 2


def test_staff_see_their_deadlines_overdue_first(world, client):
    late = world.asked(world.item("늦은 것"))
    from django.utils import timezone

    fresh = world.asked(world.item("새 것"), now=timezone.now())
    Assignment.objects.filter(pk=late.pk).update(escalated_at=NOW)
    client.force_login(staff_of(world.bus))
    response = client.get(reverse("routing:desk"))
    rows = response.context["answers"].rows
    assert [row.pk for row in rows] == [late.pk, fresh.pk]
    assert (rows[0].late > 0, rows[1].days) == (True, 7)
    assert not response.context["routes"]
    assert "badge--danger" in response.content.decode()
