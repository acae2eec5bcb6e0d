"""Merge the translation fragments into Django's catalog and tell what is missing.

Each part of the house keeps its Korean in `locale/ko/fragments/<part>.po`, so that two people who add words do not
meet in one file. The msgids are English, which is why English needs no catalog of its own.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import polib

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(__file__).resolve().parents[1]
LOCALE = PACKAGE / "locale"
FRAGMENTS = LOCALE / "ko" / "fragments"
Key = tuple[str | None, str]
_STRING = r"u?(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
_CALL = re.compile(rf"\b_?(n?p?gettext)\(({_STRING})(?:,\s*({_STRING}))?")


def merge() -> tuple[polib.POFile, list[str]]:
    """Return the merged catalog, and complaints where two fragments disagree."""
    catalog = polib.POFile(wrapwidth=110)
    catalog.metadata = {"Content-Type": "text/plain; charset=utf-8", "Plural-Forms": "nplurals=1; plural=0;"}
    complaints: list[str] = []
    seen: dict[Key, polib.POEntry] = {}
    for path in sorted(FRAGMENTS.glob("*.po")):
        for entry in polib.pofile(str(path)):
            former = seen.setdefault((entry.msgctxt or None, entry.msgid), entry)
            if former is entry:
                catalog.append(entry)
            elif entry.msgid_plural and not former.msgid_plural:
                former.msgid_plural, former.msgstr_plural = entry.msgid_plural, entry.msgstr_plural
            elif former.msgstr != entry.msgstr and former.msgstr and entry.msgstr:
                complaints.append(f"{path.name}: {entry.msgid!r} is {entry.msgstr!r} here, elsewhere {former.msgstr!r}")
    return catalog, complaints


def compile_catalog() -> None:
    """Write the compiled catalog unless it is newer than every fragment."""
    target = LOCALE / "ko" / "LC_MESSAGES" / "django.mo"
    newest = max((path.stat().st_mtime for path in FRAGMENTS.glob("*.po")), default=0.0)
    if target.exists() and target.stat().st_mtime > newest:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_suffix(f".{id(target)}.tmp")
    merge()[0].save_as_mofile(str(temporary))
    temporary.replace(target)


def used() -> dict[Key, str]:
    """Every message that our code and templates ask for, with the file that asks."""
    found: dict[Key, str] = {}
    mails = (path for path in PACKAGE.rglob("*.txt") if "templates" in path.parts)
    for path in sorted([*PACKAGE.rglob("*.html"), *mails]):
        for key in _in_template(path.read_text(encoding="utf-8")):
            found.setdefault(key, path.name)
    for path in sorted(PACKAGE.rglob("*.py")):
        if "migrations" not in path.parts:
            for key in _in_python(path.read_text(encoding="utf-8")):
                found.setdefault(key, str(path.relative_to(PACKAGE)))
    return found


def _in_template(text: str) -> Iterator[Key]:
    from django.utils.translation.template import templatize

    for function, first, second in _CALL.findall(templatize(text)):
        yield (
            (ast.literal_eval(first), ast.literal_eval(second)) if "p" in function else (None, ast.literal_eval(first))
        )


def _in_python(text: str) -> Iterator[Key]:
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name != "_" and not re.fullmatch(r"n?p?gettext(_lazy|_noop)?", name):
            continue
        values = [arg.value for arg in node.args[:2] if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
        if values:
            yield (values[0], values[1]) if name.startswith(("p", "np")) else (None, values[0])


def missing() -> list[str]:
    """Messages without a Korean translation, fuzzy ones, and fragments that contradict each other."""
    catalog, complaints = merge()
    known = {(entry.msgctxt or None, entry.msgid) for entry in catalog.translated_entries()}
    lines = [f"missing {key[1]!r} ({where})" for key, where in used().items() if key not in known]
    return sorted(lines + [f"fuzzy {entry.msgid!r}" for entry in catalog if entry.fuzzy]) + complaints
