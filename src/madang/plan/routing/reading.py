"""The words of offices, past decisions and voices, as the suggester compares them.

Every side is read by one reader, and its name is kept with what is kept: words of two readers are never compared.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from madang.engines.texts import wordspace
from madang.engines.texts.owner_evidence import Decided, office_words
from madang.engines.texts.owners import Office as EngineOffice
from madang.engines.texts.vectors import is_noun
from madang.ground.participation.search.analysis import Text
from madang.plan.routing.models import DecisionTerms, OfficeTerms

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from madang.engines.texts.wordspace import WordSpace
    from madang.ground.participation.search.analysis import Analysis
    from madang.ground.places.models import Office

    Read = Callable[[Sequence[Text]], Sequence[Analysis]]

# Answers read for the first time in one go; the rest follow with the next suggestion.
ANSWERS_READ = 400
# A word in so many voices is known well enough to be looked for inside an office's name.
KNOWN_FROM = 5
SPACES_KEPT = 4


def words_of(words: Sequence[str], terms: Sequence[str]) -> list[str]:
    """The words in order, repetitions kept, followed by the parts of their compounds."""
    seen = set(words)
    return [*words, *(term for term in terms if term not in seen)]


@dataclass(frozen=True)
class PastDecision:
    """What an office took before: a proposal that it answered (`answer`, `text`), or an item that it accepted."""

    office: int
    engine: str
    words: list[str]
    kind: str
    pk: int
    title: str
    answer: int | None = None
    text: str = ""

    @property
    def source(self) -> dict[str, object]:
        """What the page of a suggestion says of it."""
        return {"kind": self.kind, "pk": self.pk, "title": self.title}


@dataclass(frozen=True)
class Reader:
    """One tokenizer for one suggestion. Its reading may raise NoServerError."""

    engine: str
    _read: Read

    def words(self, texts: Sequence[str]) -> list[list[str]]:
        return [words_of(one.words, one.terms) for one in self._read([Text("", text) for text in texts])]


def sentences(office: Office) -> list[str]:
    """Mandate and business plan, one sentence a line."""
    return [
        line.strip() for text in (office.mandate, office.business_plan) for line in text.splitlines() if line.strip()
    ]


def _digest_of(office: Office, engine: str) -> str:
    return hashlib.sha256("\n".join([engine, office.name_ko, *sentences(office)]).encode()).hexdigest()


def terms_of(offices: Sequence[Office], reader: Reader) -> dict[int, OfficeTerms]:
    """Words of every office, read once and kept until its text or the reader changes."""
    known = {row.office_id: row for row in OfficeTerms.objects.filter(office__in=offices)}
    digests = {office.pk: _digest_of(office, reader.engine) for office in offices}
    stale = [office for office in offices if office.pk not in known or known[office.pk].digest != digests[office.pk]]
    fresh = [_office_terms(office, digests[office.pk], reader) for office in stale]
    fields = ["digest", "name", "sentences"]
    OfficeTerms.objects.bulk_create(fresh, update_conflicts=True, unique_fields=["office"], update_fields=fields)
    return known | {row.office_id: row for row in fresh}


def _office_terms(office: Office, digest: str, reader: Reader) -> OfficeTerms:
    name, *lines = reader.words([office.name_ko, *sentences(office)])
    return OfficeTerms(office=office, digest=digest, name=name, sentences=lines)


@dataclass(frozen=True)
class _AsRead:
    """A tokenizer that repeats what was read before."""

    words: list[str]
    name: str = "as read"

    def tokenise(self, text: str) -> list[str]:
        del text
        return self.words

    def parts(self, token: str) -> tuple[str, ...]:
        del token
        return ()


def engine_office(office: Office, terms: OfficeTerms, known: Sequence[str]) -> EngineOffice:
    """An office as the engine takes it; `known` words of the place are found inside its name."""
    return EngineOffice(
        id=str(office.pk),
        name=office.name_ko,
        parent=str(office.parent_id) if office.parent_id else None,
        mandate=tuple(tuple(sentence) for sentence in terms.sentences),
        name_tokens=office_words(office.name_ko, _AsRead(terms.name), known),  # type: ignore[arg-type]
    )


def comparable(past: Sequence[PastDecision], reader: Reader) -> list[PastDecision]:
    """Those whose words were read by the same reader."""
    return [one for one in past if one.engine == reader.engine and one.words]


def decided(past: Sequence[PastDecision], reader: Reader) -> list[Decided]:
    """Past decisions with the words of the proposal and of the office's answer, read once and kept."""
    kept = {
        row.answer_id: row.terms
        for row in DecisionTerms.objects.filter(
            answer__in=[one.answer for one in past if one.answer], engine=reader.engine
        )
    }
    unread = [one for one in past if one.answer and one.answer not in kept][:ANSWERS_READ]
    fresh = [
        DecisionTerms(answer_id=one.answer or 0, engine=reader.engine, terms=words)
        for one, words in zip(unread, reader.words([one.text for one in unread]), strict=True)
    ]
    DecisionTerms.objects.bulk_create(
        fresh, update_conflicts=True, unique_fields=["answer"], update_fields=["engine", "terms"]
    )
    kept |= {row.answer_id: row.terms for row in fresh}
    return [_decided(one, kept) for one in past]


def _decided(one: PastDecision, kept: dict[int, list[str]]) -> Decided:
    answers = (tuple(kept[one.answer]),) if one.answer in kept else ()
    return Decided(office=str(one.office), texts=(tuple(one.words),), answers=answers)


_spaces: dict[str, WordSpace] = {}


def space_of(texts: Sequence[Sequence[str]]) -> tuple[str, WordSpace]:
    """What the place's own voices teach about words, with the digest of those voices; the last few are kept."""
    digest = hashlib.sha256(json.dumps(texts, ensure_ascii=False).encode()).hexdigest()
    if digest not in _spaces:
        while len(_spaces) >= SPACES_KEPT:
            _spaces.pop(next(iter(_spaces)), None)
        _spaces[digest] = wordspace.word_space(texts)
    return digest, _spaces[digest]


def known_words(space: WordSpace) -> list[str]:
    """Nouns common enough to be looked for inside the names of offices."""
    return [word for word, count in space.corpus.frequency.items() if count >= KNOWN_FROM and is_noun(word)]
