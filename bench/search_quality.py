"""What the search of the site finds among the real voices, beside plain baselines, in one database and one run.

    .venv/bin/python bench/search_quality.py [--json PATH]

The queries and their truths (patterns over the text) are those of bench/texts_quality.py. The voices are indexed as
the site indexes them and asked as a page asks; the baselines are what PostgreSQL can do without knowing Korean.
The database stays in MADANG_BENCH_DIR (default build/bench) and is reused.
"""

import argparse
import os
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from search_corpus import FOLDER, Cached, corpus, finish, machine, say, sentences, table, voices

EVERYTHING = 20_000


def texts():
    """The voices as they are stored: title, and the sentences of the body, one a line."""
    rows = voices()
    return [(" ".join(row["title"].split())[:150], "\n".join(sentences(row["body"])) or "-") for row in rows]


def index(made, tokenizer):
    """Fill an empty database through the index's own doors."""
    from django.db import connection, transaction
    from django.utils import timezone

    from madang.ground.participation.models import SearchDocument, Subject
    from madang.ground.participation.search import index as door
    from madang.ground.participation.search.analysis import Text, analyse
    from madang.ground.places.models import Place

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS bench_real (id bigint PRIMARY KEY, text text)")
    if SearchDocument.objects.filter(indexed_at__isnull=False).count() == len(made):
        return
    say(f"indexing {len(made)} voices")
    place, _ = Place.objects.get_or_create(
        code="11", level="province", defaults={"name_ko": "서울", "name_en": "Seoul"}
    )
    Subject.objects.all().delete()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE bench_real, ground_participation_posting, ground_participation_postingpart")
        rows = Subject.objects.bulk_create(
            Subject(kind="proposal", place=place, created_at=timezone.now()) for _ in made
        )
        for row, (title, body) in zip(rows, made, strict=True):
            cursor.execute("INSERT INTO bench_real VALUES (%s, %s)", [row.pk, f"{title}\n{body}"])
    door.mark_waiting(row.pk for row in rows)
    for start in range(0, len(rows), 2000):
        some = [
            (row.pk, 0, analyse(Text(*made[n]), tokenizer)) for n, row in enumerate(rows[start : start + 2000], start)
        ]
        door._store(some)
    door.settle(at_least=1)
    door.recount_terms()


def methods():
    """Each way of asking: a function from a query to the ids found."""
    from madang.ground.participation.search.find import search

    def ranked(query, ranks):
        return {hit.subject_id for hit in search(query, limit=EVERYTHING).hits if hit.rank in ranks}

    return {
        "to_tsvector('simple'), AND": lambda q: plain(
            "to_tsvector('simple', text) @@ plainto_tsquery('simple', %s)", [q]
        ),
        "LIKE '%query%'": lambda q: plain("text LIKE %s", [f"%{q}%"]),
        "trigrams, AND": lambda q: grams(q, 3),
        "bigrams, AND": lambda q: grams(q, 2),
        "Madang, exact words": lambda q: ranked(q, {1}),
        "Madang, all": lambda q: ranked(q, {1, 2}),
    }


def plain(condition, values):
    """Ids of the texts that meet a condition."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM bench_real WHERE {condition}", values)
        return {pk for (pk,) in cursor.fetchall()}


def grams(query, size):
    """Texts that hold every piece of `size` letters of the query's words."""
    wanted = [word[at : at + size] for word in query.split() for at in range(len(word) - size + 1)]
    return plain(" AND ".join(["text LIKE %s"] * len(wanted)), [f"%{one}%" for one in wanted]) if wanted else set()


def judge(method, queries, everything):
    """Mean recall, and mean precision over the queries that found something."""
    recalls, precisions = [], []
    for query, patterns in queries.items():
        every = (patterns,) if isinstance(patterns, str) else patterns
        truth = {pk for pk, text in everything.items() if all(re.search(pattern, text) for pattern in every)}
        found = method(query)
        recalls.append(len(found & truth) / len(truth))
        precisions += [len(found & truth) / len(found)] if found else []
    mean = {"recall": sum(recalls) / len(recalls), "precision": sum(precisions) / max(1, len(precisions))}
    return {name: round(value, 3) for name, value in mean.items()}


def measure():
    """Every method on the noun and the verb queries."""
    from django.db import connection

    from texts_quality import NOUNS, VERBS

    with connection.cursor() as cursor:
        cursor.execute("SELECT id, text FROM bench_real")
        everything = dict(cursor.fetchall())
    result = {"voices": len(everything), "nouns": {}, "verbs": {}, "cats for 고양시": {}}
    cats = {pk for pk, text in everything.items() if "고양이" in text and "고양시" not in text}
    for name, method in methods().items():
        result["nouns"][name] = judge(method, NOUNS, everything)
        result["verbs"][name] = judge(method, VERBS, everything)
        result["cats for 고양시"][name] = len(method("고양시") & cats)
        say(name)
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", metavar="PATH")
    options = parser.parse_args()
    os.environ["MADANG_DATA_DIR"] = str(FOLDER / "quality")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "madang.web.settings.demo")
    tokenizer: Cached = corpus()[0]
    from madang.web.site import site

    with site():
        from django.core.management import call_command

        from madang.engines.texts.tokens import default_tokenizer
        from madang.ground.participation.search import client

        call_command("migrate", verbosity=0)
        index(texts(), tokenizer)
        with client.using(default_tokenizer()):
            result = {"command": " ".join(sys.argv), **machine(), **measure()}
    if options.json != "-":
        print(f"{result['voices']} real voices, {result['processors']} processors, Python {result['python']}")
        rows = [
            (name, *result["nouns"][name].values(), *result["verbs"][name].values(), result["cats for 고양시"][name])
            for name in result["nouns"]
        ]
        table(rows, ("", "nouns: recall", "precision", "verbs: recall", "precision", "cats for 고양시"))
    finish(result, options.json)


if __name__ == "__main__":
    main()
