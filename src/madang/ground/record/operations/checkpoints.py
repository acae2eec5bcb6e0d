"""Signing what the log holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from madang.engines.ledger import notes
from madang.engines.ledger.hashing import Frontier, nodes_of
from madang.ground.record import signing
from madang.ground.record.models import Checkpoint, LogKey
from madang.ground.record.operations.sequencing import frontier, lock, sequence
from madang.ground.record.queries.log import hashes_of, latest_checkpoint
from madang.ground.record.sealing import stamp

if TYPE_CHECKING:
    from datetime import datetime


class NothingNewError(Exception):
    """The log has not grown since the last checkpoint; the message says so."""


class RecordDamagedError(RuntimeError):
    """The stored log contradicts what was signed: nothing more is signed until it is restored."""


def checkpoint(*, now: datetime, only_if_new: bool = False, until: datetime | None = None) -> Checkpoint:
    """Sequence what waits (`until`: see `sequence`) and sign the whole log.

    Raises RecordDamagedError if the log no longer leads to the last signed root, NothingNewError where `only_if_new`
    and nothing was added.
    """
    sequence(until=until)
    return _sign(now, only_if_new=only_if_new)


@transaction.atomic
def _sign(now: datetime, *, only_if_new: bool) -> Checkpoint:
    lock()
    edge, before = frontier(), latest_checkpoint()
    if before and only_if_new and before.size == edge.size:
        raise NothingNewError(_("Nothing was added to the record since the last checkpoint, which stands."))
    if before:
        _check(before, edge)
    seeds = signing.seeds()
    keys = [_known(seed, now) for seed in seeds]
    signers = _signers(seeds, keys, before)
    body = notes.Checkpoint(keys[0].name, edge.size, edge.root, (f"time {stamp(now)}",)).body
    note = notes.Note(body, tuple(notes.sign(body, seed=seed, name=key.name) for seed, key in signers))
    return Checkpoint.objects.create(size=edge.size, root=edge.root, at=now, key=keys[0], note=note.text)


def _check(before: Checkpoint, edge: Frontier) -> None:
    """The log still leads to what was signed last."""
    known = hashes_of(nodes_of(0, before.size)) if before.size <= edge.size else {}
    try:
        root = Frontier(before.size, [known[node] for node in nodes_of(0, before.size)]).root
    except KeyError:
        root = b""
    if root != bytes(before.root):
        raise RecordDamagedError(
            f"The log no longer leads to the root of checkpoint {before.pk} ({before.size} entries). "
            "Nothing was signed. Compare with an export or backup: madang record verify FILE."
        )


def _known(seed: bytes, now: datetime) -> LogKey:
    """The row of a key; the first key gives the log its name for good."""
    public = notes.key_of(seed, "-").public
    if found := LogKey.objects.filter(public=public).first():
        return found
    first = LogKey.objects.first()
    return LogKey.objects.create(name=first.name if first else signing.origin(), public=public, since=now)


def _signers(seeds: list[bytes], keys: list[LogKey], before: Checkpoint | None) -> list[tuple[bytes, LogKey]]:
    """The current key; at its first checkpoint also the one before, which thereby hands the log over."""
    both = list(zip(seeds, keys, strict=True))
    handed_over = [pair for pair in both[1:] if before and pair[1].pk == before.key_id != keys[0].pk]
    return [both[0], *handed_over]
