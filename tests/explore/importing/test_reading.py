"""Files as they come: encodings, separators, quotation marks, packing, workbooks, bombs."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
from datetime import datetime

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from madang.explore.proposals.importing import raw_file, xlsx_rows
from madang.explore.proposals.importing.problems import BadFileError
from madang.explore.proposals.importing.table import open_table
from tests.explore.importing.conftest import rows


def read(path, said=None):
    """(sound rows, rows with a problem) of a file."""
    found = list(open_table(path, said).rows)
    return [raw for raw in found if not raw.problem], [raw for raw in found if raw.problem]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "euc-kr"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encodings_and_separators_are_found(write, encoding, delimiter):
    path = write(rows(3), encoding=encoding, delimiter=delimiter, header=["번호", "제목", "내용", "작성일", "공감수"])
    sound, wrong = read(path)
    assert not wrong
    assert [raw.line for raw in sound] == [2, 3, 4]
    assert sound[0].cells == dict(zip(["id", "title", "body", "date", "votes"], map(str, rows(1)[0]), strict=True))


@pytest.mark.parametrize(("most", "odd"), [("utf-8", "cp949"), ("cp949", "utf-8")])
def test_a_line_in_another_encoding_is_refused_alone(write, most, odd):
    lines = ["id,title,body\n", *(f"{n},제목 {n},내용입니다 {n}\n" for n in range(9))]
    path = write(b"".join(line.encode(odd if n == 4 else most) for n, line in enumerate(lines)))
    sound, wrong = read(path)
    assert [raw.cells["id"] for raw in sound] == [str(n) for n in range(9) if n != 3]
    assert sound[0].cells["title"] == "제목 0"
    assert [raw.line for raw in wrong] == [5]
    assert most.upper() in wrong[0].problem


def test_bytes_of_no_encoding_are_refused(write):
    path = write("id,title,body\n1,가나,다라\n".encode() + b"2,\xff\xfe\xfa,x\n" + "3,마,바\n".encode())
    sound, wrong = read(path)
    assert [raw.cells["id"] for raw in sound] == ["1", "3"]
    assert "\ufffd" in wrong[0].excerpt


def test_a_quotation_mark_never_closed_costs_one_row(write):
    sound, wrong = read(write('id,title,body\n1,a,b\n2,"c,d\n3,e,f\n4,"g","h, i"\n5,j,"k\nl"\n6,m,"n\n'))
    assert [raw.cells["id"] for raw in sound] == ["1", "3", "4", "5"]
    assert sound[3].cells["body"] == "k\nl"
    assert [raw.line for raw in wrong] == [3, 8]


def test_rows_with_too_many_cells_are_refused_and_blank_ones_passed_over(write):
    sound, wrong = read(write("id,title,body\n\n1,a,b\n,,\n2,c,d,e\n3,f,g,,\n4,h\n"))
    assert [(raw.line, raw.cells["id"]) for raw in sound] == [(3, "1"), (6, "3"), (7, "4")]
    assert "body" not in sound[2].cells
    assert "4 cells" in wrong[0].problem


@pytest.mark.parametrize(
    ("header", "missing"),
    [("번호,제목,작성일", "body (내용"), ("name,text", "id, title"), ("아이디;본문", "title")],
)
def test_a_missing_column_names_those_found_and_needed(write, header, missing):
    with pytest.raises(BadFileError) as caught:
        open_table(write(f"{header}\n1,2,3\n"))
    said = str(caught.value).replace(" (번호·순번·연번)", "").replace(" (제목)", "")
    assert "voices.csv, line 1" in said
    assert missing.split(" (")[0] in said
    assert header.replace(";", ",").split(",")[0] in said
    assert "Needed: id" in said


@pytest.mark.parametrize("name", ["voices.csv", "voices.jsonl", "voices.xlsx"])
def test_an_empty_file_says_so(write, name):
    with pytest.raises(BadFileError, match="empty"):
        open_table(write(b"", name))


def test_a_header_alone_has_no_rows(write):
    assert read(write("id,title,body\n")) == ([], [])


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"\xd0\xcf\x11\xe0rest", "old.xls", "Save it as .xlsx"),
        ("id,title,body\n1,가,나\n".encode("utf-16"), "unicode.csv", "UTF-16"),
        (b"id,title\n", "wrong.xlsx", "not xlsx inside"),
        (b"PK\x03\x04broken", "broken.xlsx", "no sound Excel"),
        (b"[1, 2]\n", "list.jsonl", "no line is a JSON object"),
        (b"\x1f\x8b\x08\x00cut", "cut.csv.gz", "damaged or cut short"),
    ],
)
def test_files_of_another_kind_say_what_to_do(write, content, name, said):
    with pytest.raises(BadFileError, match=said):
        read(write(content, name))


def test_what_is_not_there_or_no_file_is_said(tmp_path):
    with pytest.raises(BadFileError, match="no such file"):
        open_table(tmp_path / "none.csv")
    with pytest.raises(BadFileError, match="folder"):
        open_table(tmp_path)


def test_packed_files_are_unpacked_and_damage_further_on_is_said(write):
    plain = write(rows(2000)).read_bytes()
    packed = gzip.compress(plain)
    assert len(read(write(packed, "voices.csv.gz"))[0]) == 2000
    found = open_table(write(packed[: len(packed) // 2], "half.csv.gz")).rows
    assert next(found).cells["id"] == "v1"
    with pytest.raises(BadFileError, match="cut short"):
        list(found)


def test_a_line_of_many_megabytes_is_refused_without_being_kept(write):
    path = write(b"id,title,body\n1,a,b\n2,c," + b"x" * (3 * raw_file.LONGEST_LINE) + b"\n3,e,f\n")
    sound, wrong = read(path)
    assert sound[0].cells["id"] == "1"
    assert wrong
    sound, wrong = read(
        write(b'{"id": 1, "title": "a", "body": "b"}\n{"id": "' + b"x" * 5_000_000 + b'"}\n', "v.jsonl")
    )
    assert (len(sound), len(wrong)) == (1, 1)


def test_json_lines_refuse_what_is_no_object(write):
    deep = "[" * 100_000
    path = write(
        f'\ufeff{{"id": 7, "제목": "a", "text": "b"}}\n\nnope\n[1]\n{deep}\n{{"text": "c", "id": 8}}\n', "v.jsonl"
    )
    sound, wrong = read(path)
    assert [raw.cells["id"] for raw in sound] == [7, 8]
    assert [raw.line for raw in wrong] == [3, 4, 5]


def workbook(path, table):
    book = openpyxl.Workbook()
    for row in table:
        book.active.append(row)
    book.save(path)
    return path


def test_a_workbook_gives_values_and_never_formulas(tmp_path):
    path = workbook(
        tmp_path / "v.xlsx",
        [
            ["번호", "제목", "내용", "작성일", "공감수"],
            [1, "=1+1", "본문", datetime(2026, 1, 2), 3.0],
            [],
            [2, "둘", "-셋"],
        ],
    )
    # openpyxl wrote a formula without its value, as a program does that never ran Excel.
    sound, _ = read(path)
    assert sound[0].cells["title"] is None
    assert sound[0].cells["date"] == datetime(2026, 1, 2)
    assert [(raw.line, raw.cells["id"]) for raw in sound] == [(2, 1), (4, 2)]
    assert sound[1].cells["body"] == "-셋"


def test_a_workbook_that_unpacks_to_too_much_is_refused(tmp_path, monkeypatch):
    path = workbook(tmp_path / "v.xlsx", [["id", "title", "body"], [1, "a", "b"]])
    monkeypatch.setattr(xlsx_rows, "UNPACKED", 1000)
    with pytest.raises(BadFileError, match="unpacks to more"):
        open_table(path)


def test_a_zip_bomb_is_refused_by_what_it_claims(tmp_path):
    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for n in range(xlsx_rows.PARTS + 1):
            archive.writestr(f"xl/{n}.xml", b"")
    with pytest.raises(BadFileError, match="unpacks to more"):
        open_table(tmp_path / "bomb.xlsx")


CELL = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    table=st.lists(st.tuples(CELL, CELL, CELL), max_size=8),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_whatever_the_csv_module_writes_is_read_back(tmp_path, table, quoting, end):
    text = io.StringIO(newline="")
    # The module itself quotes \n and \r only where they are its own line end.
    safe = quoting if end == "\r\n" else csv.QUOTE_ALL
    csv.writer(text, quoting=safe, lineterminator=end).writerows([["id", "title", "body"], *table])
    path = tmp_path / "any.csv"
    path.write_bytes(text.getvalue().encode())
    sound, wrong = read(path)
    assert wrong == []
    assert [tuple(raw.cells.values()) for raw in sound] == [row for row in table if any(cell.strip() for cell in row)]
