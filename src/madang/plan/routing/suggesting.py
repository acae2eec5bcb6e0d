"""Rows to words to the suggester, and its answer back to rows."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from madang.engines.texts import owners
from madang.engines.texts.search import snippet_positions
from madang.explore.proposals.text import plain
from madang.ground.participation.search import client
from madang.plan.routing import reading
from madang.plan.routing.models import Suggestion

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from madang.engines.texts.owner_evidence import Reason
    from madang.ground.agenda.models import AgendaItem
    from madang.ground.participation.search.analysis import Analysis, Text
    from madang.ground.places.models import Office
    from madang.plan.routing.queries import Material
    from madang.plan.routing.reading import PastDecision

CANDIDATES_KEPT = 5
REASONS_KEPT = 4
SENTENCE_SHOWN = 240
SENTENCE_ENDS = ".!?\n"


@dataclass(frozen=True)
class Advice:
    """The suggester's answer in terms that the database keeps."""

    verdict: str
    office: int | None
    named: list[int]
    candidates: list[dict[str, object]]
    n_offices: int
    n_decided: int
    n_voices: int
    terms: list[str]
    engine: str
    digest: str


@dataclass(frozen=True)
class Part:
    """One text of the item: its title, its summary, or a voice (`proposal` is that voice's id)."""

    title: str
    text: str
    proposal: int | None = None


def advise(material: Material) -> Advice:
    """Ask whose mandate holds the item; without the language model everything is read the plain way."""
    try:
        return _advise(material, client.analyses)
    except client.NoServerError:
        return _advise(material, _read_plainly)


def model_answers() -> bool:
    """Whether the tokenizer's process can be asked."""
    try:
        return not client.is_light(str(client.health()["engine"]))
    except client.NoServerError:
        return False


def _read_plainly(texts: Sequence[Text]) -> list[Analysis]:
    return [client.light_analysis(text) for text in texts]


def _advise(material: Material, read: reading.Read) -> Advice:
    parts = _parts(material)
    analyses = read([reading.Text("", part.text) for part in parts])
    reader = reading.Reader(analyses[0].engine, read)
    words = [reading.words_of(one.words, one.terms) for one in analyses]
    ordinary = [office for office in material.offices if not office.is_innovation_officer]
    terms = reading.terms_of(ordinary, reader)
    past = reading.comparable(material.past, reader)
    decided = reading.decided(past, reader)
    space_digest, space = reading.space_of([*_mandates(terms), *material.neighborhood(reader.engine)])
    known = reading.known_words(space)
    router = owners.Router([reading.engine_office(one, terms[one.pk], known) for one in ordinary], decided, space=space)
    found = router.suggest(words, limit=CANDIDATES_KEPT)
    sole = int(found.offices[0]) if found.verdict == "one" else None
    return Advice(
        verdict=found.verdict,
        office=sole or (material.fallback.pk if material.fallback else None),
        named=[int(one) for one in found.offices],
        candidates=_candidates(found, Sources(parts, ordinary, past)),
        n_offices=found.n_offices,
        n_decided=found.n_decided,
        n_voices=len(material.voices),
        terms=[*words[0], *words[1]],
        engine=reader.engine,
        digest=_digest(words, [row.digest for row in terms.values()], decided, space_digest),
    )


def _mandates(terms: dict[int, reading.OfficeTerms]) -> list[list[str]]:
    return [line for pk in sorted(terms) for line in (terms[pk].name, *terms[pk].sentences)]


def _parts(material: Material) -> list[Part]:
    item = material.item
    voices = [Part(voice.title, f"{voice.title}\n{plain(voice.body)}", voice.pk) for voice in material.voices]
    return [Part(item.title, item.title), Part(item.title, plain(item.summary)), *voices]


@dataclass(frozen=True)
class Sources:
    """Where the numbers in the engine's reasons point to."""

    parts: Sequence[Part]
    offices: Sequence[Office]
    past: Sequence[PastDecision]


def _candidates(found: owners.Suggestion, sources: Sources) -> list[dict[str, object]]:
    by_id = {str(office.pk): office for office in sources.offices}
    return [
        {
            "office": int(one.office),
            "score": one.score,
            "confidence": one.confidence,
            "reasons": [_reason(reason, by_id[one.office], sources) for reason in one.reasons[:REASONS_KEPT]],
        }
        for one in found.candidates
    ]


def _reason(reason: Reason, office: Office, sources: Sources) -> dict[str, object]:
    part, words = sources.parts[reason.part], list(reason.shared)
    sentence, past = _against(reason, office, sources)
    return {
        "source": reason.source,
        "proposal": part.proposal,
        "title": part.title,
        "voice": telling_sentence(part.text, words)[:SENTENCE_SHOWN],
        "sentence": sentence[:SENTENCE_SHOWN],
        "past": past,
        "words": words,
    }


def _against(reason: Reason, office: Office, sources: Sources) -> tuple[str, dict[str, object] | None]:
    """The other side of a reason: a sentence, and the past decision in which it stands (if one)."""
    if reason.against is None:
        return (office.name_ko if reason.source == "name" else ""), None
    if reason.source == "mandate":
        return reading.sentences(office)[reason.against], None
    past = sources.past[reason.against]
    said = telling_sentence(plain(past.text), reason.shared) if reason.source == "answers" else past.title
    return said, past.source


def telling_sentence(text: str, words: Sequence[str]) -> str:
    """The sentence of `text` in which most of the words stand; the first of them where several do.

    >>> telling_sentence("버스가 늦습니다. 골목에 가로등이 꺼져 있습니다.", ["가로등", "골목"])
    '골목에 가로등이 꺼져 있습니다.'
    """
    for end in SENTENCE_ENDS:
        text = text.replace(end, f"{end}\n")
    lines = [line.strip() for line in text.split("\n") if line.strip()] or [""]
    return max(lines, key=lambda line: len({line[at:to] for at, to in snippet_positions(line, words)}))


def _digest(words: object, offices: list[str], past: Sequence[owners.Decided], space: str) -> str:
    known = [(one.office, one.texts, one.answers) for one in past]
    return hashlib.sha256(json.dumps([words, sorted(offices), known, space], ensure_ascii=False).encode()).hexdigest()


def save(*, item: AgendaItem, advice: Advice, now: datetime) -> Suggestion:
    """Keep the advice with what is needed to repeat it."""
    return Suggestion.objects.create(
        item=item,
        verdict=advice.verdict,
        office_id=advice.office,
        named=advice.named,
        candidates=advice.candidates,
        n_offices=advice.n_offices,
        n_decided=advice.n_decided,
        n_voices=advice.n_voices,
        terms=advice.terms,
        engine_version=advice.engine,
        input_digest=advice.digest,
        made_at=now,
    )
