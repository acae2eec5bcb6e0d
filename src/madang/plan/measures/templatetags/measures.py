"""Money as people write it."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

from madang.ground.footing.money import headline

register = template.Library()


@register.filter
def won(amount: int | None) -> str:
    """Exact won: ₩1,230,000 in English, 1,230,000원 in Korean; "" for nothing known."""
    if amount is None:
        return ""
    return _("₩%(amount)s") % {"amount": f"{amount:,}"}


@register.filter
def short_won(amount: int | None) -> str:
    """Won at a glance: 1억 2,300만 원, ₩123M."""
    return "" if amount is None else headline(amount)
