"""The code of conduct that holds where a place has written none of its own: short, numbered, in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import get_language

if TYPE_CHECKING:
    from datetime import datetime

    from madang.ground.places.models import Place

SHIPPED = (
    {
        "ko": "사람이 아니라 생각에 대하여 말합니다. 욕설, 모욕, 위협은 하지 않습니다.",
        "en": "Speak about ideas, not about persons. No insults, no abuse, no threats.",
    },
    {
        "ko": "출신, 성별, 나이, 장애, 종교, 성적 지향을 이유로 누구도 깎아내리지 않습니다.",
        "en": "Belittle nobody for origin, sex, age, disability, religion or sexual orientation.",
    },
    {
        "ko": "다른 사람의 이름, 연락처, 주소, 사진 등 개인정보를 올리지 않습니다.",
        "en": "Publish no personal data of others: names, telephone numbers, addresses, pictures.",
    },
    {
        "ko": "광고, 같은 글의 되풀이, 주제와 무관한 글은 올리지 않습니다.",
        "en": "No advertising, no repeating the same text, nothing that has nothing to do with the matter.",
    },
    {
        "ko": "사실은 아는 대로 적고, 근거가 있으면 함께 밝힙니다. 거짓을 사실처럼 퍼뜨리지 않습니다.",
        "en": "State facts as you know them and give your source. Do not spread falsehoods as facts.",
    },
    {
        "ko": "법에 어긋나는 내용이나 그런 일을 부추기는 글은 올리지 않습니다.",
        "en": "Nothing that breaks the law, and no call to break it.",
    },
)


@dataclass(frozen=True)
class Code:
    """The rules in force at a place. `origin`: the place that wrote them (None: shipped); `number`: its version."""

    origin: Place | None
    number: int
    rules: tuple[dict[str, str], ...]
    published_at: datetime | None = None

    @property
    def words(self) -> list[str]:
        """The rules in the reader's language, rule 1 first."""
        return [in_language(rule) for rule in self.rules]

    def rule(self, number: int | None) -> dict[str, str] | None:
        """One rule by its number, None where there is none."""
        return self.rules[number - 1] if number and 1 <= number <= len(self.rules) else None


def in_language(rule: dict[str, str]) -> str:
    """A rule in the reader's language, in the other one where it was written in one only."""
    own = "ko" if (get_language() or "ko").startswith("ko") else "en"
    return rule.get(own) or next((text for text in rule.values() if text), "")


def shipped() -> Code:
    return Code(None, 0, SHIPPED)
