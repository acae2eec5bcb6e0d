"""Documents for the benches of search: sentences of the real voices, tokenized once, drawn anew as often as wanted.

Nothing of the voices is kept in the project: the cache lies in MADANG_BENCH_DIR (default build/bench).
"""

import gzip
import json
import os
import pickle
import platform
import random
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

ROOT = Path(__file__).parents[1]
VOICES = ROOT.parent / "shared/data/voices"
FOLDER = Path(os.environ.get("MADANG_BENCH_DIR", ROOT / "build/bench")).resolve()
_SENTENCE = re.compile(r"(?<=[.!?。])\s+|\n+")


class Cached:
    """A tokenizer that has read every sentence before. Texts are made of such sentences, one a line."""

    name = "kiwi"

    def __init__(self, lines, parts):
        self.lines, self._parts = lines, parts

    def tokenise(self, text):
        """The words of each line, as they were read."""
        return [word for line in text.split("\n") for word in self.lines.get(line, ())]

    def parts(self, word):
        """The nouns in a compound, as they were found."""
        return self._parts.get(word, ())


def voices():
    """The real voices, as dictionaries; exits where they are not beside the project."""
    files = sorted(VOICES.glob("*.jsonl.gz"))
    if not files:
        sys.exit(f"The real voices are not at {VOICES}: this bench needs them.")
    return [json.loads(line) for file in files for line in gzip.open(file, "rt", encoding="utf-8")]


def sentences(text):
    """A text cut at its stops and line ends, each piece at most 300 letters long."""
    return [piece[:300].strip() for piece in _SENTENCE.split(text) if len(piece.strip()) > 3]


def corpus():
    """(Cached, titles, sentences): read from the cache, or made by the model in two processes (minutes).

    Remove the file after a change of the tokenizer, if its words are the point.
    """
    cache = FOLDER / "sentences.pickle"
    if cache.exists():
        lines, parts, titles, bodies = pickle.loads(cache.read_bytes())
        return Cached(lines, parts), titles, bodies
    FOLDER.mkdir(parents=True, exist_ok=True)
    made = _read(voices())
    cache.write_bytes(pickle.dumps(made))
    return corpus()


def _read(rows):
    from madang.engines.texts.bulk import tokenise_many
    from madang.engines.texts.tokens import default_tokenizer

    titles = [" ".join(row["title"].split())[:150] for row in rows]
    bodies = [sentence for row in rows for sentence in sentences(row["body"])]
    unique = list(dict.fromkeys([*titles, *bodies]))
    say(f"tokenizing {len(unique)} sentences, once")
    lines = dict(zip(unique, tokenise_many(unique, processes=2), strict=True))
    model = default_tokenizer()
    vocabulary = {word for words in lines.values() for word in words}
    parts = {word: found for word in vocabulary if (found := model.parts(word))}
    return lines, parts, titles, bodies


def documents(count, titles, bodies, seed=0):
    """(title, body) pairs of drawn sentences; as many of them as the real voices have (median about 9)."""
    draw = random.Random(seed)
    for _ in range(count):
        length = min(60, max(1, round(draw.lognormvariate(2.2, 0.8))))
        yield draw.choice(titles), "\n".join(draw.choices(bodies, k=length))


def machine():
    """What the figures were taken on."""
    return {"processors": os.cpu_count(), "python": platform.python_version(), "machine": platform.machine()}


def say(*words):
    """Progress, on standard error."""
    print(*words, file=sys.stderr, flush=True)


def table(rows, columns):
    """Print rows of values under a head."""
    cells = [list(map(str, columns)), *([str(value) for value in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        print("  ".join(value.ljust(width) for value, width in zip(row, widths, strict=True)).rstrip())


def finish(result, target):
    """Write the result as JSON where --json asked for it."""
    if target == "-":
        print(json.dumps(result, ensure_ascii=False, indent=1))
    elif target:
        Path(target).write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
