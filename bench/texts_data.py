"""The real voices, and their tokens, for the benches of the texts engine."""

import gzip
import json
import pickle
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

VOICES = Path(__file__).parents[2] / "shared/data/voices"


def voices():
    """All 10,323 real voices. Exits when the folder is not there."""
    if not VOICES.is_dir():
        sys.exit(f"{VOICES} is not there: this bench needs the real data in ../shared/data")
    rows = []
    for name in ("seoul_proposals", "national_petitions"):
        with gzip.open(VOICES / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            rows += map(json.loads, lines)
    return rows


def tokens(rows, cache):
    """Full-context tokens of title and body, kept in the folder `cache` between runs when one is given."""
    from madang.engines.texts import ENGINE_VERSION
    from madang.engines.texts.bulk import tokenise_many

    kept = Path(cache) / f"tokens-{ENGINE_VERSION}-{len(rows)}.pickle" if cache else None
    if kept and kept.exists():
        return pickle.loads(kept.read_bytes())
    lists = list(tokenise_many((r["title"] + "\n" + r["body"] for r in rows), processes=2))
    if kept:
        kept.write_bytes(pickle.dumps(lists))
    return lists


def say(*words):
    print(*words, file=sys.stderr, flush=True)


def write(result, target):
    if target:
        text = json.dumps(result, ensure_ascii=False, indent=1) + "\n"
        sys.stdout.write(text) if target == "-" else Path(target).write_text(text, encoding="utf-8")
