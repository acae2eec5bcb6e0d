"""Verifying a whole record from its export, one line after the other, in memory that does not grow with it.

The format is specified in docs/record.md. Two kinds of trouble: a file that can't be read (UnreadableError), and a
record that does not hold (BrokenError): changed, cut, reordered, forked, or signed by somebody else.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn

from madang.engines.ledger import notes
from madang.engines.ledger.canonical import SALT_BYTES, canonical_json, commitment
from madang.engines.ledger.hashing import Frontier, leaf_hash

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

FORMAT, VERSION = "madang-record", 1


class FileError(ValueError):
    """line: the number of the line, 0 where it is none in particular; the message says what is wrong."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(why)
        self.line = line


class UnreadableError(FileError):
    """Not an export of a record."""


class BrokenError(FileError):
    """The record does not hold."""


@dataclass
class Report:
    """What was verified. unsigned: entries behind the last checkpoint; withheld: entries whose words were emptied;
    cosigned: checkpoints by witness; results: recomputed results by kind; skipped: those that this program can't.
    """

    origin: str = ""
    entries: int = 0
    checkpoints: int = 0
    unsigned: int = 0
    withheld: int = 0
    root: str = ""
    keys: list[str] = field(default_factory=list)
    cosigned: Counter[str] = field(default_factory=Counter)
    results: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)


def verify(
    lines: Iterable[str],
    *,
    kept: notes.Note | None = None,
    pinned: Sequence[notes.Key] = (),
    recompute: Mapping[str, Callable[[dict[str, Any]], None]] | None = None,
) -> Report:
    """Verify an export.

    kept: a checkpoint that somebody kept outside; pinned: keys that the reader trusts, got from elsewhere than this
    file; recompute: by kind of result, a function that raises ValueError where the result does not follow from its
    inputs. Raises UnreadableError, BrokenError.
    """
    reader = _Reader(kept, pinned, recompute or {})
    for number, line in enumerate(lines, 1):
        reader.read(number, line)
    return reader.finish()


class _Reader:
    def __init__(
        self,
        kept: notes.Note | None,
        pinned: Sequence[notes.Key],
        recompute: Mapping[str, Callable[[dict[str, Any]], None]],
    ) -> None:
        self.report, self.edge, self.number = Report(), Frontier(), 0
        self.keys: list[notes.Key] = []
        self.witnesses: dict[notes.Key, str] = {}
        self.signers: list[notes.Key] = []
        self.signed, self.ended = 0, False
        self.pinned, self.recompute = list(pinned), recompute
        self.kept = kept and notes.read_checkpoint(kept)
        self.kept_note, self.kept_root = kept, self.edge.root if self.kept and not self.kept.size else b""

    def read(self, number: int, text: str) -> None:
        self.number = number
        if not text.strip():
            self.unreadable("an empty line: every line is one JSON object")
        line = self.parsed(text)
        if number == 1:
            self.header(line)
            return
        if self.ended:
            self.broken("there is more behind the last line")
        for name, take in (
            ("entry", self.entry), ("checkpoint", self.checkpoint), ("key", self.key), ("witness", self.witness),
            ("result", self.result), ("end", self.end),
        ):  # fmt: skip
            if name in line:
                take(line)
                return
        self.unreadable("neither key, witness, entry, checkpoint, result nor end")

    def parsed(self, text: str) -> dict[str, Any]:
        try:
            line = json.loads(text)
        except (json.JSONDecodeError, RecursionError):
            self.unreadable("this is not JSON: the file was damaged or is none of a record")
        if not isinstance(line, dict):
            self.unreadable("this is no JSON object")
        return line

    def header(self, line: dict[str, Any]) -> None:
        if line.get("format") != FORMAT or not isinstance(line.get("origin"), str):
            self.unreadable('the first line does not say {"format": "madang-record"}: this is no export of a record')
        if line.get("version") != VERSION:
            self.unreadable(f"version {line.get('version')} of the format is newer than this program: update it")
        self.report.origin = line["origin"]

    def key(self, line: dict[str, Any]) -> None:
        self.keys.append(self.key_of(line["key"]))
        self.report.keys.append(line["key"])

    def witness(self, line: dict[str, Any]) -> None:
        self.witnesses[self.key_of(line["witness"])] = str(line.get("organization", ""))

    def key_of(self, text: object) -> notes.Key:
        try:
            return notes.read_key(str(text))
        except notes.NoteError as error:
            self.unreadable(str(error))

    def entry(self, line: dict[str, Any]) -> None:
        if line.get("index") != self.edge.size:
            self.broken(f"entry {line.get('index')} where {self.edge.size} is due: entries are missing or out of order")
        text = line["entry"]
        if not isinstance(text, str):
            self.unreadable("the entry is no text")
        commitments = self.commitments(text)
        openings = line.get("openings", {})
        if not isinstance(openings, dict):
            self.unreadable("the openings are no object")
        for part, opening in openings.items():
            self.opening(part, opening, commitments)
        self.report.withheld += "reason" not in openings
        self.edge.append(leaf_hash(text.encode()))
        self.report.entries += 1
        self.keep()

    def commitments(self, text: str) -> dict[str, str]:
        body = self.parsed(text)
        found = body.get("commitments")
        if body.get("v") != 1 or not isinstance(found, dict):
            self.unreadable("the entry is of no version that this program knows")
        try:
            exact = canonical_json(body).decode() == text
        except ValueError:
            exact = False
        if not exact:
            self.broken(f"entry {self.edge.size} is not in its canonical form: its text was changed")
        return found

    def opening(self, part: str, opening: object, commitments: Mapping[str, str]) -> None:
        if not (isinstance(opening, list) and len(opening) == 2 and all(isinstance(one, str) for one in opening)):
            self.unreadable(f"the opening of {part} is not [salt, value]")
        try:
            salt = bytes.fromhex(opening[0])
        except ValueError:
            salt = b""
        if len(salt) != SALT_BYTES or commitment(salt, opening[1]) != commitments.get(part):
            self.broken(f"the {part} shown for entry {self.edge.size} is not the one that was recorded")

    def checkpoint(self, line: dict[str, Any]) -> None:
        try:
            note = notes.read_note(str(line["checkpoint"]))
            point = notes.read_checkpoint(note)
        except notes.NoteError as error:
            self.unreadable(str(error))
        if point.origin != self.report.origin:
            self.broken(f"the checkpoint is of another log, {point.origin}")
        if point.size != self.edge.size:
            self.broken(f"a checkpoint over {point.size} entries stands behind {self.edge.size}: entries were removed")
        if point.root != self.edge.root:
            self.broken(
                f"entries {self.signed} to {point.size - 1} do not lead to the signed root over {point.size} entries: "
                "an entry was changed after it was signed, or the checkpoint was rewritten"
            )
        self.signed_by(note)
        self.signed = point.size
        self.report.checkpoints += 1

    def signed_by(self, note: notes.Note) -> None:
        try:
            signers = notes.signers(note, self.keys)
            seen = notes.signers(note, list(self.witnesses))
        except notes.NoteError as error:
            self.broken(str(error))
        if not signers:
            self.broken("the checkpoint is signed by none of the log's keys")
        trusted = [*self.signers, *self.pinned]
        if self.signers and not any(key in trusted for key in signers):
            self.broken("the key changes without a signature of the key before")
        self.signers = signers
        self.report.cosigned.update(self.witnesses[key] or key.name for key in seen)

    def result(self, line: dict[str, Any]) -> None:
        kind = str(line["result"])
        check = self.recompute.get(kind)
        if check is None:
            self.report.skipped[kind] += 1
            return
        try:
            check(line)
        except ValueError as error:
            self.broken(f"the published result ({kind}) does not follow from its inputs: {error}")
        self.report.results[kind] += 1

    def end(self, line: dict[str, Any]) -> None:
        told = line["end"]
        if not isinstance(told, dict):
            self.unreadable("the last line is no object")
        counted = {"entries": self.edge.size, "checkpoints": self.report.checkpoints, "root": self.edge.root.hex()}
        for name, value in counted.items():
            if told.get(name) != value:
                self.broken(f"the last line says {name}: {told.get(name)}, the file holds {value}")
        self.ended = True

    def keep(self) -> None:
        """Remember the root at the size of the kept checkpoint."""
        if self.kept and self.edge.size == self.kept.size:
            self.kept_root = self.edge.root

    def finish(self) -> Report:
        self.number = 0
        if not self.report.origin:
            self.unreadable("the file is empty")
        if not self.ended:
            self.broken("the file has no last line: it was cut short")
        self.check_kept()
        if self.pinned and not any(key in self.pinned for key in self.signers):
            self.broken("the last checkpoint is not signed by the key that you hold")
        self.report.unsigned = self.edge.size - self.signed
        self.report.root = self.edge.root.hex()
        return self.report

    def check_kept(self) -> None:
        if not self.kept or not self.kept_note:
            return
        if self.kept.origin != self.report.origin:
            self.broken(f"the kept checkpoint is of another log, {self.kept.origin}")
        if self.kept.size > self.edge.size:
            self.broken(
                f"the kept checkpoint has {self.kept.size} entries, the file {self.edge.size}: some were removed"
            )
        if self.kept_root != self.kept.root:
            self.broken(f"over {self.kept.size} entries the kept checkpoint has another root: two histories were shown")
        try:
            signed = notes.signers(self.kept_note, [*self.keys, *self.pinned])
        except notes.NoteError as error:
            self.broken(f"the kept checkpoint: {error}")
        if not signed:
            self.broken("the kept checkpoint is signed by none of the log's keys")

    def unreadable(self, why: str) -> NoReturn:
        raise UnreadableError(self.number, why)

    def broken(self, why: str) -> NoReturn:
        raise BrokenError(self.number, why)
