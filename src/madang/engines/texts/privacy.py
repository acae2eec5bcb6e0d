"""Mask personal data of a fixed format, and count what was masked."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_NOT_BEFORE = r"(?<![\d.\-])"
_NOT_AFTER = r"(?![\d]|[-.]\d)"
_SEP = r"[-.\s·)]{0,2}"
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+\s?@\s?[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
_BIRTH = r"\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_RESIDENT = re.compile(_NOT_BEFORE + _BIRTH + r"\s?[-–~]?\s?[1-8](?:\d{6}|[*xX●○]{6})" + _NOT_AFTER)
_CARD = re.compile(_NOT_BEFORE + r"\d{4}[-\s]\d{4}[-\s]\d{4}[-\s]\d{3,4}" + _NOT_AFTER)
_CARD_BARE = re.compile(_NOT_BEFORE + r"[3-6]\d{15}" + _NOT_AFTER)
_PHONE = re.compile(
    r"(?<![\d])\+?\(?82\)?[-.\s]{0,2}\(?0?(?:1[016789]|2|[3-6]\d|70)"
    + _SEP
    + r"\d{3,4}"
    + _SEP
    + r"\d{4}"
    + _NOT_AFTER
    + "|"
    + _NOT_BEFORE
    + r"\(?01[016789]"
    + _SEP
    + r"\d{3,4}"
    + _SEP
    + r"\d{4}"
    + _NOT_AFTER
    + "|"
    + _NOT_BEFORE
    + r"\(?0(?:2|3[1-3]|4[1-4]|5[1-5]|6[1-4]|70|50\d?)(?:\s?\)\s?|\s?[-.·]\s?|\s)\d{3,4}\s?[-.·\s]\s?\d{4}"
    + _NOT_AFTER
    + "|"
    + _NOT_BEFORE
    + r"0(?:2\d{7,8}|(?:3[1-3]|4[1-4]|5[1-5]|6[1-4]|70)\d{7,8})"
    + _NOT_AFTER
)
_ACCOUNT = re.compile(_NOT_BEFORE + r"\d{2,6}-\d{2,6}-\d{2,7}(?:-\d{1,6})?" + _NOT_AFTER)
_ACCOUNT_WORD = re.compile(r"(?:계좌|은행|농협|수협|신협|뱅크|입금|송금)[^\d\n]{0,20}?((?<!\d)\d{10,14}(?!\d))")
_PASSPORT = re.compile(r"(?<![A-Za-z0-9])[MSRODmsrod](?:\d{8}|\d{3}[A-Za-z]\d{4})(?![A-Za-z0-9])")
_DATE = re.compile(r"(?:19|20)?\d{2}-(?:0?[1-9]|1[0-2])-(?:0?[1-9]|[12]\d|3[01])|(?:(?:19|20)\d{2}-?)+")

KINDS = ("email", "resident_number", "card", "phone", "account", "passport")


@dataclass(frozen=True)
class Span:
    """One masked stretch of the *original* text: half-open [start, end)."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True)
class Masked:
    """The masked text, how many of each kind were masked, and where they stood."""

    text: str
    counts: tuple[tuple[str, int], ...]
    spans: tuple[Span, ...]

    @property
    def total(self) -> int:
        return len(self.spans)


def _is_account(digits: str) -> bool:
    return not _DATE.fullmatch(digits) and 10 <= sum(ch.isdigit() for ch in digits) <= 16


def _found(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield (kind, start, end), surer formats first."""
    for kind, pattern in (
        ("email", _EMAIL),
        ("resident_number", _RESIDENT),
        ("card", _CARD),
        ("card", _CARD_BARE),
        ("phone", _PHONE),
    ):
        yield from ((kind, *m.span()) for m in pattern.finditer(text))
    yield from (("account", *m.span()) for m in _ACCOUNT.finditer(text) if _is_account(m.group()))
    yield from (("account", *m.span(1)) for m in _ACCOUNT_WORD.finditer(text))
    yield from (("passport", *m.span()) for m in _PASSPORT.finditer(text))


def find(text: str) -> tuple[Span, ...]:
    """Return the stretches to mask, in order, never overlapping (an earlier kind of KINDS wins)."""
    taken: list[Span] = []
    for kind, start, end in _found(text):
        if all(end <= s.start or start >= s.end for s in taken):
            taken.append(Span(kind, start, end))
    return tuple(sorted(taken, key=lambda s: s.start))


def mask(text: str) -> Masked:
    """Replace e-mails, phone, resident-registration, card, account and passport numbers by `[kind]`-like marks.

    Dates, prices, articles of law and public numbers (112, 120, 1577-0000) stay. Names are not touched:
    rules for names mark common words.

    >>> mask("연락처 010-1234-5678, 신고는 112. 2019-08-31 예산 3,000,000원").text
    '연락처 [전화번호], 신고는 112. 2019-08-31 예산 3,000,000원'
    >>> mask("a@b.kr 과 c@d.kr").counts
    (('email', 2),)
    """
    spans, pieces, at = find(text), [], 0
    for span in spans:
        pieces += [text[at : span.start], MARKS[span.kind]]
        at = span.end
    counts = tuple((k, n) for k in KINDS if (n := sum(s.kind == k for s in spans)))
    return Masked("".join([*pieces, text[at:]]), counts, spans)


MARKS = {
    "email": "[이메일]",
    "phone": "[전화번호]",
    "resident_number": "[주민등록번호]",
    "card": "[카드번호]",
    "account": "[계좌번호]",
    "passport": "[여권번호]",
}
