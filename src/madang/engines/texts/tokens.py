"""Korean morphemes by Kiwi, with places and words of administration kept whole."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

from .light import english_tokens
from .normalise import for_tokens
from .vocabulary import ADMINISTRATIVE, BASES, FORCED, PLACES, SAME, STOP

_NOUNS = frozenset({"NNG", "NNP", "XR", "SN", "SH"})
_VERBS = frozenset({"VV", "VA"})
_PART_TAGS = frozenset({"NNG", "NNP", "XR", "XSN", "XPN", "NNB"})
# One-syllable ends of nouns after which the rest is a word: 복지관, 공동체, 참여자.
_SUFFIXES = frozenset(
    "관원소장실과국청서률율자인비료세권법성화망길집점증형지구역사단체제도금액량부회함판표용식업품터난"
)
_HANGUL = re.compile(r"[가-힣]+")


class Tokenizer(Protocol):
    """What every function of this engine asks of a tokeniser."""

    name: str

    def tokenise(self, text: str) -> list[str]: ...

    def tokenise_batch(self, texts: Iterable[str]) -> Iterator[list[str]]: ...

    def parts(self, token: str) -> tuple[str, ...]: ...


@dataclass(frozen=True)
class IndexTerms:
    """What a search index stores of one text: exact words in order, and character bigrams as a fallback."""

    tokens: tuple[str, ...]
    bigrams: tuple[str, ...]


class KoreanTokenizer:
    """Content morphemes of Korean: nouns as written, verbs and adjectives as `…다`, English stems, numbers.

    The model (about 370 MB, 1–2 s) is loaded at the first use, so that creating one costs nothing.
    `extra_words`: further nouns to keep whole, such as the names of a place's own facilities.
    """

    name = "kiwi"

    def __init__(self, extra_words: Iterable[str] = ()) -> None:
        self.extra_words = tuple(sorted(set(extra_words)))
        self._kiwi: Any = None
        self._parts: dict[str, tuple[str, ...]] = {}
        self._pieces: dict[str, tuple[str, ...]] = {}

    @property
    def kiwi(self) -> Any:
        """The loaded analyser (kiwipiepy.Kiwi)."""
        if self._kiwi is None:
            from kiwipiepy import Kiwi  # heavy: only processes that tokenise should carry it

            kiwi = Kiwi(num_workers=1, load_multi_dict=False)
            for word in sorted(PLACES):
                kiwi.add_user_word(word, "NNP", 3.0)
            for word in (*ADMINISTRATIVE, *self.extra_words):
                kiwi.add_user_word(word, "NNG", 3.0 if word in FORCED else 0.0)
            self._kiwi = kiwi
        return self._kiwi

    def tokenise(self, text: str) -> list[str]:
        """Return the content words of `text`, in order, repetitions kept.

        >>> default_tokenizer().tokenise("고양시에서 길고양이를 돌봐 주세요")
        ['고양시', '길고양이', '돌보다']
        """
        return self._content(self.kiwi.tokenize(for_tokens(text)))

    def tokenise_batch(self, texts: Iterable[str]) -> Iterator[list[str]]:
        """Yield the tokens of each text."""
        yield from map(self._content, self.kiwi.tokenize(map(for_tokens, texts)))

    def parts(self, token: str) -> tuple[str, ...]:
        """Return the nouns inside a compound, shortest last; empty when it is no compound.

        >>> default_tokenizer().parts("분리수거")
        ('분리', '수거')
        >>> [default_tokenizer().parts(word) for word in ("복지관", "고양이", "고양시")]
        [('복지',), (), ('고양',)]
        """
        if token not in self._parts:
            self._parts[token] = self._split(token)
        return self._parts[token]

    def atoms(self, token: str) -> tuple[str, ...]:
        """Return the smallest nouns that together spell `token`, or the token itself.

        A query asks for these, so that 분리수거 finds 분리 수거 too.

        >>> default_tokenizer().atoms("음식물쓰레기"), default_tokenizer().atoms("복지관")
        (('음식물', '쓰레기'), ('복지관',))
        """
        self.parts(token)
        pieces = self._pieces.get(token, ())
        if not pieces or any(len(p) < 2 and p != "적" for p in pieces):
            return (token,)
        return tuple(a for p in pieces if p != "적" for a in self.atoms(p))

    def _split(self, token: str) -> tuple[str, ...]:
        if token in BASES or token in PLACES:
            return (BASES[token],) if token in BASES else ()
        if len(token) < 3 or token.endswith("다") or not _HANGUL.fullmatch(token):
            return ()
        pieces = self.kiwi.tokenize(token, blocklist=[f"{token}/NNG", f"{token}/NNP", f"{token}/XR"])
        if not _believable(token, pieces):
            return ()
        self._pieces[token] = tuple(p.form for p in pieces)
        found = [p.form for p in pieces if len(p.form) > 1 and p.tag in _NOUNS]
        return tuple(dict.fromkeys([*found, *(q for p in found for q in self.parts(p))]))

    def _content(self, morphemes: Iterable[Any]) -> list[str]:
        found: list[str] = []
        before = None
        for m in morphemes:
            tag = m.tag.partition("-")[0]
            if tag in _NOUNS and not (tag == "SN" and len(m.form) > 6):
                found += self._noun(m, before)
            elif tag in _VERBS and (word := base_form(m.lemma)) not in STOP:
                found.append(word)
            elif tag == "SL":
                found += english_tokens(m.form) if len(m.form) > 2 else [m.form.lower()]
            before = m
        return found

    @staticmethod
    def _noun(m: Any, before: Any) -> list[str]:
        """The words that one noun morpheme stands for.

        `고양` or `고양시` followed directly by `시청` or `청` name both the place and its office.
        """
        word = SAME.get(m.form, m.form)
        for length in range(min(5, len(word) - 1), 2, -1):
            if word[:length] in PLACES:
                return [word[:length], word[length - 1 :]]
        if before is not None and before.start + before.len == m.start:
            if before.form in PLACES and word[0] in "청민장":
                return [before.form[-1] + word[0]]
            if word[0] in "시군구" and before.form + word[0] in PLACES:
                return [before.form + word[0], *([word] if len(word) > 1 else [])]
        return [word] if word not in STOP else []


def base_form(lemma: str) -> str:
    """Return one form for what the analyser reads now as a root with 하다, now as a verb, now as becoming so.

    >>> [base_form(v) for v in ("깨끗하다", "위험해지다", "어두워지다", "붐비다", "심하다")]
    ['깨끗', '위험', '어둡다', '붐비다', '심하다']
    """
    for end in ("해지다", "하다", "되다", "스럽다", "롭다"):
        if lemma.endswith(end) and len(lemma) - len(end) >= 2:
            return lemma[: -len(end)]
    if lemma.endswith("워지다") and len(lemma) > 3 and (ord(lemma[-4]) - 0xAC00) % 28 == 0:
        # 어두 + 워지다: the ㅂ that conjugation took away comes back.
        return lemma[:-4] + chr(ord(lemma[-4]) + 17) + "다"
    return lemma


def _believable(token: str, pieces: list[Any]) -> bool:
    """Whether a second reading of a compound is a split a reader would make: 복지+관, not 쓰레+기."""
    if len(pieces) < 2 or "".join(p.form for p in pieces) != token or any(p.tag not in _PART_TAGS for p in pieces):
        return False
    first, last = pieces[0], pieces[-1]
    return len(first.form) > 1 and first.tag in _NOUNS and (len(last.form) > 1 or last.form in _SUFFIXES)


@lru_cache(maxsize=1)
def default_tokenizer() -> KoreanTokenizer:
    """Return the process's shared tokeniser."""
    return KoreanTokenizer()


def index_terms(text: str, tokenizer: Tokenizer) -> IndexTerms:
    """Return what to store of `text`: its words, each compound followed by its parts, and its bigrams.

    >>> index_terms("노인복지관 층간 소음", default_tokenizer()).tokens
    ('노인', '복지관', '복지', '층간', '소음')
    """
    return IndexTerms(with_parts(tokenizer.tokenise(text), tokenizer), tuple(sorted(set(char_bigrams(text)))))


def with_parts(tokens: Iterable[str], tokenizer: Tokenizer) -> tuple[str, ...]:
    """Return `tokens` with the parts of every compound behind it."""
    return tuple(t for token in tokens for t in (token, *tokenizer.parts(token)))


def char_bigrams(text: str) -> list[str]:
    """Return the pairs of neighbouring syllables inside written words.

    >>> char_bigrams("층간 소음")
    ['층간', '소음']
    """
    return [run[i : i + 2] for run in _HANGUL.findall(for_tokens(text)) for i in range(len(run) - 1)]
