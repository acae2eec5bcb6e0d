"""One form of bytes for one JSON value (RFC 8785), and commitments to values that may be forgotten."""

from __future__ import annotations

import json
import math
from decimal import Decimal
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

SALT_BYTES = 32
# Whole numbers beyond 2^53 are not the same in every language.
LARGEST = 2**53


def canonical_json(value: object) -> bytes:
    """The bytes of a JSON value after RFC 8785: sorted keys, no spaces, shortest numbers.

    Raises ValueError for what has no such form: NaN, whole numbers beyond 2^53, half a surrogate pair.

    >>> canonical_json({"b": [1, 2.0, None], "a": "가"}).decode()
    '{"a":"가","b":[1,2,null]}'
    """
    return _text(value).encode()


def _text(value: object) -> str:
    if isinstance(value, dict):
        pairs = sorted(value.items(), key=lambda pair: pair[0].encode("utf-16-be"))
        return "{" + ",".join(f"{_text(key)}:{_text(one)}" for key, one in pairs) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(_text, value)) + "]"
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, int | float):
        return _number(value)
    raise ValueError(f"{type(value).__name__} is no JSON value: give texts, numbers, lists and objects.")


def _number(value: float) -> str:
    """A number as ECMAScript writes it."""
    if isinstance(value, int):
        if abs(value) > LARGEST:
            raise ValueError(f"{value} is beyond 2^53: give it as a text.")
        return str(value)
    if not math.isfinite(value):
        raise ValueError(f"{value} is no JSON number.")
    if value == 0:
        return "0"
    _sign, figures, exponent = Decimal(repr(value)).normalize().as_tuple()
    digits = "".join(map(str, figures))
    text = _placed(digits, len(digits) + int(exponent))
    return f"-{text}" if value < 0 else text


def _placed(digits: str, point: int) -> str:
    """Digits with the point after the first `point` of them: ECMAScript's Number::toString."""
    if len(digits) <= point <= 21:
        return digits.ljust(point, "0")
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return "0." + "0" * -point + digits
    mantissa = digits if len(digits) == 1 else f"{digits[0]}.{digits[1:]}"
    return f"{mantissa}e{point - 1:+d}"


def commitment(salt: bytes, value: str) -> str:
    """SHA-256 over the salt and the value: shows nothing of the value, and binds to it.

    Once the salt is destroyed, nobody can tell what was committed to, not even by trying every value.
    """
    if len(salt) != SALT_BYTES:
        raise ValueError(f"A salt has {SALT_BYTES} bytes.")
    return sha256(salt + value.encode()).hexdigest()


def entry_bytes(*, fields: Mapping[str, object], commitments: Mapping[str, str]) -> bytes:
    """The bytes of an entry of the record, version 1 (docs/record.md)."""
    return canonical_json({"v": 1, **fields, "commitments": dict(commitments)})
