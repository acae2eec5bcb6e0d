import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from madang.explore.proposals.models import Answer, Hiding, Proposal, Theme, ThemeMember, ThemeRun
from madang.explore.proposals.queries import listing
from madang.ground.participation.models import Comment, Subject
from madang.ground.participation.search import index
from madang.ground.places.models import Place
from tests.factories import (
    AgendaItemFactory,
    CommentFactory,
    OfficeFactory,
    PlaceFactory,
    ProposalFactory,
    UserFactory,
    gyeonggi,
    many_proposals,
    officer_at,
    suwon,
)

pytestmark = pytest.mark.django_db
NOW = timezone.now()
LIST = "/proposals/"


def browse(**data):
    return listing.browse(data, now=NOW)


def ids(page):
    return [card.proposal.pk for card in page.cards]


def walk(**data):
    """All ids, forward page by page, and then backward from the last page."""
    found = browse(**data).page
    pages = [ids(found)]
    while found.following:
        found = browse(**data, cursor=found.following).page
        pages.append(ids(found))
    backward = [ids(found)]
    while found.previous:
        found = browse(**data, cursor=found.previous).page
        backward.append(ids(found))
    assert backward[::-1] == pages
    return [pk for page in pages for pk in page]


@pytest.mark.parametrize("order", ["newest", "supported", "due"])
def test_pages_lead_through_everything_once_and_back_again(order):
    rows = many_proposals(47)
    for number, row in enumerate(rows):
        row.support_count = number % 4
        row.threshold_met_at = NOW
        row.answer_due_at = NOW + timedelta(days=number % 5)
    Proposal.objects.bulk_update(rows, ["support_count", "threshold_met_at", "answer_due_at"])
    order_by = {
        "newest": ("-created_at", "-pk"),
        "supported": ("-support_count", "-pk"),
        "due": ("answer_due_at", "pk"),
    }
    assert walk(order=order) == list(Proposal.objects.order_by(*order_by[order]).values_list("pk", flat=True))


def test_relevance_leads_forward_and_back():
    rows = many_proposals(45)
    Proposal.objects.update(title="버스 정류장 그늘막")
    index.mark_waiting([row.pk for row in rows])
    for row in rows:
        index.index_subject_now(row.pk)
    found = walk(q="그늘막")
    assert sorted(found) == sorted(row.pk for row in rows)
    assert browse(q="그늘막").filters.order == "relevance"
    assert len(walk(q="그늘막", order="newest", field="jobs")) == 9


def test_a_proposal_written_meanwhile_moves_no_page():
    many_proposals(40)
    first = browse().page
    second = ids(browse(cursor=first.following).page)
    ProposalFactory(created_at=NOW + timedelta(minutes=1))
    assert ids(browse(cursor=first.following).page) == second


@pytest.mark.parametrize(
    "cursor",
    ["zzz", "W10", "bnVsbA", "Wzwx", "WyJ4IiwxLDBd", "WzFlOTksMSwwXQ", "-", "~", "1.5~2.9", "한글", "W3RydWUsMSwwXQ"],
)
@pytest.mark.parametrize("more", [{}, {"q": "그늘"}, {"order": "supported"}])
def test_a_cursor_that_nobody_gave_out_starts_at_the_beginning(client, cursor, more):
    many_proposals(3)
    assert client.get(LIST, {"cursor": cursor, **more}).status_code == 200


def test_the_list_is_narrowed():
    seoul = Place.objects.create(code="11", level="province", name_ko="서울특별시", name_en="Seoul")
    here = ProposalFactory(field="jobs")
    there = ProposalFactory(place=PlaceFactory(code="11680", parent=seoul, name_ko="강남구", name_en="Gangnam-gu"))
    whole = ProposalFactory(place=gyeonggi())
    answered = ProposalFactory(status="answered", answered_at=NOW)
    late = ProposalFactory(threshold_met_at=NOW, answer_due_at=NOW - timedelta(days=1))
    assert set(ids(browse(place="41").page)) == {here.pk, whole.pk, answered.pk, late.pk}
    assert ids(browse(place="11680").page) == [there.pk]
    assert ids(browse(field="jobs").page) == [here.pk]
    assert ids(browse(status="answered").page) == [answered.pk]
    assert ids(browse(status="overdue").page) == ids(browse(status="waiting").page) == [late.pk]
    assert len(ids(browse(place="00000", field="x", status="y", order="z", theme="9" * 30).page)) == 5


@pytest.mark.parametrize("status", ["hidden", "withdrawn", "merged"])
def test_lists_show_only_what_stands(status):
    extra = {"merged_into": ProposalFactory()} if status == "merged" else {}
    gone = ProposalFactory(status=status, **extra)
    assert gone.pk not in ids(browse().page)


def test_no_offset_is_ever_used():
    many_proposals(60)
    following = browse(order="supported").page.following
    with CaptureQueriesContext(connection) as captured:
        browse(order="supported", cursor=following)
    assert not any("OFFSET" in query["sql"] for query in captured)


def fill(count):
    """`count` proposals under the same conditions, one of them with `count` comments, and a theme of all."""
    rows = many_proposals(count, place=suwon())
    index.mark_waiting([row.pk for row in rows[:20]])
    for row in rows[:20]:
        index.index_subject_now(row.pk)
    run = ThemeRun.objects.create(
        place=gyeonggi(), engine_version="1", seed=1, input_digest="", voices=count, unassigned=0, computed_at=NOW
    )
    theme = Theme.objects.create(run=run, label=["그늘", "정류장"], size=count, cohesion=0.4, monthly=[1, 2, 3])
    ThemeMember.objects.bulk_create(ThemeMember(theme=theme, proposal=row, rank=n) for n, row in enumerate(rows))
    target, author = rows[-1], UserFactory()
    Comment.objects.bulk_create(
        Comment(subject=target.subject, author=author, body="말", created_at=NOW) for _ in range(count)
    )
    Subject.objects.filter(pk=target.pk).update(comment_count=count)
    answer = Answer(proposal=target, office=OfficeFactory(), body="답", answered_at=NOW)
    answer.save()
    Proposal.objects.filter(pk=target.pk).update(status="answered", answered_at=NOW)
    merged = [row.pk for row in rows[1 : min(40, count // 2)]]
    Proposal.objects.filter(pk__in=merged).update(status="merged", merged_into=target)
    return target, theme


@pytest.mark.parametrize("count", [10, 1000])
def test_no_page_asks_more_than_twelve_times(client, count, subtests):
    target, theme = fill(count)
    reader = officer_at(gyeonggi(), home=suwon())
    pages = [
        LIST,
        f"{LIST}?q=본문&place=41&field=jobs&status=open&theme={theme.pk}",
        f"{LIST}?q=본문&order=newest",
        f"{LIST}?order=supported",
        target.get_absolute_url(),
        reverse("proposals:neighbors", args=[target.pk]),
        reverse("proposals:history", args=[target.pk]),
        reverse("themes:list"),
        theme.get_absolute_url(),
        reverse("proposals:new"),
        "/proposals/similar?title=본문 제안",
        "/me/proposals/",
        "/me/supports/",
        "/me/notices/",
    ]
    for user in (None, reader):
        if user:
            client.force_login(user)
        for url in pages:
            with subtests.test(url=url, user=bool(user)), CaptureQueriesContext(connection) as captured:
                assert client.get(url).status_code in {200, 302}
                assert len(captured) <= 12, [query["sql"][:90] for query in captured]


class TestPages:
    def text(self, client, proposal):
        return client.get(proposal.get_absolute_url()).content.decode()

    def test_a_page_of_an_anonymous_visitor_holds_no_token(self, client):
        proposal = ProposalFactory(supporters=2)
        CommentFactory(subject=proposal.subject)
        for url in (LIST, proposal.get_absolute_url(), "/themes/", "/proposals/similar?title=가"):
            answer = client.get(url)
            assert "csrfmiddlewaretoken" not in answer.content.decode()
            assert not answer.cookies

    def test_markdown_is_shown_and_scripts_are_not(self, client):
        proposal = ProposalFactory(title="<script>alert(1)</script>", body="**굵게** <script>alert(2)</script>")
        page = self.text(client, proposal)
        assert "<strong>굵게</strong>" in page
        assert "<script>alert" not in page

    def test_a_hidden_one_shows_the_reason_instead(self, client):
        proposal = ProposalFactory(status="hidden", body="욕설이 담긴 본문")
        officer = officer_at(proposal.place.parent)
        Hiding.objects.create(
            proposal=proposal, reason="다른 주민에 대한 욕설", hidden_by=officer, hidden_at=NOW, previous_status="open"
        )
        CommentFactory(subject=proposal.subject, body="맞장구")
        page = self.text(client, proposal)
        assert "다른 주민에 대한 욕설" in page
        assert "욕설이 담긴 본문" not in page
        assert proposal.title not in page
        assert "맞장구" not in page
        client.force_login(UserFactory())
        assert "욕설이 담긴 본문" not in self.text(client, proposal)
        for reader in (officer, proposal.author):
            client.force_login(reader)
            assert "욕설이 담긴 본문" in self.text(client, proposal)

    def test_the_history_of_a_hidden_one_is_hidden_too(self, client):
        proposal = ProposalFactory(status="hidden", body="욕설이 담긴 본문")
        assert client.get(reverse("proposals:history", args=[proposal.pk])).status_code == 302

    def test_a_merged_one_leads_to_the_one_that_stands_where_all_are_named(self, client):
        stands = ProposalFactory(author=None, author_name="정자동 주민")
        merged = ProposalFactory(status="merged", merged_into=stands, author=UserFactory(display_name="인계동 주민"))
        assert stands.get_absolute_url() in self.text(client, merged)
        page = self.text(client, stands)
        assert "정자동 주민" in page
        assert "인계동 주민" in page

    def test_what_became_of_it_is_said(self, client):
        item = AgendaItemFactory(owner=OfficeFactory(name_ko="도로정책과"), title="정류장의 여름")
        proposal = ProposalFactory(status="promoted", agenda_item=item)
        page = self.text(client, proposal)
        assert "정류장의 여름" in page
        assert "도로정책과" in page

    def test_an_answer_names_its_office_and_day(self, client):
        proposal = ProposalFactory(status="answered", answered_at=NOW)
        Answer.objects.create(
            proposal=proposal, office=OfficeFactory(name_ko="교통정책과"), body="**설치**하겠습니다.", answered_at=NOW
        )
        page = self.text(client, proposal)
        assert "교통정책과" in page
        assert "<strong>설치</strong>" in page

    def test_an_overdue_answer_is_said_to_be_overdue(self, client):
        proposal = ProposalFactory(threshold_met_at=NOW, answer_due_at=NOW - timedelta(days=9), supporters=3)
        assert "clock--overdue" in self.text(client, proposal)
        assert "badge--danger" in client.get(LIST).content.decode()

    def test_a_point_is_shown_without_strangers_tiles(self, client):
        page = self.text(client, ProposalFactory(latitude=37.26361, longitude=127.02861))
        assert "37.26361" in page
        assert not re.search(r'<(img|iframe)[^>]+src="https?:', page)

    def test_fragments_and_pages_are_told_apart(self, client):
        many_proposals(3)
        whole, part = client.get(LIST), client.get(LIST, headers={"HX-Request": "true"})
        assert "HX-Request" in whole["Vary"]
        assert "HX-Request" in part["Vary"]
        assert "<html" not in part.content.decode()
        assert 'id="results"' in part.content.decode()

    def test_the_address_holds_only_what_was_asked(self, client):
        answer = client.get(f"{LIST}?q=&place=&field=jobs&order=", headers={"HX-Request": "true"})
        assert answer["HX-Push-Url"] == "/proposals/?field=jobs"

    def test_missing_ones_are_not_found(self, client):
        for url in (
            "/proposals/999/",
            "/proposals/999/history",
            "/proposals/999/neighbors",
            "/themes/999/",
            "/talk/comments/1",
        ):
            assert client.get(url).status_code == 404
