# `make demo` sets everything up and opens the app on the demonstration graph; `make test` sets everything up and runs
# every check. Nothing but Python 3.11+ and make has to be there before.

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
  $$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && echo $$p && break; done)
SIGHTLINES_HOME ?= $(CURDIR)/.sightlines
PIP := $(BIN)/python -m pip --disable-pip-version-check -q
PYTEST_ARGS ?= -n 2 --dist loadfile

.PHONY: help setup setup-dev demo demo-data serve test lint types pytest ui gold bench dist clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 is needed (Debian: apt-get install python3 python3-venv; macOS: brew install python@3.12)"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "The venv module is missing (Debian: apt-get install python3-venv)"; exit 1; }

$(VENV)/.app: $(VENV)/bin/python pyproject.toml constraints.txt
	@echo "Installing Sightlines into $(VENV) ..."
	@$(PIP) install -U pip
	@$(PIP) install -c constraints.txt -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.app
	@echo "Installing what the tests need ..."
	@$(PIP) install -c constraints.txt -e '.[dev]'
	@touch $@

setup: $(VENV)/.app ## virtual environment with the command .venv/bin/sightlines

setup-dev: $(VENV)/.dev ## the same with everything that the tests need
	@.ci/browser

demo-data: setup ## build the demonstration ledger and graph
	@mkdir -p "$(SIGHTLINES_HOME)"
	@SIGHTLINES_HOME="$(SIGHTLINES_HOME)" $(BIN)/sightlines demo

demo: demo-data ## build the demonstration graph and open the app
	@SIGHTLINES_HOME="$(SIGHTLINES_HOME)" $(BIN)/sightlines serve

serve: setup ## open the app
	@SIGHTLINES_HOME="$(SIGHTLINES_HOME)" $(BIN)/sightlines serve

lint: setup-dev ## style and import order
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: setup-dev ## mypy --strict
	@$(BIN)/mypy

test: setup-dev ## every check and every test
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/pytest $(PYTEST_ARGS)

ui: ## build the browser bundles (needs node and npm)
	@cd graph/ui/frontend && npm ci --no-audit --no-fund --silent && npm run --silent build

gold: setup-dev ## count the training passages against their quotas
	@$(BIN)/python tests/gold/counts.py

bench: setup-dev ## measure speed (prints tables, asserts nothing)
	@for b in tests/bench/bench_*.py; do $(BIN)/python $$b || exit 1; done

dist: setup-dev ## wheel and source archive in dist/
	@$(BIN)/python -m build --no-isolation -o dist .

clean: ## remove the environment, caches and built files (never your data)
	@rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache
