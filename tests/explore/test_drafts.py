import json

import pytest
from django.urls import reverse
from django.utils import timezone

from madang.explore.proposals.models import Draft, Proposal
from madang.explore.proposals.operations.drafts import save_draft
from tests.factories import UserFactory, suwon

pytestmark = pytest.mark.django_db
URL = "/proposals/draft"


@pytest.fixture
def writer(client):
    user = UserFactory(home=suwon())
    client.force_login(user)
    return user


def test_a_form_and_json_both_keep_the_draft(client, writer):
    assert client.post(URL, {"title": "그늘막", "body": "정류장에", "place": "41110"}).status_code == 204
    assert Draft.objects.get().fields["title"] == "그늘막"
    assert (
        client.put(URL, json.dumps({"title": "쉼터", "body": ""}), content_type="application/json").status_code == 204
    )
    assert Draft.objects.get().fields["title"] == "쉼터"


@pytest.mark.parametrize("body", ["[1]", "{", '"x"', "null"])
def test_nonsense_is_refused_and_keeps_what_was_there(client, writer, body):
    save_draft(by=writer, fields={"title": "그늘막"}, now=timezone.now())
    assert client.put(URL, body, content_type="application/json").status_code == 400
    assert Draft.objects.get().fields["title"] == "그늘막"


def test_without_a_session_the_browser_is_told_to_keep_it(client):
    assert client.post(URL, {"title": "x"}).status_code == 401


def test_a_draft_is_ones_own(client, writer):
    save_draft(by=UserFactory(), fields={"title": "남의 글", "body": "비밀"}, now=timezone.now())
    page = client.get(reverse("proposals:new")).content.decode()
    assert "남의 글" not in page


def test_a_draft_comes_back_and_goes_when_it_is_discarded(client, writer):
    client.post(URL, {"title": "그늘막", "body": "정류장에"})
    assert "그늘막" in client.get(reverse("proposals:new")).content.decode()
    assert client.delete(URL).status_code == 204
    assert not Draft.objects.exists()
    client.post(URL, {"title": "그늘막"})
    assert client.post(URL, {"_method": "DELETE"}).status_code == 302
    assert not Draft.objects.exists()


def test_an_empty_draft_is_none(writer):
    save_draft(by=writer, fields={"title": "그늘막"}, now=timezone.now())
    assert save_draft(by=writer, fields={"title": "  ", "body": ""}, now=timezone.now()) is None
    assert not Draft.objects.exists()


def test_only_the_fields_of_the_form_are_kept_and_only_so_much(writer):
    draft = save_draft(by=writer, fields={"title": "가" * 999, "evil": "x", "body": "나" * 99_999}, now=timezone.now())
    assert set(draft.fields) == {"title", "body", "place", "field", "latitude", "longitude"}
    assert len(draft.fields["title"]) == 300
    assert len(draft.fields["body"]) == 40_000


def test_publishing_ends_the_draft(client, writer):
    client.post(URL, {"title": "그늘막", "body": "정류장에"})
    client.post(reverse("proposals:new"), {"title": "그늘막", "body": "정류장에 놓아 주세요", "place": "41110"})
    assert Proposal.objects.get().title == "그늘막"
    assert not Draft.objects.exists()


def test_what_was_typed_before_signing_in_waits(client):
    user = UserFactory(home=suwon())
    answer = client.post(reverse("proposals:new"), {"title": "그늘막", "body": "한참 쓴 글", "place": "41110"})
    assert answer.status_code == 302
    assert "login" in answer["Location"]
    client.force_login(user)
    assert "한참 쓴 글" in client.get(reverse("proposals:new")).content.decode()
