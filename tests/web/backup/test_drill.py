"""The drill: fill a site, back it up, destroy it, bring it back elsewhere, and compare everything."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tarfile
import time

import psycopg
import pytest
from django.db import connection, transaction
from django.utils import timezone

from madang.ground.record import operations as record
from madang.web import backup
from madang.web.backup import archive, database
from tests.factories import AgendaItemFactory, CommentFactory, ProposalFactory, UserFactory, suwon

pytestmark = pytest.mark.django_db(transaction=True)
DRILL = "madang_drill"
PASSPHRASE = b"correct horse battery staple"


def url(name: str | None = None) -> str:
    settings = connection.settings_dict
    return f"postgresql://{settings['USER']}@/{name or settings['NAME']}?host={settings['HOST']}"


@pytest.fixture
def elsewhere():
    """An empty database beside the one of the tests."""
    with psycopg.connect(url("postgres"), autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {DRILL} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {DRILL}")
        yield url(DRILL)
        admin.execute(f"DROP DATABASE IF EXISTS {DRILL} WITH (FORCE)")


@pytest.fixture
def filled(tmp_path):
    """A small living site with uploads, and the public record with a signed checkpoint."""
    author = UserFactory()
    proposals = [ProposalFactory(place=suwon(), author=author) for _ in range(5)]
    CommentFactory(subject=proposals[0].subject, body="'따옴표'와\n줄바꿈, 그리고 \\역슬래시")
    item = AgendaItemFactory(place=suwon(), created_by=author)
    for number in range(7):
        with transaction.atomic():
            record.record(
                kind="note",
                subject=f"agenda:{item.pk}",
                place=suwon(),
                by=author,
                now=timezone.now(),
                reason=f"{number}",
            )
    record.sequence()
    record.checkpoint(now=timezone.now())
    media = tmp_path / "site" / "media"
    (media / "proposals").mkdir(parents=True)
    (media / "proposals" / "그림.webp").write_bytes(os.urandom(300_000))
    (media / "empty.webp").touch()
    return media


def run(command: str, *arguments: object, target: str, folder, expect: int = 0) -> str:
    environment = os.environ | {
        "DATABASE_URL": target, "MADANG_DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "madang.web.settings.demo",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "madang.web.cli", command, *map(str, arguments)],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == expect, done.stderr
    return done.stderr


def state(target: str) -> tuple:
    with psycopg.connect(target) as connection:
        return database.contents(connection), database.sequences(connection)


def files(folder) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def refused(target: str, statement: str) -> str:
    with psycopg.connect(target) as connection, pytest.raises(psycopg.Error) as caught:
        connection.execute(statement)
    return str(caught.value)


def test_everything_comes_back(filled, elsewhere, tmp_path):
    secret = tmp_path / "passphrase"
    secret.write_bytes(PASSPHRASE)
    saved = backup.save(
        url=url(), media=filled, target=tmp_path / "site.madang", now=timezone.now(), passphrase=PASSPHRASE
    )
    before, uploads = state(url()), files(filled)
    assert (saved.files, saved.tables) == (2, len(before[0]))
    assert saved.rows == sum(table["rows"] for table in before[0].values())
    assert (tmp_path / "site.madang").stat().st_mode & 0o777 == 0o600
    assert "수원" not in (tmp_path / "site.madang").read_bytes().decode("utf-8", "ignore")

    told = run("restore", saved.path, "--passphrase-file", secret, target=elsewhere, folder=tmp_path / "new")
    assert "every digest agrees" in told
    assert "The public record is sound: 7 entries" in told
    assert state(elsewhere) == before
    assert files(tmp_path / "new" / "media") == uploads

    with psycopg.connect(elsewhere) as new, connection.cursor() as old:
        old.execute("SELECT max(id) FROM ground_participation_subject")
        (last,) = old.fetchone()
        (following,) = new.execute(
            "SELECT nextval(pg_get_serial_sequence('ground_participation_subject', 'id'))"
        ).fetchone()
        assert following > last
    assert "append" in refused(elsewhere, "UPDATE ground_record_entry SET reason = 'forged'").lower()
    refused(elsewhere, "DELETE FROM ground_record_leaf")

    again = backup.save(url=elsewhere, media=tmp_path / "new" / "media", target=tmp_path / "again", now=timezone.now())
    assert again.rows == saved.rows


def test_a_database_with_something_in_it_is_not_touched_unless_forced(filled, elsewhere, tmp_path):
    saved = backup.save(url=url(), media=filled, target=tmp_path / "a", now=timezone.now())
    with psycopg.connect(elsewhere) as new:
        new.execute("CREATE TABLE mine (id int)")
    home = tmp_path / "new"
    (home / "media").mkdir(parents=True)
    (home / "media" / "old.webp").write_bytes(b"old")
    assert "not empty" in run("restore", saved.path, target=elsewhere, folder=home, expect=2)
    with psycopg.connect(elsewhere) as new:
        assert new.execute("SELECT count(*) FROM mine").fetchone() == (0,)
    told = run("restore", saved.path, "--force", target=elsewhere, folder=home)
    assert "media.before-1" in told
    assert state(elsewhere) == state(url())
    assert (home / "media.before-1" / "old.webp").read_bytes() == b"old"
    assert files(home / "media") == files(filled)


def damaged_in_the_dump(data: bytearray) -> bytearray:
    data[len(data) // 3] ^= 1
    return data


@pytest.mark.parametrize(
    ("damage", "sealed"),
    [
        (damaged_in_the_dump, False),
        (damaged_in_the_dump, True),
        (lambda data: data[: len(data) // 2], False),
        (lambda data: data[: len(data) // 2], True),
        (lambda data: data[:-11_000], False),
        (lambda data: bytearray(b"no archive"), False),
    ],
)
def test_a_damaged_archive_is_refused_and_changes_nothing(filled, elsewhere, tmp_path, damage, sealed):
    phrase = PASSPHRASE if sealed else None
    saved = backup.save(url=url(), media=filled, target=tmp_path / "a", now=timezone.now(), passphrase=phrase)
    saved.path.write_bytes(damage(bytearray(saved.path.read_bytes())))
    with pytest.raises(backup.DamagedError, match="nothing was restored"):
        backup.restore(
            url=elsewhere, media=tmp_path / "new" / "media", source=saved.path, known=every(), passphrase=phrase
        )
    assert state(elsewhere)[0] == {}
    assert not (tmp_path / "new" / "media").exists()
    assert list((tmp_path / "new").iterdir()) == []


def every() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT app || '.' || name FROM django_migrations")
        return {one for (one,) in cursor.fetchall()}


def test_what_does_not_fit_is_refused_with_what_to_do(filled, elsewhere, tmp_path):
    saved = backup.save(url=url(), media=filled, target=tmp_path / "a", now=timezone.now(), passphrase=PASSPHRASE)
    options = {"url": elsewhere, "media": tmp_path / "new" / "media", "source": saved.path}
    with pytest.raises(backup.BackupError, match="--passphrase-file"):
        backup.restore(**options, known=every())
    with pytest.raises(backup.BackupError, match="newer Madang"):
        backup.restore(**options, known=every() - {"ground_record.0001_initial"}, passphrase=PASSPHRASE)
    with pytest.raises(backup.BackupError, match="no such file"):
        backup.restore(**options | {"source": tmp_path / "none"}, known=every())
    with pytest.raises(backup.BackupError, match="no such folder"):
        backup.save(url=url(), media=filled, target=tmp_path / "none" / "a", now=timezone.now())
    assert state(elsewhere)[0] == {}


def test_a_name_that_leads_out_of_the_folder_is_refused(tmp_path):
    evil, into = tmp_path / "evil", tmp_path / "into"
    into.mkdir()
    with tarfile.open(evil, "w") as tar:
        tar.add(__file__, arcname="../outside")
    with pytest.raises(backup.DamagedError):
        archive.unpack(evil, into, None)
    assert not (tmp_path / "outside").exists()


def test_an_interrupted_backup_leaves_no_half_file(filled, tmp_path):
    """Stopped by a signal it leaves nothing; killed, a part under another name that the next run takes away."""
    (filled / "large").write_bytes(os.urandom(30_000_000))
    environment = os.environ | {
        "DATABASE_URL": url(), "MADANG_DATA_DIR": str(filled.parent), "DJANGO_SETTINGS_MODULE": "madang.web.settings.demo",
    }  # fmt: skip
    target, part = tmp_path / "a", tmp_path / "a.part"
    for number, left in ((signal.SIGINT, False), (signal.SIGKILL, True)):
        # A run in the background inherits that SIGINT is ignored; here it must be heard.
        process = subprocess.Popen(
            [sys.executable, "-m", "madang.web.cli", "backup", str(target)],
            env=environment,
            stderr=subprocess.DEVNULL,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - no threads here
        )
        limit = time.monotonic() + 60
        while not part.exists() and time.monotonic() < limit:
            time.sleep(0.002)
        process.send_signal(number)
        assert process.wait() != 0
        assert not target.exists()
        assert part.exists() is left
    backup.save(url=url(), media=filled, target=target, now=timezone.now())
    assert target.exists()
    assert not part.exists()
