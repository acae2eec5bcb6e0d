"""From a text to what the index stores of it. Runs wherever a tokenizer is: its process, a worker, a test."""

from __future__ import annotations

import multiprocessing
from collections import defaultdict, deque
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from madang.engines.texts import ENGINE_VERSION, duplicates, ranking, tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from multiprocessing.pool import AsyncResult

    from madang.engines.texts.tokens import Tokenizer

# A word of the title counts as much as three in the body; a noun inside a compound less than the word itself.
TITLE = 3.0
PART = 0.6
# The length, in words, of an ordinary voice; fixed, so that a weight never changes because other texts came.
MEAN_LENGTH = 120
TOP = 255


@dataclass(frozen=True)
class Text:
    """A voice as its own table keeps it."""

    title: str
    body: str

    @property
    def whole(self) -> str:
        return f"{self.title}\n{self.body}"


@dataclass(frozen=True)
class Analysis:
    """What the index stores of one text; `weights[i]` (1..255) belongs to `terms[i]`."""

    words: list[str]
    terms: list[str]
    weights: list[int]
    pairs: list[str]
    bands: list[int]
    fingerprints: list[int]
    engine: str

    @property
    def impacts(self) -> bytes:
        return bytes(self.weights)


def engine_name(tokenizer: Tokenizer) -> str:
    """The name under which an analysis is stored: another tokenizer's must not be mixed up with it."""
    return f"{ENGINE_VERSION}+{tokenizer.name}"


def _frequencies(words: Iterable[str], weight: float, tokenizer: Tokenizer, into: dict[str, float]) -> None:
    for word in words:
        into[word] += weight
        for part in tokenizer.parts(word):
            into[part] += weight * PART


def _weights(frequencies: dict[str, float], length: int) -> list[int]:
    norm = ranking.K1 * (1 - ranking.B + ranking.B * length / MEAN_LENGTH)
    tf = np.fromiter(frequencies.values(), float, len(frequencies))
    return np.maximum(1, np.rint(TOP * tf / (tf + norm))).astype(int).tolist()


def analyse(text: Text, tokenizer: Tokenizer) -> Analysis:
    """Everything that the index stores of `text`."""
    title, body = tokenizer.tokenise(text.title), tokenizer.tokenise(text.body)
    frequencies: dict[str, float] = defaultdict(float)
    _frequencies(title, TITLE, tokenizer, frequencies)
    _frequencies(body, 1.0, tokenizer, frequencies)
    whole = text.whole
    return Analysis(
        words=[*title, *body],
        terms=list(frequencies),
        weights=_weights(frequencies, len(title) + len(body)),
        pairs=sorted(set(tokens.char_bigrams(whole))),
        bands=duplicates.bands(duplicates.signature(whole)),
        fingerprints=duplicates.fingerprints(whole),
        engine=engine_name(tokenizer),
    )


def analyse_many(texts: Iterable[Text], *, processes: int, chunk: int = 16) -> Iterator[Analysis]:
    """Analyze a stream of texts in order, in worker processes with a language model each (370 MB).

    The stream is read in this thread and no further ahead than the workers need: it may hold a database cursor.
    """
    # fork would copy the parent's threads and database sockets
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        running: deque[AsyncResult[list[Analysis]]] = deque()
        for some in _chunks(texts, chunk):
            running.append(pool.apply_async(_analyse_chunk, (some,)))
            if len(running) > 4 * processes:
                yield from running.popleft().get()
        while running:
            yield from running.popleft().get()


def _analyse_chunk(texts: list[Text]) -> list[Analysis]:
    return [analyse(text, tokens.default_tokenizer()) for text in texts]


def _chunks(items: Iterable[Text], size: int) -> Iterator[list[Text]]:
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk
