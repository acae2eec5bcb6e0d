# One entry to every chore. `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: requirements help env dev demo serve test test-all lint types messages bench clean
SHELL := /bin/bash
PY := .venv/bin/python
PORT ?= 8000
DATA ?=
SCALE ?= small

help: ## list these targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

env: .venv/.base ## the environment that serves (.venv; uv if present, else pip)
.venv/.base: requirements/base.txt pyproject.toml scripts/environment.sh
	@bash scripts/environment.sh base

dev: .venv/.dev ## the environment that also tests
.venv/.dev: requirements/dev.txt pyproject.toml scripts/environment.sh
	@bash scripts/environment.sh dev

demo: env ## environment, embedded PostgreSQL, data, server (PORT=8000 DATA=../shared/data FRESH=1)
	@exec .venv/bin/madang demo --port $(PORT) --scale $(SCALE) $(if $(DATA),--data $(DATA)) $(if $(FRESH),--fresh)

serve: env ## serve what is in the data folder or DATABASE_URL
	@exec .venv/bin/madang serve --port $(PORT)

lint: dev ## style, import contracts, templates
	.venv/bin/ruff check src tests bench scripts
	.venv/bin/ruff format --check -q src tests bench scripts
	.venv/bin/lint-imports --no-cache
	.venv/bin/djlint --lint --quiet src/madang

types: dev ## mypy with django-stubs
	.venv/bin/mypy

messages: dev ## merge the translation fragments, compile, fail on a missing or fuzzy one
	$(PY) scripts/messages.py

test: dev ## everything that a landing needs
	@bash scripts/test.sh landing

test-all: dev ## the heavy tests too
	@bash scripts/test.sh all

bench: dev ## every claim of speed beside its peer (bench/README.md)
	@for f in bench/*_*.py; do echo "== $$f"; $(PY) $$f || exit 1; done

requirements: ## pin the requirements anew, with hashes and without addresses
	.venv/bin/python -m uv pip compile --python-version 3.11 --generate-hashes --no-header --no-emit-index-url -q requirements/base.in -o requirements/base.txt
	.venv/bin/python -m uv pip compile --python-version 3.11 --generate-hashes --no-header --no-emit-index-url -q requirements/dev.in -o requirements/dev.txt

clean: ## remove the environment and the data folder of the demo
	rm -rf .venv data build src/*.egg-info
