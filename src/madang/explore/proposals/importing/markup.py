"""HTML in a voice becomes plain text: tags go, entities become letters, nothing is left that a browser would obey."""

from __future__ import annotations

import html
import re

from madang.engines.texts.normalise import clean

_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,8}\d{0,2});")
_BREAK = re.compile(r"<br\s*/?>|</(?:p|div|li|tr|h[1-6])\s*>", re.IGNORECASE)
_TAG = re.compile(r"<[!?/]?[a-zA-Z][^<>]*>")
# A tag that the writer never closed still opens in some readers.
_LEFT = re.compile(
    r"<(?=[!?/]?(?:a|applet|audio|base|body|button|embed|form|frame|html|iframe|img|input|link|math|meta|object|script|style|svg|video)\b)",
    re.IGNORECASE,
)
# (what opens, what closes) parts that hold no words for a reader.
_SILENT = ((r"<script\b", "</script"), (r"<style\b", "</style"), ("<!--", "-->"))
_PASSES = 3


def plain(text: str) -> str:
    r"""The words of a text that may hold HTML, cleaned as they are stored. “3 < 5” and “<서울>” stay as they are.

    >>> plain("<p>버스가 <b>늦다</b></p>3 < 5&nbsp;<script>alert(1)</script><서울>")
    '버스가 늦다\n3 < 5 <서울>'
    """
    if "&" in text:
        text = _ENTITY.sub(lambda found: html.unescape(found.group()), text)
    # Cleaned before the tags go: a letter that nobody sees would hide one.
    text = clean(text)
    return clean(_stripped(text)) if "<" in text else text


def _stripped(text: str) -> str:
    for opens, closes in _SILENT:
        text = _without(text, opens, closes)
    text = _BREAK.sub("\n", text)
    for _ in range(_PASSES):
        text, count = _TAG.subn("", text)
        if not count:
            return _LEFT.sub("‹", text)
    # Tags hidden in tags: only the brackets go, so that nobody's nesting costs us time.
    return re.sub(r"<(?=[!?/]?[a-zA-Z])", "‹", text)


def _without(text: str, opens: str, closes: str) -> str:
    """The text without its silent parts. Looking only before the last end keeps the time linear."""
    lowered = text.lower()
    end = lowered.rfind(closes)
    if end < 0 or len(lowered) != len(text):
        return text
    end += len(closes)
    kept = re.sub(f"{opens}.*?{closes}[ >]*", "", text[:end], flags=re.IGNORECASE | re.DOTALL)
    return kept + text[end:].removeprefix(">")
