import threading
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from madang.explore.proposals.models import Proposal
from madang.explore.proposals.operations import commenting
from madang.ground.participation import operations, queries, sections
from madang.ground.participation.models import Comment, Follow, Notice, Subject
from madang.ground.record.models import Entry
from tests.factories import CommentFactory, ProposalFactory, UserFactory, officer_at

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def say(subject, body="저도 같은 생각입니다.", by=None, **more):
    return operations.comment(
        subject_id=subject.pk, by=by or UserFactory(), body=body, now=more.pop("now", NOW), **more
    )


@pytest.fixture
def subject():
    return ProposalFactory().subject


def test_a_comment_is_counted_and_masked(subject):
    added = say(subject, "연락 주세요 010-1234-5678")
    assert added.masked == {"phone": 1}
    assert "1234" not in added.comment.body
    assert Subject.objects.get(pk=subject.pk).comment_count == 1


def test_a_reply_to_a_reply_stays_in_the_thread(subject):
    head = say(subject).comment
    reply = say(subject, parent_id=head.pk).comment
    assert say(subject, parent_id=reply.pk).comment.parent == head


@pytest.mark.parametrize("body", ["", " \n ", "\u200b", "가" * 4001])
def test_empty_and_endless_comments_are_refused(subject, body):
    with pytest.raises(operations.CommentRefusedError):
        say(subject, body)


def test_a_reply_must_answer_something_there(subject):
    elsewhere = CommentFactory()
    hidden = CommentFactory(subject=subject, hidden_reason="욕설", hidden_by=UserFactory())
    for parent in (elsewhere.pk, hidden.pk, 10**12):
        with pytest.raises(operations.CommentRefusedError):
            say(subject, parent_id=parent)


def test_five_a_minute_and_no_more(subject):
    user = UserFactory()
    for _ in range(5):
        say(subject, by=user)
    with pytest.raises(operations.TooManyError):
        say(subject, by=user)
    say(subject, by=user, now=NOW + timedelta(seconds=61))


def test_threads_come_in_one_query_and_pages_join(subject, django_assert_num_queries):
    heads = [CommentFactory(subject=subject) for _ in range(queries.THREADS + 5)]
    reply = CommentFactory(subject=subject, parent=heads[0])
    with django_assert_num_queries(1):
        first = queries.comments_of(subject.pk)
    assert [thread.head.pk for thread in first.threads] == [head.pk for head in heads[: queries.THREADS]]
    assert first.threads[0].replies == [reply]
    second = queries.comments_of(subject.pk, after=first.following)
    assert [thread.head.pk for thread in second.threads] == [head.pk for head in heads[queries.THREADS :]]
    assert second.following is None


def test_a_long_quarrel_pushes_nobody_off_the_page(subject):
    quarrel, quiet = CommentFactory(subject=subject), None
    Comment.objects.bulk_create(
        Comment(subject=subject, parent=quarrel, author=quarrel.author, body="아니요", created_at=NOW)
        for _ in range(300)
    )
    quiet = CommentFactory(subject=subject, body="조용한 말")
    assert [thread.head for thread in queries.comments_of(subject.pk).threads] == [quarrel, quiet]


@pytest.mark.parametrize("after", ["x", "-1", "9" * 40, "1e9"])
def test_a_strange_key_starts_at_the_beginning(subject, after):
    CommentFactory(subject=subject)
    assert len(queries.comments_of(subject.pk, after=after).threads) <= 1


def test_every_comment_has_an_address_that_shows_it(client):
    proposal = ProposalFactory()
    heads = [CommentFactory(subject=proposal.subject) for _ in range(70)]
    reply = CommentFactory(subject=proposal.subject, parent=heads[50])
    Subject.objects.filter(pk=proposal.pk).update(comment_count=71)
    for comment in (heads[0], heads[45], heads[69], reply):
        answer = client.get(reverse("proposals:comment", args=[proposal.pk, comment.pk]))
        assert answer.status_code == 302
        assert f'id="comment-{comment.pk}"' in client.get(answer["Location"].split("#")[0]).content.decode()


def test_hiding_a_comment_needs_the_role_and_a_reason_and_is_recorded(subject):
    comment = CommentFactory(subject=subject)
    officer = officer_at(subject.place.parent)
    with pytest.raises(PermissionDenied):
        operations.hide_comment(comment_id=comment.pk, by=UserFactory(), reason="욕설", now=NOW)
    with pytest.raises(operations.CommentRefusedError):
        operations.hide_comment(comment_id=comment.pk, by=officer, reason=" ", now=NOW)
    operations.hide_comment(comment_id=comment.pk, by=officer, reason="욕설", now=NOW)
    operations.hide_comment(comment_id=comment.pk, by=officer, reason="다시", now=NOW)
    assert Comment.objects.get(pk=comment.pk).hidden_reason == "욕설"
    assert Entry.objects.get(subject=f"comment:{comment.pk}").reason == "욕설"


def test_following_twice_counts_once():
    proposal, user = ProposalFactory(), UserFactory()
    for _ in range(2):
        commenting.follow(proposal_id=proposal.pk, by=user, now=NOW)
    assert Subject.objects.get(pk=proposal.pk).follower_count == Follow.objects.count() == 1
    for _ in range(2):
        commenting.unfollow(proposal_id=proposal.pk, by=user)
    assert Subject.objects.get(pk=proposal.pk).follower_count == 0


def test_those_concerned_are_told_of_a_comment_and_nobody_of_their_own():
    proposal, first, second = ProposalFactory(), UserFactory(), UserFactory()
    head = commenting.comment(proposal_id=proposal.pk, by=first, body="하나", now=NOW).comment
    commenting.comment(proposal_id=proposal.pk, by=second, body="둘", now=NOW, parent_id=head.pk)
    commenting.comment(proposal_id=proposal.pk, by=proposal.author, body="셋", now=NOW, parent_id=head.pk)
    told = list(Notice.objects.order_by("pk").values_list("user_id", flat=True))
    assert sorted(told) == sorted([proposal.author_id, first.pk, proposal.author_id, first.pk])


@pytest.mark.parametrize("status", ["hidden", "withdrawn"])
def test_what_is_not_shown_takes_no_comments(status):
    proposal = ProposalFactory(status=status)
    with pytest.raises(commenting.NotOpenToCommentsError):
        commenting.comment(proposal_id=proposal.pk, by=UserFactory(), body="말", now=NOW)


def tell(user, key="answered:1", **more):
    values = {
        "kind": "answered",
        "message": "%(office)s answered.",
        "params": {"office": "교통과"},
        "url": "/proposals/1/",
    }
    operations.tell(users=[user.pk, user.pk], key=key, now=NOW, **{**values, **more})


def test_the_same_event_is_told_once():
    user = UserFactory()
    tell(user)
    tell(user)
    tell(user, key="answered:2")
    assert queries.unread_count(user) == 2
    assert "교통과" in queries.notices_of(user).rows[0].text


def test_a_notice_without_its_parameters_is_still_shown():
    user = UserFactory()
    tell(user, params={})
    assert "answered" in queries.notices_of(user).rows[0].text


@pytest.mark.django_db(transaction=True)
def test_comments_at_once_are_counted_exactly():
    proposal = ProposalFactory()
    people, errors = UserFactory.create_batch(8), []

    def work(person):
        try:
            for _ in range(3):
                commenting.comment(proposal_id=proposal.pk, by=person, body="말", now=timezone.now())
        except Exception as error:  # noqa: BLE001 - what a thread raises would else be lost
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert Subject.objects.get(pk=proposal.pk).comment_count == Comment.objects.count() == 24


@pytest.mark.django_db(transaction=True)
def test_two_requests_at_once_do_not_slip_through_the_limit(subject):
    user, done = UserFactory(), []

    def work():
        try:
            say(subject, by=user)
            done.append(1)
        except operations.TooManyError:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == operations.COMMENTS_PER_MINUTE


def test_a_section_is_registered_once():
    known = sections.registered()[0]
    sections.register(known)
    with pytest.raises(ValueError, match="twice"):
        sections.register(sections.Section(known.key, "x", 1, known.query, "x.html"))


class TestPages:
    @pytest.fixture
    def user(self, client):
        user = UserFactory()
        client.force_login(user)
        return user

    def test_a_comment_that_cannot_be_taken_comes_back(self, client, user):
        proposal = ProposalFactory()
        url = reverse("proposals:comments", args=[proposal.pk])
        answer = client.post(url, {"body": "가" * 4001})
        assert answer.status_code == 422
        assert "가" * 4001 in answer.content.decode()
        for _ in range(5):
            assert client.post(url, {"body": "말"}).status_code == 302
        answer = client.post(url, {"body": "여섯째 말"})
        assert answer.status_code == 429
        assert "여섯째 말" in answer.content.decode()

    def test_a_comment_typed_before_signing_in_waits(self, client):
        proposal = ProposalFactory()
        client.post(reverse("proposals:comments", args=[proposal.pk]), {"body": "한참 쓴 댓글"})
        client.force_login(UserFactory())
        assert "한참 쓴 댓글" in client.get(proposal.get_absolute_url()).content.decode()

    def test_only_an_officer_is_offered_to_hide(self, client, user):
        proposal = ProposalFactory()
        comment = CommentFactory(subject=proposal.subject)
        url = reverse("proposals:comment_hiding", args=[proposal.pk, comment.pk])
        assert url not in client.get(proposal.get_absolute_url()).content.decode()
        assert client.post(url, {"reason": "x"}).status_code == 403
        client.force_login(officer_at(proposal.place))
        assert url in client.get(proposal.get_absolute_url()).content.decode()
        client.post(url, {"reason": "욕설"})
        page = client.get(proposal.get_absolute_url()).content.decode()
        assert "욕설" in page
        assert comment.body not in page

    def test_ones_own_pages_ask_to_sign_in(self, client):
        for url in ("/me/", "/me/notices/", "/me/proposals/", "/me/notices/1"):
            assert "login" in client.get(url)["Location"]

    def test_ones_own_pages_show_what_became_of_it(self, client, user):
        mine = ProposalFactory(author=user, status="withdrawn")
        backed = ProposalFactory(supporters=1)
        operations.support(subject_id=backed.pk, by=user, now=NOW)
        assert mine.title in client.get("/me/", follow=True).content.decode()
        supports = client.get("/me/supports/").content.decode()
        assert backed.title in supports
        assert mine.title not in supports
        assert client.get("/me/nothing/").status_code == 404

    def test_a_notice_leads_on_and_is_read(self, client, user):
        tell(user, url=f"/proposals/{ProposalFactory().pk}/")
        notice = Notice.objects.get()
        assert client.get(reverse("participation:notice", args=[notice.pk]))["Location"].startswith("/proposals/")
        assert queries.unread_count(user) == 0
        client.force_login(UserFactory())
        assert client.get(reverse("participation:notice", args=[notice.pk])).status_code == 404

    def test_all_notices_are_read_at_once(self, client, user):
        tell(user)
        tell(user, key="2")
        client.post("/me/notices/reading")
        assert queries.unread_count(user) == 0

    def test_following_needs_no_script(self, client, user):
        proposal = ProposalFactory()
        url = reverse("proposals:following", args=[proposal.pk])
        client.post(url)
        assert Follow.objects.filter(user=user, subject_id=proposal.pk).exists()
        client.post(url, {"_method": "DELETE"})
        assert not Follow.objects.exists()
        assert Proposal.objects.count() == 1
