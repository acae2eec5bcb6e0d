"""Naming people: who may be named, under which name, and that each is told once."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from madang.ground.participation import mentions, operations, queries
from madang.ground.participation.models import Block, Mention, Notice
from tests.factories import OfficeFactory, ProposalFactory, UserFactory, staff_of
from tests.ground.talk.helpers import NOW, later, say

pytestmark = pytest.mark.django_db


@pytest.fixture
def proposal():
    return ProposalFactory(author=UserFactory(display_name="순임"))


@pytest.fixture
def neighbor(proposal):
    person = UserFactory(display_name="다율")
    say(proposal.subject, by=person)
    return person


def named(user):
    return Notice.objects.filter(user=user, kind="mention").count()


def test_somebody_of_the_discussion_is_told_once_however_often_it_is_edited(proposal, neighbor):
    comment = say(proposal.subject, f"@[다율](user:{neighbor.pk}) 님 말이 맞습니다.").comment
    assert named(neighbor) == 1
    for words in ("역시", "다시"):
        body = f"@[다율](user:{neighbor.pk}) 님 {words}"
        operations.edit_comment(comment_id=comment.pk, by=comment.author, body=body, now=later(minutes=1))
    assert named(neighbor) == 1
    assert Mention.objects.get().user == neighbor


def test_nobody_is_named_under_another_name_nor_from_outside(proposal, neighbor):
    stranger = UserFactory(display_name="숨은 사람")
    body = f"@[시장님](user:{neighbor.pk}) @[아무개](user:{stranger.pk}) @[옛 이웃](user:999999)"
    comment = say(proposal.subject, body).comment
    assert comment.body == f"@[다율](user:{neighbor.pk}) @아무개 @옛 이웃"
    assert named(stranger) == 0


def test_a_plain_name_works_where_it_is_only_ones(proposal, neighbor):
    assert f"(user:{neighbor.pk})" in say(proposal.subject, "@다율님 고맙습니다.").comment.body
    say(proposal.subject, by=UserFactory(display_name="다율"))
    assert "(user:" not in say(proposal.subject, "@다율 고맙습니다.").comment.body


def test_an_address_names_nobody(proposal, neighbor):
    del neighbor
    assert "(user:" not in say(proposal.subject, "계정은 x@다율 입니다").comment.body


def test_an_office_is_told_through_those_who_work_there(proposal):
    office = OfficeFactory(place=proposal.place)
    clerk = staff_of(office)
    say(proposal.subject, f"@[{office.name}](office:{office.pk})에 여쭙니다.")
    assert named(clerk) == 1


def test_who_does_not_want_to_be_named_by_somebody_is_not(proposal, neighbor):
    rude = UserFactory()
    operations.block(by=neighbor, person_id=rude.pk, now=NOW)
    comment = say(proposal.subject, f"@[다율](user:{neighbor.pk}) 대답해요", by=rude).comment
    assert comment.body == "@다율 대답해요"
    assert named(neighbor) == 0
    assert (
        queries.suggestions(
            subject_id=proposal.pk, author_id=proposal.author_id, place=proposal.place, by=rude, start="다율"
        )
        == []
    )
    operations.unblock(by=neighbor, person_id=rude.pk)
    say(proposal.subject, f"@[다율](user:{neighbor.pk}) 미안합니다", by=rude)
    assert named(neighbor) == 1


def test_the_list_offers_people_of_the_discussion_and_offices_and_no_addresses(client, proposal, neighbor):
    UserFactory(display_name="다율 아닌 사람")
    office = OfficeFactory(place=proposal.place, name_ko="다율정책과")
    client.force_login(UserFactory())
    found = client.get(f"/talk/subjects/{proposal.pk}/people?q=다율").json()["people"]
    assert [(one["kind"], one["id"]) for one in found] == [("user", neighbor.pk), ("office", office.pk)]
    assert set(found[0]) == {"kind", "id", "name"}
    assert client.get(f"/talk/subjects/{proposal.pk}/people?q=").json() == {"people": []}


def test_the_list_is_slow_enough_to_be_no_directory(client, proposal):
    user, soon = UserFactory(), later(minutes=10)
    for _ in range(60):
        operations.keep_pace("lookup", by=user, now=soon)
    with pytest.raises(operations.TooManyError):
        operations.keep_pace("lookup", by=user, now=soon)
    client.force_login(user)
    assert client.get(f"/talk/subjects/{proposal.pk}/people?q=가").status_code == 429


def test_a_page_shows_the_name_of_today(client, proposal, neighbor):
    say(proposal.subject, f"@[다율](user:{neighbor.pk}) 안녕하세요.")
    neighbor.display_name = "새 <이름>"
    neighbor.save()
    page = client.get(proposal.get_absolute_url()).content.decode()
    assert '<span class="mention">@새 &lt;이름&gt;</span>' in page


def test_leaving_takes_the_name_out_of_others_words(proposal, neighbor):
    from madang.ground.participation.holdings import COMMENTS
    from madang.ground.people.data import Leaving

    comment = say(proposal.subject, f"@[다율](user:{neighbor.pk}) 안녕하세요.").comment
    COMMENTS.erase(Leaving(neighbor, keep_texts=True, now=NOW))
    comment.refresh_from_db()
    assert "다율" not in comment.body
    assert mentions.asked(comment.body).users == {neighbor.pk}


def test_the_database_holds_one_mention_one_block_and_none_of_oneself(proposal, neighbor):
    comment = say(proposal.subject, f"@[다율](user:{neighbor.pk})").comment
    for make in (
        lambda: Mention.objects.create(comment=comment, user=neighbor, created_at=NOW),
        lambda: Mention.objects.create(comment=comment, created_at=NOW),
        lambda: Block.objects.create(user=neighbor, blocked=neighbor, created_at=NOW),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            make()
