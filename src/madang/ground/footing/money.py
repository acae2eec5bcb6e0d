"""Amounts of money as people read them."""

from __future__ import annotations

from django.utils.translation import get_language

STEPS = ((10**8, "억"), (10**4, "만"))


def said(amount: int | None, currency: str = "KRW") -> str:
    """An amount in full: 3억 5,000만 원 in Korean, ₩350,000,000 in English, 1,254,000 PLN for other currencies."""
    if amount is None:
        return "—"
    if currency != "KRW":
        return f"{amount:,} {currency}".strip()
    return _korean(amount) if (get_language() or "ko").startswith("ko") else f"₩{amount:,}"


def _korean(amount: int) -> str:
    sign, rest, parts = "-" if amount < 0 else "", abs(amount), []
    for size, name in STEPS:
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count:,}{name}")
    if rest or not parts:
        parts.append(f"{rest:,}")
    return f"{sign}{' '.join(parts)} 원" if rest == 0 and parts[-1][-1] in "억만" else f"{sign}{' '.join(parts)}원"


def short(amount: int, currency: str = "KRW") -> str:
    """For a picture: at most three digits that tell: 3.5억, 350M."""
    korean = (get_language() or "ko").startswith("ko") and currency == "KRW"
    steps = STEPS if korean else ((10**9, "B"), (10**6, "M"), (10**3, "K"))
    for size, name in steps:
        if abs(amount) >= size:
            value = amount / size
            return f"{value:,.0f}{name}" if value >= 100 else f"{value:,.3g}{name}"
    return f"{amount:,}"


def headline(amount: int, currency: str = "KRW") -> str:
    """For a large figure, which must not wrap: 42억 원, ₩4.2B, 1M PLN; the table beside it says it in full."""
    if currency != "KRW":
        return f"{short(amount, currency)} {currency}".strip()
    return said(amount) if (get_language() or "ko").startswith("ko") else f"₩{short(amount, currency)}"
