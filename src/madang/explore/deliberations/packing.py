"""Maps and votes as bytes: what the database keeps of many people, and what a browser fetches to draw them."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from madang.engines.opinions.results import OpinionMap
    from madang.engines.opinions.votes import Votes

# A person of a map: number, place (NaN without a vote), group (-1 for none), votes given, how unsure the place is.
PERSON = np.dtype(
    [("number", "<i4"), ("x", "<f4"), ("y", "<f4"), ("group", "<i2"), ("votes", "<i4"), ("unsure", "<f4")]
)
VOTE = np.dtype([("number", "<i4"), ("statement", "<i4"), ("value", "<i1")])
# Every participant of a map that is drawn at once on a phone; of more, these many are drawn.
DRAWN = 10_000
MAGIC = b"MDM1"
STEPS = 32_000


def pack_people(told: OpinionMap) -> bytes:
    """The people of a map; their ids are participants' numbers."""
    rows = np.zeros(len(told.people), PERSON)
    rows["number"] = np.array(told.people, dtype=np.int64) if told.people else 0
    rows["x"], rows["y"] = told.points.astype(np.float32).T
    rows["group"], rows["votes"], rows["unsure"] = told.group, told.counted, told.uncertainty
    return rows.tobytes()


def people(packed: bytes | memoryview) -> NDArray[np.void]:
    """The people of a map as an array of PERSON."""
    return np.frombuffer(bytes(packed), PERSON)


def pack_votes(votes: Votes) -> bytes:
    """The votes of a map by the numbers of people and statements, compressed."""
    numbers, statements = _numbers(votes.people), _numbers(votes.statements)
    rows = np.zeros(len(votes), VOTE)
    rows["number"], rows["statement"] = numbers[votes.person], statements[votes.statement]
    rows["value"] = votes.value
    return zlib.compress(rows.tobytes(), 6)


def unpack_votes(packed: bytes | memoryview) -> NDArray[np.void]:
    """The votes as an array of VOTE."""
    return np.frombuffer(zlib.decompress(bytes(packed)), VOTE)


def _numbers(names: tuple[str, ...]) -> NDArray[np.int64]:
    return np.array(names, dtype=np.int64) if names else np.zeros(0, np.int64)


def drawn(rows: NDArray[np.void], *, most: int = DRAWN) -> NDArray[np.void]:
    """Those who are drawn: everybody with a place, or evenly many by number, the same ones at each request."""
    placed = rows[~np.isnan(rows["x"])]
    if len(placed) <= most:
        return placed
    return placed[np.linspace(0, len(placed) - 1, most).astype(np.int64)]


def reach(rows: NDArray[np.void]) -> float:
    """How far the map goes from its middle; 1 where nobody stands on it."""
    placed = rows[~np.isnan(rows["x"])]
    far = max((float(np.abs(placed[axis]).max()) for axis in ("x", "y")), default=0.0) if len(placed) else 0.0
    return far or 1.0


def wire(rows: NDArray[np.void], *, most: int = DRAWN) -> bytes:
    """What a browser draws: head (magic, drawn, placed, reach), then x and y as int16, group (255: none), votes ≤ 255.

    Little-endian, column after column, 6 bytes a person. No numbers of people: nobody is told which point is whose.
    """
    shown, far = drawn(rows, most=most), reach(rows)
    head = MAGIC + struct.pack("<IIf", len(shown), int((~np.isnan(rows["x"])).sum()), far)
    columns = [np.rint(shown[axis] / far * STEPS).astype("<i2").tobytes() for axis in ("x", "y")]
    group = np.where(shown["group"] < 0, 255, shown["group"]).astype(np.uint8)
    return head + b"".join(columns) + group.tobytes() + np.minimum(shown["votes"], 255).astype(np.uint8).tobytes()
