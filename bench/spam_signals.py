"""How often signals would hold honest texts: the demo's own words, and real voices that lie beside the project.

    .venv/bin/python bench/spam_signals.py [--source ../shared/data] [--limit 20000]

Each text is weighed twice: as by an account of a year, and as by one of an hour (the worst case). Lookalikes within
the sample count as other people's texts (`elsewhere`), as they would on a site. Honest texts: what is held is a false
positive. The peer is the plain way, a rule of thumb that many sites use: hold a new account's text with any link.
"""

import argparse
import gzip
import json
import sys
from collections import defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from madang.engines.texts import duplicates, spam
from search_corpus import machine, say, table

CONTENT = Path(__file__).resolve().parents[1] / "src/madang/web/demo/content"
FIELDS = ("body", "text", "content", "detail")


def demo():
    """Proposals and comments of the sample."""
    for path in sorted(CONTENT.glob("proposals_*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            yield f"{row['title']}\n{row['body']}"
            yield from (one["text"] for one in row.get("comments") or [])
    for line in (CONTENT / "talk.jsonl").read_text(encoding="utf-8").splitlines():
        yield from (one["text"] for one in json.loads(line)["talk"])


def real(folder, limit):
    """Citizens' voices from JSON lines beside the project, read and never kept."""
    found = 0
    for path in sorted(Path(folder).rglob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                text = next((str(row[name]) for name in FIELDS if row.get(name)), "")
                if isinstance(row, dict) and text.strip():
                    found += 1
                    yield f"{row.get('title') or ''}\n{text}"
                if found >= limit:
                    return


def weigh(texts):
    """Of every text its signals for an old and a new account, and the plain rule's verdict."""
    holders = defaultdict(set)
    prints = [duplicates.fingerprints(text) if len(text) >= 20 else [] for text in texts]
    for at, keys in enumerate(prints):
        for key in keys:
            holders[key].add(at)
    rows = []
    for at, text in enumerate(texts):
        near = {other for key in prints[at] if len(holders[key]) <= 50 for other in holders[key]} - {at}
        same = sum(bool(duplicates.compare(text, texts[other], threshold=0.7)) for other in sorted(near)[:50])
        old, new = (spam.assess(text, spam.Circumstances(account_days=days, elsewhere=same)) for days in (365, 1 / 24))
        rows.append((old, new, any(one.key == "links" for one in new.signals)))
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source", default=str(Path(__file__).resolve().parents[2] / "shared" / "data"))
    parser.add_argument("--limit", type=int, default=20_000)
    chosen = parser.parse_args()
    say(machine())
    lines = []
    for name, texts in (("demo", list(demo())), ("real", list(real(chosen.source, chosen.limit)))):
        if not texts:
            say(f"no texts for {name}")
            continue
        rows = weigh(texts)
        share = [sum(one) for one in zip(*((old.holds, new.holds, plain) for old, new, plain in rows), strict=True)]
        top = max(new.score for _old, new, _plain in rows)
        lines.append((name, len(rows), *(f"{n} ({100 * n / len(rows):.3f} %)" for n in share), top))
    table(lines, ("texts", "n", "held, a year old", "held, an hour old", "plain rule", "highest score"))


if __name__ == "__main__":
    main()
