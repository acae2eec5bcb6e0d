"""Pages of notices, following and settings, as they work without scripts and with them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from madang.ground.participation import operations
from madang.ground.participation.models import Choice, Follow, Mute, Notice, NoticeSettings, Suppression, Watch
from tests.factories import AgendaItemFactory, OfficeFactory, ProposalFactory, UserFactory, suwon

pytestmark = pytest.mark.django_db
NOW = timezone.now()
HTMX = {"HX-Request": "true"}


@pytest.fixture
def user(client):
    user = UserFactory(language="en")
    client.force_login(user)
    return user


def tell(user, key, **more):
    values = {
        "kind": "answered",
        "message": "%(a)s answered.",
        "params": {"a": f"Office {key}"},
        "url": "/",
        "now": NOW,
    }
    operations.tell(users=[user.pk], key=key, **{**values, **more})


def get(client, path):
    return client.get(path, headers={"Accept-Language": "en"}).content.decode()


class TestFollowing:
    def test_with_a_form_and_back_to_where_one_was(self, client, user):
        proposal = ProposalFactory()
        url = reverse("following:follow", args=[proposal.pk])
        page = get(client, proposal.get_absolute_url())
        assert url in page and 'aria-pressed="false"' in page
        assert client.post(url, {"next": "/proposals/?q=x"}).url == "/proposals/?q=x"
        assert client.post(url, {"next": "https://evil.example/"}).url == proposal.get_absolute_url()
        assert Follow.objects.filter(user=user).count() == 1
        client.post(url, {"_method": "DELETE"})
        assert not Follow.objects.exists()

    def test_with_htmx_the_button_answers_alone_and_speaks(self, client, user):
        proposal = ProposalFactory()
        url = reverse("following:follow", args=[proposal.pk])
        answer = client.post(url, headers={**HTMX, "Accept-Language": "en"}).content.decode()
        assert "<html" not in answer and 'aria-pressed="true"' in answer and 'role="status"' in answer
        assert 'aria-pressed="false"' in client.delete(url, headers=HTMX).content.decode()

    def test_any_thing_has_the_button_and_its_steps_are_told(self, client, user):
        from madang.ground.agenda import operations as agenda

        item = AgendaItemFactory(place=suwon())
        subject = item.participation.pk if hasattr(item, "participation") else None
        page = get(client, item.get_absolute_url())
        url = reverse("following:follow", args=[subject])
        assert url in page
        client.post(url)
        agenda.add_note(item=item, text="현장을 보았습니다.", by=UserFactory(), now=timezone.now())
        assert Notice.objects.get(user=user).subject_id == subject
        agenda.add_note(item=item, text="또 보았습니다.", by=user, now=timezone.now())
        assert Notice.objects.filter(user=user).count() == 1, "nobody is told of what they did themselves"

    def test_what_is_hidden_cannot_be_followed(self, client, user):
        proposal = ProposalFactory(status="hidden")
        url = reverse("following:follow", args=[proposal.pk])
        assert client.post(url).status_code == 302 and client.post(url, headers=HTMX).status_code == 409
        assert not Follow.objects.exists()
        assert client.post(reverse("following:follow", args=[2**60])).status_code == 404

    def test_visitors_are_sent_to_sign_in_and_pages_for_them_set_no_cookie(self, client):
        proposal = ProposalFactory()
        url = reverse("following:follow", args=[proposal.pk])
        page = client.get(proposal.get_absolute_url())
        assert "csrfmiddlewaretoken" not in page.content.decode().split('id="following"')[1][:300]
        answer = client.post(url)
        assert "/login/" in answer.url and "proposals" in answer.url
        assert client.post(url, headers=HTMX).headers["HX-Redirect"]

    def test_muting_and_hearing_again(self, client, user):
        proposal = ProposalFactory(title="Loud")
        tell(user, "m", subject=proposal.pk)
        url = reverse("following:muting", args=[proposal.pk])
        assert url in get(client, "/me/notices/")
        client.post(url)
        assert Mute.objects.filter(user=user, subject=proposal.pk).exists()
        assert "Loud" in get(client, "/me/notices/settings")
        client.post(url, {"_method": "DELETE"})
        assert not Mute.objects.exists()

    def test_ones_own_page_lists_what_one_follows(self, client, user):
        shown, hidden = ProposalFactory(title="Shade"), ProposalFactory(title="Secret")
        for one in (shown, hidden):
            operations.follow(subject_id=one.pk, by=user, now=NOW)
        hidden.status = "hidden"
        hidden.save()
        operations.watch(wanted=operations.Wanted(words="버스"), by=user, now=NOW)
        page = get(client, reverse("participation:section", args=["following"]))
        assert "Shade" in page and "Secret" not in page and "“버스”" in page
        assert reverse("following:follow", args=[hidden.pk]) in page, "what was hidden can still be ended"


class TestWatches:
    def test_ask_and_end(self, client, user):
        url = reverse("following:watches")
        page = get(client, url + "?place=41110&words=bus")
        assert 'value="bus"' in page
        suwon()
        answer = client.post(url, {"place": "41110", "words": "bus stop", "next": "/places/41110/"})
        assert answer.url == "/places/41110/"
        watch = Watch.objects.get(user=user)
        assert watch.place == suwon() and watch.words == "bus stop" and watch.terms
        assert reverse("following:watch", args=[watch.pk]) in get(client, url + "?place=41110&words=bus+stop")
        assert client.post(reverse("following:watch", args=[watch.pk])).status_code == 405
        client.post(reverse("following:watch", args=[watch.pk]), {"_method": "DELETE"})
        assert not Watch.objects.exists()

    @pytest.mark.parametrize(
        "sent",
        [{}, {"place": "99999"}, {"field": "gardens"}, {"office": "999"}, {"author": str(2**70)}, {"words": "·"}],
    )
    def test_what_makes_no_sense_comes_back(self, client, user, sent):
        answer = client.post(reverse("following:watches"), sent)
        assert answer.status_code == 422 and not Watch.objects.exists()

    def test_offices_and_people(self, client, user):
        office, person = OfficeFactory(), UserFactory()
        client.post(reverse("following:watches"), {"office": office.pk})
        client.post(reverse("following:watches"), {"author": person.pk})
        assert {(one.office, one.author) for one in Watch.objects.all()} == {(office, None), (None, person)}

    def test_a_search_offers_to_tell_of_new_ones(self, client, user):
        suwon()
        page = get(client, "/proposals/?q=버스&place=41110")
        assert reverse("following:watches") in page
        assert reverse("following:watches") not in get(client, "/proposals/?q=버스&status=answered")
        client.logout()
        assert "/follow/watches?" in get(client, "/proposals/?q=버스")

    def test_an_office_that_takes_an_item_is_news_for_those_who_watch_it(self, user):
        from madang.ground.agenda import operations as agenda

        item, office = AgendaItemFactory(place=suwon()), OfficeFactory(place=suwon())
        operations.watch(wanted=operations.Wanted(office=office), by=user, now=NOW)
        agenda.set_owner(item=item, owner=office, by=UserFactory(), now=timezone.now())
        assert Notice.objects.get(user=user).reason == "watch"


class TestNotices:
    def test_by_day_and_by_what_they_are_about(self, client, user):
        proposal = ProposalFactory(title="Shade")
        for n in range(3):
            tell(user, f"s{n}", subject=proposal.pk)
        tell(user, "old", now=NOW - timedelta(days=3))
        page = get(client, "/me/notices/")
        assert page.count('class="notices__day"') == 2 and "2 more on this" in page
        assert page.index("Office s2") < page.index("Office old")

    def test_filters(self, client, user):
        tell(user, "one")
        tell(user, "two", kind="comment")
        assert "Office one" not in get(client, "/me/notices/?group=talk")
        assert "Office two" in get(client, "/me/notices/?group=talk&unread=on")
        operations.mark_read(by=user, now=NOW)
        assert "Nothing of this kind" in get(client, "/me/notices/?unread=on")
        assert "Office one" in get(client, "/me/notices/?group=nonsense")

    def test_one_is_read_without_opening_it_and_only_ones_own(self, client, user):
        tell(user, "one")
        notice = Notice.objects.get()
        url = reverse("participation:reading_of_one", args=[notice.pk])
        assert Client().post(url).status_code == 302 and Notice.objects.get().read_at is None
        client.force_login(UserFactory())
        assert client.post(url).status_code == 404
        client.force_login(user)
        assert client.post(url, {"next": "/me/notices/?unread=on"}).url == "/me/notices/?unread=on"
        assert Notice.objects.get().read_at

    def test_what_was_hidden_since_is_withheld(self, client, user):
        proposal = ProposalFactory(title="Secret words")
        tell(user, "s", subject=proposal.pk, params={"a": "Secret words"})
        assert "Secret words" in get(client, "/me/notices/")
        proposal.status = "hidden"
        proposal.save()
        page = get(client, "/me/notices/")
        assert "Secret words" not in page and "no longer public" in page

    def test_pages_turn(self, client, user):
        for n in range(35):
            tell(user, f"p{n:02}", now=NOW - timedelta(minutes=n))
        page = get(client, "/me/notices/")
        following = page.split('href="?after=')[1].split('"')[0]
        second = get(client, f"/me/notices/?after={following}")
        assert "Office p29" in page and "Office p30" not in page and "Office p34" in second

    def test_the_bell_counts(self, client, user):
        assert "all read" in get(client, reverse("participation:bell"))
        tell(user, "one")
        assert "1 unread notice<" in get(client, reverse("participation:bell"))
        Notice.objects.bulk_create(
            Notice(user=user, kind="answered", text={}, url="/", key=f"b{n}", created_at=NOW) for n in range(150)
        )
        assert "99+" in get(client, reverse("participation:bell"))
        assert 'id="bell"' in get(client, "/") and 'id="bell"' not in get(Client(), "/")


class TestSettings:
    URL = "/me/notices/settings"

    def sent(self, **more):
        from madang.ground.participation import kinds

        mails = {f"mail_{group.key}": "weekly" for group in kinds.groups()}
        return {**mails, "push_outcome": "on", "language": "en", **more}

    def test_everything_is_kept(self, client, user):
        sent = self.sent(quiet_from="22:00", quiet_to="07:00", paused_until="2027-01-02", language="ko")
        assert client.post(self.URL, sent).status_code == 302
        assert set(Choice.objects.filter(user=user).values_list("mail", flat=True)) == {"weekly"}
        assert list(Choice.objects.filter(push=True).values_list("group", flat=True)) == ["outcome"]
        own = NoticeSettings.objects.get(user=user)
        assert str(own.quiet_from) == "22:00:00" and timezone.localtime(own.paused_until).isoformat().startswith(
            "2027-01-02T00:00"
        )
        user.refresh_from_db()
        assert user.language == "ko"
        page = get(client, self.URL)
        assert 'value="22:00"' in page and 'value="2027-01-02"' in page
        client.post(self.URL, self.sent())
        assert NoticeSettings.objects.get(user=user).quiet_from is None

    @pytest.mark.parametrize("wrong", [
        {"mail_talk": "hourly"}, {"quiet_from": "22:00"}, {"quiet_from": "07:00", "quiet_to": "07:00"},
        {"paused_until": "soon"}, {"language": "xx"},
    ])  # fmt: skip
    def test_what_makes_no_sense_comes_back_and_changes_nothing(self, client, user, wrong):
        answer = client.post(self.URL, self.sent(**wrong))
        assert answer.status_code == 422 and not Choice.objects.exists()

    def test_an_address_that_bounced_can_be_tried_again(self, client, user):
        operations.suppress(email=user.email, cause="bounce", detail="550", now=NOW)
        assert "Send mail to it again" in get(client, self.URL)
        client.post(reverse("participation:address"))
        assert not Suppression.objects.exists()
        operations.suppress(email=user.email, cause="complaint", detail="", now=NOW)
        assert "Send mail to it again" not in get(client, self.URL)


def test_every_kind_told_of_is_registered():
    """Whoever tells of a new kind gives it a group, so that people can choose about it."""
    import ast
    from pathlib import Path

    from madang.ground.participation import kinds

    source = Path(operations.__file__).resolve().parents[3]
    told = set()
    for path in source.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            named = isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", ""))
            if named in {"tell", "tell_around", "told"}:
                values = (one.value for one in node.keywords if one.arg == "kind")
                told |= {value.value for value in values if isinstance(value, ast.Constant)}
    assert len(told) >= 5
    assert told - kinds.known() == set()
