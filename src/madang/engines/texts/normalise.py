"""Bring a voice into one shape before anything is counted."""

import re
import unicodedata

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u206a-\u206f\ufe00-\ufe0f\ufeff]"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_BLANKS = re.compile(r"[^\S\n]+")
_LINES = re.compile(r" *\n *")
_MANY_LINES = re.compile(r"\n{3,}")
_URL = re.compile(
    r"(?:https?://|www\.)[^\s<>\"'가-힣]+|\b[\w-]+\.(?:co\.kr|go\.kr|or\.kr|com|net|org)(?:/[^\s가-힣]*)?", re.ASCII
)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>|&(?:nbsp|amp|lt|gt|quot|#\d+);")
_JAMO_RUN = re.compile(r"[ㄱ-ㅎㅏ-ㅣ]{2,}")
_REPEATED = re.compile(r"([^\w\s])\1+|([ㅋㅎㅠㅜ~.!?^;])\2+")
_LONG_RUN = re.compile(r"([^\W\d])\1{3,}")
# Sentences that a site's staff or a form put into citizens' texts; left in, they become a theme of their own.
_BOILERPLATE = tuple(
    re.compile(p)
    for p in (
        r"\[?\s*관리자\s*공지\s*\]?[^\n]{0,400}",
        r"\*?\s*관리자에\s*의해[^\n]{0,200}(?:처리|수정|삭제|비공개)[^\n]{0,80}",
        r"[^\n.]{0,60}(?:개인정보|허위사실|명예훼손|욕설|비속어)[^\n.]{0,60}(?:포함되어|해당되어|보호를\s*위해)[^\n.]{0,60}(?:삭제|수정|비공개|숨김|블라인드)(?:\s*처리)?[^\n.]{0,40}(?:되었습니다|하였습니다|합니다|됩니다)\.?",
        r"\[?\s*본\s*게시물의\s*일부\s*내용이[^\n\]]{0,120}\]?",
        r"국민\s*청원\s*요건에\s*위배되어[^\n]{0,200}",
        r"본\s*(?:게시물|게시글|제안|청원)은?[^\n]{0,120}(?:삭제|숨김|비공개|이동)\s*(?:처리)?\s*(?:되었|하였)습니다\.?",
        r"(?:자세한|상세한?|구체적인)?\s*(?:내용|것|사항)은?\s*(?:첨부\s*파일|첨부)(?:을|를)?\s*참[조고][^\n.]{0,20}\.?",
    )
)


def clean(text: str) -> str:
    r"""Return `text` as it may be stored and shown: NFC, no control or zero-width characters, tidy blanks.

    Words are never changed; applying it twice changes nothing.

    >>> clean("\u1100\u1161\u200b  나\r\n\r\n\r\n\r\n다\x00")
    '가 나\n\n다'
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = _CONTROL.sub("", _INVISIBLE.sub("", text))
    text = _LINES.sub("\n", _BLANKS.sub(" ", text))
    return unicodedata.normalize("NFC", _MANY_LINES.sub("\n\n", text).strip())


def strip_boilerplate(text: str) -> str:
    r"""Remove notices by administrators and other stock sentences.

    >>> strip_boilerplate("도로를 고쳐 주세요.\n[관리자 공지] 개인정보가 있어 수정했습니다.")
    '도로를 고쳐 주세요.'
    """
    for pattern in _BOILERPLATE:
        text = pattern.sub(" ", text)
    return text.strip()


def for_tokens(text: str) -> str:
    """Return the text that tokenisers read: cleaned, without addresses of pages, markup, boilerplate and laughter.

    >>> for_tokens("정말ㅋㅋㅋㅋ 위험해요!!!! https://a.kr/x?y=1 참고")
    '정말 위험해요! 참고'
    """
    text = strip_boilerplate(clean(text))
    text = _TAG.sub(" ", _URL.sub(" ", _EMAIL.sub(" ", text)))
    text = _LONG_RUN.sub(r"\1\1", _JAMO_RUN.sub(" ", text))
    text = _REPEATED.sub(lambda m: m.group(1) or m.group(2), text)
    return _BLANKS.sub(" ", text).strip()


def bare(text: str) -> str:
    """Return letters and digits only, lower-cased: what near-duplicates are compared on (spaces don't matter).

    >>> bare("층간 소음, 문제!")
    '층간소음문제'
    """
    return "".join(ch for ch in for_tokens(text).lower() if ch.isalnum())
