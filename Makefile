# Overtone on one machine. `make demo` shows it, `make test` proves it; `make help` lists the rest.
# Needs Python 3.11 and make. Everything else goes into .venv and .overtone, here in the checkout.

.DEFAULT_GOAL := help
SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PYTHONS ?= python3.11 python3 python

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_USER := 0
# Python keeps what it compiles, so that the next process need not; compiling all at once would hold up the first page.
unexport PYTHONDONTWRITEBYTECODE
unexport PYTHONPATH PYTHONHOME VIRTUAL_ENV
ifeq ($(shell test -w "$${HOME:-/nowhere}" && echo yes),)
export XDG_CACHE_HOME := $(CURDIR)/$(VENV)/.cache
endif
ifeq ($(CI),true)
export OVERTONE_REQUIRE_BROWSER ?= 1
endif

.PHONY: help setup demo dev test drills check fix bench quality stop clean lock schema browser bootstrap

help: ## list what make can do here
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

setup: $(READY) ## make .venv from the hashed lock; nothing to do when it is up to date

demo: setup ## everything at once: a made world, Airflow, the app; Ctrl-C stops all of it
	@exec $(BIN)/overtone demo

dev: setup ## the app alone on the demo's home, started anew when its code changes; Ctrl-C stops it
	@exec $(BIN)/overtone dev

# A worker that crashes ends the run, which then names its test; for one that replaces it a run could wait for ever.
# Files in their order: by their number of tests, the longest, of a single one, would come when the other worker is done.
ALL := --numprocesses 2 --dist loadfile --no-loadscope-reorder --max-worker-restart 0 --durations=15
test: setup browser ## every kind of test, or some: T=tests/unit/test_lines.py, T='tests/unit -k words'
	@$(BIN)/python -m pytest $(or $(T),$(ALL)) $(PYTEST)

drills: setup browser ## the tests that have a long form, in it: kills, fuzzing, every layout, days; T='-k words' for some
	@OVERTONE_DRILLS=1 $(BIN)/python -m pytest -m drill $(T) $(PYTEST)

check: setup ## formatting, lint, types, SQL, import rule
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/sqlfluff lint --processes 0 sql
	$(BIN)/lint-imports

fix: setup ## mend what ruff and sqlfluff can mend by themselves
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	$(BIN)/sqlfluff fix --processes 0 sql

bench: setup ## what things cost on this machine
	@$(BIN)/overtone bench all

quality: setup ## what things cost and how good they are, heavy sizes too, into docs/quality
	@$(BIN)/overtone bench all --full --docs docs/quality
	@$(BIN)/overtone evaluate all --docs docs/quality

stop: ## stop what this home left running
	@test ! -x $(BIN)/overtone || $(BIN)/overtone stop

clean: ## remove .venv and .overtone with all data in it; asks first (YES=1: does not)
	@echo "This removes .venv and .overtone: the environment, the database, the lake and what was landed."
	@test "$(YES)" || { printf "Go on? [y/N] " && read -r answer && test "$$answer" = y; } || { echo "Kept."; exit 1; }
	@$(MAKE) --no-print-directory stop
	@rm -rf $(VENV) .overtone

# Two locks of one set of versions: the product alone, which an image installs, and with it what lab and tests need.
COMPILE := $(BIN)/uv pip compile pyproject.toml --python-version 3.11 --generate-hashes --no-header --no-annotate \
    --no-emit-index-url --quiet
lock: setup ## write both locks anew from pyproject.toml (UPGRADE=1: newest versions)
	$(COMPILE) $(if $(UPGRADE),--upgrade) -o requirements.lock
	$(COMPILE) $(if $(UPGRADE),--upgrade) -c requirements.lock --extra lab --group dev -o requirements-dev.lock

schema: setup ## write sql/schema.sql anew from the migrations
	@$(BIN)/python -m lab.schema

browser: setup
	@$(BIN)/python -m lab.browser

# uv's own pin and hashes are lines of the lock: pip installs it, and it the rest.
UV := $(shell sed -n 's/^uv==\([^ ]*\).*/\1/p' requirements-dev.lock)

$(READY): requirements-dev.lock pyproject.toml
	@rm -f $@
	@test "$$($(BIN)/uv --version 2>/dev/null | cut -d' ' -f2)" = "$(UV)" || $(MAKE) --no-print-directory bootstrap
	@$(BIN)/uv pip sync --python $(BIN)/python --require-hashes requirements-dev.lock
	@$(BIN)/uv pip install --python $(BIN)/python --quiet --no-deps --no-build-isolation --editable .
	@$(BIN)/overtone warm
	@touch $@
	@echo "Ready: $(BIN)/overtone --help"

bootstrap:
	@python=; for name in $(PYTHONS); do \
	    if "$$name" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; then \
	        python=$$name; break; \
	    fi; \
	done; \
	if [ -z "$$python" ]; then \
	    echo "Overtone needs Python 3.11; none of these is one: $(PYTHONS)." >&2; \
	    echo "Install it (Debian 12: apt-get install python3 python3-venv) or name it:" >&2; \
	    echo "  make setup PYTHONS=/path/to/python3.11" >&2; \
	    exit 1; \
	fi; \
	if ! "$$python" -c 'import ensurepip, venv' 2>/dev/null; then \
	    echo "This Python 3.11 makes no environments; the part for it is missing:" >&2; \
	    echo "  apt-get install python3.11-venv" >&2; \
	    exit 1; \
	fi; \
	echo "Making .venv: about 290 packages, 2.5 GB, some minutes the first time."; \
	"$$python" -m venv --clear $(VENV)
	@sed -n '/^uv==/,/[^\\]$$/p' requirements-dev.lock > $(VENV)/uv.lock
	@$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r $(VENV)/uv.lock
