"""Proofs for anybody: an entry, a range of entries, two checkpoints. Each is also checked here, as a browser does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from madang.engines.ledger import notes
from madang.engines.ledger.canonical import commitment
from madang.engines.ledger.hashing import leaf_hash, node_hash
from madang.engines.ledger.proofs import (
    ProofError,
    consistency_stretches,
    inclusion_stretches,
    range_stretches,
    verify_consistency,
    verify_inclusion,
    verify_range,
)
from madang.ground.record.models import Checkpoint, Entry, Leaf, LogKey
from madang.ground.record.queries.browsing import index_of
from madang.ground.record.queries.export import opened, with_cosignatures
from madang.ground.record.queries.log import latest_checkpoint, proof_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# Entries in one proof of a range: about 250 kB of JSON.
LONGEST_RANGE = 200


class NoSuchRangeError(LookupError):
    """The entries asked for are not there, or too many at once."""


@dataclass(frozen=True)
class Step:
    """One hash of a proof: on which side it stands of what was reached, and what both give."""

    beside: str
    left: bool
    gives: str


@dataclass(frozen=True)
class EntryProof:
    """An entry with its way to the newest signed root. index None: it waits; checkpoint None: not signed yet."""

    entry: Entry
    index: int | None
    checkpoint: Checkpoint | None
    path: tuple[bytes, ...]
    keys: tuple[notes.Key, ...]

    @property
    def canonical(self) -> str:
        return bytes(self.entry.canonical).decode()

    @property
    def leaf(self) -> str:
        return bytes(self.entry.leaf_hash).hex()

    @property
    def openings(self) -> dict[str, list[str]]:
        return opened(self.entry)

    @property
    def steps(self) -> list[Step]:
        """The way from the leaf to the root, hash by hash."""
        if self.checkpoint is None or self.index is None:
            return []
        hashed, steps = bytes(self.entry.leaf_hash), []
        for (start, _stop), beside in zip(
            inclusion_stretches(self.index, self.checkpoint.size), self.path, strict=True
        ):
            left = start <= self.index
            hashed = node_hash(beside, hashed) if left else node_hash(hashed, beside)
            steps.append(Step(beside.hex(), left, hashed.hex()))
        return steps

    def checks(self) -> dict[str, bool]:
        """What holds: openings, leaf, path, signature."""
        told = {"openings": _holds(self._check_openings), "leaf": self.leaf == leaf_hash(self.canonical.encode()).hex()}
        if self.checkpoint and self.index is not None:
            told["path"] = _holds(self._check_path)
            told["signature"] = is_signed(self.checkpoint, self.keys)
        return told

    def _check_openings(self) -> None:
        import json

        body = json.loads(self.canonical)
        for part, (salt, value) in self.openings.items():
            if commitment(bytes.fromhex(salt), value) != body["commitments"][part]:
                raise ProofError(part)

    def _check_path(self) -> None:
        assert self.checkpoint is not None
        assert self.index is not None
        verify_inclusion(
            leaf=bytes(self.entry.leaf_hash), index=self.index, size=self.checkpoint.size,
            root=bytes(self.checkpoint.root), path=self.path,
        )  # fmt: skip

    def as_json(self) -> dict[str, Any]:
        return {
            "entry": self.canonical, "openings": self.openings, "index": self.index, "leaf_hash": self.leaf,
            "proof": [one.hex() for one in self.path], "checkpoint": self.checkpoint and point(self.checkpoint),
            "keys": [key.text for key in self.keys],
        }  # fmt: skip


def entry_proof(pk: int) -> EntryProof:
    """The proof of one entry (at most six queries). Raises Entry.DoesNotExist."""
    rows = Entry.objects.select_related("place", "office", "actor", "leaf").defer("place__boundary")
    entry = rows.get(pk=pk)
    index, newest = index_of(entry), latest_checkpoint()
    signed = newest if newest and index is not None and index < newest.size else None
    path = proof_of(inclusion_stretches(index, signed.size)) if signed and index is not None else []
    return EntryProof(entry, index, signed, tuple(path), tuple(log_keys()))


@dataclass(frozen=True)
class RangeProof:
    """Entries first … first + n - 1 of the log, and the hashes of everything beside them."""

    entries: tuple[Entry, ...]
    first: int
    checkpoint: Checkpoint
    outside: tuple[bytes, ...]
    keys: tuple[notes.Key, ...]

    @property
    def last(self) -> int:
        return self.first + len(self.entries) - 1

    def checks(self) -> dict[str, bool]:
        leaves = [leaf_hash(bytes(one.canonical)) for one in self.entries]
        return {
            "leaf": leaves == [bytes(one.leaf_hash) for one in self.entries],
            "path": _holds(lambda: self._check(leaves)),
            "signature": is_signed(self.checkpoint, self.keys),
        }

    def _check(self, leaves: Sequence[bytes]) -> None:
        verify_range(
            leaves=leaves, first=self.first, size=self.checkpoint.size, root=bytes(self.checkpoint.root),
            outside=self.outside,
        )  # fmt: skip

    def as_json(self) -> dict[str, Any]:
        return {
            "entries": [{"entry": bytes(one.canonical).decode(), "openings": opened(one)} for one in self.entries],
            "first": self.first, "outside": [one.hex() for one in self.outside],
            "checkpoint": point(self.checkpoint), "keys": [key.text for key in self.keys],
        }  # fmt: skip


def range_proof(first: int, last: int) -> RangeProof:
    """The proof of entries `first` to `last` by their places in the log. Raises NoSuchRangeError."""
    newest = latest_checkpoint()
    if newest is None or not 0 <= first <= last < newest.size or last - first >= LONGEST_RANGE:
        raise NoSuchRangeError
    rows = Leaf.objects.filter(index__range=(first, last)).order_by("index")
    leaves = rows.select_related("entry__place", "entry__office").defer("entry__place__boundary")
    outside = proof_of(range_stretches(first, last + 1, newest.size))
    return RangeProof(tuple(one.entry for one in leaves), first, newest, tuple(outside), tuple(log_keys()))


@dataclass(frozen=True)
class ConsistencyProof:
    """Two checkpoints and the hashes that show that the later log only adds to the earlier."""

    old: Checkpoint
    new: Checkpoint
    path: tuple[bytes, ...]
    keys: tuple[notes.Key, ...]

    @property
    def added(self) -> int:
        return self.new.size - self.old.size

    def checks(self) -> dict[str, bool]:
        return {
            "path": _holds(self._check),
            "signature": is_signed(self.old, self.keys) and is_signed(self.new, self.keys),
        }

    def _check(self) -> None:
        verify_consistency(
            old=self.old.size, new=self.new.size, old_root=bytes(self.old.root), new_root=bytes(self.new.root),
            path=self.path,
        )  # fmt: skip

    def as_json(self) -> dict[str, Any]:
        return {
            "old": point(self.old), "new": point(self.new), "proof": [one.hex() for one in self.path],
            "keys": [key.text for key in self.keys],
        }  # fmt: skip


def consistency_proof(one: int, other: int) -> ConsistencyProof:
    """The proof between two checkpoints, whichever is older. Raises Checkpoint.DoesNotExist."""
    rows = Checkpoint.objects.select_related("key").in_bulk([one, other])
    if {one, other} - set(rows):
        raise Checkpoint.DoesNotExist
    old, new = sorted((rows[one], rows[other]), key=lambda row: row.pk)
    path = proof_of(consistency_stretches(old.size, new.size))
    return ConsistencyProof(old, new, tuple(path), tuple(log_keys()))


def log_keys() -> list[notes.Key]:
    """Every key of the log, oldest first."""
    return [row.key for row in LogKey.objects.all()]


def is_signed(checkpoint: Checkpoint, keys: Sequence[notes.Key]) -> bool:
    """Whether a checkpoint's note says its size and root, and carries a signature of the log's that holds."""
    try:
        note = notes.read_note(checkpoint.note)
        read = notes.read_checkpoint(note)
        signed = bool(notes.signers(note, keys))
    except notes.NoteError:
        return False
    return signed and (read.size, read.root) == (checkpoint.size, bytes(checkpoint.root))


def point(checkpoint: Checkpoint) -> dict[str, Any]:
    """A checkpoint as JSON."""
    root = bytes(checkpoint.root).hex()
    return {"number": checkpoint.pk, "size": checkpoint.size, "root": root, "note": checkpoint.note}


def note_of(checkpoint: Checkpoint) -> str:
    """The text of a checkpoint with its witnesses' lines (`cosignatures` loaded)."""
    return with_cosignatures(checkpoint)


def _holds(check: Callable[[], None]) -> bool:
    try:
        check()
    except ProofError:
        return False
    return True
