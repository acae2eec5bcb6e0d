"""What import-linter cannot see: foreign keys as strings, hidden imports, side doors, clocks."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import grimp
import pytest
from django.apps import apps

SRC = Path(__file__).resolve().parents[2] / "src"
ROOMS = ["engines", "ground", "explore", "plan", "practice", "diffuse", "web"]
GROUND = ["footing", "places", "people", "record", "agenda", "participation"]
SIDE_DOORS = ("views", "forms", "api", "tasks", "urls", "admin")


def height(module: str) -> tuple[int, int]:
    """How high in the house a module stands: (room, floor inside ground)."""
    parts = module.split(".")
    floor = GROUND.index(parts[2]) if parts[1] == "ground" and len(parts) > 2 else 0
    return ROOMS.index(parts[1]), floor


def test_import_contracts_hold():
    run = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-3000:]


def test_no_relation_points_upward():
    ours = [model for model in apps.get_models() if model.__module__.startswith("madang.")]
    assert ours
    upward = [
        f"{model.__name__}.{field.name} → {field.related_model.__name__}"
        for model in ours
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model.__module__.startswith("madang.")
        if height(field.related_model.__module__) > height(model.__module__)
    ]
    assert upward == []


def test_engines_run_without_django():
    code = (
        "import importlib, pkgutil, sys, madang.engines as e\n"
        "[importlib.import_module(m.name) for m in pkgutil.walk_packages(e.__path__, 'madang.engines.')]\n"
        "found = {'django', 'psycopg', 'procrastinate', 'requests'} & set(sys.modules)\n"
        "assert not found, found\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr[-2000:]


def _app_of(module: str) -> str | None:
    found = re.match(r"madang\.(ground|explore|plan|practice|diffuse)\.\w+", module)
    return found.group(0) if found else None


def test_no_app_enters_another_by_a_side_door():
    graph = grimp.build_graph("madang", cache_dir=None)
    trespass = [
        f"{importer} → {imported}"
        for imported in graph.modules
        if (home := _app_of(imported))
        and imported.removeprefix(home).split(".")[1:2]
        and imported.removeprefix(home).split(".")[1] in SIDE_DOORS
        for importer in graph.find_modules_that_directly_import(imported)
        if _app_of(importer) not in (home, None)
    ]
    assert trespass == []


@pytest.mark.parametrize(
    "name",
    [
        "datetime.now(",
        "date.today(",
        "time.time(",
        "random.seed(",
        "random.random(",
        "random.choice(",
        "numpy.random.seed",
        "np.random.seed",
    ],
)
def test_engines_know_neither_clock_nor_global_chance(name):
    guilty = [str(path) for path in (SRC / "madang/engines").rglob("*.py") if name in path.read_text()]
    assert guilty == []


def test_templates_carry_no_inline_style_or_handler():
    """The content security policy would silently drop them."""
    pattern = re.compile(r"<[^>]+\s(style|on[a-z]+)=|<style\b", re.IGNORECASE)
    guilty = [
        f"{path.relative_to(SRC)}: {found.group(0)[:80]}"
        for path in (SRC / "madang").rglob("*.html")
        for found in pattern.finditer(
            re.sub(r"{#.*?#}|{%\s*comment.*?endcomment\s*%}", "", path.read_text(), flags=re.DOTALL)
        )
    ]
    assert guilty == []
