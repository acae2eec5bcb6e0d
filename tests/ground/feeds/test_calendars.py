"""Calendars as a calendar program meets them; one's own by a secret that can be taken back."""

from __future__ import annotations

import threading
from datetime import timedelta

import icalendar
import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from madang.explore.proposals.models import Proposal
from madang.ground.agenda import operations as agenda
from madang.ground.participation.models import CalendarKey
from madang.ground.participation.operations import follow, issue_calendar_key, revoke_calendar_key
from madang.ground.participation.queries.feeds import owner_of
from madang.plan.routing import operations as routing
from tests.factories import (
    AgendaItemFactory,
    OfficeFactory,
    ProposalFactory,
    UserFactory,
    gyeonggi,
    officer_at,
    staff_of,
    suwon,
)

NOW = timezone.now()


def events(client, path):
    """The events of a calendar by title, after what the standard asks of each was found in it."""
    response = client.get(path)
    assert response.status_code == 200 and response["Content-Type"] == "text/calendar; charset=utf-8"
    calendar = icalendar.Calendar.from_ical(response.content)
    assert calendar["VERSION"] == "2.0" and calendar["PRODID"]
    found = calendar.walk("VEVENT")
    assert all(one["UID"].endswith("@testserver") and "DTSTAMP" in one for one in found)
    assert all(str(one["URL"]).startswith("http://testserver/") for one in found)
    return {str(one["SUMMARY"]): one for one in found}


def owed(days=5, **fields):
    proposal = ProposalFactory(**fields)
    Proposal.objects.filter(pk=proposal.pk).update(threshold_met_at=NOW, answer_due_at=NOW + timedelta(days=days))
    return proposal


@pytest.mark.django_db
class TestPublic:
    def test_answers_that_are_owed(self, client):
        owed(title="그늘", place=suwon())
        owed(title="숨은 것", status="hidden")
        owed(title="답한 것", answered_at=NOW, status="answered")
        owed(title="오래된 것", days=-90)
        (title,) = events(client, "/feeds/calendars/answers.ics")
        assert "그늘" in title
        assert events(client, "/feeds/calendars/answers.ics?place=41")
        day = events(client, "/feeds/calendars/answers.ics")[title]["DTSTART"].dt
        assert day == timezone.localdate(NOW + timedelta(days=5))

    def test_offices_and_governments_that_were_asked(self, client):
        officer, office = officer_at(suwon()), OfficeFactory(place=suwon())
        item = AgendaItemFactory(place=suwon())
        routing.assign(item=item, office=office, reason="소관", by=officer, now=NOW)
        agenda.refer(item=item, to=gyeonggi(), reason="도", by=officer, now=NOW)
        assert len(events(client, "/feeds/calendars/assignments.ics?place=41110")) == 1
        assert len(events(client, "/feeds/calendars/referrals.ics?place=41110")) == 1
        assert client.get("/feeds/calendars/nothing.ics").status_code == 404

    def test_it_is_cached(self, client):
        owed()
        first = client.get("/feeds/calendars/answers.ics")
        assert client.get("/feeds/calendars/answers.ics", headers={"if-none-match": first["ETag"]}).status_code == 304


@pytest.mark.django_db
class TestPersonal:
    def test_it_holds_what_concerns_one(self, client):
        office = OfficeFactory(place=suwon())
        staff, reader, stranger = staff_of(office), UserFactory(), UserFactory()
        followed, own = owed(title="따르는 것"), owed(title="쓴 것", author=reader)
        follow(subject_id=followed.pk, by=reader, now=NOW)
        routing.assign(item=AgendaItemFactory(), office=office, reason="소관", by=officer_at(suwon()), now=NOW)
        address = {one: f"/feeds/my/{issue_calendar_key(by=one, now=NOW)}.ics" for one in (staff, reader, stranger)}
        assert {title[-4:].strip() for title in events(client, address[reader])} == {"르는 것"[-4:], own.title[-4:]}
        assert len(events(client, address[staff])) == 3, "the office's own assignment and the answers of its place"
        assert events(client, address[stranger]) == {}

    def test_nobody_reads_it_without_the_secret(self, client):
        reader = UserFactory()
        token = issue_calendar_key(by=reader, now=NOW)
        response = client.get(f"/feeds/my/{token}.ics")
        assert response["Cache-Control"] == "private, max-age=300"
        assert response["Referrer-Policy"] == "no-referrer" and "Access-Control-Allow-Origin" not in response
        assert token not in CalendarKey.objects.get().digest
        newer = issue_calendar_key(by=reader, now=NOW)
        assert client.get(f"/feeds/my/{token}.ics").status_code == 404, "a new address ends the old one"
        assert revoke_calendar_key(by=reader) and not revoke_calendar_key(by=reader)
        assert client.get(f"/feeds/my/{newer}.ics").status_code == 404

    def test_not_of_an_account_that_is_closed(self):
        reader = UserFactory()
        token = issue_calendar_key(by=reader, now=NOW)
        assert owner_of(token) == reader
        reader.is_active = False
        reader.save()
        assert owner_of(token) is None

    def test_the_page_tells_the_address_once(self, client):
        client.force_login(UserFactory())
        assert client.post("/feeds/mine").status_code == 302
        first = client.get("/feeds/mine").content.decode()
        assert "/feeds/my/" in first
        assert "/feeds/my/" not in client.get("/feeds/mine").content.decode()
        address = first.partition('value="http://testserver')[2].partition('"')[0]
        assert events(client, address) == {}
        client.post("/feeds/mine/revocation")
        assert client.get(address).status_code == 404

    def test_a_digest_is_a_digest(self):
        with pytest.raises(IntegrityError, match="calendar_key_digest"), transaction.atomic():
            CalendarKey.objects.create(user=UserFactory(), digest="secret", created_at=NOW)


@pytest.mark.django_db(transaction=True)
def test_two_addresses_made_at_once_leave_one_that_works():
    reader, tokens, gate = UserFactory(), [], threading.Barrier(4)

    def make():
        try:
            gate.wait()
            tokens.append(issue_calendar_key(by=reader, now=NOW))
        finally:
            connection.close()

    threads = [threading.Thread(target=make) for _ in range(4)]
    [one.start() for one in threads]
    [one.join() for one in threads]
    assert len(tokens) == 4
    assert sum(owner_of(token) == reader for token in tokens) == 1
