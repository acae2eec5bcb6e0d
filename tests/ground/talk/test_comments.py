"""Writing, changing, deleting, backing and reading comments."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from madang.ground.participation import operations, queries
from madang.ground.participation.models import Comment, CommentSupport, CommentVersion, Notice, Subject
from tests.factories import (
    AgendaItemFactory,
    CommentFactory,
    OfficeFactory,
    ProposalFactory,
    UserFactory,
    officer_at,
    staff_of,
)
from tests.ground.talk.helpers import NOW, at_once, later, say

pytestmark = pytest.mark.django_db


@pytest.fixture
def subject():
    return ProposalFactory().subject


def count_of(subject):
    return Subject.objects.get(pk=subject.pk).comment_count


def test_a_comment_is_counted_and_masked(subject):
    added = say(subject, "연락 주세요 010-1234-5678")
    assert added.masked == {"phone": 1}
    assert "1234" not in added.comment.body
    assert count_of(subject) == 1


def test_an_agenda_item_is_discussed_by_its_one_line():
    item = AgendaItemFactory()
    say(item.participation)
    assert count_of(item.participation) == 1


def test_replies_go_as_deep_as_people_talk(subject):
    above = say(subject).comment
    root = above
    for depth in range(1, 7):
        above = say(subject, parent_id=above.pk).comment
        above.refresh_from_db()
        assert (above.root_id, above.depth) == (root.pk, depth)


@pytest.mark.parametrize("body", ["", " \n ", "\u200b", "가" * 4001])
def test_empty_and_endless_comments_are_refused(subject, body):
    with pytest.raises(operations.CommentRefusedError):
        say(subject, body)


@pytest.mark.parametrize("status", ["hidden", "withdrawn"])
def test_what_is_not_shown_takes_no_comments(status):
    with pytest.raises(operations.CommentRefusedError):
        say(ProposalFactory(status=status).subject)


def test_a_reply_must_answer_something_there(subject):
    gone = CommentFactory(subject=subject, status="deleted", body="")
    elsewhere, hidden = CommentFactory(), CommentFactory(subject=subject, hidden=True)
    for parent in (elsewhere.pk, hidden.pk, gone.pk, 2**31):
        with pytest.raises(operations.CommentRefusedError):
            say(subject, parent_id=parent)


def test_the_same_form_sent_twice_is_one_comment(subject):
    by, key = UserFactory(), uuid.uuid4()
    first, second = (say(subject, by=by, client_key=key) for _ in range(2))
    assert first.comment == second.comment
    assert second.repeated
    assert count_of(subject) == 1
    assert say(subject, client_key=key).comment != first.comment, "the key of one person is no key of another"


@pytest.mark.django_db(transaction=True)
def test_the_same_form_sent_at_once_is_one_comment(subject):
    by, key = UserFactory(), uuid.uuid4()
    found = at_once(*[lambda: say(subject, by=by, client_key=key).comment.pk] * 8)
    assert len(set(found)) == 1
    assert count_of(subject) == Comment.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_comments_at_once_are_counted_exactly(subject):
    people = UserFactory.create_batch(8)
    found = at_once(
        *[lambda person=person: [say(subject, f"{n}째 생각입니다.", by=person) for n in range(3)] for person in people]
    )
    assert all(isinstance(one, list) for one in found), found
    assert count_of(subject) == Comment.objects.count() == 24


class TestPace:
    def test_five_a_minute_and_no_more(self, subject):
        user = UserFactory()
        for n in range(5):
            say(subject, f"{n}째 생각", by=user)
        with pytest.raises(operations.TooManyError, match=r"1[23]초") as refused:
            say(subject, by=user)
        assert timedelta(0) < refused.value.wait <= timedelta(seconds=12)
        say(subject, by=user, now=NOW + refused.value.wait)

    def test_a_new_account_goes_slower(self, subject):
        user = UserFactory(joined_at=NOW)
        for n in range(3):
            say(subject, f"{n}째 생각", by=user)
        with pytest.raises(operations.TooManyError):
            say(subject, by=user)

    def test_what_was_refused_for_another_reason_does_not_count(self, subject):
        user = UserFactory()
        for _ in range(9):
            with pytest.raises(operations.CommentRefusedError):
                say(subject, parent_id=2**31, by=user)
        say(subject, by=user)

    @pytest.mark.django_db(transaction=True)
    def test_two_requests_at_once_do_not_slip_through(self, subject):
        user = UserFactory()
        found = at_once(*[lambda n=n: say(subject, f"{n}째 생각", by=user) for n in range(12)])
        assert sum(isinstance(one, operations.Commented) for one in found) == 5
        assert sum(isinstance(one, operations.TooManyError) for one in found) == 7


class TestVoices:
    def test_an_official_speaks_for_an_office_and_is_marked(self, subject):
        office = OfficeFactory(place=subject.place)
        assert say(subject, by=staff_of(office), office_id=office.pk).comment.office == office

    def test_nobody_else_does(self, subject):
        office = OfficeFactory(place=subject.place)
        for by in (UserFactory(), staff_of(OfficeFactory(place=subject.place))):
            with pytest.raises(operations.CommentRefusedError):
                say(subject, by=by, office_id=office.pk)

    def test_the_officer_of_a_place_speaks_for_its_innovation_officer(self, subject):
        office = OfficeFactory(place=subject.place, is_innovation_officer=True)
        assert queries.voices_of(officer_at(subject.place), subject.place) == [office]
        assert queries.voices_of(UserFactory(), subject.place) == []


class TestChanging:
    def test_what_it_said_before_stays_readable(self, subject):
        comment = say(subject, "처음 말입니다.").comment
        for words in ("둘째 말입니다.", "둘째 말입니다.", "셋째 말입니다."):
            operations.edit_comment(comment_id=comment.pk, by=comment.author, body=words, now=later(minutes=1))
        comment.refresh_from_db()
        assert (comment.body, comment.version) == ("셋째 말입니다.", 3)
        assert [one.body for one in queries.versions_of(comment)] == ["처음 말입니다.", "둘째 말입니다."]

    def test_only_its_writer_and_only_while_shown(self, subject):
        comment = say(subject).comment
        with pytest.raises(PermissionDenied):
            operations.edit_comment(comment_id=comment.pk, by=UserFactory(), body="남의 말", now=NOW)
        hidden = CommentFactory(subject=subject, hidden=True)
        with pytest.raises(operations.CommentFixedError):
            operations.edit_comment(comment_id=hidden.pk, by=hidden.author, body="고친 말", now=NOW)

    @pytest.mark.django_db(transaction=True)
    def test_edits_at_once_lose_no_version(self, subject):
        comment = say(subject, "처음").comment
        at_once(
            *[
                lambda n=n: operations.edit_comment(
                    comment_id=comment.pk, by=comment.author, body=f"{n}째 고침", now=later(minutes=1)
                )
                for n in range(6)
            ]
        )
        comment.refresh_from_db()
        assert comment.version == 7
        assert CommentVersion.objects.filter(comment=comment).count() == 6


class TestDeleting:
    def test_its_words_and_versions_are_gone_and_replies_stay(self, subject):
        comment = say(subject, "지울 말").comment
        reply = say(subject, parent_id=comment.pk).comment
        operations.edit_comment(comment_id=comment.pk, by=comment.author, body="고친 지울 말", now=later(minutes=1))
        for _ in range(2):
            operations.delete_comment(comment_id=comment.pk, by=comment.author, now=NOW)
        comment.refresh_from_db()
        assert (comment.body, comment.status) == ("", "deleted")
        assert not CommentVersion.objects.exists()
        assert count_of(subject) == 1
        (thread,) = queries.comments_of(subject.pk).threads
        assert [node.comment for node in thread.replies] == [reply]

    def test_not_by_others_and_not_to_dodge_a_decision(self, subject):
        hidden = CommentFactory(subject=subject, hidden=True)
        with pytest.raises(PermissionDenied):
            operations.delete_comment(comment_id=hidden.pk, by=UserFactory(), now=NOW)
        with pytest.raises(operations.CommentFixedError):
            operations.delete_comment(comment_id=hidden.pk, by=hidden.author, now=NOW)


class TestHelpful:
    def test_once_a_person_and_back(self, subject):
        comment, user = say(subject).comment, UserFactory()
        for _ in range(2):
            operations.support_comment(comment_id=comment.pk, by=user, now=NOW)
        assert Comment.objects.get(pk=comment.pk).support_count == CommentSupport.objects.count() == 1
        for _ in range(2):
            operations.take_back_comment_support(comment_id=comment.pk, by=user)
        assert Comment.objects.get(pk=comment.pk).support_count == 0

    def test_not_ones_own_and_not_what_is_hidden(self, subject):
        comment = say(subject).comment
        with pytest.raises(PermissionDenied):
            operations.support_comment(comment_id=comment.pk, by=comment.author, now=NOW)
        hidden = CommentFactory(subject=subject, hidden=True)
        with pytest.raises(operations.CommentFixedError):
            operations.support_comment(comment_id=hidden.pk, by=UserFactory(), now=NOW)

    @pytest.mark.django_db(transaction=True)
    def test_at_once_is_counted_exactly(self, subject):
        comment, people = say(subject).comment, UserFactory.create_batch(4)
        jobs = [
            lambda person=person: operations.support_comment(comment_id=comment.pk, by=person, now=NOW)
            for person in people * 3
        ]
        at_once(*jobs)
        assert Comment.objects.get(pk=comment.pk).support_count == CommentSupport.objects.count() == 4


class TestReading:
    def test_a_page_is_one_query_and_pages_join(self, subject, django_assert_num_queries):
        heads = [CommentFactory(subject=subject) for _ in range(queries.THREADS + 5)]
        reply = CommentFactory(subject=subject, parent=heads[0], office=OfficeFactory(place=subject.place))
        viewer = UserFactory()
        operations.support_comment(comment_id=reply.pk, by=viewer, now=NOW)
        with django_assert_num_queries(1):
            first = queries.comments_of(subject.pk, viewer=viewer)
            assert first.threads[0].replies[0].comment.author.display_name
            assert first.threads[0].replies[0].comment.office.name
            assert first.threads[0].replies[0].supported
        second = queries.comments_of(subject.pk, after=first.following)
        shown = [*first.threads, *second.threads]
        assert [node.comment for node in shown] == heads
        assert second.following == ""

    def test_a_long_quarrel_pushes_nobody_off_and_is_read_on_its_own_page(self, subject, django_assert_num_queries):
        quarrel = CommentFactory(subject=subject)
        Comment.objects.bulk_create(
            Comment(subject=subject, parent=quarrel, author=quarrel.author, body="아니요", created_at=NOW)
            for _ in range(130)
        )
        quiet = CommentFactory(subject=subject, body="조용한 말")
        first, second = queries.comments_of(subject.pk).threads
        assert (first.comment, second.comment) == (quarrel, quiet)
        assert (len(first.replies), first.total, first.more) == (queries.REPLIES, 130, True)
        with django_assert_num_queries(1):
            page = queries.thread_of(quarrel.pk)
        rest = queries.thread_of(quarrel.pk, after=page.following)
        assert [len(one.threads[0].replies) for one in (page, rest)] == [100, 30]

    def test_deep_replies_stand_side_by_side_and_say_whom_they_answer(self, subject):
        chain = [CommentFactory(subject=subject)]
        for _ in range(5):
            chain.append(CommentFactory(subject=subject, parent=chain[-1]))
        node, depth = queries.comments_of(subject.pk).threads[0], 0
        while len(node.replies) == 1:
            node, depth = node.replies[0], depth + 1
        assert depth == 2
        assert [one.comment for one in node.replies] == chain[3:]
        assert [one.answers for one in node.replies] == [None, chain[3], chain[4]]

    @pytest.mark.parametrize("order", ["newest", "helpful"])
    def test_orders_page_through_everything_once(self, subject, order):
        for n in range(queries.THREADS + 7):
            CommentFactory(subject=subject, support_count=n % 3)
        found, after = [], ""
        while True:
            page = queries.comments_of(subject.pk, order=order, after=after)
            found += [node.comment for node in page.threads]
            if not (after := page.following):
                break
        keys = {"newest": lambda one: -one.pk, "helpful": lambda one: (-one.support_count, -one.pk)}
        assert found == sorted(Comment.objects.all(), key=keys[order])

    @pytest.mark.parametrize("after", ["x", "-1", "9" * 40, "1e9", "3-", "²", "9999999999"])
    @pytest.mark.parametrize("order", ["oldest", "newest", "helpful", "nonsense"])
    def test_a_strange_cursor_begins_anew(self, subject, order, after):
        CommentFactory(subject=subject)
        assert len(queries.comments_of(subject.pk, order=order, after=after).threads) <= 1

    def test_a_held_one_is_seen_by_its_writer_and_moderators_alone(self, subject):
        held = CommentFactory(subject=subject, held=True)
        seen = [
            len(queries.comments_of(subject.pk, viewer=viewer, moderates=moderates).threads)
            for viewer, moderates in ((None, False), (UserFactory(), False), (held.author, False), (None, True))
        ]
        assert seen == [0, 0, 1, 1]


class TestTelling:
    def test_those_concerned_and_nobody_of_their_own(self):
        proposal, first, second = ProposalFactory(), UserFactory(), UserFactory()
        head = say(proposal.subject, "하나", by=first).comment
        say(proposal.subject, "둘", by=second, parent_id=head.pk)
        say(proposal.subject, "셋", by=proposal.author, parent_id=head.pk)
        told = list(Notice.objects.values_list("user_id", flat=True))
        assert sorted(told) == sorted([proposal.author_id, first.pk, proposal.author_id, first.pk])

    def test_a_notice_holds_no_words_of_the_comment(self):
        say(ProposalFactory().subject, "비밀스러운 말")
        assert "비밀" not in str(list(Notice.objects.values_list("text", flat=True)))


class TestConstraints:
    """The database refuses what no operation would write."""

    def refused(self, **fields):
        comment = CommentFactory()
        with pytest.raises(IntegrityError), transaction.atomic():
            Comment.objects.filter(pk=comment.pk).update(**fields)

    def test_no_words_unless_deleted(self):
        self.refused(body="")
        self.refused(status="deleted")

    def test_hidden_with_reason_and_by_somebody(self):
        self.refused(status="hidden")
        self.refused(hidden_reason="욕설")

    def test_an_edit_is_dated(self):
        self.refused(version=2)
        self.refused(edited_at=NOW)

    def test_one_support_one_version_a_number_one_key(self):
        comment, user, key = CommentFactory(), UserFactory(), uuid.uuid4()
        for make in (
            lambda: CommentSupport.objects.create(comment=comment, user=user, created_at=NOW),
            lambda: CommentVersion.objects.create(comment=comment, number=1, body="전", replaced_at=NOW),
            lambda: CommentFactory(author=user, client_key=key),
        ):
            make()
            with pytest.raises(IntegrityError), transaction.atomic():
                make()

    def test_a_reply_belongs_to_the_subject_of_what_it_answers(self):
        comment = CommentFactory()
        with pytest.raises(IntegrityError), transaction.atomic():
            CommentFactory(parent=comment)

    def test_a_thread_cannot_be_forged(self):
        comment, other = CommentFactory(), CommentFactory()
        Comment.objects.filter(pk=comment.pk).update(root=other, depth=9)
        comment.refresh_from_db()
        assert (comment.root_id, comment.depth) == (None, 0)
