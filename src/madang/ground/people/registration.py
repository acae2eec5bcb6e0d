"""Korean business registration numbers: ten digits, the last of which checks the others."""

from __future__ import annotations

WEIGHTS = (1, 3, 7, 1, 3, 7, 1, 3, 5)


def digits_of(text: str) -> str:
    """The number without the marks between its parts: 124-81-00998 → 1248100998."""
    return "".join(mark for mark in text if mark not in "- \u2010\u2011\u2013")


def is_valid(number: str) -> bool:
    """Whether ten digits fit together as the tax office issues them.

    >>> is_valid("1248100998"), is_valid("1248100999")
    (True, False)
    """
    if len(number) != 10 or not (number.isascii() and number.isdigit()):
        return False
    digits = [int(digit) for digit in number]
    total = sum(digit * weight for digit, weight in zip(digits, WEIGHTS, strict=False)) + digits[8] * 5 // 10
    return (10 - total % 10) % 10 == digits[9]
