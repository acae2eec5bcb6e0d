"""Money as people write it."""

from __future__ import annotations

from django import template
from django.utils.translation import get_language
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def won(amount: int | None) -> str:
    """Exact won: ₩1,230,000 in English, 1,230,000원 in Korean; "" for nothing known."""
    if amount is None:
        return ""
    return _("₩%(amount)s") % {"amount": f"{amount:,}"}


@register.filter
def short_won(amount: int | None) -> str:
    """Won at a glance: 1억 2,300만 원, ₩123M; exact below ten thousand."""
    if amount is None:
        return ""
    if not (get_language() or "ko").startswith("ko"):
        return _in_english(amount)
    units, rest = divmod(abs(amount), 100_000_000)
    tens = rest // 10_000
    words = [f"{units:,}억"] * bool(units) + [f"{tens:,}만"] * bool(tens)
    return f"{'-' if amount < 0 else ''}{' '.join(words) or f'{rest:,}'}{' ' if words else ''}원"


def _in_english(amount: int) -> str:
    for size, letter in ((10**9, "B"), (10**6, "M"), (10**3, "K")):
        if abs(amount) >= size:
            return f"₩{amount / size:,.1f}".removesuffix(".0") + letter
    return f"₩{amount:,}"
