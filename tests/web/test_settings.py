import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_every_variable_read_is_documented():
    read = set()
    for path in (ROOT / "src/madang").rglob("*.py"):
        read |= set(re.findall(r'environ(?:\.get|\.setdefault)?[\[(]"(MADANG_\w+|DATABASE_URL)"', path.read_text()))
        read |= set(re.findall(r'_list\("(MADANG_\w+)"', path.read_text()))
    documented = set(re.findall(r"`((?:MADANG_\w+)|DATABASE_URL)`", (ROOT / "docs/deploy/settings.md").read_text()))
    assert read
    assert read - documented == set()
