"""Tokenise many texts: in worker processes, or quickly by written words."""

import multiprocessing
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice

from .light import LightTokenizer, strip_korean
from .normalise import for_tokens
from .tokens import KoreanTokenizer, Tokenizer
from .vocabulary import STOP

_WORD = re.compile(r"[가-힣]+|[A-Za-z]+(?:'[a-z]+)?|\d+")
_CHUNK = 64
_worker: list[KoreanTokenizer] = []


def tokenise_many(texts: Iterable[str], *, processes: int = 1, extra_words: Iterable[str] = ()) -> Iterator[list[str]]:
    """Yield the tokens of each text in order, reading and giving as a stream.

    processes: worker processes, each with its own model (about 370 MB); 1 works in this process.
    The tokens are those of `KoreanTokenizer.tokenise`, whatever the number of processes.
    """
    words = tuple(extra_words)
    if processes <= 1:
        yield from KoreanTokenizer(words).tokenise_batch(texts)
        return
    context = multiprocessing.get_context("spawn")  # fork would copy the parent's threads and database sockets
    with context.Pool(processes, initializer=_start, initargs=(words,)) as pool:
        for chunk in pool.imap(_tokenise_chunk, _chunks(texts, _CHUNK)):
            yield from chunk


def _start(extra_words: tuple[str, ...]) -> None:
    _worker[:] = [KoreanTokenizer(extra_words)]


def _tokenise_chunk(texts: list[str]) -> list[list[str]]:
    return [_worker[0].tokenise(t) for t in texts]


def _chunks(items: Iterable[str], size: int) -> Iterator[list[str]]:
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


def tokenise_by_words(texts: Iterable[str], *, processes: int = 1, rare: int = 1) -> list[list[str]]:
    """Tokenise a whole corpus several times faster, for themes: every written word is analysed once, without context.

    Words occurring at most `rare` times are only stripped of particles. Tokens of ambiguous words can differ from
    `tokenise_many`; how much this costs is measured in docs/methods/texts.md.

    Returns one token list per text. Memory: the texts' written words at once.
    """
    split = [_WORD.findall(for_tokens(t)) for t in texts]
    counts = Counter(w for words in split for w in words)
    common = [w for w, n in counts.items() if n > rare and not w.isascii()]
    known = dict(zip(common, tokenise_many(common, processes=processes), strict=True))
    light = LightTokenizer()
    for word in counts:
        if word not in known:
            known[word] = _rare_word(word, light)
    return [[t for w in words for t in known[w]] for words in split]


def _rare_word(word: str, light: Tokenizer) -> list[str]:
    if word.isascii():
        return light.tokenise(word)
    stem = strip_korean(word)
    return [] if stem in STOP else [stem]
