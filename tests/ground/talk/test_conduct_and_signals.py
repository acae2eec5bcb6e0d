"""The rules of conversation, taking note of them, and texts that their signals hold."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from madang.engines.texts import spam
from madang.ground.participation import operations, queries
from madang.ground.participation.conduct import shipped
from madang.ground.participation.models import Acceptance, Case, Comment, Conduct, Notice, Subject
from madang.ground.record.models import Entry
from tests.factories import ProposalFactory, UserFactory, gyeonggi, officer_at, suwon
from tests.ground.talk.helpers import NOW, WORDS, later, say

pytestmark = pytest.mark.django_db
RULES = [{"ko": "서로 존댓말을 씁니다.", "en": "Be polite."}, {"ko": "짧게 씁니다."}]
AD = "당일 대출 https://a.kr https://b.kr https://c.kr https://d.kr 지금 바로"


class TestRules:
    def test_a_place_inherits_until_it_writes_its_own(self):
        place, above = suwon(), gyeonggi()
        assert queries.code_of(place) == shipped()
        operations.publish_conduct(place=above, rules=RULES, by=officer_at(above), now=NOW)
        assert queries.code_of(place).origin == above
        for _ in range(2):
            operations.publish_conduct(place=place, rules=RULES[:1], by=officer_at(place), now=NOW)
        found = queries.code_of(place)
        assert (found.origin, found.number, len(found.rules)) == (place, 2, 1)
        assert Entry.objects.filter(kind="conduct").count() == 3

    def test_only_its_officer_writes_and_something(self):
        place = suwon()
        with pytest.raises(PermissionDenied):
            operations.publish_conduct(place=place, rules=RULES, by=UserFactory(), now=NOW)
        for rules in ([], [{"ko": " "}], [{"ko": "가"}] * 21, [{"ko": "가" * 301}]):
            with pytest.raises(operations.ConductError):
                operations.publish_conduct(place=place, rules=rules, by=officer_at(place), now=NOW)

    def test_a_decision_keeps_the_rule_that_it_cited(self):
        place = suwon()
        officer = officer_at(place)
        comment = say(ProposalFactory(place=place).subject).comment
        target = queries.target(comment_id=comment.pk)
        decision = operations.take_up(target=target, rule=1, reason="욕설", by=officer, now=NOW)
        operations.publish_conduct(place=place, rules=RULES, by=officer, now=later(days=1))
        decision.refresh_from_db()
        assert decision.rule_text == shipped().rules[0]

    def test_one_takes_note_before_the_first_words_and_again_of_a_new_version(self):
        subject, user = ProposalFactory(place=suwon()).subject, UserFactory()
        with pytest.raises(operations.ConductNotAcceptedError):
            say(subject, by=user, accepts_conduct=False)
        say(subject, by=user, accepts_conduct=True)
        say(subject, "둘째 말", by=user, accepts_conduct=False)
        operations.publish_conduct(place=suwon(), rules=RULES, by=officer_at(suwon()), now=NOW)
        with pytest.raises(operations.ConductNotAcceptedError):
            say(subject, "셋째 말", by=user, accepts_conduct=False)

    def test_the_form_asks_once_and_keeps_what_was_typed(self, client):
        proposal, user = ProposalFactory(), UserFactory()
        client.force_login(user)
        url = f"/talk/subjects/{proposal.pk}/comments"
        assert 'name="conduct"' in client.get(proposal.get_absolute_url()).content.decode()
        answer = client.post(url, {"body": "아직 표시하지 않은 말"})
        assert answer.status_code == 409
        assert "아직 표시하지 않은 말" in answer.content.decode()
        assert client.post(url, {"body": "표시한 말", "conduct": "on"}).status_code == 302
        assert 'name="conduct"' not in client.get(proposal.get_absolute_url()).content.decode()

    def test_the_page_in_both_languages_with_its_versions(self, client):
        operations.publish_conduct(place=suwon(), rules=RULES, by=officer_at(suwon()), now=NOW)
        korean = client.get("/talk/conduct/41110/", headers={"accept-language": "ko"}).content.decode()
        english = client.get("/talk/conduct/41110/", headers={"accept-language": "en"}).content.decode()
        assert "서로 존댓말을 씁니다." in korean
        assert "Be polite." in english
        assert "짧게 씁니다." in english, "a rule written in one language is shown in it"
        assert client.get("/talk/conduct/41110/?version=0").status_code == 200
        assert client.get("/talk/conduct/41110/?version=7").status_code == 404

    def test_the_database_refuses_a_version_twice_and_empty_rules(self):
        place = suwon()
        made = Conduct.objects.create(place=place, number=1, rules=RULES, published_at=NOW)
        for fields in ({"number": 1, "rules": RULES}, {"number": 2, "rules": []}, {"number": 0, "rules": RULES}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Conduct.objects.create(place=place, published_at=NOW, **fields)
        user = UserFactory()
        for _ in range(1):
            Acceptance.objects.create(user=user, place=made.place, number=1, at=NOW)
        with pytest.raises(IntegrityError), transaction.atomic():
            Acceptance.objects.create(user=user, place=made.place, number=1, at=NOW)


class TestSignals:
    @pytest.mark.parametrize(
        ("text", "known", "holds"),
        [
            (WORDS, {"account_days": 0}, False),
            (WORDS, {"account_days": 300, "elsewhere": 500}, False),
            ("https://a.kr 와 https://b.kr 를 보세요", {"account_days": 0}, False),
            ("نص طويل بما يكفي ليقرأه الجميع في هذا المكان العام " * 2, {"account_days": 0}, False),
            (AD, {"account_days": 300}, False),
            (AD, {"account_days": 0}, True),
            (WORDS, {"account_days": 300, "own_repeats": 3}, True),
            (AD, {"account_days": 300, "own_repeats": 1}, True),
        ],
    )
    def test_what_is_held_and_what_is_not(self, text, known, holds):
        assert spam.assess(text, spam.Circumstances(**known)).holds is holds

    def test_every_point_has_a_reason(self):
        found = spam.assess(AD, spam.Circumstances(account_days=0, own_repeats=2, elsewhere=4, burst=7))
        assert found.score == sum(one.points for one in found.signals)
        assert [one.key for one in found.signals] == ["repetition", "links", "elsewhere", "new_account", "burst"]

    def test_held_it_is_seen_by_its_writer_with_the_reasons_and_counts_nowhere(self, client):
        proposal, user = ProposalFactory(place=suwon()), UserFactory(joined_at=NOW)
        added = say(proposal.subject, AD, by=user)
        assert added.comment.status == "held"
        assert added.held
        assert Subject.objects.get(pk=proposal.pk).comment_count == 0
        assert not Notice.objects.exists()
        case = Case.objects.get()
        client.force_login(user)
        assert "당일 대출" in client.get(proposal.get_absolute_url()).content.decode()
        page = client.get(f"/talk/cases/{case.pk}/").content.decode()
        assert "링크 4개" in page
        client.force_login(UserFactory())
        assert "당일 대출" not in client.get(proposal.get_absolute_url()).content.decode()

    def test_released_it_is_counted_and_told_as_if_it_came_now(self):
        proposal, user = ProposalFactory(place=suwon()), UserFactory(joined_at=NOW)
        say(proposal.subject, AD, by=user)
        case = Case.objects.get()
        operations.decide(
            case_id=case.pk, outcome="keep", reason="자료를 인용한 글입니다.", by=officer_at(suwon()), now=NOW
        )
        assert Comment.objects.get().status == "shown"
        assert Subject.objects.get(pk=proposal.pk).comment_count == 1
        assert Notice.objects.filter(user=proposal.author, kind="comment").count() == 1
        assert Notice.objects.filter(user=user, kind="moderation").count() == 1

    def test_the_same_text_over_and_over_is_held(self):
        user = UserFactory()
        held = [
            say(ProposalFactory().subject, f"{WORDS} 꼭 부탁드립니다. {n}", by=user, now=later(hours=n)).held
            for n in range(5)
        ]
        assert [bool(one) for one in held] == [False, False, False, True, True]

    def test_short_agreement_is_no_repetition(self):
        subject = ProposalFactory().subject
        assert not any(say(subject, "찬성합니다.", now=later(hours=n)).held for n in range(30))

    def test_an_edit_is_weighed_too(self):
        proposal, user = ProposalFactory(place=suwon()), UserFactory(joined_at=NOW)
        comment = say(proposal.subject, by=user).comment
        done = operations.edit_comment(comment_id=comment.pk, by=user, body=AD, now=later(minutes=1))
        assert done.held
        assert Subject.objects.get(pk=proposal.pk).comment_count == 0
