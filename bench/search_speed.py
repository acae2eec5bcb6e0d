"""How quick search, related voices and near-duplicates are among 400,000 documents, beside plain PostgreSQL.

    .venv/bin/python bench/search_speed.py [--documents 400000] [--queries 300] [--baseline 24] [--json PATH]

Documents are sentences of the real voices, tokenized once and drawn anew. The baselines run in the same database over
the same texts: `to_tsvector('simple', text)` with a GIN index and ts_rank over all matches, and LIKE '%…%'.
The data stays in MADANG_BENCH_DIR (default build/bench; about 6 GB for 400,000) and is reused by the next run.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import time
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from search_corpus import FOLDER, corpus, documents, finish, machine, say, table

BATCH = 8192
PIECE = 512
# Lists of a word a line would fill two pages.
COMMON = "서울|시민|사람|우리|서울시|문제|나라|서울 시민|아이|시민 안전|국민|생각하다|서울시 버스|정부 정책".split("|")  # noqa: SIM905
_TYPICAL = (
    "청년들의 일자리|층간 소음|노인 복지|쓰레기 분리수거|어린이 보호구역|지하철 2호선|미세먼지 대책|반려견 목줄|자전거 도로|고양시|"
    "공공 도서관|전기차 충전소|불법 주차 단속|학교 급식|임대 주택 청년 신혼부부|park|bus|시끄럽다|위험한 횡단보도|한강공원 화장실|"
    "따릉이 보관소|버스 정류장 그늘막|출산 육아 휴직|최저임금"
)
TYPICAL = _TYPICAL.split("|")
RARE = "꾀꼬리|우주여행|양자컴퓨터|헬리콥터 소음|zzzz|ㅁㄴㅇㄹ|수족관 돌고래 방류|스카이콩콩".split("|")  # noqa: SIM905
SUBJECT = (
    "ground_participation_subject",
    "id kind place_id support_count comment_count follower_count created_at",
)
_COLUMNS = (
    "subject_id place_id visible waiting version ordinal words terms impacts pairs bands fingerprints "
    "engine_version indexed_at"
)
DOCUMENT = ("ground_participation_searchdocument", _COLUMNS)
GIN = {
    "document_bands": ("ground_participation_searchdocument", "bands"),
    "document_fingerprints": ("ground_participation_searchdocument", "fingerprints"),
    "bench_plain_vector": ("bench_plain", "vector"),
}


def make(task):
    """Analyze one piece of the corpus in a worker."""
    from madang.ground.participation.search.analysis import Text, analyse

    tokenizer, titles, bodies = _corpus()
    found = []
    for title, body in documents(task[1], titles, bodies, seed=task[0]):
        one = analyse(Text(title, body), tokenizer)
        found.append((title, body, one.words, one.terms, one.impacts, one.pairs, one.bands, one.fingerprints))
    return found


def _corpus(kept=[]):  # noqa: B006 - once per worker
    from madang.engines.texts import duplicates, tokens

    if not kept:
        # The sentences were cleaned when they were cut; cleaning them again five times a document is most of the load.
        tokens.for_tokens = str
        duplicates.bare = lambda text: "".join(filter(str.isalnum, text.lower()))
        kept.append(corpus())
    return kept[0]


def load(count):
    """Fill the tables up to `count` documents, as `index_waiting` would leave them."""
    from django.db import connection

    from madang.ground.participation.models import Subject
    from madang.ground.participation.search import index

    have = Subject.objects.count()
    if have >= count:
        return
    places = _places()
    say(f"loading {count - have} documents")
    with connection.cursor() as cursor:
        _drop_indexes(cursor)
    started = time.perf_counter()
    pieces = [(1000 + start, PIECE) for start in range(have, count, PIECE)]
    with get_context("spawn").Pool(2) as pool:
        batch = []
        for made in pool.imap(make, pieces):
            batch += made
            if len(batch) >= BATCH:
                have += _write(have, batch, places)
                batch = []
                say(f"  {have} after {time.perf_counter() - started:.0f} s")
        have += _write(have, batch, places) if batch else 0
    with connection.cursor() as cursor:
        for name, (table, column) in GIN.items():
            say(f"  index {name}")
            cursor.execute(f"CREATE INDEX {name} ON {table} USING gin ({column})")
        cursor.execute("VACUUM ANALYZE")
    say(f"counting {index.recount_terms()} words")


def _drop_indexes(cursor):
    cursor.execute(
        "CREATE TABLE IF NOT EXISTS bench_plain (id bigint PRIMARY KEY, text text, "
        "vector tsvector GENERATED ALWAYS AS (to_tsvector('simple', text)) STORED)"
    )
    for name in GIN:
        cursor.execute(f"DROP INDEX IF EXISTS {name}")


def _places():
    from madang.ground.places.models import Place

    top, _ = Place.objects.get_or_create(code="11", level="province", defaults={"name_ko": "서울", "name_en": "Seoul"})
    for number in range(25):
        Place.objects.get_or_create(
            code=f"11{number:03}",
            level="municipality",
            parent=top,
            defaults={"name_ko": f"구{number}", "name_en": "Gu"},
        )
    return list(Place.objects.order_by("code").values_list("pk", flat=True))


def _write(first, batch, places):
    """One batch: subjects, documents with their ordinals, postings, and the baseline's plain texts."""
    from django.db import connection, transaction

    from madang.ground.participation.search import postings

    now = datetime.now(UTC)
    rows = [(first + i + 1, places[(first + i) % len(places)], *document) for i, document in enumerate(batch)]
    with transaction.atomic(), connection.cursor() as cursor:
        _copy(cursor, *SUBJECT, [(pk, "proposal", place, 0, 0, 0, now) for pk, place, *_ in rows])
        numbered = postings.write([postings.Entry(pk, place, "proposal", r[3], r[4], r[5]) for pk, place, *r in rows])
        found = [
            (pk, place, True, False, 0, numbered[pk], *r[2:5], [], *r[6:8], "bench", now) for pk, place, *r in rows
        ]
        _copy(cursor, *DOCUMENT, found)
        _copy(cursor, "bench_plain", "id text", [(pk, f"{r[0]}\n{r[1]}") for pk, _, *r in rows])
    postings.merge_due()
    return len(rows)


def _copy(cursor, target, columns, rows):
    with cursor.copy(f"COPY {target} ({', '.join(columns.split())}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def queries(count, titles, seed=1):
    """A mix as people type it: common words, typical queries, one to four words of real titles, rare and unknown."""
    draw = random.Random(seed)
    made = [*COMMON, *TYPICAL, *RARE]
    while len(made) < count:
        words = draw.choice(titles).split()
        length = min(len(words), draw.choice((1, 1, 2, 2, 3, 4)))
        start = draw.randrange(len(words) - length + 1)
        made.append(" ".join(words[start : start + length]))
    return made[:count]


def drafts(count, titles, bodies, seed=2):
    """Texts as they are while being typed: a title, with up to eight sentences of a body."""
    draw = random.Random(seed)
    return ["\n".join([draw.choice(titles), *draw.choices(bodies, k=draw.randrange(9))]) for _ in range(count)]


def clock(function, inputs, warm=()):
    """Milliseconds of each call, after others of the same kind to warm the database up."""
    for one in warm or inputs[:10]:
        function(one)
    times = []
    for one in inputs:
        started = time.perf_counter()
        function(one)
        times.append((time.perf_counter() - started) * 1000)
    return times


def summary(times):
    """p50, p95 and max in milliseconds."""
    ordered = sorted(times)
    return {
        "n": len(ordered),
        "p50": round(ordered[len(ordered) // 2], 1),
        "p95": round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))], 1),
        "max": round(ordered[-1], 1),
    }


def plain_search(query):
    """The usual way: rank everything that matches."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, ts_rank(vector, q) AS rank FROM bench_plain, plainto_tsquery('simple', %s) q WHERE vector @@ q "
            "ORDER BY rank DESC, id DESC LIMIT 20",
            [query],
        )
        return cursor.fetchall()


def like_search(query):
    """The other usual way: the substring, newest first, and how many there are."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, count(*) OVER () FROM bench_plain WHERE text LIKE %s ORDER BY id DESC LIMIT 20", [f"%{query}%"]
        )
        return cursor.fetchall()


def sizes():
    """Megabytes of each table with its indexes."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, pg_total_relation_size(oid) / 1048576 FROM pg_class WHERE relkind = 'r' AND (relname LIKE "
            "'ground_participation_%' OR relname = 'bench_plain') AND pg_total_relation_size(oid) > 1048576 "
            "ORDER BY 2 DESC"
        )
        return {name.removeprefix("ground_participation_"): int(size) for name, size in cursor.fetchall()}


def measure(options, titles, bodies):
    """All the figures of one run."""
    from madang.ground.participation.models import SearchDocument
    from madang.ground.participation.search import client
    from madang.ground.participation.search.find import near_duplicates, search, similar
    from madang.ground.places.models import Place

    asked, typed = queries(options.queries, titles), drafts(options.queries, titles, bodies)
    others = queries(200, titles, seed=3)
    seoul = list(Place.objects.filter(code__startswith="110").values_list("pk", flat=True))
    some = asked[: options.baseline]
    ids = list(SearchDocument.objects.order_by("?").values_list("pk", flat=True)[:60])
    result = {
        "documents": SearchDocument.objects.count(),
        "tokenize a query (socket)": summary(clock(client.plan, asked)),
        "search": summary(clock(lambda one: search(one, kinds=["proposal"]), asked, others)),
        "search in 25 places": summary(clock(lambda one: search(one, kinds=["proposal"], place_ids=seoul), asked)),
        "search, common words": summary(clock(search, COMMON * 5)),
        "similar": summary(clock(similar, typed, drafts(150, titles, bodies, seed=4))),
        "near_duplicates": summary(clock(near_duplicates, ids)),
        "search, the same queries as below": summary(clock(search, some)),
        "plain: simple + ts_rank": summary(clock(plain_search, some)),
        "plain: LIKE": summary(clock(like_search, some[: max(6, options.baseline // 3)])),
        "megabytes": sizes(),
    }
    ours = result["search, the same queries as below"]
    result["ratios"] = {
        name: {key: round(result[name][key] / ours[key], 1) for key in ("p50", "p95", "max")}
        for name in ("plain: simple + ts_rank", "plain: LIKE")
    }
    return result


def start_tokenizer():
    """The tokenizer's process, as `madang serve` starts it."""
    from madang.ground.participation.search import client

    code = f"from madang.ground.participation.search.server import serve_forever; serve_forever({os.environ['MADANG_TOKENIZER_SOCKET']!r})"
    process = subprocess.Popen([sys.executable, "-c", code])
    while not client.is_alive():
        time.sleep(0.2)
    return process


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=400_000)
    parser.add_argument("--queries", type=int, default=300)
    parser.add_argument("--baseline", type=int, default=24, help="queries of the mix that the baselines answer too")
    parser.add_argument("--json", metavar="PATH")
    options = parser.parse_args()
    os.environ["MADANG_DATA_DIR"] = str(FOLDER)
    os.environ["MADANG_TOKENIZER_SOCKET"] = str(FOLDER / "tokenizer.sock")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "madang.web.settings.demo")
    _, titles, bodies = corpus()
    from madang.web.site import site

    with site():
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        load(options.documents)
        tokenizer = start_tokenizer()
        try:
            result = measure(options, titles, bodies)
        finally:
            tokenizer.terminate()
            tokenizer.wait()
    report(result, options)


def report(result, options):
    """The table, then JSON where it was asked for."""
    result = {"command": " ".join(sys.argv), **machine(), **result}
    if options.json != "-":
        print(f"{result['documents']} documents, {result['processors']} processors, Python {result['python']}")
        rows = [
            (name, *(one[key] for key in ("n", "p50", "p95", "max")))
            for name, one in result.items()
            if isinstance(one, dict) and "p95" in one
        ]
        table(rows, ("milliseconds", "n", "p50", "p95", "max"))
        for name, one in result["ratios"].items():
            print(f"{name}: {one['p50']} times as long at the median, {one['p95']} at p95")
        print("megabytes:", json.dumps(result["megabytes"]))
    finish(result, options.json)


if __name__ == "__main__":
    main()
