"""Themes as numbers: what was read, how each theme grew, and what carries over from the run before."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from itertools import takewhile
from typing import TYPE_CHECKING

from django.utils.translation import gettext_noop

from madang.engines.texts.vectors import is_noun
from madang.explore.proposals.models import Proposal, Theme, ThemeMember, ThemeRun
from madang.ground.footing import jobs
from madang.ground.footing.jobs import survey
from madang.ground.participation.models import SearchDocument

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from madang.ground.footing.models import Progress
    from madang.ground.places.models import Place

RECENT = timedelta(days=90)
MONTHS = 12
BATCH = 2000
# Fewer common voices than this share of both themes together, and a name does not carry over.
SAME_THEME = 0.3


@dataclass(frozen=True)
class Reading:
    """The voices read for one computation.

    ids as text, token lists, those of their titles, when each was written, and a digest of what was read.
    """

    ids: list[str]
    tokens: list[list[str]]
    titles: list[list[str]]
    written: dict[int, datetime]
    digest: str


def read_voices(place: Place, job: jobs.Job = jobs.SILENT) -> Reading:
    """The indexed words of every public voice of a place and those beneath, in portions, by id."""
    rows = (
        SearchDocument.objects.filter(
            subject__proposal__place__in=[place.pk, *place.children.values_list("pk", flat=True)],
            subject__proposal__status__in=Proposal.VISIBLE,
            visible=True,
            indexed_at__isnull=False,
        )
        .order_by("pk")
        .values_list("pk", "words", "subject__proposal__title", "subject__proposal__created_at")
    )
    ids, tokens, titles, written = [], [], [], {}
    digest = hashlib.sha256()
    known: dict[str, str] = {}
    total = rows.count()
    for pk, words, title, at in rows.iterator(chunk_size=BATCH):
        ids.append(str(pk))
        # One object for each different word: the same few ten thousand words fill every list.
        tokens.append([known.setdefault(word, word) for word in words])
        titles.append(title_words(tokens[-1], title))
        written[pk] = at
        digest.update(f"{pk}\t{len(titles[-1])}\t{' '.join(words)}\n".encode())
        if not len(ids) % 200:
            job.advance(len(ids), max(total, len(ids)), message=gettext_noop("Reading the voices"))
    return Reading(ids, tokens, titles, written, digest.hexdigest())


def title_words(words: Sequence[str], title: str) -> list[str]:
    """Those of a voice's words that stand in its title, found without reading the title anew.

    An indexed text begins with its title: its words are the head of the list as far as they can be found there.
    Verbs, which the index keeps by their stem, pass.

    >>> title_words(["층간", "소음", "줄이다", "위층", "소음"], "층간 소음 줄여 주세요")
    ['층간', '소음', '줄이다']
    """
    letters = "".join(title.split()).lower()
    return list(takewhile(lambda word: word in letters or not is_noun(word), words))


@dataclass(frozen=True)
class Growth:
    """Voices of the last 90 days, of the 90 before, and per month of the last twelve (30-day months, latest last)."""

    recent: int
    earlier: int
    monthly: list[int]


def growth(dates: Iterable[datetime], now: datetime) -> Growth:
    """How a theme grew up to `now`."""
    recent, earlier, monthly = 0, 0, [0] * MONTHS
    for at in dates:
        age = now - at
        recent += age < RECENT
        earlier += RECENT <= age < 2 * RECENT
        month = max(age, timedelta(0)) // timedelta(days=30)
        if month < MONTHS:
            monthly[MONTHS - 1 - month] += 1
    return Growth(recent, earlier, monthly)


def current_run(place: Place) -> ThemeRun | None:
    """The run whose themes are shown for a province."""
    return ThemeRun.objects.filter(place=place, current=True).first()


def named_members(run: ThemeRun) -> list[tuple[Theme, set[int]]]:
    """Themes of a run that an officer named or took up, with their members' ids."""
    themes = [theme for theme in run.themes.all() if theme.name or theme.agenda_item_id]
    members: dict[int, set[int]] = {theme.pk: set() for theme in themes}
    for theme, proposal in ThemeMember.objects.filter(theme__in=themes).values_list("theme_id", "proposal_id"):
        members[theme].add(proposal)
    return [(theme, members[theme.pk]) for theme in themes]


def heirs(before: Sequence[tuple[Theme, set[int]]], after: Mapping[int, set[int]]) -> dict[int, Theme]:
    """Which new theme (by index) continues which former one: best overlap (Jaccard) first, each at most once."""
    overlaps = [
        (len(members & new) / len(members | new), theme.pk, index, theme)
        for theme, members in before
        for index, new in after.items()
        if members & new
    ]
    found: dict[int, Theme] = {}
    done: set[int] = set()
    for share, pk, index, theme in sorted(overlaps, key=lambda row: (-row[0], row[1], row[2])):
        if share >= SAME_THEME and pk not in done and index not in found:
            found[index] = theme
            done.add(pk)
    return found


TYPICAL = 3
THEMES = 60


@dataclass(frozen=True)
class ThemeRow:
    """A theme as the desk lists it: its most typical voices, and its growth over 90 days where that means anything."""

    theme: Theme
    typical: list[Proposal]

    @property
    def change(self) -> int:
        return self.theme.recent - self.theme.earlier


def theme_rows(run: ThemeRun) -> list[ThemeRow]:
    """The largest themes of a run with their typical voices (two queries)."""
    themes = list(run.themes.select_related("agenda_item").order_by("-size", "id")[:THEMES])
    members = (
        ThemeMember.objects.filter(theme__in=themes, rank__lt=TYPICAL, proposal__status__in=Proposal.VISIBLE)
        .select_related("proposal__place")
        .defer("proposal__body", "proposal__place__boundary")
        .order_by("theme_id", "rank")
    )
    typical: dict[int, list[Proposal]] = {}
    for member in members:
        typical.setdefault(member.theme_id, []).append(member.proposal)
    return [ThemeRow(theme, typical.get(theme.pk, [])) for theme in themes]


def job_key(place: Place) -> str:
    """Under which key the computation of a province's themes is asked for."""
    return f"themes:{place.pk}"


def names_of(place: Place) -> dict[str, str]:
    """The names of a place for the title of a job."""
    return {"place": place.name_ko, "place_en": place.name_en or place.name_ko}


@dataclass(frozen=True)
class Computation:
    """The last computation asked for, and how many seconds one took that ended well."""

    progress: Progress | None
    seconds: int | None

    @property
    def busy(self) -> bool:
        return self.progress is not None and self.progress.under_way

    @property
    def shown(self) -> bool:
        """Under way or failed: what went well shows in the themes themselves."""
        return self.progress is not None and self.progress.state != "done"


def computation_of(place: Place) -> Computation:
    """Where the computation of a province's themes stands (one query, two while one is under way)."""
    progress = survey.latest(job_key(place))
    took = survey.last_took(job_key(place)) if progress and progress.under_way else None
    return Computation(progress, max(1, round(took.total_seconds())) if took else None)
