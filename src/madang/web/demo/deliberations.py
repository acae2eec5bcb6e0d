"""The demo's deliberations: our own statements, votes simulated from stated beliefs, and labelled as such."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from django.db import connection, transaction

from madang.explore.deliberations.importing import polis
from madang.explore.deliberations.models import Deliberation, Participant, Statement, Taken
from madang.explore.deliberations.operations import importing, mapping, taking
from madang.explore.deliberations.queries import showing
from madang.ground.participation.models import Subject
from madang.ground.participation.search.index import mark_waiting, request_indexing

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from madang.ground.agenda.models import AgendaItem
    from madang.ground.people.models import User
    from madang.ground.places.models import Place

TEXTS = Path(__file__).parent / "content" / "deliberations.txt"
HOW = (
    "마당 시연용으로 직접 쓴 의견에, 미리 정한 생각에 따라 만든 참여자 {people}명의 투표입니다(시드 {seed}). "
    "실제 주민의 투표가 아닙니다."
)
COLUMNS = "(participant_id, statement_id, value, client_key, cast_at)"


@dataclass(frozen=True)
class Talk:
    """One deliberation. camps: middle of each on two axes, and its share; votes: how many a person casts, typically."""

    key: str
    item: str
    title: str
    text: str
    people: int
    votes: int
    camps: tuple[tuple[float, float, float], ...]
    opened: int
    closes: int
    taken: bool = False


TALKS = (
    Talk(
        "counter", "ag-people-at-counter", "무인 기계 옆에 사람이 있어야 할까요?",
        "무인 발급기와 주문기가 늘면서 되돌아가는 사람이 있습니다. 사람과 기계에 무엇을 맡길지 물었습니다.",
        900, 24, ((1.0, -0.2, 0.42), (-1.0, 0.1, 0.40), (-0.4, 1.1, 0.18)), 75, -12, taken=True,
    ),
    Talk(
        "school", "ag-school-evening", "학교의 저녁, 누가 어떻게 열어야 할까요?",
        "운동장과 도서관을 저녁에도 쓰고 싶은 이웃과, 아이들의 안전을 걱정하는 이웃이 함께 이야기합니다.",
        620, 18, ((1.0, 0.2, 0.52), (-1.0, 0.0, 0.48)), 16, 12,
    ),
    Talk(
        "factory", "ag-factory-neighbors", "공장 안에 무엇이 있는지 어떻게 알려야 할까요?",
        "공장과 집이 섞인 마을에서 서로 마음 놓고 사는 길을 묻습니다. 이제 막 시작했습니다.",
        320, 9, ((0.0, 0.0, 1.0),), 4, 24,
    ),
)  # fmt: skip
# Real conversations beside the project, loaded by the public importer. (folder, language)
REAL = (("brexit-consensus", "en"), ("15-per-hour-seattle", "en"), ("vtaiwan.uberx", "zh"))
WHOSE = (
    "Data was gathered using the Polis software (compdemocracy.org/polis) and is sub-licensed under CC BY 4.0 with "
    "attribution to The Computational Democracy Project."
)


def load(*, items: dict[str, AgendaItem], people: dict[str, User], now: datetime, say: Callable[[str], None]) -> None:
    """Three deliberations: one closed with its map published and a statement taken, two open, one without groups."""
    texts = _texts()
    for seed, talk in enumerate(TALKS, 20260):
        item = items.get(talk.item)
        if item is None:
            continue
        row = _open(talk, item, texts[talk.key], seed, now)
        _vote(row, talk, texts[talk.key], seed, now)
        mapping.draw(pk=row.pk, now=now)
        if talk.taken:
            _take(row, item, people, now)
    say(f"{len(TALKS)} deliberations with simulated votes and their opinion maps")


def load_real(*, folder: Path, place: Place, now: datetime, say: Callable[[str], None]) -> None:
    """The real conversations, as any office would load them."""
    for name, language in REAL:
        source = folder / "opinions" / name
        if not source.is_dir():
            continue
        conversation = polis.read({one.name: one.read_bytes() for one in source.glob("*.csv")})
        loaded, _before = importing.import_conversation(
            conversation=conversation, place=place, attribution=WHOSE, language=language, now=now
        )
        row = loaded.deliberation
        assert row is not None
        mapping.draw(pk=row.pk, now=now)
        say(f"{row.title}: {loaded.events:,} votes of {len(conversation.people_numbers):,} people")


def _texts() -> dict[str, list[tuple[str, float, float, float]]]:
    found: dict[str, list[tuple[str, float, float, float]]] = {}
    key = ""
    for line in TEXTS.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            key = line[3:].strip()
        elif line.strip() and not line.startswith("#"):
            text, *numbers = (part.strip() for part in line.split("|"))
            base, first, second = map(float, numbers)
            found.setdefault(key, []).append((text, base, first, second))
    return found


@transaction.atomic
def _open(
    talk: Talk, item: AgendaItem, texts: list[tuple[str, float, float, float]], seed: int, now: datetime
) -> Deliberation:
    opened, closes = now - timedelta(days=talk.opened), now + timedelta(days=talk.closes)
    over = closes <= now
    subject = Subject.objects.create(kind=Deliberation.KIND, place=item.place, created_at=opened)
    row = Deliberation.objects.create(
        subject=subject, place=item.place, item=item, title=talk.title, description=talk.text, opens_at=opened,
        closes_at=closes, created_at=opened, announced_at=opened, frozen_at=opened, languages=["ko"], seed=seed,
        frozen_digest=hashlib.sha256(f"{talk}{texts}".encode()).hexdigest(), source=Deliberation.Source.SIMULATED,
        attribution=HOW.format(people=f"{talk.people:,}", seed=seed), level=1, created_by=item.created_by,
        status=Deliberation.Status.CLOSED if over else Deliberation.Status.OPEN, closed_at=closes if over else None,
    )  # fmt: skip
    Statement.objects.bulk_create(
        Statement(
            deliberation=row, number=number, text=text, origin="seed", status="shown", created_at=opened, language="ko"
        )
        for number, (text, *_rest) in enumerate(texts)
    )
    Participant.objects.bulk_create(
        Participant(deliberation=row, number=number, joined_at=opened) for number in range(talk.people)
    )
    mark_waiting([row.pk])
    request_indexing()
    return row


def simulated(
    talk: Talk, texts: list[tuple[str, float, float, float]], seed: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Person, statement and vote of each vote: who stands where is drawn, then what they answer, then what they miss.

    An answer is agree with the logistic chance of base + axes · place; the less sure, the oftener somebody passes. Few
    vote on everything: how many votes a person casts is drawn with a long tail.
    """
    draw = np.random.default_rng(seed)
    shares = np.array([share for _x, _y, share in talk.camps])
    camp = draw.choice(len(talk.camps), talk.people, p=shares / shares.sum())
    middle = np.array([(x, y) for x, y, _share in talk.camps])
    place = middle[camp] + draw.normal(scale=0.35, size=(talk.people, 2))
    base, axes = np.array([one[1] for one in texts]), np.array([one[2:] for one in texts])
    chance = 1 / (1 + np.exp(-(base + place @ axes.T)))
    said = np.where(draw.random(chance.shape) < chance, 1, -1)
    said[draw.random(chance.shape) < 0.06 + 0.25 * np.exp(-(((chance - 0.5) / 0.18) ** 2))] = 0
    many = np.clip(draw.lognormal(np.log(talk.votes), 0.55, talk.people).astype(int), 2, len(texts))
    order = draw.random(said.shape).argsort(axis=1).argsort(axis=1)
    person, statement = np.nonzero(order < many[:, None])
    return person, statement, said[person, statement]


@transaction.atomic
def _vote(
    row: Deliberation, talk: Talk, texts: list[tuple[str, float, float, float]], seed: int, now: datetime
) -> None:
    """The simulated votes, spread over the days on which one could vote, each person's in one sitting."""
    person, statement, said = simulated(talk, texts, seed)
    draw = np.random.default_rng(seed + 1)
    span = (min(now, row.closes_at) - row.opens_at).total_seconds()
    came = np.sort(draw.beta(1.2, 1.6, talk.people)) * span * 0.97
    seconds = came[person] + draw.random(len(person)) * 400
    people = list(row.participants.order_by("number").values_list("pk", flat=True))
    statements = list(row.statements.order_by("number").values_list("pk", flat=True))
    order = np.argsort(seconds, kind="stable")
    rows: list[tuple[Any, ...]] = []
    for number, index in enumerate(order.tolist()):
        key = uuid.UUID(bytes=hashlib.md5(f"{row.seed}{number}".encode(), usedforsecurity=False).digest())
        at = row.opens_at + timedelta(seconds=float(seconds[index]))
        rows.append((people[person[index]], statements[statement[index]], int(said[index]), key, at))
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY explore_deliberations_cast {COLUMNS} FROM STDIN") as copy:
            for one in rows:
                copy.write_row(one)
        cursor.execute(importing.LAST, [row.pk])


def _take(row: Deliberation, item: AgendaItem, people: dict[str, User], now: datetime) -> None:
    """The officer takes what unites to the agenda."""
    officer = people.get("of-gg")
    drawn = showing.current(row)
    if officer is None or drawn is None:
        return
    found = showing.shown(drawn)
    chosen = [(one.line, Taken.Why.CONSENSUS) for one in found.consensus[:2]]
    chosen += [(one.line, Taken.Why.BRIDGE) for one in found.bridges[:3]]
    seen: set[int] = set()
    for line, why in chosen:
        if line.number not in seen and len(seen) < 2:
            seen.add(line.number)
            taking.take(
                line=line, drawn=drawn, item=item, why=why, by=officer, now=now,
                note="실행계획을 세울 때 이 의견을 먼저 살피겠습니다.",
            )  # fmt: skip
