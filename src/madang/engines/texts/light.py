"""Tokenisers without a model: English, and a fallback for Korean that strips particles and endings."""

import re
from collections.abc import Iterable, Iterator

from .normalise import for_tokens
from .vocabulary import BASES, PLACES, STOP

_RUN = re.compile(r"[가-힣]+|[A-Za-z]+(?:'[a-z]+)?|\d+")
_ENGLISH_STOP = frozenset(
    "a an and are as at be been but by can could did do does for from had has have he her his how i if in into is "
    "it its just more most my no not of on or our out please shall she should so some such than that the their "
    "them then there these they this those to too up us was we were what when where which who will with would you "
    "your".split()
)
_PARTICLES = tuple(
    sorted(
        "에서는 에서도 에서의 으로는 으로도 으로서 으로써 에게서 에게는 에게도 이라고 이라는 이라도 이라며 까지는 "
        "까지도 부터는 만으로 들에게 들에서 들과의 들이나 들이 들은 들을 들의 들도 들과 들만 들께 에서 에게 에는 "
        "에도 에만 으로 로서 로써 로는 로도 까지 부터 처럼 보다 마다 조차 마저 이나 이란 이며 이고 이다 인데 이라 "
        "라고 라는 라도 하고 에의 와의 과의 께서 한테 대로 만큼 밖에 뿐만 은 는 이 가 을 를 의 에 로 와 과 도 만 "
        "나 란 들 께 야 여".split(),
        key=lambda p: (-len(p), p),
    )
)
_DERIVED = re.compile(
    r"^(.{2,}?)(?:하(?:다|고|는|면|지|며|게|기|자|여|였|려|도록|거나|는데|기를|니|네요|세요|겠)|해(?:$|주|야|서|요|도|라|졌|지)|"
    r"했|합니|한다|할|함|한$|되(?:다|고|는|면|지|며|게|기|어|었|도록|거나|니)|돼|됐|됩니|된|될|됨|시키|시킨|시켜|당하|당한|스러|스럽|롭)"
)
_ENDINGS = tuple(
    sorted(
        "습니다 습니까 입니다 입니까 았습니다 었습니다 겠습니다 어주세요 아주세요 어요 아요 네요 군요 지요 는데 "
        "은데 어서 아서 으면 지만 다고 라고 면서 으니 니까 도록 던 었다 았다 는 은 을 고 지 게 기 며 면 다 요".split(),
        key=lambda e: (-len(e), e),
    )
)


def english_stem(word: str) -> str:
    """Cut plural, -ed and -ing off an English word, in the spirit of Porter's first step.

    >>> [english_stem(w) for w in ("parks", "stopping", "policies", "planned", "buses", "safety")]
    ['park', 'stop', 'policy', 'plan', 'bus', 'safety']
    """
    word = word.lower().removesuffix("'s")
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("sses", "shes", "ches", "xes", "zes", "uses")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    for end in ("ing", "ed"):
        if word.endswith(end) and re.search("[aeiouy]", word[: -len(end)]) and len(word) > len(end) + 2:
            stem = word[: -len(end)]
            return stem[:-1] if stem[-1] == stem[-2] and stem[-1] not in "lsz" else stem
    return word


def english_tokens(text: str) -> list[str]:
    """Return the stemmed English words of `text` without words like "the".

    >>> english_tokens("Please fix the streetlights")
    ['fix', 'streetlight']
    """
    return [
        english_stem(w)
        for w in re.findall(r"[A-Za-z]+(?:'[a-z]+)?", text)
        if w.lower() not in _ENGLISH_STOP and len(w) > 1
    ]


def _longest_place(word: str) -> str | None:
    """`고양시에서는` → `고양시`, when what follows is a particle or an office."""
    for length in range(min(6, len(word)), 1, -1):
        if word[:length] in PLACES:
            rest = word[length:]
            return word[:length] if not rest or rest in _PARTICLES or rest[0] in "청민장의내" else None
    return None


def strip_korean(word: str) -> str:
    """Reduce one written word to its noun, or to something near the stem of its verb.

    >>> [strip_korean(w) for w in ("청년들의", "설치해주세요", "고양시에서", "고양이가", "시끄럽습니다")]
    ['청년', '설치', '고양시', '고양이', '시끄럽']
    """
    if place := _longest_place(word):
        return place
    if match := _DERIVED.match(word):
        return match[1]
    for suffix in (*_PARTICLES, *_ENDINGS):
        if word.endswith(suffix) and len(word) - len(suffix) >= 2:
            return word[: -len(suffix)]
    return word


class LightTokenizer:
    """Tokeniser without a model, for English and for moments when Kiwi is not loaded.

    Korean words lose particles and common endings; compounds are not taken apart and homographs not told apart.

    >>> LightTokenizer().tokenise("청년들의 일자리를 늘려 주세요")
    ['청년', '일자리', '늘려', '주세']
    """

    name = "light"

    def tokenise(self, text: str) -> list[str]:
        """Return the content words of `text`, in order."""
        return list(self._words(for_tokens(text)))

    def tokenise_batch(self, texts: Iterable[str]) -> Iterator[list[str]]:
        """Yield the tokens of each text."""
        return map(self.tokenise, texts)

    def parts(self, token: str) -> tuple[str, ...]:
        """Return what `token` is known to contain: for a municipality the name without 시, 군 or 구."""
        return (BASES[token],) if token in BASES else ()

    def _words(self, text: str) -> Iterator[str]:
        for run in _RUN.findall(text):
            if run[0].isascii():
                yield from [run] if run.isdigit() else english_tokens(run)
            elif (token := strip_korean(run)) not in STOP:
                yield token
