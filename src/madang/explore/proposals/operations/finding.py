"""Looking for near-duplicates: keys of the search index give candidates, the texts engine has the last word."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.utils.translation import gettext_noop

from madang.engines.texts import ENGINE_VERSION, duplicates
from madang.explore.proposals.models import DuplicateGroup, GroupMember, Proposal
from madang.ground.footing import jobs
from madang.ground.participation.models import SearchDocument
from madang.ground.participation.search import sources
from madang.ground.places.models import Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from madang.engines.texts.duplicates import Pair

# A bucket with more different texts than this is a stock phrase, not a copied one.
BUCKET = 200
TEXTS = 500
# Two computations for the same place at once would suggest everything twice.
LOCK = 0x6D61_6475


@transaction.atomic
def find_groups(
    *, place: Place, now: datetime, since: datetime | None = None, job: jobs.Job = jobs.SILENT
) -> list[DuplicateGroup]:
    """Suggest groups among the public voices of a place and the places beneath; returns the new and the grown ones.

    since: look only at pairs with a voice indexed at or after it. What an officer kept apart is never suggested
    again; what waits for a decision grows instead of being suggested twice.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, place.pk])
    apart, copies = _apart(place), _copies(place)
    pairs = _pairs(_candidates(place, since, copies), apart | _known(place), job)
    clusters = _with_copies([_ids(cluster) for cluster in duplicates.clusters(pairs)], copies)
    found = [part for cluster in clusters for part in _respecting(cluster, apart)]
    scores = _scores(pairs, copies)
    return [row for ids in found if (row := _suggest(place, ids, scores, apart, now))]


def _voices(place: Place) -> tuple[str, list[int]]:
    """The join and condition that bound documents to the public voices of a place, and their parameters."""
    proposal, document, places = (model._meta.db_table for model in (Proposal, SearchDocument, Place))  # noqa: SLF001
    sql = (
        f"FROM {document} d JOIN {proposal} p USING (subject_id) JOIN {places} w ON w.id = p.place_id "
        "WHERE (w.id = %s OR w.parent_id = %s) AND p.status IN ('open', 'answered', 'promoted') "
        "AND d.visible AND d.indexed_at IS NOT NULL"
    )
    return sql, [place.pk, place.pk]


def _copies(place: Place) -> dict[int, list[int]]:
    """Voices with the very same signature, under the smallest id: a form letter sent 5,000 times is compared once."""
    bound, values = _voices(place)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT array_agg(d.subject_id ORDER BY d.subject_id) {bound} AND cardinality(d.bands) > 0 "
            "GROUP BY d.bands HAVING count(*) > 1",
            values,
        )
        return {ids[0]: ids[1:] for (ids,) in cursor.fetchall()}


def _candidates(place: Place, since: datetime | None, copies: dict[int, list[int]]) -> set[tuple[int, int]]:
    """Pairs of ids that share a band or a fingerprint, smaller id first; of exact copies only the first takes part."""
    bound, values = _voices(place)
    fresh = _fresh(place, since)
    skipped = [one for ids in copies.values() for one in ids]
    pairs: set[tuple[int, int]] = set()
    with connection.cursor() as cursor:
        for column, most in (("bands", BUCKET), ("fingerprints", duplicates.COMMON)):
            cursor.execute(
                "SELECT array_agg(d.subject_id ORDER BY d.subject_id) "
                f"FROM (SELECT d.subject_id, unnest(d.{column}) AS key "
                f"{bound} AND NOT d.subject_id = ANY(%s)) d GROUP BY key HAVING count(*) BETWEEN 2 AND %s",
                [*values, skipped, most],
            )
            for (ids,) in cursor:
                pairs.update(pair for pair in combinations(ids, 2) if fresh is None or fresh.intersection(pair))
    return pairs


def _fresh(place: Place, since: datetime | None) -> set[int] | None:
    if since is None:
        return None
    bound, values = _voices(place)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT d.subject_id {bound} AND d.indexed_at >= %s", [*values, since])
        return {row[0] for row in cursor.fetchall()}


def _members(place: Place, status: str) -> Iterator[tuple[int | None, list[int]]]:
    """(canonical, member ids) of each group with this status at the place or beneath."""
    rows = GroupMember.objects.filter(group__status=status, group__place__in=_places(place))
    groups: dict[int, tuple[int | None, list[int]]] = {}
    for group, canonical, proposal in rows.values_list("group_id", "group__canonical_id", "proposal_id"):
        groups.setdefault(group, (canonical, []))[1].append(proposal)
    yield from groups.values()


def _places(place: Place) -> list[int]:
    return [
        place.pk,
        *Place.objects.filter(parent=place).values_list("pk", flat=True),
        *([place.parent_id] if place.parent_id else []),
    ]


def _apart(place: Place) -> set[tuple[int, int]]:
    """Pairs that an officer kept apart. A separated group with a canonical voice keeps only that one apart."""
    apart: set[tuple[int, int]] = set()
    for star, ids in _members(place, DuplicateGroup.Status.SPLIT):
        pairs = combinations(sorted(ids), 2)
        apart.update(pair for pair in pairs if star is None or star in pair)
    return apart


def _known(place: Place) -> set[tuple[int, int]]:
    """Pairs that already wait for a decision in one group."""
    groups = _members(place, DuplicateGroup.Status.SUGGESTED)
    return {pair for _star, ids in groups for pair in combinations(sorted(ids), 2)}


def _pairs(candidates: set[tuple[int, int]], settled: set[tuple[int, int]], job: jobs.Job) -> list[Pair]:
    """The candidates that the engine confirms, their texts read in portions."""
    wanted = sorted(candidates - settled)
    pairs = []
    for start in range(0, len(wanted), TEXTS):
        portion = wanted[start : start + TEXTS]
        texts = sources.texts({one for pair in portion for one in pair})
        for a, b in portion:
            if pair := duplicates.compare(texts[a].whole, texts[b].whole, str(a), str(b)):
                pairs.append(pair)
        job.advance(start + len(portion), len(wanted), message=gettext_noop("Comparing pairs of proposals"))
    return pairs


def _ids(cluster: Sequence[str]) -> list[int]:
    return sorted(int(one) for one in cluster)


def _with_copies(clusters: list[list[int]], copies: dict[int, list[int]]) -> list[list[int]]:
    """The clusters with the exact copies of their voices, and a cluster for each voice that has only copies."""
    full = [sorted({*ids, *(copy for one in ids for copy in copies.get(one, ()))}) for ids in clusters]
    taken = {one for ids in clusters for one in ids}
    return full + [[one, *rest] for one, rest in copies.items() if one not in taken]


def _respecting(ids: Sequence[int], apart: set[tuple[int, int]]) -> list[list[int]]:
    """The cluster in parts without a pair kept apart: each voice joins the first part that takes it."""
    parts: list[list[int]] = []
    for one in ids:
        fitting = (part for part in parts if not any((min(one, other), max(one, other)) in apart for other in part))
        part = next(fitting, None)
        if part is None:
            parts.append([one])
        else:
            part.append(one)
    return [part for part in parts if len(part) > 1]


def _scores(pairs: Iterable[Pair], copies: dict[int, list[int]]) -> dict[int, float]:
    """How near each voice is to the nearest other one."""
    best: dict[int, float] = defaultdict(float, {one: 1.0 for first, rest in copies.items() for one in (first, *rest)})
    for pair in pairs:
        for one in (int(pair.a), int(pair.b)):
            best[one] = max(best[one], pair.score)
    return best


def _suggest(
    place: Place, ids: list[int], scores: dict[int, float], apart: set[tuple[int, int]], now: datetime
) -> DuplicateGroup | None:
    """Let a waiting group that shares a voice with `ids` grow, else suggest a new one; None where nothing is new."""
    row = _waiting(ids, apart)
    have = set(row.members.values_list("proposal_id", flat=True)) if row else set()
    new = [one for one in ids if one not in have]
    if not new:
        return None
    row = row or DuplicateGroup.objects.create(
        place=_common_place(place, ids), found_at=now, engine_version=ENGINE_VERSION
    )
    GroupMember.objects.bulk_create(GroupMember(group=row, proposal_id=one, score=scores[one]) for one in new)
    row.size = len(have) + len(new)
    row.place = _common_place(place, [*have, *new])
    row.save(update_fields=["size", "place"])
    return row


def _waiting(ids: list[int], apart: set[tuple[int, int]]) -> DuplicateGroup | None:
    """The largest undecided group with one of these voices that may take them all in."""
    rows = DuplicateGroup.objects.select_for_update(of=("self",)).filter(
        status=DuplicateGroup.Status.SUGGESTED, members__proposal_id__in=ids
    )
    for row in rows.order_by("-size", "pk"):
        together = sorted({*ids, *row.members.values_list("proposal_id", flat=True)})
        if not apart.intersection(combinations(together, 2)):
            return row
    return None


def _common_place(place: Place, ids: Sequence[int]) -> Place:
    """The one place of all these voices, else the place that was searched."""
    places = set(Proposal.objects.filter(pk__in=ids).values_list("place_id", flat=True))
    return Place.objects.get(pk=places.pop()) if len(places) == 1 else place
