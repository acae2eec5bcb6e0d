"""Reports, decisions, appeals: who may, what follows, what the database refuses, what nobody gets to see."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F

from madang.explore.proposals.models import Proposal
from madang.ground.participation import operations, queries
from madang.ground.participation.models import Appeal, Case, Comment, Decision, Notice, Report, Subject
from madang.ground.people.permissions import can, scope
from madang.ground.record.models import Entry
from tests.factories import (
    AmendmentFactory,
    CommentFactory,
    ProposalFactory,
    UserFactory,
    gyeonggi,
    officer_at,
    platform_admin,
    suwon,
)
from tests.ground.talk.helpers import NOW, at_once, later, say

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return suwon()


@pytest.fixture
def comment(place):
    return CommentFactory(subject=ProposalFactory(place=place).subject, body="참기 어려운 말")


def report(comment, by=None, category="insult", text="", now=NOW):
    target = queries.target(comment_id=comment.pk)
    return operations.report(target=target, by=by or UserFactory(), category=category, text=text, now=now)


def decide(case, by, outcome="hide", rule=1, reason="욕설입니다.", now=NOW):
    return operations.decide(case_id=case.pk, outcome=outcome, rule=rule, reason=reason, by=by, now=now)


def told(user):
    return [one["message"] for one in Notice.objects.filter(user=user).values_list("text", flat=True)]


class TestReporting:
    def test_reports_of_many_make_one_case(self, comment):
        user = UserFactory()
        first = report(comment, user)
        assert report(comment, user) == first
        report(comment)
        case = Case.objects.get()
        assert (case.report_count, case.reports.count(), case.author_id) == (2, 2, comment.author_id)

    @pytest.mark.django_db(transaction=True)
    def test_reports_at_once_make_one_case(self, comment):
        people = UserFactory.create_batch(4)
        found = at_once(*[lambda person=person: report(comment, person) for person in people * 2])
        assert all(isinstance(one, Report) for one in found), found
        assert Case.objects.get().report_count == Report.objects.count() == 4

    def test_not_ones_own_not_what_is_gone_not_without_saying_what(self, comment):
        for by, category in ((comment.author, "insult"), (UserFactory(), "other"), (UserFactory(), "nonsense")):
            with pytest.raises(operations.ModerationError):
                report(comment, by, category)
        hidden = CommentFactory(subject=comment.subject, hidden=True)
        with pytest.raises(operations.ModerationError):
            report(hidden)

    def test_what_was_kept_is_not_asked_again_until_its_words_change(self, comment, place):
        report(comment)
        decide(Case.objects.get(), officer_at(place), "keep", None, "거칠지만 생각에 대한 말입니다.")
        with pytest.raises(operations.AlreadySettledError, match="거칠지만"):
            report(comment, now=later(days=1))
        operations.edit_comment(comment_id=comment.pk, by=comment.author, body="더 거친 말입니다.", now=later(days=1))
        report(comment, now=later(days=2))
        assert Case.objects.count() == 2

    def test_a_writer_hears_of_no_report_that_came_to_nothing(self, comment, place):
        reporter = UserFactory()
        report(comment, reporter)
        decide(Case.objects.get(), officer_at(place), "keep", None, "괜찮은 말입니다.")
        assert told(comment.author) == []
        assert len(told(reporter)) == 1


class TestDeciding:
    def test_hiding_stands_everywhere_with_rule_and_reason(self, comment, place):
        reporter, officer = UserFactory(), officer_at(place)
        report(comment, reporter)
        decide(Case.objects.get(), officer)
        comment.refresh_from_db()
        assert (comment.status, comment.hidden_rule, comment.hidden_reason) == ("hidden", 1, "욕설입니다.")
        assert Subject.objects.get(pk=comment.subject_id).comment_count == 0
        entry = Entry.objects.get(subject=f"comment:{comment.pk}", kind="hidden")
        assert entry.reason == "욕설입니다."
        assert "참기" not in str(entry.data)
        assert len(told(comment.author)) == len(told(reporter)) == 1

    def test_only_moderators_of_the_place_and_not_about_their_own_words(self, place):
        officer = officer_at(place)
        mine = CommentFactory(subject=ProposalFactory(place=place).subject, author=officer)
        report(mine)
        case = Case.objects.get()
        elsewhere = officer_at(suwon().parent.children.exclude(pk=place.pk).first() or gyeonggi())
        for by in (officer, UserFactory()):
            with pytest.raises(PermissionDenied):
                decide(case, by)
        decide(case, officer_at(gyeonggi()), "keep", None, "괜찮습니다.")
        assert elsewhere

    @pytest.mark.parametrize(("rule", "reason"), [(None, "욕설"), (99, "욕설"), (1, "  ")])
    def test_hiding_needs_a_rule_and_a_reason(self, comment, place, rule, reason):
        report(comment)
        with pytest.raises(operations.ModerationError):
            decide(Case.objects.get(), officer_at(place), rule=rule, reason=reason)
        assert not Decision.objects.exists()

    @pytest.mark.django_db(transaction=True)
    def test_two_moderators_at_once_decide_once(self, comment, place):
        officers = [officer_at(place), officer_at(gyeonggi())]
        report(comment)
        case = Case.objects.get()
        found = at_once(*[lambda one=one: decide(case, one) for one in officers])
        assert sorted(type(one).__name__ for one in found) == ["Decision", "ModerationError"]
        assert Subject.objects.get(pk=comment.subject_id).comment_count == 0

    def test_a_proposal_is_hidden_and_shown_by_its_own_room(self, place):
        proposal, officer = ProposalFactory(place=place), officer_at(place)
        target = queries.target(subject_id=proposal.pk)
        operations.report(target=target, by=UserFactory(), category="spam", text="", now=NOW)
        case = Case.objects.get()
        decide(case, officer, rule=4, reason="광고입니다.")
        assert Proposal.objects.get(pk=proposal.pk).status == "hidden"
        assert Entry.objects.filter(subject=f"proposal:{proposal.pk}", kind="hidden").count() == 1
        decide(case, officer, "restore", None, "다시 보니 광고가 아닙니다.")
        assert Proposal.objects.get(pk=proposal.pk).status == "open"

    def test_a_suggestion_too(self, place):
        made, officer = AmendmentFactory(proposal=ProposalFactory(place=place)), officer_at(place)
        target = queries.target(amendment_id=made.pk)
        decision = operations.take_up(target=target, rule=1, reason="욕설입니다.", by=officer, now=NOW)
        made.refresh_from_db()
        assert (made.visibility, made.hidden_reason) == ("hidden", "욕설입니다.")
        decide(decision.case, officer, "restore", None, "잘못 숨겼습니다.")
        made.refresh_from_db()
        assert (made.visibility, made.hidden_reason) == ("shown", "")


class TestAppealing:
    @pytest.fixture
    def hidden(self, comment, place):
        report(comment)
        first = officer_at(place)
        decide(Case.objects.get(), first)
        return Case.objects.get(), first

    def appeal(self, case, by=None, now=NOW):
        return operations.appeal(case_id=case.pk, by=by or case.author, text="그런 뜻이 아닙니다.", now=now)

    def test_somebody_else_shows_it_again(self, comment, place, hidden):
        case, first = hidden
        second = officer_at(place)
        self.appeal(case)
        assert told(first) == [], "who decided first is not asked"
        assert len(told(second)) == 1
        with pytest.raises(PermissionDenied):
            operations.decide_appeal(case_id=case.pk, overturns=True, reason="다시 봄", by=first, now=NOW)
        operations.decide_appeal(case_id=case.pk, overturns=True, reason="비유로 쓴 말입니다.", by=second, now=NOW)
        comment.refresh_from_db()
        assert (comment.status, comment.hidden_reason) == ("shown", "")
        assert Subject.objects.get(pk=comment.subject_id).comment_count == 1
        kinds = list(
            Entry.objects.filter(subject=f"comment:{comment.pk}").order_by("pk").values_list("kind", flat=True)
        )
        assert kinds == ["hidden", "appealed", "restored"]

    def test_or_leaves_it_hidden(self, comment, hidden):
        case, _first = hidden
        self.appeal(case)
        above = officer_at(gyeonggi())
        operations.decide_appeal(case_id=case.pk, overturns=False, reason="욕설이 맞습니다.", by=above, now=NOW)
        comment.refresh_from_db()
        assert comment.status == "hidden"
        assert Entry.objects.filter(subject=f"comment:{comment.pk}", kind="upheld").exists()

    def test_once_and_by_the_writer_alone(self, hidden):
        case, first = hidden
        for by in (UserFactory(), first):
            with pytest.raises(PermissionDenied):
                self.appeal(case, by)
        self.appeal(case)
        with pytest.raises(operations.ModerationError):
            self.appeal(case)
        with pytest.raises(operations.ModerationError):
            decide(case, first, "restore", None, "스스로 고칩니다.")

    def test_where_there_is_nobody_else_the_place_above_is_asked_then_the_platform(self, place, hidden):
        _case, first = hidden
        admin = platform_admin()
        assert queries.judges_of(place, besides={first.pk}) == [admin.pk]
        above = officer_at(gyeonggi())
        assert queries.judges_of(place, besides={first.pk}) == [above.pk]
        second = officer_at(place)
        assert queries.judges_of(place, besides={first.pk}) == [second.pk]

    @pytest.mark.django_db(transaction=True)
    def test_two_at_once_decide_once(self, place, hidden):
        case, _first = hidden
        self.appeal(case)
        judges = [officer_at(place), officer_at(gyeonggi())]
        found = at_once(
            *[
                lambda one=one: operations.decide_appeal(
                    case_id=case.pk, overturns=True, reason="다시 봄", by=one, now=NOW
                )
                for one in judges
            ]
        )
        assert sorted(type(one).__name__ for one in found) == ["Appeal", "ModerationError"]


class TestTheDatabaseRefuses:
    def refused(self, act):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()

    @pytest.fixture
    def appealed(self, comment, place):
        report(comment)
        decide(Case.objects.get(), officer_at(place))
        operations.appeal(case_id=Case.objects.get().pk, by=comment.author, text="다시 봐 주세요.", now=NOW)
        return Appeal.objects.get()

    def test_an_appeal_decided_by_who_decided_first_or_made_it(self, appealed):
        for judge in (appealed.first_by, appealed.made_by):
            values = {"outcome": "upheld", "reason": "r", "decided_by": judge, "decided_at": NOW}
            self.refused(lambda values=values: Appeal.objects.filter(pk=appealed.pk).update(**values))

    def test_naming_somebody_else_as_who_decided_first(self, appealed):
        def forge():
            Appeal.objects.filter(pk=appealed.pk).update(first_by=UserFactory())
            with transaction.get_connection().cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

        self.refused(forge)

    def test_a_second_appeal_a_half_decision_an_empty_one(self, appealed):
        again = {"case": appealed.case, "decision": appealed.decision, "first_by": appealed.first_by}
        self.refused(lambda: Appeal.objects.create(text="또", made_by=appealed.made_by, made_at=NOW, **again))
        self.refused(lambda: Appeal.objects.filter(pk=appealed.pk).update(outcome="upheld"))
        self.refused(lambda: Appeal.objects.filter(pk=appealed.pk).update(text=""))

    def test_two_open_cases_of_one_thing_and_a_case_of_two(self, comment):
        report(comment)
        case = Case.objects.get()
        fields = {"subject": comment.subject, "comment": comment, "place": case.place, "source": "office"}
        self.refused(lambda: Case.objects.create(opened_at=NOW, **fields))
        made = AmendmentFactory()
        self.refused(lambda: Case.objects.filter(pk=case.pk).update(amendment=made))
        self.refused(lambda: Case.objects.filter(pk=case.pk).update(outcome="kept"))

    def test_two_reports_by_one_person_and_one_that_says_nothing(self, comment):
        one = report(comment)
        same = {"case": one.case, "category": "spam", "created_at": NOW}
        self.refused(lambda: Report.objects.create(reporter=one.reporter, **same))
        self.refused(lambda: Report.objects.filter(pk=one.pk).update(category="other"))

    def test_hiding_without_a_rule_or_a_reason(self, appealed):
        for values in ({"rule": None}, {"reason": ""}, {"number": F("number"), "reason": ""}):
            self.refused(lambda values=values: Decision.objects.filter(pk=appealed.decision_id).update(**values))


class TestSeeing:
    def test_a_scope_says_of_many_what_the_rule_says_of_one(self, comment, place):
        report(comment, reporter := UserFactory())
        other = CommentFactory(subject=ProposalFactory(place=gyeonggi()).subject)
        report(other)
        people = [
            UserFactory(), reporter, comment.author, officer_at(place), officer_at(gyeonggi()), platform_admin(), None,
        ]  # fmt: skip
        for name in ("participation.decide_case", "participation.see_case", "participation.appeal"):
            for user in people:
                rows = Case.objects.all()
                assert set(scope(user, name, rows)) == {one for one in rows if can(user, name, one)}, (name, user)

    def test_hidden_and_held_words_are_nowhere(self, client, comment, place):
        held = CommentFactory(subject=comment.subject, body="보류된 말씀", held=True)
        report(comment)
        decide(Case.objects.get(), officer_at(place))
        page = f"/proposals/{comment.subject_id}/"
        for url in (
            page, f"{page}?order=newest", f"{page}?thread={comment.pk}", f"/talk/comments/{comment.pk}/history",
            f"/talk/comments/{held.pk}/history", f"/api/v1/things/proposal/{comment.subject_id}/comments",
        ):  # fmt: skip
            for user in (None, UserFactory()):
                if user:
                    client.force_login(user)
                text = client.get(url, follow=True).content.decode()
                assert "참기 어려운" not in text, url
                assert "보류된 말씀" not in text, url

    def test_who_reported_reads_the_decision_and_not_the_words(self, client, comment, place):
        reporter = UserFactory()
        report(comment, reporter)
        case = Case.objects.get()
        decide(case, officer_at(place))
        client.force_login(reporter)
        text = client.get(f"/talk/cases/{case.pk}/").content.decode()
        assert "욕설입니다." in text
        assert "참기 어려운" not in text

    def test_the_queue_is_the_oldest_first_and_of_ones_own_places(self, place):
        subject = ProposalFactory(place=place).subject
        for hours in (1, 3, 2):
            report(CommentFactory(subject=subject), now=NOW - timedelta(hours=hours))
        report(CommentFactory(subject=ProposalFactory(place=gyeonggi()).subject))
        found = queries.queue(officer_at(place))
        assert [row.case.opened_at for row in found.rows] == sorted(row.case.opened_at for row in found.rows)
        assert len(found.rows) == found.counts["open"] == 3
        assert queries.queue(officer_at(gyeonggi())).counts["open"] == 4

    def test_figures_count_what_happened(self, comment, place):
        report(comment, now=NOW - timedelta(hours=4))
        decide(Case.objects.get(), officer_at(place))
        report(CommentFactory(subject=comment.subject))
        whole, here = queries.figures(since=NOW - timedelta(days=1))
        assert whole.place is None
        assert here.place == place
        assert (whole.reports, whole.hidden, whole.waiting, whole.kept) == (2, 1, 1, 0)
        assert whole.median == timedelta(hours=4)


def test_a_comment_that_is_gone_closes_its_case(comment):
    report(comment)
    operations.delete_comment(comment_id=comment.pk, by=comment.author, now=NOW)
    assert Case.objects.get().outcome == "gone"


def test_what_a_hidden_proposal_says_takes_no_reports(place):
    proposal = ProposalFactory(place=place, status="hidden")
    comment = CommentFactory(subject=proposal.subject)
    with pytest.raises(operations.ModerationError):
        report(comment)
    with pytest.raises(operations.CommentRefusedError):
        say(proposal.subject)
    assert Comment.objects.count() == 1
