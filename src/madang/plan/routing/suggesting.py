"""Rows to tokens to the suggester, and its answer back to rows."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from madang.engines.texts import ENGINE_VERSION, owners
from madang.ground.participation.search.client import tokenise_batch
from madang.plan.routing.models import OfficeTerms, Suggestion

if TYPE_CHECKING:
    from collections.abc import Sequence

    from madang.ground.agenda.models import AgendaItem
    from madang.ground.places.models import Office
    from madang.plan.routing.queries import Voice

CANDIDATES_KEPT = 5
REASONS_KEPT = 4
SENTENCE_SHOWN = 240


@dataclass(frozen=True)
class Advice:
    """The suggester's answer in terms that the database keeps."""

    verdict: str
    office: int | None
    candidates: list[dict[str, object]]
    digest: str


def _sentences(office: Office) -> list[str]:
    return [
        line.strip() for text in (office.mandate, office.business_plan) for line in text.splitlines() if line.strip()
    ]


def _digest_of(office: Office) -> str:
    text = "\n".join([ENGINE_VERSION, office.name_ko, *_sentences(office)])
    return hashlib.sha256(text.encode()).hexdigest()


def terms_of(offices: Sequence[Office]) -> dict[int, OfficeTerms]:
    """Tokens of every office, computed once and kept until its text changes."""
    known = {row.office_id: row for row in OfficeTerms.objects.filter(office__in=offices)}
    stale = [office for office in offices if office.pk not in known or known[office.pk].digest != _digest_of(office)]
    texts = [text for office in stale for text in (office.name_ko, *_sentences(office))]
    tokens = iter(tokenise_batch(texts)) if texts else iter(())
    fresh = []
    for office in stale:
        name = list(next(tokens))
        lines = [list(next(tokens)) for _ in _sentences(office)]
        fresh.append(OfficeTerms(office=office, digest=_digest_of(office), name=name, sentences=lines))
    fields = ["digest", "name", "sentences"]
    OfficeTerms.objects.bulk_create(fresh, update_conflicts=True, unique_fields=["office"], update_fields=fields)
    return known | {row.office_id: row for row in fresh}


def advise(
    *,
    item: AgendaItem,
    voices: Sequence[Voice],
    offices: Sequence[Office],
    decided: Sequence[tuple[int, list[str], str]],
    fallback: Office | None,
) -> Advice:
    """Ask the engine whose mandate holds the item; what crosses offices or fits none goes to `fallback`."""
    terms = terms_of(offices)
    ordinary = [office for office in offices if not office.is_innovation_officer]
    router = owners.Router(
        [_engine_office(office, terms[office.pk]) for office in ordinary],
        [owners.Decided(office=office, texts=(tuple(words),)) for office, words, _ in decided if words],
    )
    texts = _texts(item, voices)
    tokens = [list(one) for one in tokenise_batch(texts)]
    found = router.suggest(tokens)
    by_id = {office.pk: office for office in ordinary}
    candidates = [_row(one, by_id, texts) for one in found.candidates[:CANDIDATES_KEPT]]
    sole = found.offices[0] if found.verdict == "one" and found.offices else None
    office = sole or (fallback.pk if fallback else None)
    return Advice(found.verdict, office, candidates, _digest(texts, terms, decided))


def _texts(item: AgendaItem, voices: Sequence[Voice]) -> list[str]:
    return [f"{item.title}\n{item.summary}", *(f"{voice.title}\n{voice.body}" for voice in voices)]


def _engine_office(office: Office, terms: OfficeTerms) -> owners.Office:
    return owners.Office(
        id=office.pk,
        name=office.name_ko,
        parent=office.parent_id,
        is_innovation_officer=office.is_innovation_officer,
        mandate=tuple(tuple(sentence) for sentence in terms.sentences),
        name_tokens=tuple(terms.name),
    )


def _row(candidate: owners.Candidate, offices: dict[int, Office], texts: list[str]) -> dict[str, object]:
    reasons = [_reason(reason, offices[candidate.office], texts) for reason in candidate.reasons[:REASONS_KEPT]]
    return {
        "office": candidate.office,
        "score": round(float(candidate.score), 4),
        "confidence": round(float(candidate.confidence), 4),
        "reasons": reasons,
    }


def _reason(reason: owners.Reason, office: Office, texts: list[str]) -> dict[str, object]:
    against = ""
    if reason.source == "mandate":
        against = _sentences(office)[reason.against]
    elif reason.source == "name":
        against = office.name_ko
    voice = texts[reason.text_index].split("\n")[0]
    return {
        "source": reason.source,
        "sentence": against[:SENTENCE_SHOWN],
        "voice": voice[:SENTENCE_SHOWN],
        "words": list(reason.shared)[:8],
    }


def _digest(texts: list[str], terms: dict[int, OfficeTerms], decided: Sequence[tuple[int, list[str], str]]) -> str:
    known = sorted((office, row.digest) for office, row in terms.items())
    past = [(office, words) for office, words, _ in decided]
    return hashlib.sha256(json.dumps([texts, known, past], ensure_ascii=False).encode()).hexdigest()


def save(*, item: AgendaItem, advice: Advice, now: object) -> Suggestion:
    """Keep the advice with what is needed to repeat it."""
    return Suggestion.objects.create(
        item=item,
        verdict=advice.verdict,
        office_id=advice.office,
        candidates=advice.candidates,
        engine_version=ENGINE_VERSION,
        input_digest=advice.digest,
        made_at=now,
    )
