"""Citizens' text: what proposals use of the ground's text and of the comparison of versions."""

from __future__ import annotations

from madang.engines.texts.wordwise import Piece, compare
from madang.ground.participation.text import (
    EXCERPT,
    TAGS,
    Published,
    added,
    clean,
    excerpt,
    for_publication,
    language_of,
    plain,
    render,
)

__all__ = [
    "EXCERPT",
    "TAGS",
    "Piece",
    "Published",
    "added",
    "clean",
    "compare",
    "excerpt",
    "for_publication",
    "language_of",
    "plain",
    "render",
]
