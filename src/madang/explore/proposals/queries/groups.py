"""Near-duplicate groups: which there are, what their voices share, and who was merged into whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from madang.explore.proposals.models import DuplicateGroup, Proposal
from madang.explore.proposals.text import compare

if TYPE_CHECKING:
    from collections.abc import Iterable

    from madang.explore.proposals.models import GroupMember
    from madang.explore.proposals.text import Piece


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
    members = sorted(rows, key=lambda one: (not one.proposal.is_visible and one.proposal_id != of.canonical_id,
                                            one.proposal_id != of.canonical_id, -one.proposal.support_count, one.proposal_id))  # fmt: skip
    if not members:
        return SideBySide([], [])
    first = members[0].proposal
    sides = [_side(member, first) for member in members[1:SHOWN]]
    lead = _lead(members[0], members[1].proposal if len(members) > 1 else first)
    return SideBySide([lead, *sides], [member.proposal for member in members[SHOWN:]])


def _lead(member: GroupMember, other: Proposal) -> Side:
    pieces = [(piece.kind == "same", piece.text) for piece in _compare(member.proposal, other) if piece.kind != "added"]
    return _made(member, pieces, stands=True)


def _side(member: GroupMember, first: Proposal) -> Side:
    pieces = [(piece.kind == "same", piece.text) for piece in _compare(first, member.proposal) if piece.kind != "removed"]
    return _made(member, pieces, stands=False)


def _compare(one: Proposal, other: Proposal) -> list[Piece]:
    return compare(one.body[:LETTERS], other.body[:LETTERS])


def _made(member: GroupMember, pieces: list[tuple[bool, str]], *, stands: bool) -> Side:
    """A single word in common is chance, not copying: only runs of two and more are marked."""
    marked = [(shared and len(words.split()) >= RUN, words) for shared, words in pieces]
    letters = sum(len(words) for _shared, words in marked) or 1
    share = round(100 * sum(len(words) for shared, words in marked if shared) / letters)
    return Side(member.proposal, member.score, stands, marked, share)
