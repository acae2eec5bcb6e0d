"""What is hidden, withdrawn, merged or only drafted shows on no page to those who may not read it, in no count either.

And no form sets what it does not offer.
"""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from madang.explore.proposals.models import Draft, Proposal
from madang.explore.proposals.operations import moderation
from madang.explore.proposals.queries import overview
from madang.ground.participation.models import Support
from madang.ground.participation.search import index
from tests.factories import AgendaItemFactory, OfficeFactory, ProposalFactory, UserFactory, officer_at, staff_of, suwon

pytestmark = pytest.mark.django_db
WORD = "은밀한낱말"


@pytest.fixture
def town(db):
    """One public proposal, and four that are not: hidden, withdrawn, merged, and a draft; all with the same word."""
    place, author, officer = suwon(), UserFactory(), officer_at(suwon())
    public = ProposalFactory(place=place, title="버스 정류장 그늘")
    gone = [ProposalFactory(place=place, author=author, title=f"{WORD} {n}", body=f"{WORD} 본문") for n in range(3)]
    index.mark_waiting([public.pk, *(one.pk for one in gone)])
    index.index_waiting()
    hidden, withdrawn, merged = gone
    moderation.hide(proposal=hidden, reason="욕설", by=officer, now=timezone.now())
    Proposal.objects.filter(pk=withdrawn.pk).update(status="withdrawn")
    Proposal.objects.filter(pk=merged.pk).update(status="merged", merged_into=public)
    Draft.objects.create(user=author, fields={"title": f"{WORD} 초안", "body": WORD}, saved_at=timezone.now())
    item = AgendaItemFactory(place=place)
    return SimpleNamespace(
        place=place, author=author, officer=officer, public=public, hidden=hidden, withdrawn=withdrawn, item=item
    )


def client_of(user=None):
    client = Client()
    if user:
        client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client


PAGES = [
    "/", "/proposals/", f"/proposals/?q={WORD}", f"/proposals/?q={WORD}&order=newest", "/proposals/?order=supported",
    "/proposals/?place=41110", "/proposals/?status=hidden", f"/proposals/similar?title={WORD}&body={WORD}", "/themes/",
    "/places/41110/", "/places/", "/agenda/", f"/search/?q={WORD}", "/feeds/proposals.atom", "/feeds/proposals.rss",
    "/feeds/decisions.atom", "/feeds/places/41110.atom", "/me/proposals/", "/proposals/new",
]  # fmt: skip


@pytest.mark.parametrize("who", ["visitor", "citizen", "staff elsewhere"])
@pytest.mark.parametrize("page", PAGES)
def test_no_page_shows_it(town, page, who):
    cache.clear()
    user = {
        "visitor": None,
        "citizen": UserFactory(),
        "staff elsewhere": staff_of(OfficeFactory(place=suwon().parent)),
    }[who]
    answer = client_of(user).get(page, follow=True)
    text = answer.content.decode() if answer.status_code == 200 else ""
    # A page repeats what was asked for in its own box; what it found must not hold the word.
    shown = text.replace(f'value="{WORD}"', "").replace(f"q={WORD}", "")
    assert answer.status_code in (200, 404)
    assert f"{WORD} 0" not in shown and f"{WORD} 1" not in shown and f"{WORD} 2" not in shown
    assert f"{WORD} 본문" not in shown and f"{WORD} 초안" not in shown


def test_its_own_page_says_only_what_became_of_it(town):
    for one in (town.hidden, town.withdrawn):
        answer = client_of().get(f"/proposals/{one.pk}/")
        assert WORD not in answer.content.decode()
        assert WORD not in client_of().get(f"/proposals/{one.pk}/history", follow=True).content.decode()
    assert WORD in client_of(town.author).get(f"/proposals/{town.hidden.pk}/").content.decode()


def test_counts_leave_it_out(town):
    cache.clear()
    assert overview.counts_by_place()[town.place.pk] == 1
    assert client_of().get("/api/v1/things/proposal").json()["items"][0]["id"] == town.public.pk


def test_a_draft_belongs_to_one_person(town):
    assert WORD in client_of(town.author).get("/proposals/new").content.decode()
    assert WORD not in client_of(UserFactory()).get("/proposals/new").content.decode()


# Forms set what they offer, and nothing else

EXTRA = {
    "status": "promoted", "author": "1", "author_id": "1", "support_count": "9999", "agenda_item": "1", "is_staff": "1",
    "threshold_met_at": "2026-01-01", "answered_at": "2026-01-01", "created_at": "2020-01-01", "merged_into": "1",
    "hidden_by": "1", "place_id": "1", "owner": "1", "stage": "closed", "user": "1", "comment_count": "7", "id": "1",
}  # fmt: skip


def test_a_proposal_is_written_as_its_form_offers(town):
    writer = UserFactory()
    words = {"title": "새 제안", "body": "본문입니다.", "place": "41110", "field": ""}
    client_of(writer).post("/proposals/new", EXTRA | words)
    made = Proposal.objects.get(author=writer)
    assert (made.status, made.support_count, made.agenda_item_id, made.answered_at) == ("open", 0, None, None)
    assert made.created_at.year == timezone.now().year and made.merged_into_id is None
    client_of(writer).post(f"/proposals/{made.pk}/edit", EXTRA | {"title": "고친 제안", "body": "본문", "place": "11"})
    made.refresh_from_db()
    assert (made.status, made.author_id, made.place.code, made.support_count) == ("open", writer.pk, "41110", 0)


def test_a_comment_is_written_as_its_form_offers(town):
    writer = UserFactory()
    client_of(writer).post(
        f"/talk/subjects/{town.public.pk}/comments", EXTRA | {"body": "찬성합니다.", "conduct": "on"}
    )
    (comment,) = town.public.subject.comments.all()
    assert (comment.author, comment.hidden_by, comment.hidden_reason) == (writer, None, "")


def test_a_support_is_ones_own(town):
    backer = UserFactory()
    client_of(backer).post(f"/proposals/{town.public.pk}/support", EXTRA | {"user": town.author.pk})
    assert [one.user for one in Support.objects.all()] == [backer]


def test_an_item_is_reworded_as_its_form_offers(town):
    words = {"title": "새 제목", "summary": "요약", "field": "jobs"}
    client_of(town.officer).post(f"/agenda/{town.item.pk}/revision", EXTRA | words)
    town.item.refresh_from_db()
    assert (town.item.title, town.item.stage, town.item.owner_id) == ("새 제목", "explore", None)


def test_nobody_becomes_somebody_by_signing_up(db):
    from madang.ground.people.models import Role, User

    fields = {
        "email": "neu@example.org",
        "display_name": "새 사람",
        "password1": "a-long-password-2026",
        "is_superuser": "1",
    }
    Client().post("/accounts/signup/", EXTRA | fields | {"roles": "platform_admin", "is_active": "1"})
    made = User.objects.filter(email="neu@example.org").first()
    assert made is None or not (made.is_staff or made.is_superuser or Role.objects.filter(user=made).exists())
