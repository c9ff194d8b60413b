# Assay: the commands. `make demo` and `make test` are the two to know; `make help` lists the rest.

PYTHON ?= python3
PORT ?= 8000
SERVE ?= 1
SIZE ?= 1000
RUNS ?= 3

BIN := .venv/bin
DEMO := DEBUG=1 ASSAY_DEMO=1 ASSAY_DATA=$(CURDIR)/var/demo DATABASE_URL=sqlite:///$(CURDIR)/var/demo/assay.sqlite3
RUN := DEBUG=1

.DEFAULT_GOAL := help
.PHONY: help demo demo-reset test test-quick test-postgres browser faults run lint format lock bench soak access clean

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || (echo "Assay needs Python 3.11 or newer; say which with PYTHON=python3.11" && exit 1)
	$(PYTHON) -m venv .venv

.venv/installed: requirements.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/installed-dev: requirements-dev.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@ .venv/installed

demo: .venv/installed ## install, make the demo's database and serve it (PORT=8000; SERVE=0 only prepares)
	@$(DEMO) $(BIN)/python manage.py demo --port $(PORT)
	@if [ "$(SERVE)" != "0" ]; then $(DEMO) $(BIN)/python manage.py serve --bind 127.0.0.1:$(PORT); fi

demo-reset: .venv/installed ## throw the demo's database away and make it anew
	rm -rf var/demo
	@$(MAKE) --no-print-directory demo

run: .venv/installed ## migrate, then serve with the settings of .env
	$(BIN)/python manage.py migrate
	$(BIN)/python manage.py serve --bind 127.0.0.1:$(PORT)

test: .venv/installed-dev ## every check a change must pass, with the seconds each stage took
	@$(BIN)/python -m tests.stages

test-quick: .venv/installed-dev ## the tests without a browser, on SQLite
	$(BIN)/python -m pytest -q -n 2 -m "not browser and not faults and not operators and not pdf"

test-postgres: .venv/installed-dev ## the same suite on PostgreSQL
	$(BIN)/python -m tests.stages postgres

browser: .venv/installed-dev ## the journeys in Chromium
	$(BIN)/python -m tests.stages browser

faults: .venv/installed-dev ## kills and cuts, the short run
	$(BIN)/python -m tests.stages faults

lint: .venv/installed-dev ## read the code, run none of it
	@$(BIN)/python -m tests.stages lint

format: .venv/installed-dev ## let the formatters have their way
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/djade --target-version 5.2 $$(git ls-files 'templates/*.html')

lock: .venv/installed-dev ## pin the dependencies of pyproject.toml with hashes
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url -o requirements.txt pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --extra dev -c requirements.txt -o requirements-dev.txt pyproject.toml

bench: .venv/installed-dev ## print the figures, on SQLite and PostgreSQL (SIZE=1000 RUNS=3)
	@$(BIN)/python -m tests.bench --size $(SIZE) --runs $(RUNS)

soak: .venv/installed-dev ## the long fault runs
	@ASSAY_SOAK=1 $(BIN)/python -m tests.stages faults
	@ASSAY_SOAK=1 DEBUG=1 $(BIN)/python -m pytest -q -s tests/essays/test_model.py tests/browser/test_faults.py

access: .venv/installed-dev ## print docs/ACCESS.md from tests/access.py
	$(RUN) $(BIN)/python -m tests.access > docs/ACCESS.md

clean: ## remove what the commands made
	rm -rf .venv var .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
