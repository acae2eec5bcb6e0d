"""What people write: Markdown to safe HTML, excerpts, personal data, language."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import nh3
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

from madang.engines.texts import normalise, privacy

if TYPE_CHECKING:
    from collections.abc import Mapping

TAGS = {
    "a", "blockquote", "br", "code", "em", "h3", "h4", "h5", "hr", "li", "ol", "p", "pre", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
SCHEMES = {"http", "https", "mailto"}
# Numbers that nobody may publish: not even the writer decides otherwise. (Contacts are the writer's to give.)
ALWAYS_MASKED = frozenset({"resident_number", "card", "account", "passport"})
EXCERPT = 200
# Up to a blank, a bracket or Hangul: a particle may follow an address at once.
_ADDRESS = re.compile(r"https?://[^\s<>()\[\]\"'가-힣]*[\w/=&#-]", re.ASCII | re.IGNORECASE)
_MENTION = re.compile(r"(?:user|office):\d{1,18}")


@cache
def _markdown() -> MarkdownIt:
    """CommonMark without what plain Korean letters trip over.

    Indented code (a first line indented by blanks), setext headings (a row of dashes under a line) and images
    (which would be fetched from strangers) are off; single line breaks are kept.
    """
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("table")
    return parser.disable(["code", "lheading", "image"])


@cache
def _remarks() -> MarkdownIt:
    """What a remark may use: emphasis, lists, quotations, code, links. No headings, tables or rules."""
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True})
    return parser.disable(["code", "lheading", "image", "heading", "hr", "reference"])


def _lower(tokens: list[Token]) -> list[Token]:
    """Put the writer's headings below the page's own: h1 → h3, h2 → h4, the rest → h5."""
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(int(token.tag[1]) + 2, 5)}"
    return tokens


def render(text: str) -> SafeString:
    """Safe HTML of Markdown. Scripts, styles, images, forms and foreign schemes never come through."""
    parser = _markdown()
    raw = parser.renderer.render(_lower(parser.parse(text)), parser.options, {})
    safe = nh3.clean(
        raw, tags=TAGS, attributes={"a": {"href"}}, url_schemes=SCHEMES, link_rel="nofollow ugc noopener noreferrer"
    )
    return mark_safe(safe)  # noqa: S308 - nh3 has just cleaned it


def render_remark(text: str, names: Mapping[str, str] | None = None) -> SafeString:
    """Safe HTML of a comment: a smaller Markdown, addresses as links, and mentions (see mentions.py) by today's names.

    `names`: of those mentioned, by "user:17" or "office:5"; a mention that it does not hold reads as it was written.
    """
    parser = _remarks()
    tokens = parser.parse(text)
    for token in tokens:
        if token.children:
            token.children = _mentioned(_linked(token.children), names or {})
    raw = parser.renderer.render(tokens, parser.options, {})
    safe = nh3.clean(
        raw, tags=TAGS | {"span"}, attributes={"a": {"href"}, "span": {"class"}}, url_schemes=SCHEMES,
        link_rel="nofollow ugc noopener noreferrer",
    )  # fmt: skip
    return mark_safe(safe)  # noqa: S308 - nh3 has just cleaned it


def _linked(tokens: list[Token]) -> list[Token]:
    """Bare addresses in the text become links."""
    found: list[Token] = []
    inside = 0
    for token in tokens:
        inside += token.nesting if token.type.startswith("link_") else 0
        if token.type != "text" or inside or "://" not in token.content:
            found.append(token)
            continue
        at = 0
        for match in _ADDRESS.finditer(token.content):
            found += [_piece(token.content[at : match.start()]), _raw(_anchor(match[0]))]
            at = match.end()
        found.append(_piece(token.content[at:]))
    return found


def _mentioned(tokens: list[Token], names: Mapping[str, str]) -> list[Token]:
    """`@[name](user:17)` becomes the name of today, marked; it is no link."""
    found: list[Token] = []
    key, said = "", ""
    for token in tokens:
        href = str(token.attrs.get("href", "")) if token.type == "link_open" else ""
        if _MENTION.fullmatch(href) and found and found[-1].content.endswith("@"):
            found[-1].content = found[-1].content[:-1]
            key, said = href, ""
        elif key and token.type == "link_close":
            found.append(_raw(format_html('<span class="mention">@{}</span>', names.get(key, said))))
            key = ""
        elif key:
            said += token.content
        else:
            found.append(token)
    return found


def _piece(words: str) -> Token:
    return Token("text", "", 0, content=words)


def _raw(markup: str) -> Token:
    return Token("html_inline", "", 0, content=markup)


def _anchor(address: str) -> SafeString:
    shown = address if len(address) <= 60 else f"{address[:57]}…"
    return format_html('<a href="{}">{}</a>', address, shown)


def plain(text: str) -> str:
    """The words of Markdown without its marks, on one line."""
    spaced = re.sub(r"(</(?:p|li|h\d|td|th|blockquote)>|<br ?/?>)", r"\1 ", _markdown().render(text))
    return " ".join(html.unescape(nh3.clean(spaced, tags=set())).split())


def excerpt(text: str, length: int = EXCERPT) -> str:
    """The first words, cut at a blank, with an ellipsis where something was cut.

    >>> excerpt("**버스**가 너무 늦게 옵니다. 배차를 늘려 주세요.", 12)
    '버스가 너무 늦게…'
    """
    words = plain(text)
    if len(words) <= length:
        return words
    cut = words[:length]
    head = cut.rsplit(" ", 1)[0] if " " in cut[length // 2 :] else cut
    return head.rstrip(" .,") + "…"


def clean(text: str) -> str:
    """Text as it is stored: normal form, no control characters, tidy blanks."""
    return normalise.clean(text).strip()


def language_of(text: str) -> str:
    """`ko` where a fifth of the letters are Hangul, else `en`.

    >>> language_of("Sidewalk on 경수대로 is too narrow for a wheelchair"), language_of("QR코드 안내판")
    ('en', 'ko')
    """
    letters = [ch for ch in text if ch.isalpha()]
    hangul = sum("가" <= ch <= "힣" for ch in letters)
    return "ko" if hangul * 5 >= len(letters) else "en"


@dataclass(frozen=True)
class Published:
    """Text as it may be published, and how many of each kind of personal data were masked in it."""

    text: str
    masked: dict[str, int]


def for_publication(text: str, *, keep_contacts: bool = False) -> Published:
    """Clean text with personal data masked. `keep_contacts` leaves e-mails and telephone numbers as written."""
    text = clean(text)
    pieces: list[str] = []
    masked: dict[str, int] = {}
    at = 0
    for span in privacy.find(text):
        if keep_contacts and span.kind not in ALWAYS_MASKED:
            continue
        pieces += [text[at : span.start], privacy.MARKS[span.kind]]
        masked[span.kind] = masked.get(span.kind, 0) + 1
        at = span.end
    return Published("".join([*pieces, text[at:]]), masked)


def added(*counts: dict[str, int]) -> dict[str, int]:
    """Sum counts of masked data."""
    return {kind: sum(one.get(kind, 0) for one in counts) for one in counts for kind in one}
