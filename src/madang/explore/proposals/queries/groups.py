"""Near-duplicate groups: which there are, what their voices share, and who was merged into whom."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from madang.explore.proposals.models import DuplicateGroup, Proposal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from madang.explore.proposals.models import GroupMember


def with_merged(ids: Iterable[int]) -> set[int]:
    """The ids and those of every voice merged into them, directly or through another."""
    found = set(ids)
    edge = found
    while edge:
        edge = set(Proposal.objects.filter(merged_into__in=edge).values_list("pk", flat=True)) - found
        found |= edge
    return found


# Texts of one group shown beside each other at most, and letters of each: comparing grows with the square.
SHOWN = 12
LETTERS = 3000
# A single word in common is chance, not copying.
RUN = 2


@dataclass(frozen=True)
class Side:
    """One voice beside the others: its text in pieces, `shared` where it agrees with the voice that would stand."""

    voice: Proposal
    score: float
    stands: bool
    pieces: list[tuple[bool, str]]
    share: int


@dataclass(frozen=True)
class SideBySide:
    """A group for judging: the first voices with their shared text, and the rest by title."""

    sides: list[Side]
    rest: list[Proposal]


def group(pk: int) -> DuplicateGroup:
    """One group. Raises DuplicateGroup.DoesNotExist."""
    return DuplicateGroup.objects.select_related("place__parent", "decided_by").get(pk=pk)


def side_by_side(of: DuplicateGroup) -> SideBySide:
    """The voices of a group with what they share marked (one query)."""
    rows = of.members.select_related("proposal__author", "proposal__place", "proposal__subject")
    members = sorted(rows, key=lambda one: _place(one, of))
    if not members:
        return SideBySide([], [])
    first = members[0].proposal
    nearest = members[1].proposal if len(members) > 1 else first
    lead = _made(members[0], _marked(first.body, nearest.body), stands=True)
    sides = [_made(member, _marked(member.proposal.body, first.body), stands=False) for member in members[1:SHOWN]]
    return SideBySide([lead, *sides], [member.proposal for member in members[SHOWN:]])


def _place(member: GroupMember, of: DuplicateGroup) -> tuple[object, ...]:
    """The voice that stands or would stand first, then the public ones, then those that are not."""
    voice = member.proposal
    first = voice.pk == of.canonical_id
    return (not first and not voice.is_visible, not first, -voice.support_count, voice.pk)


def _marked(shown: str, other: str) -> list[tuple[bool, str]]:
    """`shown` in pieces, True where the same words stand in `other`, whatever the blanks and marks around them."""
    mine, theirs = (re.findall(r"\S+\s*", text[:LETTERS]) for text in (shown, other))
    keys, others = ([re.sub(r"\W", "", word) for word in side] for side in (mine, theirs))
    pieces, at = [], 0
    for block in difflib.SequenceMatcher(None, keys, others, autojunk=False).get_matching_blocks():
        if block.size >= RUN:
            pieces += [(False, mine[at : block.a]), (True, mine[block.a : block.a + block.size])]
            at = block.a + block.size
    return [(shared, "".join(run)) for shared, run in [*pieces, (False, mine[at:])] if run]


def _made(member: GroupMember, pieces: list[tuple[bool, str]], *, stands: bool) -> Side:
    letters = sum(len(words) for _shared, words in pieces) or 1
    share = round(100 * sum(len(words) for shared, words in pieces if shared) / letters)
    return Side(member.proposal, member.score, stands, pieces, share)
