"""Loading the demo: our own living sample, or the real voices that lie beside the project."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from django.utils import timezone

from madang.engines.texts.tokens import default_tokenizer
from madang.explore.proposals.operations.finding import find_groups
from madang.explore.proposals.operations.overdue import report_overdue
from madang.explore.proposals.operations.theming import compute_themes
from madang.ground.participation.search import client, index
from madang.ground.people.models import User
from madang.ground.places import operations as places_operations
from madang.ground.places.models import Place
from madang.web.demo import (
    accounts,
    budgets,
    deliberations,
    notices,
    ops,
    organizations,
    people,
    programs,
    record,
    sharing,
    source,
    talk,
    threads,
    voices,
)
from madang.web.queries import clear_figures

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from madang.ground.places.models import Office

    Say = Callable[[str], None]

SEED = 2026
CROWD = 420
# Seoul's rule is 50 supports in 30 days and an answer within a month; other places set their own.
SETTINGS = {
    "11": {"support_threshold": 50, "support_window_days": 30, "answer_days": 30},
    "41": {"support_threshold": 100, "support_window_days": 30, "answer_days": 30},
    "41110": {"support_threshold": 30, "support_window_days": 60, "answer_days": 20},
    "41820": {"support_threshold": 10, "support_window_days": 60},
}


def is_loaded() -> bool:
    """Whether the loading ran to its end: the last step is the agenda."""
    return Place.objects.filter(code="41").exists() and User.objects.filter(email=_signal()).exists()


def _signal() -> str:
    return "loaded@demo.invalid"


def sign_ins() -> list[str]:
    """What to type at the sign-in page."""
    wanted = {
        "officer": "사회혁신담당관 Officer",
        "staff": "부서 Department",
        "citizen": "시민 Citizen",
        "admin": "관리자 Administrator",
    }
    shown = [f"{wanted['citizen']:<28} sunim@example.org"]
    for kind, label in (
        ("officer", wanted["officer"]),
        ("staff", wanted["staff"]),
        ("platform_admin", wanted["admin"]),
    ):
        user = User.objects.filter(roles__kind=kind).order_by("pk").first()
        if user:
            shown.append(f"{label:<28} {user.email}")
    return [*shown, f"{'비밀번호 Password':<28} {source.PASSWORD}"]


def load_ground(say: Say) -> tuple[dict[str, Place], dict[str, Office]]:
    """Places with their settings, and offices."""
    places_operations.load_places(rows=places_operations.shipped_places())
    places = {place.code: place for place in Place.objects.filter(valid_to=None).select_related("parent")}
    for code, values in SETTINGS.items():
        places_operations.set_settings(place=places[code], values=values)
    offices = places_operations.load_offices(rows=source.rows("offices"))
    say(f"{len(places)} places, {len(offices)} offices")
    return places, offices


def load(*, source: Path | None, scale: str, say: Say) -> None:
    """Fill an empty database. `say` hears one line a step."""
    now = timezone.now()
    places, offices = load_ground(say)
    # No tokenizer process runs yet: read with the language model here.
    with client.using(default_tokenizer()):
        if source is None:
            _load_sample(places, offices, now, scale, say)
        else:
            from madang.web.demo import real

            real.load(folder=source, places=places, offices=offices, now=now, say=say)
    record.load(now=now, say=say)
    User.objects.create(email=_signal(), password="!", display_name="—", is_active=False)  # noqa: S106
    places_operations.count_figures(now=now)
    clear_figures()


def _load_sample(places: dict[str, Place], offices: dict[str, Office], now: datetime, scale: str, say: Say) -> None:
    rows = source.proposals()
    characters = people.load_characters(rows=source.rows("people"), offices=offices, places=places, now=now)
    say(f"{accounts.load(people=characters, now=now)} people verified")
    names = [row["author"] for row in rows] + [c["author"] for row in rows for c in row.get("comments") or []]
    crowd = people.load_crowd(names=names, at_least=CROWD, now=now)
    say(f"{len(characters)} people with roles, {len(crowd)} residents")
    if scale == "city":
        rows = rows + _resampled(rows, 20_000 - len(rows))
    proposals = voices.load(rows=rows, places=places, offices=offices, crowd=crowd, now=now)
    say(f"{len(proposals)} proposals with comments, supports and answers")
    compute(now=now, say=say, places=places)
    report_overdue(now=now)
    agenda = source.rows("agenda")
    notices.begin(rows=agenda, proposals=proposals, people=characters)
    items = threads.load(
        rows=agenda,
        proposals=proposals,
        places=places,
        offices=offices,
        people=characters,
        now=now,
        say=say,
    )
    deliberations.load(items=items, people=characters, now=now, say=say)
    sharing.load(items=items, places=places, offices=offices, people=characters, now=now, say=say)
    notices.load(items=items, people=characters, places=places, now=now)
    ops.load(places=places, people=characters, now=now)
    talk.load(
        proposals=proposals,
        items=items,
        places=places,
        offices=offices,
        people=characters,
        crowd=crowd,
        now=now,
        say=say,
    )
    budgets.load(proposals=proposals, places=places, offices=offices, people=characters, now=now, say=say)
    organizations.load(people=characters, places=places, offices=offices, now=now, say=say)
    programs.load(citizen=User.objects.get(email="sunim@example.org"), place=places["41110"], now=now)


def compute(*, now: datetime, say: Say, places: dict[str, Place]) -> None:
    """Index, group near-duplicates and compute themes, as the background jobs would."""
    done = index.index_waiting(processes=2).documents
    index.recount_terms()
    say(f"{done} texts indexed")
    for code in ("41", "11"):
        groups = find_groups(place=places[code], now=now)
        run = compute_themes(place=places[code], now=now, seed=SEED)
        themes = run.themes.count() if run else 0
        say(f"{places[code].name_en}: {len(groups)} groups of near-duplicates, {themes} themes")


def _resampled(rows: list[source.Row], count: int) -> list[source.Row]:
    """Sentences of the sample drawn anew, to try the pages at a city's size."""
    draw = random.Random(SEED)  # noqa: S311
    sentences = {
        field: [part for row in rows if row["field"] == field for part in row["body"].split("\n") if part.strip()]
        for field in {row["field"] for row in rows}
    }
    made = []
    for number in range(count):
        like = draw.choice(rows)
        body = "\n".join(draw.sample(sentences[like["field"]], min(draw.randint(1, 6), len(sentences[like["field"]]))))
        made.append(
            {
                **like,
                "key": f"rs-{number}",
                "body": body,
                "days_ago": draw.randint(1, 400),
                "supports": min(like["supports"], draw.randint(0, 9)),
                "comments": [],
                "answer": None,
                "point": None,
            }
        )
    return made
