"""Leaving: thought over, carried out, and nothing of the person left in any column of any table."""

from __future__ import annotations

import json
import zipfile
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.files.storage import storages
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from madang.explore.proposals.models import Draft, Proposal, Revision
from madang.ground.agenda.models import Criterion, Score
from madang.ground.footing.models import Progress
from madang.ground.participation.models import Block, Comment, Follow, Notice, Support
from madang.ground.participation.operations import follow, support
from madang.ground.people import data
from madang.ground.people.models import (
    ERASED_NAME,
    Browser,
    Deletion,
    Download,
    IdentityDigest,
    Role,
    User,
    Verification,
)
from madang.ground.people.operations import downloads, leaving, sessions, verifying
from madang.ground.record.models import Entry
from madang.ground.record.operations import record
from tests.factories import AgendaItemFactory, CommentFactory, ProposalFactory, UserFactory, officer_at, suwon

NOW = timezone.now()
EMAIL, NAME = "leaver-7f3a@example.org", "떠나는이7f3a"


def a_full_life(client) -> User:
    """Somebody of whom every part of the house holds something."""
    user = officer_at(suwon(), email=EMAIL, display_name=NAME, bio=f"{NAME}입니다", home=suwon(), shown=["bio"])
    user.set_password("a-long-password")
    user.avatar = "people/picture-of-7f3a.jpg"
    user.last_login = NOW
    user.save()
    EmailAddress.objects.create(user=user, email=EMAIL, verified=True, primary=True)
    client.post("/accounts/login/", {"login": EMAIL, "password": "a-long-password"})
    assert UserSession.objects.filter(user=user).exists()
    Authenticator.objects.create(user=user, type="totp", data={"secret": "sealed"})
    SocialAccount.objects.create(user=user, provider="kakao", uid="k7f3a", extra_data={"name": NAME, "email": EMAIL})
    verifying.verify(user=user, way="phone", digests=[verifying.keyed.digest("phone", "+821012345678")], now=NOW)
    sessions.meet_device(user=user, cookie="cookie-7f3a", agent="Mozilla/5.0", now=NOW)
    _voices(user)
    kind = ContentType.objects.get_for_model(User)
    LogEntry.objects.create(
        user=user, content_type=kind, object_id=str(user.pk), object_repr=NAME, action_flag=CHANGE, change_message=EMAIL
    )
    return user


def _voices(user) -> None:
    item, proposal, other = AgendaItemFactory(place=suwon()), ProposalFactory(author=user), ProposalFactory()
    Revision.objects.create(proposal=proposal, number=1, title="전", body="전 본문", edited_by=user, replaced_at=NOW)
    CommentFactory(subject=other.subject, author=user, body="떠나기 전에 씁니다.")
    support(subject_id=other.pk, by=user, now=NOW)
    follow(subject_id=other.pk, by=user, now=NOW)
    Draft.objects.create(user=user, fields={"title": f"{NAME}의 초안"}, saved_at=NOW)
    Notice.objects.create(
        user=other.author, kind="replied", text={"message": "%(name)s", "params": {"name": NAME}}, url="/", key="k7f3a",
        created_at=NOW,
    )  # fmt: skip
    Notice.objects.create(user=user, kind="x", text={"message": "m", "params": {}}, url="/", key="mine", created_at=NOW)
    Score.objects.create(
        item=item,
        criterion=Criterion.objects.filter(place=None).first(),
        rater=user,
        value=4,
        note="까닭",
        scored_at=NOW,
    )
    with transaction.atomic():
        record(kind="note", subject=f"agenda:{item.pk}", place=suwon(), by=user, now=NOW, reason="정한 까닭")
        record(kind="note", subject=f"user:{user.pk}", place=suwon(), by=None, now=NOW, reason=f"{NAME}에 대하여")


def leave(user, *, keep_texts: bool = True) -> None:
    leaving.ask_deletion(by=user, keep_texts=keep_texts, now=NOW - timedelta(days=20))
    assert leaving.erase_due(now=NOW) == 1


def columns_with(*needles: str) -> list[str]:
    """Every column of every table that holds one of the needles in any row."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.table_name, c.column_name FROM information_schema.columns c JOIN information_schema.tables t "
            "USING (table_schema, table_name) WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE'"
        )
        for table, column in cursor.fetchall():
            quoted = f'SELECT count(*) FROM "{table}" WHERE position(%s in "{column}"::text) > 0'
            for needle in needles:
                cursor.execute(quoted, [needle])
                if cursor.fetchone()[0]:
                    found.append(f"{table}.{column}: {needle}")
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("keep_texts", [True, False])
def test_nothing_of_the_person_is_left_in_any_column(client, keep_texts):
    user = a_full_life(client)
    digests = list(IdentityDigest.objects.values_list("digest", flat=True))
    session = client.session.session_key
    needles = (EMAIL, NAME, *digests, session)
    assert len(columns_with(*needles)) > 8, "the search finds what is there"
    Notice.objects.filter(key="k7f3a").update(key="another")
    leave(user, keep_texts=keep_texts)
    assert columns_with(*needles) == []
    left = User.objects.get(pk=user.pk)
    assert left.display_name == ERASED_NAME and not left.is_active and not left.has_usable_password()
    for model in (
        EmailAddress,
        Authenticator,
        SocialAccount,
        UserSession,
        Verification,
        Browser,
        Role,
        Draft,
        Deletion,
    ):
        assert not model.objects.filter(user=user).exists(), model
    assert client.get("/account/").status_code == 302, "the session ended"


@pytest.mark.django_db
def test_words_stay_without_a_name_or_go_as_the_person_chose(client):
    user = a_full_life(client)
    leave(user, keep_texts=True)
    assert Comment.objects.get(author=user).body == "떠나기 전에 씁니다."
    assert Proposal.objects.get(author=user).status == Proposal.Status.OPEN
    assert Support.objects.filter(user=user).count() == 1, "what was counted stays counted"


@pytest.mark.django_db
def test_words_go_where_the_person_wants_them_gone(client):
    user = a_full_life(client)
    other = Follow.objects.get(user=user).subject
    leave(user, keep_texts=False)
    assert Comment.objects.get(author=user).body == data.GONE
    proposal = Proposal.objects.get(author=user)
    assert (proposal.title, proposal.status) == (data.GONE, Proposal.Status.WITHDRAWN)
    assert Revision.objects.get().body == data.GONE
    assert Score.objects.get(rater=user).note == ""
    other.refresh_from_db()
    assert other.follower_count == 0
    assert not Follow.objects.exists()


@pytest.mark.django_db
def test_decisions_stay_and_lead_to_nobody(client):
    user = a_full_life(client)
    leave(user)
    kept = Entry.objects.get(subject__startswith="agenda:")
    assert kept.reason == "정한 까닭" and kept.actor is None


@pytest.mark.django_db
def test_it_can_be_taken_back_until_the_day(client):
    user = UserFactory()
    deletion = leaving.ask_deletion(by=user, keep_texts=True, now=NOW)
    assert deletion.due_at == NOW + timedelta(days=14)
    assert leaving.erase_due(now=NOW + timedelta(days=13)) == 0
    assert leaving.cancel_deletion(by=user) is True
    assert leaving.cancel_deletion(by=user) is False
    assert leaving.erase_due(now=NOW + timedelta(days=15)) == 0
    assert User.objects.get(pk=user.pk).erased_at is None


@pytest.mark.django_db
def test_asking_again_changes_what_stays_and_not_the_day():
    user = UserFactory()
    first = leaving.ask_deletion(by=user, keep_texts=True, now=NOW)
    again = leaving.ask_deletion(by=user, keep_texts=False, now=NOW + timedelta(days=3))
    assert (again.due_at, again.keep_texts) == (first.due_at, False)


@pytest.mark.django_db
def test_the_database_refuses_an_erased_account_with_something_left():
    user = UserFactory()
    with pytest.raises(IntegrityError, match="user_erased_is_empty"), transaction.atomic():
        User.objects.filter(pk=user.pk).update(erased_at=NOW)


@pytest.mark.django_db
def test_a_profile_of_somebody_who_left_is_gone(client):
    user = UserFactory()
    leave(user)
    assert client.get(f"/people/{user.pk}").status_code == 410


@pytest.mark.django_db
def test_a_download_holds_everything_once_and_can_be_read(client):
    user = a_full_life(client)
    started = downloads.ask_download(by=user, now=NOW)
    assert downloads.ask_download(by=user, now=NOW).new is False, "one at a time"
    download = downloads.make_download(user_id=user.pk, now=NOW)
    with storages["private"].open(download.file) as file, zipfile.ZipFile(file) as archive:
        held = {name: json.loads(archive.read(name)) for name in archive.namelist() if name.endswith(".json")}
        readme = archive.read("README.txt").decode()
    assert held["account.json"][0]["email"] == EMAIL
    assert held["comments.json"][0]["body"] == "떠나기 전에 씁니다."
    assert held["proposals.json"] and held["supports.json"] and held["follows.json"] and held["decisions.json"]
    assert "sealed" not in json.dumps(held), "no secret leaves"
    assert all(name in readme for name in held)
    assert Progress.objects.get(pk=started.progress.pk).by_id == user.pk


@pytest.mark.django_db
def test_a_copy_is_for_one_person_and_for_a_week(client):
    user, other = UserFactory(), UserFactory()
    download = downloads.make_download(user_id=user.pk, now=NOW)
    assert Download.objects.get().expires_at == NOW + timedelta(days=7)
    client.force_login(other, "django.contrib.auth.backends.ModelBackend")
    assert client.get(f"/account/downloads/{download.pk}").status_code in (302, 404)
    leaving.sweep(now=NOW + timedelta(days=8))
    assert not Download.objects.exists()


@pytest.mark.django_db
def test_three_copies_a_day():
    user = UserFactory()
    for _ in range(3):
        downloads.ask_download(by=user, now=NOW)
        Progress.objects.update(state="canceled", finished_at=NOW)
    with pytest.raises(downloads.TooManyDownloadsError):
        downloads.ask_download(by=user, now=NOW)
    assert Progress.objects.count() == 3, "what is refused leaves no job"


@pytest.mark.django_db
def test_the_avatar_and_the_copies_go_as_files(django_capture_on_commit_callbacks):
    user = UserFactory()
    download = downloads.make_download(user_id=user.pk, now=NOW)
    with django_capture_on_commit_callbacks(execute=True):
        leave(user)
    assert not storages["private"].exists(download.file)


@pytest.mark.django_db
def test_a_download_tells_nothing_of_what_others_keep_about_the_person():
    """Who blocked somebody is the blocker's; it goes with the person, but is not told."""
    person, blocker = UserFactory(), UserFactory()
    Block.objects.create(user=blocker, blocked=person, created_at=NOW)
    parts = {one.key: list(one.export(person)) for one in data.rest(leaving.OWN)}
    assert not any(str(blocker.pk) in json.dumps(rows, default=str) for rows in parts.values())
    leave(person)
    assert not Block.objects.exists()
