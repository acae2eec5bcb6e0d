"""Judging every row before anything is written: what is good becomes a plan, what is not is told with its mend."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_noop as _

from madang.ground.people.models import Role
from madang.ground.people.setup.columns import KINDS, ROLES, YES
from madang.ground.people.setup.workbook import Line, Problem, read
from madang.ground.places.models import Office, Place

if TYPE_CHECKING:
    from collections.abc import Iterable

KIND_WORDS = "담당관 (officer), 국 (bureau), 과 (division), 부서 (department)"
ROLE_WORDS = (
    "관리자 (administrator), 사회혁신담당관 (officer), 부서 담당자 (staff), 전문가 (expert), 평가자 (evaluator)"
)


@dataclass
class Plan:
    """What can be carried out, and what cannot."""

    places: list[dict[str, Any]] = field(default_factory=list)
    offices: list[dict[str, Any]] = field(default_factory=list)
    people: list[dict[str, Any]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        return {"places": len(self.places), "offices": len(self.offices), "people": len(self.people)}


@dataclass
class Known:
    """What stands in the database already."""

    places: dict[str, str | None]  # code → code of the place above
    offices: set[tuple[str, str]]
    officers: dict[str, str]  # code of the place → key of its Social Innovation Officer


def known() -> Known:
    places = Place.objects.filter(valid_to=None).values_list("code", "parent__code")
    offices = list(
        Office.objects.filter(place__valid_to=None).values_list("place__code", "key", "is_innovation_officer", "active")
    )
    officers = {code: key for code, key, innovation, active in offices if innovation and active}
    return Known(dict(places), {(code, key) for code, key, *_rest in offices}, officers)


def plan_of(content: bytes, *, today: date) -> Plan:
    """Judge a workbook (three queries). Raises BadWorkbookError."""
    lines, problems = read(content)
    plan, standing = Plan(problems=problems), known()
    spoiled = {(one.sheet, one.row) for one in problems}
    good = {key: [line for line in rows if (key, line.number) not in spoiled] for key, rows in lines.items()}
    _places(plan, good["places"], standing)
    _offices(plan, good["offices"], standing)
    _people(plan, good["people"], standing, today)
    plan.problems.sort(key=lambda one: (("places", "offices", "people").index(one.sheet), one.row))
    return plan


def _lacks(plan: Plan, line: Line) -> bool:
    """Whether a value that is needed is missing."""
    missing = [one for one in line.sheet.columns if one.needed and not line.values.get(one.key)]
    for column in missing:
        plan.problems.append(line.problem(column.key, _("This cell is empty. It is needed.")))
    return bool(missing)


def _too_long(plan: Plan, line: Line, **limits: int) -> bool:
    found = [(key, most) for key, most in limits.items() if len(line.values.get(key, "")) > most]
    for key, most in found:
        plan.problems.append(line.problem(key, _("The text is longer than %(n)s letters. Shorten it."), n=most))
    return bool(found)


def _places(plan: Plan, lines: list[Line], standing: Known) -> None:
    """Provinces first, whatever their order in the file."""
    seen: dict[str, int] = {}
    ordered = sorted(lines, key=lambda line: bool(line.values.get("parent") or len(line.values.get("code", "")) > 2))
    for line in ordered:
        problem = (
            None
            if _lacks(plan, line) or _too_long(plan, line, code=10, name_ko=60, name_en=60)
            else _place(line, seen, plan, standing)
        )
        if problem:
            plan.problems.append(problem)


def _place(line: Line, seen: dict[str, int], plan: Plan, standing: Known) -> Problem | None:
    code = line.values["code"]
    parent = line.values.get("parent") or (code[:2] if len(code) > 2 else "")
    if not (code.isascii() and code.isdigit()):
        return line.problem("code", _("“%(code)s” is no official code: write digits, such as 41110."), code=code)
    if code in seen:
        return line.problem("code", _("The code stands in row %(row)s already. Keep one of the two."), row=seen[code])
    above = standing.places | {one["code"]: one["parent"] for one in plan.places}
    if why := _wrong_parent(code, parent, above, standing):
        return line.problem("parent", why, code=parent)
    seen[code] = line.number
    names = {key: line.values[key] for key in ("name_ko", "name_en")}
    plan.places.append({"code": code, "parent": parent or None, **names})
    return None


def _wrong_parent(code: str, parent: str, above: dict[str, str | None], standing: Known) -> str:
    """Provinces have nothing above them and municipalities a province; so no circle can be drawn."""
    if parent == code:
        return _("A place cannot lie in itself. Leave the cell empty for a province.")
    if parent and parent not in above:
        return _("No place has the code %(code)s, or its row was refused. Add it above.")
    if parent and above[parent]:
        return _("%(code)s is a municipality itself. Name the province or metropolis.")
    if code in standing.places and standing.places[code] != (parent or None):
        return _("This place exists and lies elsewhere. Enter its move on its own page.")
    return ""


def _offices(plan: Plan, lines: list[Line], standing: Known) -> None:
    codes = {one["code"] for one in plan.places} | set(standing.places)
    seen: dict[tuple[str, str], int] = {}
    rows: dict[tuple[str, str], tuple[Line, dict[str, Any]]] = {}
    for line in lines:
        if _lacks(plan, line) or _too_long(plan, line, key=80, name_ko=80, name_en=120):
            continue
        at = (line.values["place"], line.values["key"])
        problem = _office_problem(line, at, codes, seen)
        if problem:
            plan.problems.append(problem)
            continue
        seen[at] = line.number
        rows[at] = (line, _office(line))
    _drop_loops_and_strangers(plan, rows, standing)
    _keep_one_officer(plan, rows, standing)
    plan.offices = [row for _line, row in rows.values()]


def _office_problem(
    line: Line, at: tuple[str, str], codes: set[str], seen: dict[tuple[str, str], int]
) -> Problem | None:
    if at[0] not in codes:
        return line.problem(
            "place", _("No place has the code %(code)s, or its row was refused. Add it above."), code=at[0]
        )
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", at[1]):
        return line.problem("key", _("Write small letters, digits and hyphens, such as transport-policy."))
    if at in seen:
        return line.problem("key", _("The key stands in row %(row)s already. Keep one of the two."), row=seen[at])
    if _word(line.values["kind"]) not in KINDS:
        return line.problem("kind", _("Write one of these words: %(words)s."), words=KIND_WORDS)
    return None


def _word(text: str) -> str:
    return "".join(text.lower().split())


def _office(line: Line) -> dict[str, Any]:
    values = line.values
    return {
        "place": values["place"], "key": values["key"], "kind": KINDS[_word(values["kind"])].value,
        "name_ko": values["name_ko"], "name_en": values.get("name_en", ""), "mandate": values.get("mandate", ""),
        "parent": values.get("parent", ""), "is_innovation_officer": _word(values.get("innovation", "")) in YES,
    }  # fmt: skip


def _drop_loops_and_strangers(
    plan: Plan, rows: dict[tuple[str, str], tuple[Line, dict[str, Any]]], standing: Known
) -> None:
    """Refuse an office whose chain of offices above does not end; again, until every one that is left does."""
    while True:
        bad = {at: why for at in rows if (why := _broken_chain(at, rows, standing))}
        if not bad:
            return
        for at, why in bad.items():
            line, row = rows.pop(at)
            plan.problems.append(line.problem("parent", why, key=row["parent"]))


def _broken_chain(
    at: tuple[str, str], rows: dict[tuple[str, str], tuple[Line, dict[str, Any]]], standing: Known
) -> str:
    passed = {at}
    while parent := rows[at][1]["parent"]:
        at = (at[0], parent)
        if at in passed:
            return _("The offices lie in a circle through %(key)s. Leave one of the cells empty.")
        if at not in rows:
            return (
                ""
                if at in standing.offices
                else _("No office of this place has the key %(key)s, or its row was refused.")
            )
        passed.add(at)
    return ""


def _keep_one_officer(plan: Plan, rows: dict[tuple[str, str], tuple[Line, dict[str, Any]]], standing: Known) -> None:
    officers = dict(standing.officers)
    for at, (line, row) in list(rows.items()):
        if row["is_innovation_officer"] and officers.setdefault(at[0], at[1]) != at[1]:
            del rows[at]
            plan.problems.append(
                line.problem(
                    "innovation", _("The place has a Social Innovation Officer already: %(key)s."), key=officers[at[0]]
                )
            )


def _people(plan: Plan, lines: list[Line], standing: Known, today: date) -> None:
    codes = {one["code"] for one in plan.places} | set(standing.places)
    offices = {(one["place"], one["key"]) for one in plan.offices} | standing.offices
    seen: dict[tuple[str, ...], int] = {}
    for line in lines:
        if _lacks(plan, line) or _too_long(plan, line, email=254, name=40):
            continue
        row = _person(line)
        problems = [one for one in _person_problems(line, row, codes, offices, today) if one]
        key = (row["email"], row["role"], row["place"], row["office"])
        if not problems and key in seen:
            problems = [line.problem("email", _("The same role stands in row %(row)s already."), row=seen[key])]
        if problems:
            plan.problems += problems
            continue
        seen[key] = line.number
        plan.people.append(row)


def _person(line: Line) -> dict[str, Any]:
    values = line.values
    role = ROLES.get(_word(values["role"]), "")
    return {
        "email": values["email"].lower(), "name": values.get("name", ""), "role": str(role),
        "place": values.get("place", ""), "office": values.get("office", "") if role == Role.Kind.STAFF else "",
        "until": values.get("until", ""), "language": values.get("language", "").lower() or "ko",
    }  # fmt: skip


def _person_problems(
    line: Line, row: dict[str, Any], codes: set[str], offices: set[tuple[str, str]], today: date
) -> Iterable[Problem | None]:
    try:
        validate_email(row["email"])
    except ValidationError:
        yield line.problem("email", _("This is no e-mail address. Check it for spaces and commas."))
    if not row["role"]:
        yield line.problem("role", _("Write one of these words: %(words)s."), words=ROLE_WORDS)
    if row["role"] != Role.Kind.PLATFORM_ADMIN and row["place"] not in codes:
        yield line.problem(
            "place", _("No place has the code %(code)s, or its row was refused. Add it above."), code=row["place"]
        )
    if row["role"] == Role.Kind.STAFF and (row["place"], row["office"]) not in offices:
        yield line.problem(
            "office", _("No office of this place has the key %(key)s, or its row was refused."), key=row["office"]
        )
    if row["language"] not in {"ko", "en"}:
        yield line.problem("language", _("Write ko or en."))
    if row["until"] and not _is_future(row["until"], today):
        yield line.problem("until", _("Write a day to come, such as 2027-12-31."))


def _is_future(text: str, today: date) -> bool:
    try:
        return date.fromisoformat(text) >= today
    except ValueError:
        return False
