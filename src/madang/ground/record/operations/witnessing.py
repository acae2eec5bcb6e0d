"""Witnesses outside and their signatures under our checkpoints."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from madang.engines.ledger import notes
from madang.ground.record.models import Checkpoint, Cosignature, Witness


class WitnessError(Exception):
    """A key or a signature was not taken; the message says why and what to do next."""


@transaction.atomic
def add_witness(*, organization: str, key: str, now: datetime) -> Witness:
    """Name somebody outside whose signatures are shown. Raises WitnessError."""
    try:
        read = notes.read_key(key)
    except notes.NoteError as error:
        raise WitnessError(_("This is no key: %(why)s") % {"why": error}) from error
    values = {"organization": organization.strip(), "since": now}
    witness, new = Witness.objects.get_or_create(name=read.name, kind=read.kind, public=read.public, defaults=values)
    if not new:
        raise WitnessError(_("This key belongs to a witness already: %(name)s.") % {"name": witness.organization})
    return witness


def end_witness(*, witness: Witness, now: datetime) -> None:
    """Take no more signatures of a witness; those given stay."""
    Witness.objects.filter(pk=witness.pk, until=None).update(until=now)


@transaction.atomic
def cosign(*, text: str, now: datetime) -> list[Cosignature]:
    """Keep the signatures of known witnesses under one of our checkpoints; those kept before are passed over.

    text: the checkpoint's note with their lines below ours. Raises WitnessError.
    """
    try:
        note = notes.read_note(text)
        checkpoint = _ours(note)
        found = [one for one in Witness.objects.filter(until=None) if notes.is_signed_by(note, one.key)]
    except notes.NoteError as error:
        raise WitnessError(_("This text can't be taken: %(why)s") % {"why": error}) from error
    if not found:
        raise WitnessError(
            _("No line of it belongs to a witness that is known here. Ask the administrator to add your key first.")
        )
    rows = [_row(checkpoint, one, note, now) for one in found]
    kept = Cosignature.objects.bulk_create(rows, ignore_conflicts=True)
    return list(kept)


def _ours(note: notes.Note) -> Checkpoint:
    read = notes.read_checkpoint(note)
    for one in Checkpoint.objects.filter(size=read.size):
        if notes.read_note(one.note).body == note.body:
            return one
    raise WitnessError(_("This is none of our checkpoints. Copy the text of one as it stands, line by line."))


def _row(checkpoint: Checkpoint, witness: Witness, note: notes.Note, now: datetime) -> Cosignature:
    key = witness.key
    signature = next(one for one in note.signatures if (one.name, one.key_id) == (key.name, key.key_id))
    seen = datetime.fromtimestamp(signature.seconds, tz=UTC) if signature.seconds else now
    return Cosignature(checkpoint=checkpoint, witness=witness, line=signature.line.strip(), seen_at=seen)
