"""Two participatory budgets of ours, labelled as made up: one in its vote now, one whose winners are carried out.

Projects, costs and verdicts are written here; ballots are drawn in ballots.py.
"""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from madang.ground.participation.models import Subject
from madang.ground.participation.operations import add_subject
from madang.ground.participation.search import index
from madang.ground.record.operations import record
from madang.plan.budgets.models import (
    Budget,
    Conflict,
    ConflictMember,
    CostLine,
    Phase,
    Pot,
    Project,
    ProjectSource,
    Screening,
)
from madang.plan.budgets.operations.importing import import_pb
from madang.plan.budgets.operations.opening import freeze
from madang.plan.budgets.outlines import BUILT_IN, begin_of, spans
from madang.web.demo import ballots
from madang.web.demo.source import rows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from pathlib import Path
    from typing import Any

    from madang.explore.proposals.models import Proposal
    from madang.ground.people.models import User
    from madang.ground.places.models import Office, Place

    Say = Callable[[str], None]

MADE_UP = "시연을 위해 꾸민 예산입니다. 사업과 사업비, 검토 의견, 투표는 모두 실제가 아닙니다."
# Each: title, year, place, officer, how many days ago voting began, pots by the key that a project names.
BUDGETS: dict[str, dict[str, Any]] = {
    "gg": {
        "title": "2027년 경기도 주민참여예산", "year": 2027, "place": "41", "by": "of-gg", "vote_began": 6,
        "about": "도민이 제안하고 부서가 검토한 24개 사업을 놓고 도민이 투표합니다. 분야마다 재원이 따로 있으며, "
        "균등 배분 방식으로 집계하여 작은 지역과 집단의 뜻도 제 몫을 얻습니다.",
        "pots": {
            "housing_safety": ("주거·안전", 1_200_000_000), "living_culture": ("생활문화·공간", 1_000_000_000),
            "fair_economy": ("동네 경제", 600_000_000), "jobs": ("일자리", 700_000_000),
            "engagement": ("참여·공공서비스", 700_000_000),
        },
        "pot_of": "field", "eligible": 11_800_000, "ballot": {"ballot_type": "approval"},
    },
    "su": {
        "title": "2026년 수원시 주민참여예산", "year": 2026, "place": "41110", "by": "of-suwon", "vote_began": 240,
        "about": "네 개 구의 주민이 동네 사업을 제안하고 정한 예산입니다. 선정된 사업을 지금 추진하고 있습니다.",
        "pots": {
            "장안": ("장안구", 300_000_000), "권선": ("권선구", 350_000_000), "팔달": ("팔달구", 350_000_000),
            "영통": ("영통구", 400_000_000),
        },
        "pot_of": "district", "eligible": 1_020_000, "ballot": {"ballot_type": "k-approval", "most_choices": 6},
    },
}  # fmt: skip
OFFICES = {
    "housing_safety": "gg-walk", "living_culture": "gg-cultpol", "fair_economy": "gg-food", "jobs": "gg-jobs",
    "engagement": "gg-civic",
}  # fmt: skip
REASONS = (
    "현장을 확인하고 소관 시군과 협의했습니다. 사업비는 지난해 계약 단가로 산정했으며 내년 안에 마칠 수 있습니다.",
    "법령과 소관에 어긋나는 점이 없습니다. 유지관리비는 해마다 사업비의 4% 안팎으로 보며 부서 예산에 반영하겠습니다.",
    "같은 내용의 사업을 두 곳에서 해 본 결과가 있어 효과를 예상할 수 있습니다. 자리는 주민과 함께 정하는 조건입니다.",
    "제안한 물량의 일부를 줄이면 추진할 수 있습니다. 줄인 물량과 까닭을 제안자와 확인했습니다.",
)
# Projects of one budget of which at most one can win, by their numbers.
EXCLUDING = {"su": ((16, 7), "두 사업이 같은 방을 씁니다.")}


def load(
    *, proposals: Mapping[str, Proposal], places: Mapping[str, Place], offices: Mapping[str, Office],
    people: Mapping[str, User], now: datetime, say: Say,
) -> dict[str, Budget]:  # fmt: skip
    """Both budgets, frozen for their votes, by their keys."""
    began, content, found = time.process_time(), rows("budgets"), {}
    voices = sorted(proposals.values(), key=lambda one: one.pk)
    for key, plan in BUDGETS.items():
        mine = [row for row in content if row["budget"] == key]
        found[key] = _load(key, plan, mine, voices, places, offices, people, now)
    ballots.load(budgets=found, people=people, now=now, say=say)
    count = sum(one.projects.count() for one in found.values())
    say(f"{len(found)} participatory budgets with {count} projects ({time.process_time() - began:.1f} CPU seconds)")
    return found


@transaction.atomic
def _load(
    key: str, plan: dict[str, Any], content: list[dict[str, Any]], voices: list[Proposal], places: Mapping[str, Place],
    offices: Mapping[str, Office], people: Mapping[str, User], now: datetime,
) -> Budget:  # fmt: skip
    place, officer = places[plan["place"]], people[plan["by"]]
    first = timezone.localdate(now) - timedelta(days=plan["vote_began"] + 111)
    created = begin_of(first) - timedelta(days=20)
    budget = Budget.objects.create(
        subject=add_subject(kind=Budget.KIND, place=place, now=created), place=place, title=plan["title"],
        year=plan["year"], description=plan["about"], status=Budget.Status.PUBLIC, source=Budget.Source.SIMULATED,
        attribution=MADE_UP, eligible=plan["eligible"], created_by=officer, created_at=created, seed=20261124,
        rule="equal-shares", completion="add1u", **plan["ballot"],
    )  # fmt: skip
    Phase.objects.bulk_create(
        Phase(budget=budget, kind=kind, starts_at=begin, ends_at=end)
        for kind, begin, end in spans(BUILT_IN[0].steps, first)
    )
    pots = {
        one: Pot.objects.create(budget=budget, name=name, amount=amount, field=one if plan["pot_of"] == "field" else "")
        for one, (name, amount) in plan["pots"].items()
    }
    record(
        kind="budget_public",
        subject=budget.record_key,
        place=place,
        by=officer,
        now=created,
        data={"title": budget.title},
    )
    projects = _projects(budget, plan, content, pots, places)
    _voices(projects, voices)
    _screenings(budget, content, projects, offices, officer)
    if key in EXCLUDING:
        numbers, reason = EXCLUDING[key]
        conflict = Conflict.objects.create(budget=budget, reason=reason)
        ConflictMember.objects.bulk_create(ConflictMember(conflict=conflict, project=projects[one]) for one in numbers)
    vote = budget.phases.get(kind="vote")
    freeze(budget, by=None, now=min(vote.starts_at, now))
    index.mark_waiting([budget.subject_id, *(one.subject_id for one in projects.values())])
    return budget


def _projects(
    budget: Budget,
    plan: dict[str, Any],
    content: list[dict[str, Any]],
    pots: Mapping[str, Pot],
    places: Mapping[str, Place],
) -> dict[int, Project]:
    ideas = budget.phases.get(kind="ideas")
    made = []
    for row in content:
        at = ideas.starts_at + (ideas.ends_at - ideas.starts_at) * (row["number"] / (len(content) + 1))
        place = places.get(row["district"], budget.place)
        point = row["point"] or (None, None)
        made.append(
            Project(
                subject=Subject(kind=Project.KIND, place=place, created_at=at, announced_at=at), budget=budget,
                pot=pots.get(row[plan["pot_of"]]), number=row["number"], title=row["title"], summary=row["summary"],
                body=row["body"], field=row["field"], place=place, latitude=point[0], longitude=point[1],
                cost=sum(amount for _label, amount in row["lines"]) or None, created_at=at,
                status=Project.Status.FEASIBLE if row["lines"] else Project.Status.IDEA,
            )
        )  # fmt: skip
    Subject.objects.bulk_create(one.subject for one in made)
    for one in made:
        one.subject_id = one.subject.pk
    Project.objects.bulk_create(made)
    CostLine.objects.bulk_create(
        CostLine(project=one, label=label, amount=amount)
        for one, row in zip(made, content, strict=True)
        for label, amount in row["lines"]
    )
    return {one.number: one for one in made}


def _voices(projects: Mapping[int, Project], voices: list[Proposal]) -> None:
    """The proposals behind each: of its district and theme, else of its theme; their first author had the idea."""
    used: set[int] = set()
    links = []
    for project in projects.values():
        public = [
            one for one in voices if one.status in one.VISIBLE and one.pk not in used and one.field == project.field
        ]
        near = [one for one in public if one.place_id == project.place_id] or public
        for one in near[:2]:
            used.add(one.pk)
            links.append(ProjectSource(project=project, proposal=one))
        if near:
            project.author_id, project.item_id = near[0].author_id, near[0].agenda_item_id
    Project.objects.bulk_update(projects.values(), ["author", "item"])
    ProjectSource.objects.bulk_create(links)


def _screenings(
    budget: Budget,
    content: list[dict[str, Any]],
    projects: Mapping[int, Project],
    offices: Mapping[str, Office],
    officer: User,
) -> None:
    """What each office said, and what was merged."""
    phase = budget.phases.get(kind="screening")
    mine = budget.place.code == "41"
    for row in content:
        project, number = projects[row["number"]], row["number"]
        if row.get("status") == "merged":
            target = projects[2]
            project.status, project.status_before, project.merged_into = "merged", "idea", target
            project.save(update_fields=["status", "status_before", "merged_into"])
            continue
        office = offices.get(row.get("office") or "") or offices[OFFICES[row["field"]] if mine else "suwon-innov"]
        decided = phase.starts_at + (phase.ends_at - phase.starts_at) * (number / (len(content) + 1))
        feasible = row.get("status") != "infeasible"
        verdict = ("changed" if number % 4 == 0 else "feasible") if feasible else "infeasible"
        reasons = row.get("reasons") or REASONS[3 if verdict == "changed" else number % 3]
        Screening.objects.create(
            project=project, office=office, asked_by=officer, asked_at=phase.starts_at,
            due_at=phase.starts_at + timedelta(days=30), verdict=verdict, cost=project.cost if feasible else None,
            reasons=reasons, decided_by=officer, decided_at=decided,
        )  # fmt: skip
        if not feasible:
            Project.objects.filter(pk=project.pk).update(status=Project.Status.INFEASIBLE, pot=None)
        record(
            kind="screening_decided", subject=project.record_key, place=budget.place, office=office, by=officer,
            now=decided, reason=reasons, data={"verdict": verdict, "cost": project.cost},
        )  # fmt: skip


def load_real(*, folder: Path, place: Place, now: datetime, say: Say) -> list[Budget]:
    """Every real election in the folder `ballots`, by the public importer, at one place."""
    found = []
    for file in sorted((folder / "ballots").glob("*.pb")):
        began = time.process_time()
        done = import_pb(data=file.read_bytes(), place=place, name=file.name, by=None, now=now)
        found.append(done.budget)
        ballots.count_real(done.budget, now=now, say=say)
        spent = time.process_time() - began
        say(f"{done.budget.title}: {done.projects} projects, {done.voters:,} ballots ({spent:.1f} CPU seconds)")
    return found
