"""Verifying an exported record, beside reading its JSON alone.

    python bench/record_verify.py [--entries 50000] [--json PATH]

The export is made here, with a checkpoint every thousand entries. The ratio tells what hashing, canonical forms,
commitments and signatures cost over the mere reading.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from madang.engines.ledger import files, notes
from madang.engines.ledger.canonical import commitment, entry_bytes
from madang.engines.ledger.hashing import Frontier, leaf_hash

SEED, ORIGIN = b"b" * 32, "bench.example/record"


def export(entries: int) -> list[str]:
    key, edge = notes.key_of(SEED, ORIGIN), Frontier()
    lines: list[dict] = [{"format": files.FORMAT, "version": files.VERSION, "origin": ORIGIN}, {"key": key.text}]
    points = 0
    for index in range(entries):
        openings = {
            part: ((bytes([index % 256]) * 32), value) for part, value in (("reason", "까닭"), ("data", '{"n":1}'))
        }
        fields = {
            "at": "2026-11-24T01:02:03.456789Z", "kind": "note", "subject": f"agenda:{index}", "office": None,
            "place": {"code": "41110", "name": "수원시"},
        }  # fmt: skip
        bound = {part: commitment(*one) for part, one in openings.items()} | {"actor": "0" * 64}
        text = entry_bytes(fields=fields, commitments=bound)
        edge.append(leaf_hash(text))
        shown = {part: [salt.hex(), value] for part, (salt, value) in openings.items()}
        lines.append({"entry": text.decode(), "index": index, "openings": shown})
        if edge.size % 1000 == 0:
            body = notes.Checkpoint(ORIGIN, edge.size, edge.root).body
            lines.append({"checkpoint": notes.Note(body, (notes.sign(body, seed=SEED, name=ORIGIN),)).text})
            points += 1
    lines.append({"end": {"entries": entries, "checkpoints": points, "root": edge.root.hex()}})
    return [json.dumps(line, ensure_ascii=False) for line in lines]


def seconds(act) -> float:
    started = time.process_time()
    act()
    return time.process_time() - started


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--entries", type=int, default=50_000)
    parser.add_argument("--json", metavar="PATH")
    asked = parser.parse_args()
    lines = export(asked.entries)
    rounds = [
        (seconds(lambda: [json.loads(one) for one in lines]), seconds(lambda: files.verify(lines))) for _ in range(3)
    ]
    reading, verifying = (statistics.median(one) for one in zip(*rounds, strict=True))
    result = {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}",
        "entries": asked.entries, "entries_per_cpu_second": round(asked.entries / verifying),
        "verify_to_reading": round(verifying / reading, 1),
    }  # fmt: skip
    print(json.dumps(result, indent=1))
    if asked.json and asked.json != "-":
        Path(asked.json).write_text(json.dumps(result, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
