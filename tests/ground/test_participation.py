import pytest
from django.urls import reverse
from django.utils import timezone

from madang.explore.proposals.models import Proposal
from madang.explore.proposals.operations import commenting
from madang.ground.participation import operations, queries, sections
from madang.ground.participation.models import Follow, Notice, Subject
from tests.factories import ProposalFactory, UserFactory

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def test_following_twice_counts_once():
    proposal, user = ProposalFactory(), UserFactory()
    for _ in range(2):
        commenting.follow(proposal_id=proposal.pk, by=user, now=NOW)
    assert Subject.objects.get(pk=proposal.pk).follower_count == Follow.objects.count() == 1
    for _ in range(2):
        commenting.unfollow(proposal_id=proposal.pk, by=user)
    assert Subject.objects.get(pk=proposal.pk).follower_count == 0


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
