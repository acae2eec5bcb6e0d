"""The passage of a text in which searched words stand. `{% load passages %}`"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django import template
from django.utils.html import format_html, format_html_join

from madang.engines.texts.search import snippet_positions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.utils.safestring import SafeString

register = template.Library()
BEFORE, LETTERS = 40, 180
# Signs of Markdown, which a passage shows without.
MARKS = re.compile(r"^\s*[#>]+|[*_`|]+", re.MULTILINE)


@register.filter
def passage(value: str, words: Iterable[str]) -> SafeString:
    """About two lines around the first of the words, each of them in <mark>, everything escaped."""
    text, found = " ".join(MARKS.sub("", value).split()), tuple(words or ())
    first = next(iter(snippet_positions(text, found)), (0, 0))[0]
    start = max(0, first - BEFORE)
    cut = text[start : start + LETTERS]
    pieces, at = [], 0
    for begin, end in snippet_positions(cut, found):
        pieces += [(cut[at:begin],), (format_html("<mark>{}</mark>", cut[begin:end]),)]
        at = end
    lead, tail = "…" if start else "", "…" if start + LETTERS < len(text) else ""
    return format_html_join("", "{}", [(lead,), *pieces, (cut[at:],), (tail,)])
