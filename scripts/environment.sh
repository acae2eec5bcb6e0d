#!/usr/bin/env bash
# Builds .venv from the hash-pinned requirements: with uv where there is one, else with pip.
set -euo pipefail
cd "$(dirname "$0")/.."
kind=${1:-base}
python=${PYTHON:-}
if [ -z "$python" ]; then
  for candidate in python3.11 python3.12 python3.13 python3; do
    if command -v "$candidate" >/dev/null && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
      python=$candidate
      break
    fi
  done
fi
[ -n "$python" ] || { echo "Python 3.11 or newer is needed: install it, or set PYTHON=/path/to/python" >&2; exit 2; }
echo "Building .venv ($kind) …" >&2
if command -v uv >/dev/null; then
  [ -x .venv/bin/python ] || uv venv -q --python "$python" .venv
  uv pip install -q --python .venv/bin/python --require-hashes -r "requirements/$kind.txt"
  uv pip install -q --python .venv/bin/python --no-deps --no-build-isolation -e .
else
  [ -x .venv/bin/python ] || "$python" -m venv .venv
  .venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r "requirements/$kind.txt"
  .venv/bin/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
fi
touch .venv/.base
[ "$kind" = base ] || touch .venv/.dev
