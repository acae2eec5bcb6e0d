"""Ideas, examination, appeal, merging: who may, when, and who hears of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from madang.explore.proposals.models import Proposal
from madang.explore.proposals.operations.writing import Text
from madang.ground.participation.models import Notice
from madang.ground.record.models import Entry
from madang.plan.budgets.models import Project, Screening
from madang.plan.budgets.operations import ideas, joining, opening, screening, shaping
from madang.plan.budgets.operations.common import BudgetError, FrozenError
from madang.plan.budgets.queries.gathering import open_budgets, proposals_for
from tests.factories import ProposalFactory, UserFactory, set_phase
from tests.plan.budgets.world import project, world

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


def propose(w, **fields):
    return ideas.propose(**{"budget_id": w.budget.pk, "proposal": w.proposal, "by": w.author, "now": w.now} | fields)


def test_a_proposal_becomes_an_idea_with_its_voice_behind_it():
    w = world()
    made = propose(w)
    assert (made.title, made.author, made.number, made.status) == (w.proposal.title, w.author, 1, "idea")
    assert made.pot == w.pot
    assert made.sources.get().proposal == w.proposal
    with pytest.raises(ideas.AlreadyProposedError):
        propose(w)


def test_others_cannot_put_it_forward_but_an_officer_can_and_its_author_hears():
    w = world()
    with pytest.raises(BudgetError):
        propose(w, by=UserFactory())
    propose(w, by=w.officer)
    assert Notice.objects.filter(user=w.author, kind="budget_idea").count() == 1


def test_ideas_are_taken_in_their_phase_only_and_so_many_from_one_person():
    w = world("screening")
    with pytest.raises(ideas.IdeasClosedError):
        propose(w)
    assert propose(w, by=w.officer).number == 1
    set_phase(w.budget, "ideas")
    w.budget.most_ideas = 2
    w.budget.save()
    propose(w, proposal=ProposalFactory(place=w.place, author=w.author))
    with pytest.raises(ideas.TooManyIdeasError):
        propose(w, proposal=ProposalFactory(place=w.place, author=w.author))


def test_an_idea_written_at_once_is_a_proposal_too():
    w = world()
    made, written = ideas.write(
        budget_id=w.budget.pk, place=w.place, typed=Text(title="나무 심기", body="그늘이 필요합니다."), by=w.author, now=w.now
    )  # fmt: skip
    assert Proposal.objects.get(pk=written.proposal.pk).title == made.title == "나무 심기"
    assert ideas.withdraw(project_id=made.pk, by=w.author, now=w.now).status == "withdrawn"


def test_an_officer_gathers_what_is_not_yet_among_the_ideas():
    w = world()
    other = ProposalFactory(place=w.place)
    assert set(proposals_for(w.budget)) == {w.proposal, other}
    found = ideas.gather(budget_id=w.budget.pk, proposals=[w.proposal, other], by=w.officer, now=w.now)
    assert len(found) == 2
    assert proposals_for(w.budget) == []
    with pytest.raises(PermissionDenied):
        ideas.gather(budget_id=w.budget.pk, proposals=[], by=w.author, now=w.now)


def test_the_proposals_page_shows_the_way_and_what_became_of_it(client):
    w = world()
    assert open_budgets(w.proposal, w.author) == [w.budget]
    assert open_budgets(w.proposal, UserFactory()) == []
    client.force_login(w.author, BACKEND)
    assert (
        reverse("budgets:of_proposal", args=[w.proposal.pk])
        in client.get(w.proposal.get_absolute_url()).content.decode()
    )
    client.post(reverse("budgets:of_proposal", args=[w.proposal.pk]), {"budget": w.budget.pk})
    made = Project.objects.get()
    assert made.get_absolute_url() in client.get(w.proposal.get_absolute_url()).content.decode()


def asked(w, **fields):
    made = project(w, **fields)
    return made, screening.ask(project_id=made.pk, office=w.office, by=w.officer, now=w.now)


def decide(w, one, **fields):
    typed = {"verdict": "feasible", "reasons": "할 수 있습니다.", "cost": 100, "by": w.staff, "now": w.now} | fields
    return screening.decide(screening_id=one.pk, **typed)


def test_an_office_is_asked_once_at_a_time_and_its_people_hear():
    w = world("screening")
    made, one = asked(w)
    assert one.due_at == w.now + timedelta(days=14)
    assert set(Notice.objects.filter(kind="screening_asked").values_list("user", flat=True)) == {
        w.staff.pk,
        w.colleague.pk,
    }
    with pytest.raises(screening.ScreeningError):
        screening.ask(project_id=made.pk, office=w.office, by=w.officer, now=w.now)


def test_a_verdict_has_reasons_and_a_cost_whose_parts_add_up():
    w = world("screening")
    made, one = asked(w)
    for wrong in ({"reasons": " "}, {"cost": None}, {"cost": 100, "lines": [("a", 60)]}):
        with pytest.raises(screening.ScreeningError):
            decide(w, one, **wrong)
    with pytest.raises(PermissionDenied):
        decide(w, one, by=w.officer)
    decide(w, one, cost=None, lines=[("설계", 40), ("공사", 60)])
    made.refresh_from_db()
    assert (made.status, made.cost, made.cost_lines.count()) == ("feasible", 100, 2)
    assert Notice.objects.filter(user=w.author, kind="screening_decided").exists()
    assert Entry.objects.get(subject=made.record_key, kind="screening_decided").office == w.office
    with pytest.raises(screening.ScreeningError):
        decide(w, one)


def test_an_appeal_is_examined_by_somebody_else():
    w = world("screening")
    made, one = asked(w)
    decide(w, one, verdict="infeasible", cost=None)
    with pytest.raises(PermissionDenied):
        screening.appeal(screening_id=one.pk, words="다시", by=UserFactory(), now=w.now)
    screening.appeal(screening_id=one.pk, words="다시 봐 주세요.", by=w.author, now=w.now)
    assert Notice.objects.filter(user=w.officer, kind="screening_appealed").exists()
    again = screening.ask(project_id=made.pk, office=w.office, by=w.officer, now=w.now)
    assert again.answers == one
    with pytest.raises(screening.ScreeningError, match="다른 사람"):
        decide(w, again)
    decide(w, again, by=w.colleague)
    made.refresh_from_db()
    assert made.status == "feasible"
    with pytest.raises(screening.ScreeningError):
        screening.appeal(screening_id=again.pk, words="또", by=w.author, now=w.now)


def test_an_appeal_comes_in_time_or_not_at_all():
    w = world("screening")
    _made, one = asked(w)
    decide(w, one, verdict="infeasible", cost=None)
    with pytest.raises(screening.ScreeningError):
        screening.appeal(screening_id=one.pk, words="다시", by=w.author, now=w.now + timedelta(days=15))


def test_late_examinations_are_told_once():
    w = world("screening")
    asked(w)
    later = w.now + timedelta(days=20)
    assert (screening.report_late(now=w.now), screening.report_late(now=later), screening.report_late(now=later)) == (
        0,
        1,
        0,
    )
    told = set(Notice.objects.filter(kind="screening_late").values_list("user", flat=True))
    assert told == {w.staff.pk, w.colleague.pk, w.officer.pk}


def test_a_merger_tells_both_authors_and_is_undone_without_a_trace():
    w = world("screening")
    stands, merged = project(w, 1, status="feasible", cost=5), project(w, 2)
    merged.author = UserFactory()
    merged.save()
    joining.merge(source_id=merged.pk, target_id=stands.pk, by=w.officer, now=w.now)
    merged.refresh_from_db()
    assert (merged.status, merged.merged_into) == ("merged", stands)
    assert set(Notice.objects.filter(kind="budget_merged").values_list("user", flat=True)) == {
        w.author.pk,
        merged.author_id,
    }
    joining.undo_merge(source_id=merged.pk, by=w.officer, now=w.now)
    merged.refresh_from_db()
    assert (merged.status, merged.merged_into, merged.status_before) == ("idea", None, "")
    with pytest.raises(BudgetError):
        joining.merge(source_id=stands.pk, target_id=stands.pk, by=w.officer, now=w.now)


def test_after_the_freeze_nothing_is_merged_or_excluded_any_more():
    w = world("vote")
    one, other = project(w, 1, status="feasible", cost=5), project(w, 2, status="feasible", cost=5)
    joining.exclude(budget_id=w.budget.pk, numbers=[1, 2], reason="같은 자리", by=w.officer, now=w.now)
    opening.open_vote(budget_id=w.budget.pk, by=None, now=w.now)
    for step in (
        lambda: joining.merge(source_id=one.pk, target_id=other.pk, by=w.officer, now=w.now),
        lambda: joining.exclude(budget_id=w.budget.pk, numbers=[1, 2], reason="r", by=w.officer, now=w.now),
        lambda: joining.stop_excluding(conflict=w.budget.conflicts.get(), by=w.officer, now=w.now),
        lambda: shaping.edit(project_id=one.pk, fields={"title": "x"}, by=w.officer, now=w.now),
        lambda: shaping.hide(pk=one.pk, rule=1, reason="r", by=w.officer, now=w.now),
    ):
        with pytest.raises(FrozenError):
            step()


def test_needs_never_run_in_a_circle():
    w = world("screening")
    one, two, three = (project(w, number) for number in (1, 2, 3))
    joining.need(project_id=one.pk, needed_id=two.pk, by=w.officer, now=w.now)
    joining.need(project_id=two.pk, needed_id=three.pk, by=w.officer, now=w.now)
    with pytest.raises(BudgetError):
        joining.need(project_id=three.pk, needed_id=one.pk, by=w.officer, now=w.now)
    joining.need(project_id=one.pk, needed_id=None, by=w.officer, now=w.now)
    joining.need(project_id=three.pk, needed_id=one.pk, by=w.officer, now=w.now)


def test_an_author_changes_words_until_they_are_examined_and_an_officer_the_rest():
    w = world()
    made = project(w)
    shaping.edit(project_id=made.pk, fields={"title": "새 제목", "pot": None}, by=w.author, now=w.now)
    made.refresh_from_db()
    assert (made.title, made.pot) == ("새 제목", w.pot)
    Project.objects.filter(pk=made.pk).update(status="feasible")
    with pytest.raises(BudgetError):
        shaping.edit(project_id=made.pk, fields={"title": "또"}, by=w.author, now=w.now)
    shaping.edit(project_id=made.pk, fields={"pot": None}, by=w.officer, now=w.now)
    made.refresh_from_db()
    assert made.pot is None


def test_cost_parts_and_what_others_pay():
    w = world("codesign")
    made = project(w)
    with pytest.raises(BudgetError):
        shaping.set_cost(project_id=made.pk, cost=10, lines=[("a", 9)], co_fundings=[], by=w.officer, now=w.now)
    shaping.set_cost(
        project_id=made.pk, cost=None, lines=[("a", 9), ("b", 1)], co_fundings=[("상인회", 4)], by=w.officer, now=w.now
    )
    made.refresh_from_db()
    assert (made.cost, made.funded) == (10, 4)


def test_what_is_hidden_is_shown_again_as_it_stood():
    w = world("codesign")
    made = project(w, status="feasible", cost=5)
    shaping.hide(pk=made.pk, rule=1, reason="욕설", by=w.officer, now=w.now)
    assert Project.objects.get(pk=made.pk).status == "hidden"
    shaping.show(pk=made.pk, reason="괜찮습니다", by=w.officer, now=w.now)
    assert Project.objects.get(pk=made.pk).status == "feasible"


def test_pages_of_the_examination(client):
    w = world("screening")
    made, one = asked(w)
    client.force_login(w.staff, BACKEND)
    assert made.title in client.get(reverse("budgets:desk")).content.decode()
    sent = {"verdict": "feasible", "reasons": "됩니다.", "cost": "1,000", "lines": "설계: 400\n공사: 600"}
    assert client.post(reverse("budgets:verdict", args=[one.pk]), sent).status_code == 302
    assert Screening.objects.get().verdict == "feasible"
    wrong = client.post(reverse("budgets:verdict", args=[one.pk]), sent | {"lines": "설계 400"})
    assert wrong.status_code == 422
    client.force_login(w.officer, BACKEND)
    for page in ("edit", "cost", "ties", "asking"):
        assert client.get(reverse(f"budgets:{page}", args=[w.budget.pk, made.number])).status_code == 200, page
    sent = {"lines": "그늘막: 700", "co_fundings": "상인회: 50", "cost": ""}
    client.post(reverse("budgets:cost", args=[w.budget.pk, made.number]), sent)
    made.refresh_from_db()
    assert (made.cost, made.funded) == (700, 50)
