"""How a text names somebody: `@[name](user:17)` or `@[name](office:5)`.

A display name is not unique, so the number counts; the name beside it is set to the real one on writing, so that
nobody is named under somebody else's name. Plain `@name` stays text, unless it fits exactly one person here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

TOKEN = re.compile(r"@\[([^\[\]\n]{0,80})\]\((user|office):(\d{1,18})\)")
PLAIN = re.compile(r"(?<![\w@.])@([^\s@\[\](){}<>,.!?:;\"'“”‘’]{1,40})")
MOST = 10


@dataclass(frozen=True)
class Named:
    """Ids named in a text."""

    users: frozenset[int] = frozenset()
    offices: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Nameable:
    """Who may be named here: names by id."""

    users: dict[int, str] = field(default_factory=dict)
    offices: dict[int, str] = field(default_factory=dict)

    def name(self, kind: str, pk: int) -> str | None:
        return (self.users if kind == "user" else self.offices).get(pk)


def asked(text: str) -> Named:
    """Whom a text tries to name."""
    found = {(kind, int(pk)) for _name, kind, pk in TOKEN.findall(text)}
    return Named(*(frozenset(pk for kind, pk in found if kind == one) for one in ("user", "office")))


def settle(text: str, here: Nameable) -> str:
    """Keep what names somebody who may be named here, under the real name; the rest becomes plain text.

    >>> here = Nameable(users={17: "순임"})
    >>> settle("@[사칭](user:17) @[남](user:9) @순임 님", here)
    '@[순임](user:17) @남 @[순임](user:17) 님'
    """

    def one(match: re.Match[str]) -> str:
        name = here.name(match[2], int(match[3]))
        return f"@[{_bare(name)}]({match[2]}:{match[3]})" if name else f"@{match[1]}"

    named = TOKEN.sub(one, text)
    by_name: dict[str, list[str]] = {}
    for kind, names in (("user", here.users), ("office", here.offices)):
        for pk, name in names.items():
            by_name.setdefault(_bare(name).replace(" ", ""), []).append(f"@[{_bare(name)}]({kind}:{pk})")

    def plain(match: re.Match[str]) -> str:
        return _longest(match[1], by_name) or match[0]

    return PLAIN.sub(plain, named)


def _longest(words: str, by_name: dict[str, list[str]]) -> str:
    """The token for the longest name that the word begins with (a particle may follow), where it is only one's."""
    for end in range(len(words), 1, -1):
        if found := by_name.get(words[:end]):
            # A name is followed by the end or by a particle, never by more of another name.
            return f"{found[0]}{words[end:]}" if len(found) == 1 and len(words) - end <= 2 else ""
    return ""


def _bare(name: str) -> str:
    return name.translate({ord(ch): None for ch in "[]()\n"})


def said(text: str) -> str:
    """A text with its mentions as plain names, for lists, notices and feeds."""
    return TOKEN.sub(lambda match: f"@{match[1]}", text)
