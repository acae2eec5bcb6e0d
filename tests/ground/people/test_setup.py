"""The first workbook of a government: judged row by row, carried out once however often it is sent."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook

from madang.ground.people.models import GovernmentSetup, Invitation, Role
from madang.ground.people.operations import accept, token_of
from madang.ground.people.operations.setup import carry_out, carry_out_setup, keep_workbook, start_setup
from madang.ground.people.setup import workbook
from madang.ground.people.setup.checking import plan_of
from madang.ground.people.setup.columns import SHEETS
from madang.ground.places.models import Office, Place
from madang.ground.record.models import Entry
from madang.web.cli import main
from tests.factories import UserFactory, admin_of, gyeonggi, platform_admin, suwon

pytestmark = pytest.mark.django_db
NOW = timezone.now()
DAY = timezone.localdate(NOW)
GOOD = {
    "지역": [("51", "강원특별자치도", "Gangwon", ""), ("51110", "춘천시", "Chuncheon-si", "51")],
    "부서": [
        ("51110", "innovation", "담당관", "시민소통담당관", "", "", "예", "시민 제안을 관리한다."),
        ("51110", "transport-policy", "과", "교통정책과", "", "construction", "", ""),
        ("51110", "construction", "국", "건설교통국", "", "", "", ""),
    ],
    "사람": [
        ("First@Example.org", "김첫째", "관리자", 51110, "", "", ""),
        (
            "staff@example.org",
            "",
            "부서 담당자",
            "51110",
            "transport-policy",
            (DAY + timedelta(days=99)).isoformat(),
            "en",
        ),
    ],
}


def book(rows=None, **change) -> bytes:
    """A workbook of the template's sheets."""
    made = Workbook()
    made.remove(made.active)
    for sheet in SHEETS:
        page = made.create_sheet(sheet.ko)
        page.append([one.ko for one in sheet.columns])
        for row in {**(rows or GOOD), **change}.get(sheet.ko, []):
            page.append(list(row))
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def problems(content):
    return [(one.sheet, one.row, one.column) for one in plan_of(content, today=DAY).problems]


class TestJudging:
    def test_a_good_workbook_has_no_problems(self):
        plan = plan_of(book(), today=DAY)
        assert plan.problems == []
        assert plan.counts == {"places": 2, "offices": 3, "people": 2}

    @pytest.mark.parametrize("korean", [True, False])
    def test_the_template_can_be_sent_as_it_is(self, korean):
        with pytest.raises(workbook.BadWorkbookError):
            plan_of(workbook.template(korean=korean), today=DAY)

    @pytest.mark.parametrize(
        ("sheet", "row", "where"),
        [
            ("지역", ("abc", "가", "A", ""), "code"),
            ("지역", ("51110", "가", "A", "51"), "code"),
            ("지역", ("51999", "", "A", "51"), "name_ko"),
            ("지역", ("51999", "가", "A", "88"), "parent"),
            ("지역", ("51999", "가", "A", "51110"), "parent"),
            ("지역", ("52", "가", "A", "52"), "parent"),
            ("지역", ("51998", "가" * 61, "A", "51"), "name_ko"),
            ("지역", ("51998", "=1+1", "A", "51"), "name_ko"),
            ("부서", ("88888", "x", "과", "가", "", "", "", ""), "place"),
            ("부서", ("51110", "Big Key", "과", "가", "", "", "", ""), "key"),
            ("부서", ("51110", "construction", "과", "가", "", "", "", ""), "key"),
            ("부서", ("51110", "x", "위원회", "가", "", "", "", ""), "kind"),
            ("부서", ("51110", "x", "과", "가", "", "nowhere", "", ""), "parent"),
            ("부서", ("51110", "x", "과", "가", "", "x", "", ""), "parent"),
            ("부서", ("51110", "x", "과", "가", "", "", "예", ""), "innovation"),
            ("사람", ("no mail", "", "관리자", "51110", "", "", ""), "email"),
            ("사람", ("a@example.org", "", "왕", "51110", "", "", ""), "role"),
            ("사람", ("a@example.org", "", "관리자", "88", "", "", ""), "place"),
            ("사람", ("a@example.org", "", "부서 담당자", "51110", "", "", ""), "office"),
            ("사람", ("a@example.org", "", "관리자", "51110", "", "2020-01-01", ""), "until"),
            ("사람", ("a@example.org", "", "관리자", "51110", "", "언젠가", ""), "until"),
            ("사람", ("a@example.org", "", "관리자", "51110", "", "", "fr"), "language"),
            ("사람", ("first@example.org", "", "관리자", "51110", "", "", ""), "email"),
        ],
    )
    def test_each_wrong_row_is_told_with_its_cell(self, sheet, row, where):
        content = book(**{sheet: [*GOOD[sheet], row]})
        key = next(one.key for one in SHEETS if one.ko == sheet)
        assert (key, len(GOOD[sheet]) + 2, where) in problems(content)
        assert plan_of(content, today=DAY).counts == {"places": 2, "offices": 3, "people": 2}, "the others stay good"

    def test_a_circle_of_offices_and_what_hangs_on_it(self):
        rows = [
            ("51110", one, "과", one, "", up, "", "") for one, up in (("a", "b"), ("b", "c"), ("c", "a"), ("d", "a"))
        ]
        assert {row for _, row, _ in problems(book(부서=rows, 사람=[]))} == {2, 3, 4, 5}

    def test_merged_cells_are_told(self):
        made = Workbook()
        page = made.active
        page.title = "지역"
        page.append([one.ko for one in SHEETS[0].columns])
        page.append(["51", "강원", "Gangwon", ""])
        page.append(["52", "전북", "Jeonbuk", ""])
        page.merge_cells("B2:B3")
        stream = io.BytesIO()
        made.save(stream)
        assert ("places", 2, "") in problems(stream.getvalue())

    def test_a_missing_column_is_named(self):
        made = Workbook()
        made.active.title = "places"
        made.active.append(["code", "name in Korean"])
        made.active.append(["51", "강원"])
        stream = io.BytesIO()
        made.save(stream)
        assert problems(stream.getvalue()) == [("places", 1, "name_en")]

    @pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04broken", b"x" * (workbook.MOST_BYTES + 1)])
    def test_what_is_no_workbook(self, content):
        with pytest.raises(workbook.BadWorkbookError):
            plan_of(content, today=DAY)

    def test_a_small_file_that_unpacks_to_a_huge_one(self):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/worksheets/sheet1.xml", b"0" * (workbook.MOST_UNPACKED + 1))
        assert len(stream.getvalue()) < workbook.MOST_BYTES
        with pytest.raises(workbook.BadWorkbookError):
            plan_of(stream.getvalue(), today=DAY)

    def test_too_many_rows(self, monkeypatch):
        monkeypatch.setattr(workbook, "MOST_ROWS", 1)
        with pytest.raises(workbook.BadWorkbookError):
            plan_of(book(), today=DAY)

    def test_a_place_that_lies_elsewhere_already(self):
        suwon()
        content = book(지역=[*GOOD["지역"], ("41110", "수원시", "Suwon-si", "51")])
        assert ("places", 4, "parent") in problems(content)


class TestCarryingOut:
    def run(self, by=None, content=None):
        return carry_out(plan=plan_of(content or book(), today=DAY), by=by, now=NOW)

    def test_everything_is_made_and_everybody_invited(self):
        assert self.run() == {"places": 2, "offices": 3, "invited": 2}
        city = Place.objects.get(code="51110")
        assert (city.parent.code, city.level) == ("51", "municipality")
        assert Office.objects.get(key="transport-policy").parent.key == "construction"
        letter = Invitation.objects.get(email="staff@example.org")
        assert (letter.language, letter.office.key, letter.place) == ("en", "transport-policy", None)
        assert timezone.localdate(letter.role_expires_at) == DAY + timedelta(days=100)
        assert Entry.objects.get(kind="government_set_up").place.code == "51"

    def test_sent_again_it_doubles_nothing(self):
        self.run()
        before = [model.objects.count() for model in (Place, Office, Invitation, Entry)]
        assert self.run() == {"places": 0, "offices": 0, "invited": 0}
        first = Invitation.objects.get(email="first@example.org")
        accept(token=token_of(first), by=UserFactory(email="first@example.org"), now=NOW)
        assert self.run()["invited"] == 0
        assert [model.objects.count() for model in (Place, Office, Invitation)] == before[:3]

    def test_the_first_administrator_comes_in_by_the_letter(self):
        self.run()
        user = UserFactory(email="first@example.org")
        accept(token=token_of(Invitation.objects.get(email=user.email)), by=user, now=NOW)
        assert user.roles.get().kind == Role.Kind.MUNICIPAL_ADMIN
        assert Invitation.objects.get(email=user.email).name == "", "the name was for the letter only"

    def test_kept_carried_out_by_the_job_and_forgotten(self):
        admin = platform_admin()
        kept = keep_workbook(name="강원.xlsx", content=book(), by=admin, now=NOW)
        first, second = (start_setup(setup=kept, by=admin, now=NOW) for _ in range(2))
        assert first.progress.pk == second.progress.pk, "asked twice, done once"
        assert carry_out_setup(setup_id=kept.pk, now=NOW) == {"places": 2, "offices": 3, "invited": 2}
        assert carry_out_setup(setup_id=kept.pk, now=NOW) == {}
        kept.refresh_from_db()
        assert kept.content is None
        assert "example.org" not in json.dumps(kept.report)

    def test_only_the_platform_sets_up(self):
        for who in (admin_of(gyeonggi()), UserFactory()):
            with pytest.raises(PermissionDenied):
                keep_workbook(name="x.xlsx", content=book(), by=who, now=NOW)


class TestDoors:
    def test_pages_show_the_report_before_anything_is_written(self):
        client, admin = Client(), platform_admin()
        client.force_login(admin, "django.contrib.auth.backends.ModelBackend")
        bad = book(사람=[*GOOD["사람"], ("=cmd", "", "왕", "51110", "", "", "")])
        upload = io.BytesIO(bad)
        upload.name = "강원.xlsx"
        response = client.post(reverse("setup:index"), {"file": upload}, follow=True)
        text = response.content.decode()
        assert "사람" in text
        assert "수식" in text or "formula" in text
        assert not Place.objects.filter(code="51").exists()
        kept = GovernmentSetup.objects.get()
        client.post(reverse("setup:application", args=[kept.pk]))
        carry_out_setup(setup_id=kept.pk, now=NOW)
        assert Place.objects.filter(code="51110").exists()
        assert client.get(reverse("setup:detail", args=[kept.pk])).status_code == 200

    def test_what_is_no_workbook_is_told_on_the_form(self):
        client = Client()
        client.force_login(platform_admin(), "django.contrib.auth.backends.ModelBackend")
        upload = io.BytesIO(b"nothing")
        upload.name = "x.xlsx"
        assert client.post(reverse("setup:index"), {"file": upload}).status_code == 422

    def test_the_template_opens(self):
        client = Client()
        client.force_login(platform_admin(), "django.contrib.auth.backends.ModelBackend")
        assert client.get(reverse("setup:template")).content[:2] == b"PK"

    def test_command(self, tmp_path):
        path, report = tmp_path / "g.xlsx", tmp_path / "r.csv"
        path.write_bytes(book(사람=[*GOOD["사람"], ("x@example.org", "", "왕", "51110", "", "", "")]))
        run = CliRunner()
        dry = run.invoke(main, ["import", "government", str(path), "--dry-run", "--report", str(report), "--json", "-"])
        assert dry.exit_code == 0, dry.output
        assert not Place.objects.filter(code="51").exists()
        assert "role" in report.read_text("utf-8-sig") or "역할" in report.read_text("utf-8-sig")
        done = run.invoke(main, ["import", "government", str(path), "--show-links"])
        assert done.exit_code == 0, done.output
        assert "/invitations/" in done.stderr
        assert Place.objects.filter(code="51110").exists()
        path.write_bytes(b"nothing")
        assert run.invoke(main, ["import", "government", str(path)]).exit_code == 2
