import threading
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from madang.explore.proposals.models import Proposal
from madang.explore.proposals.operations import supporting
from madang.ground.participation.models import Notice, Subject, Support
from madang.ground.places.operations import set_settings
from madang.ground.record.queries import entries_of
from tests.factories import ProposalFactory, UserFactory, gyeonggi, many_proposals, suwon

NOW = timezone.now()


def counts(proposal):
    """The three places in which the number of supports stands."""
    rows = Support.objects.filter(subject_id=proposal.pk).count()
    return Proposal.objects.get(pk=proposal.pk).support_count, Subject.objects.get(pk=proposal.pk).support_count, rows


@pytest.mark.django_db
def test_a_second_support_changes_nothing_and_taking_it_back_neither():
    proposal, user = ProposalFactory(), UserFactory()
    assert supporting.support(proposal_id=proposal.pk, by=user, now=NOW).changed
    assert not supporting.support(proposal_id=proposal.pk, by=user, now=NOW).changed
    assert counts(proposal) == (1, 1, 1)
    assert supporting.take_back_support(proposal_id=proposal.pk, by=user).changed
    assert not supporting.take_back_support(proposal_id=proposal.pk, by=user).changed
    assert counts(proposal) == (0, 0, 0)


@pytest.mark.django_db
def test_nobody_supports_their_own_and_nobody_anonymously():
    proposal = ProposalFactory()
    for person in (proposal.author, AnonymousUser()):
        with pytest.raises(PermissionDenied):
            supporting.support(proposal_id=proposal.pk, by=person, now=NOW)


@pytest.mark.django_db
@pytest.mark.parametrize("status", ["hidden", "withdrawn"])
def test_what_is_not_shown_cannot_be_supported_but_support_can_be_taken_back(status):
    proposal, user = ProposalFactory(), UserFactory()
    supporting.support(proposal_id=proposal.pk, by=user, now=NOW)
    Proposal.objects.filter(pk=proposal.pk).update(status=status)
    with pytest.raises(supporting.NotOpenToSupportError):
        supporting.support(proposal_id=proposal.pk, by=UserFactory(), now=NOW)
    assert supporting.take_back_support(proposal_id=proposal.pk, by=user).changed


@pytest.mark.django_db
def test_a_merged_proposal_sends_supporters_on():
    proposal = ProposalFactory(status="merged", merged_into=ProposalFactory())
    with pytest.raises(supporting.NotOpenToSupportError, match=r"stands|남은"):
        supporting.support(proposal_id=proposal.pk, by=UserFactory(), now=NOW)


@pytest.fixture
def of_three(db):
    """Suwon inherits from Gyeonggi: three supports in ten days oblige an answer in twenty."""
    set_settings(place=gyeonggi(), values={"support_threshold": 3, "support_window_days": 10, "answer_days": 20})
    return suwon()


def test_enough_supports_start_the_clock_once(of_three):
    proposal = ProposalFactory(place=of_three, supporters=2, created_at=NOW)
    people = UserFactory.create_batch(2)
    assert supporting.support(proposal_id=proposal.pk, by=people[0], now=NOW).clock_started
    proposal.refresh_from_db()
    assert proposal.threshold_met_at == NOW
    due = timezone.localtime(proposal.answer_due_at)
    assert (due.date() - timezone.localtime(NOW).date()).days == 20
    assert (due.hour, due.minute) == (23, 59)
    assert not supporting.support(proposal_id=proposal.pk, by=people[1], now=NOW + timedelta(days=1)).clock_started
    assert Proposal.objects.get(pk=proposal.pk).answer_due_at == proposal.answer_due_at


def test_the_obligation_is_recorded_and_its_writer_told(of_three):
    proposal = ProposalFactory(place=of_three, supporters=2)
    supporting.support(proposal_id=proposal.pk, by=UserFactory(), now=timezone.now())
    assert entries_of(proposal.record_key).get().data["event"] == "threshold_met"
    assert Notice.objects.get().user == proposal.author


def test_taking_support_back_does_not_stop_a_clock_that_runs(of_three):
    proposal, user = ProposalFactory(place=of_three, supporters=2), UserFactory()
    supporting.support(proposal_id=proposal.pk, by=user, now=timezone.now())
    supporting.take_back_support(proposal_id=proposal.pk, by=user)
    proposal.refresh_from_db()
    assert proposal.support_count == 2
    assert proposal.answer_due_at


def test_supports_after_the_window_are_counted_but_oblige_nobody(of_three):
    proposal = ProposalFactory(place=of_three, supporters=2, created_at=NOW - timedelta(days=11))
    assert not supporting.support(proposal_id=proposal.pk, by=UserFactory(), now=NOW).clock_started
    assert counts(proposal) == (3, 3, 3)


@pytest.mark.django_db
def test_the_default_of_fifty_holds_where_nothing_was_set():
    proposal = ProposalFactory(supporters=49)
    assert supporting.support(proposal_id=proposal.pk, by=UserFactory(), now=timezone.now()).clock_started


@pytest.mark.django_db(transaction=True)
def test_sixteen_people_at_once_are_counted_exactly():
    set_settings(place=gyeonggi(), values={"support_threshold": 10})
    proposal = ProposalFactory(place=suwon(), created_at=timezone.now())
    people = UserFactory.create_batch(12) + [UserFactory()] * 4  # four threads of one person collide
    started, errors = [], []

    def work(number, person):
        try:
            for turn in range(5):
                if turn % 2 == 0 or number % 3:
                    started.append(
                        supporting.support(proposal_id=proposal.pk, by=person, now=timezone.now()).clock_started
                    )
                else:
                    supporting.take_back_support(proposal_id=proposal.pk, by=person)
        except Exception as error:  # noqa: BLE001 - what a thread raises would else be lost
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=pair) for pair in enumerate(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert len(set(counts(proposal))) == 1
    assert counts(proposal)[0] == 13
    assert sum(started) == 1
    assert entries_of(proposal.record_key).count() == 1


@pytest.mark.django_db
class TestPages:
    def test_a_visitor_is_led_to_sign_in_and_back(self, client):
        proposal = ProposalFactory()
        page = client.get(proposal.get_absolute_url()).content.decode()
        assert "csrfmiddlewaretoken" not in page
        answer = client.post(reverse("proposals:support", args=[proposal.pk]))
        assert "login" in answer["Location"]
        assert f"%2Fproposals%2F{proposal.pk}%2F%23support" in answer["Location"]

    def test_one_click_supports_and_one_takes_it_back(self, client):
        proposal = ProposalFactory()
        client.force_login(UserFactory())
        url = reverse("proposals:support", args=[proposal.pk])
        assert client.post(url).status_code == 302
        assert counts(proposal) == (1, 1, 1)
        assert client.post(url, {"_method": "DELETE"}).status_code == 302
        client.post(url)
        assert client.delete(url).status_code == 302
        assert counts(proposal) == (0, 0, 0)

    def test_htmx_gets_the_button_and_the_clock(self, client):
        proposal = ProposalFactory()
        client.force_login(UserFactory())
        answer = client.post(reverse("proposals:support", args=[proposal.pk]), headers={"HX-Request": "true"})
        html = answer.content.decode()
        assert 'aria-pressed="true"' in html
        assert "service-clock" in html
        assert "<html" not in html

    def test_reading_the_address_leads_to_the_button(self, client):
        proposal = ProposalFactory()
        assert client.get(reverse("proposals:support", args=[proposal.pk])).status_code == 302

    def test_a_foreign_page_is_never_returned_to(self, client):
        proposal = ProposalFactory()
        client.force_login(UserFactory())
        answer = client.post(reverse("proposals:support", args=[proposal.pk]), {"next": "https://evil.example/"})
        assert answer["Location"].startswith("/proposals/")

    def test_what_does_not_exist_is_not_found(self, client):
        client.force_login(UserFactory())
        assert client.post(reverse("proposals:support", args=[999_999])).status_code == 404

    def test_many_proposals_stay_apart(self, client):
        one, other = many_proposals(2)
        client.force_login(UserFactory())
        client.post(reverse("proposals:support", args=[one.pk]))
        assert (counts(one)[0], counts(other)[0]) == (1, 0)
