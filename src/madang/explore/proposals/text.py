"""Citizens' text: Markdown to safe HTML, excerpts, personal data, language, and the differences between versions."""

from __future__ import annotations

import difflib
import html
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

from madang.engines.texts import normalise, privacy

if TYPE_CHECKING:
    from markdown_it.token import Token

TAGS = {
    "a", "blockquote", "br", "code", "em", "h3", "h4", "h5", "hr", "li", "ol", "p", "pre", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
SCHEMES = {"http", "https", "mailto"}
# Numbers that nobody may publish: not even the writer decides otherwise. (Contacts are the writer's to give.)
ALWAYS_MASKED = frozenset({"resident_number", "card", "account", "passport"})
EXCERPT = 200
LONG = 600


@cache
def _markdown() -> MarkdownIt:
    """CommonMark without what plain Korean letters trip over.

    Indented code (a first line indented by blanks), setext headings (a row of dashes under a line) and images
    (which would be fetched from strangers) are off; single line breaks are kept.
    """
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("table")
    return parser.disable(["code", "lheading", "image"])


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


@dataclass(frozen=True)
class Piece:
    """A stretch of a comparison: kind is `same`, `removed` or `added`."""

    kind: str
    text: str


def compare(before: str, after: str) -> list[Piece]:
    """The differences between two versions, word by word, line breaks kept.

    >>> [(piece.kind, piece.text) for piece in compare("밤길이 어둡습니다", "골목길이 어둡습니다")]
    [('removed', '밤길이 '), ('added', '골목길이 '), ('same', '어둡습니다')]
    """
    # A word carries the blanks behind it: blanks as words of their own would make long texts quadratic.
    old, new = (re.findall(r"\S+[^\S\n]*|\n|[^\S\n]+", text) for text in (before, after))
    # In long texts words that stand everywhere do not anchor a match: else a text of one sentence a thousand times
    # would keep the server busy for seconds.
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=len(new) > LONG)
    pieces: list[Piece] = []
    for tag, a, b, c, d in matcher.get_opcodes():
        kinds = [("same", old[a:b])] if tag == "equal" else [("removed", old[a:b]), ("added", new[c:d])]
        pieces += [Piece(kind, "".join(words)) for kind, words in kinds if words]
    return pieces
