"""How quickly the public importer loads proposals, beside creating them row by row.

    .venv/bin/python bench/import_speed.py [--rows 100000] [--sample 2000] [--json PATH]

A CSV of made-up proposals (about 600 letters each, one in fifty answered, one in a hundred to be refused) goes through
`import_proposals` with masking. The baseline does what a simple script does with the same rows: csv.DictReader, the
same masking, and `objects.create` of subject, proposal and search document, one transaction a row. It runs on a sample
and its time is scaled; the table says so. No tokens are computed on either side. The database is made in a temporary
folder and removed.
"""

import argparse
import csv
import os
import random
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from search_corpus import finish, machine, say, table

NOW = datetime(2026, 11, 22, tzinfo=UTC)
PLACES = ["동네", "골목", "시장 앞", "학교 옆", "정류장", "공원", "하천길", "도서관"]
THINGS = ["가로등", "그늘막", "횡단보도", "쓰레기통", "자전거 보관대", "안내판", "쉼터", "화장실"]
ENDS = ["이 부족합니다.", "을 늘려 주세요.", " 관리가 필요합니다.", " 때문에 어르신들이 불편해하십니다."]


def write(path, count):
    """The file: the same for the same count."""
    draw = random.Random(7)
    with path.open("w", encoding="utf-8", newline="") as stream:
        out = csv.writer(stream)
        out.writerow(["번호", "제목", "내용", "작성일", "공감수", "작성자", "담당부서", "답변"])
        for n in range(count):
            place, thing = draw.choice(PLACES), draw.choice(THINGS)
            sentences = [
                f"{draw.choice(PLACES)} {draw.choice(THINGS)}{draw.choice(ENDS)}" for _ in range(draw.randint(10, 50))
            ]
            body = "" if n % 100 == 99 else " ".join(sentences)
            contact = " 연락처는 010-1234-5678입니다." if n % 10 == 0 else ""
            day = (NOW - timedelta(days=draw.randint(1, 2000))).date().isoformat()
            answer = ["교통정책과", "내년 예산에 반영하여 설치하겠습니다."] if n % 50 == 0 else ["", ""]
            out.writerow(
                [n, f"{place} {thing} 설치 {n}", body + contact if body else "", day, draw.randint(0, 80), "", *answer]
            )
    return path


def by_importer(path, place):
    """Seconds and what was done."""
    from madang.explore.proposals.operations.importing import import_proposals

    started = time.perf_counter()
    done = import_proposals(path=path, place=place, now=NOW, progress=lambda done: say(f"  {done.rows} rows"))
    return time.perf_counter() - started, done


def by_rows(path, place, count):
    """Seconds for the first `count` rows, created one by one."""
    from django.db import transaction
    from django.utils.dateparse import parse_date

    from madang.explore.proposals import text
    from madang.explore.proposals.models import Proposal
    from madang.ground.participation.models import SearchDocument, Subject

    started = time.perf_counter()
    with path.open(encoding="utf-8", newline="") as stream:
        for n, row in enumerate(csv.DictReader(stream)):
            if n == count:
                break
            if not row["내용"] or Proposal.objects.filter(source="rows", source_id=row["번호"]).exists():
                continue
            at = datetime.combine(parse_date(row["작성일"]), datetime.min.time(), tzinfo=UTC)
            body = text.for_publication(row["내용"]).text
            with transaction.atomic():
                subject = Subject.objects.create(
                    kind="proposal", place=place, support_count=row["공감수"], created_at=at
                )
                Proposal.objects.create(
                    subject=subject, place=place, author_name="시민", title=row["제목"], body=body,
                    excerpt=text.excerpt(body),
                    support_count=row["공감수"], source="rows", source_id=row["번호"], created_at=at,
                )  # fmt: skip
                SearchDocument.objects.create(subject=subject, place=place)
    return time.perf_counter() - started


def measure(options, folder):
    """All the figures of one run."""
    from madang.ground.places.models import Place

    place = Place.objects.create(code="41", level="province", name_ko="경기도", name_en="Gyeonggi-do")
    path = write(folder / "voices.csv", options.rows)
    say(f"row by row, {options.sample} rows")
    slow = by_rows(path, place, options.sample)
    say(f"importer, {options.rows} rows")
    cpu = time.process_time()
    fast, done = by_importer(path, place)
    cpu = time.process_time() - cpu
    again, repeated = by_importer(path, place)
    return {
        "rows": options.rows, "megabytes": round(path.stat().st_size / 1e6, 1),
        "loaded": done.loaded, "rejected": done.rejected,
        "importer": {
            "seconds": round(fast, 1), "cpu_seconds": round(cpu, 1), "rows_per_second": round(options.rows / fast),
        },
        "same_file_again": {"seconds": round(again, 1), "loaded": repeated.loaded},
        "row_by_row": {
            "measured_rows": options.sample, "measured_seconds": round(slow, 1),
            "rows_per_second": round(options.sample / slow),
            "scaled_seconds": round(slow / options.sample * options.rows, 1),
        },
        "ratio": round(slow / options.sample * options.rows / fast, 1),
    }  # fmt: skip


def report(result, target):
    """The table, then JSON where it was asked for."""
    if target != "-":
        print(f"{result['command']}: {result['processors']} processors, Python {result['python']}")
        one, rows = result["importer"], result["row_by_row"]
        table(
            [
                ("importer", result["rows"], one["seconds"], one["rows_per_second"]),
                ("the same file again", result["rows"], result["same_file_again"]["seconds"], "—"),
                (
                    f"row by row, scaled from {rows['measured_rows']}",
                    result["rows"],
                    rows["scaled_seconds"],
                    rows["rows_per_second"],
                ),
            ],
            ("way", "rows", "seconds", "rows/s"),
        )
        print(f"{result['ratio']} times as quick; {result['loaded']} loaded, {result['rejected']} refused")
    finish(result, target)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--sample", type=int, default=2_000)
    parser.add_argument("--json", metavar="PATH")
    options = parser.parse_args()
    from madang.web.site import site

    with tempfile.TemporaryDirectory(prefix="madang-bench-") as folder:
        os.environ["MADANG_DATA_DIR"] = folder
        Path(folder).chmod(0o755)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "madang.web.settings.demo")
        with site():
            from django.core.management import call_command

            call_command("migrate", verbosity=0)
            result = measure(options, Path(folder))
    report({"command": " ".join(sys.argv), **machine(), **result}, options.json)


if __name__ == "__main__":
    main()
