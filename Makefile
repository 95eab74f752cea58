# The commands everyone runs. Each prepares what it needs; the preparation does nothing when nothing changed.
.DELETE_ON_ERROR:
.PHONY: run demo test lint unit live drill bench setup setup-dev help

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check
PROMPTS := config/formulary.csv $(shell find config/prompts config/voices core/adapters/voice -type f -not -name '*.pyc' | sed 's/ /\\ /g')

run: setup  ## serve until Ctrl-C
	@exec $(BIN)/duravani run

demo: setup  ## one complete consultation on a throw-away instance, told as a transcript
	@exec $(BIN)/python -m tests.live.demo

test: lint unit live  ## everything that CI checks

lint: setup-dev  ## style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

unit: setup-dev  ## rules, flows, adapters and pages, on real SQLite, PostgreSQL, Valkey and Chromium
	$(BIN)/pytest tests --ignore=tests/live -n 3

# They wait more than they work, hence eight; each takes one at a time, so that none waits behind a long one.
live: setup-dev  ## real Asterisk, real SIP phones
	$(BIN)/pytest tests/live -n 8 --maxschedchunk 1

N ?= 100
SEED ?=
drill: setup-dev  ## kill parts at random moments: N=… schedules, or SEED=… to replay one
	$(BIN)/python -m tests.live.drill --schedules $(N) $(if $(SEED),--seed $(SEED))

bench: setup-dev  ## what it can carry, beside app_queue and a bare Dial(): a table, and a last line RESULT {…}
	@exec $(BIN)/python -m tests.bench

setup:  ## Python packages, Asterisk, prompts, the telephone of the panel: all that `run` needs
	@$(MAKE) --no-print-directory -s -j2 .asterisk/install.json .build/.rendered .build/web/phone.js

setup-dev:  ## and what only tests need
	@$(MAKE) --no-print-directory -s -j4 .asterisk/install.json .build/.spoken .build/web/phone.js $(VENV)/.installed-dev .build/.tools

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*##/  make \1\t/p' Makefile

.asterisk/install.json: pbx/install.py
	@python3 pbx/install.py .asterisk
	@touch $@

$(VENV)/.installed: requirements.lock pyproject.toml
	@echo "setup: Python packages"
	@test -x $(BIN)/python || python3 -m venv $(VENV)
	@$(PIP) --require-hashes -r requirements.lock
	@printf '#!%s\nimport sys\nsys.path.insert(0, "%s")\nfrom main import cli\nif __name__ == "__main__":\n    cli()\n' \
	  "$(CURDIR)/$(BIN)/python" "$(CURDIR)" > $(BIN)/duravani
	@chmod +x $(BIN)/duravani
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	@echo "setup: tools for tests"
	@$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@

.build/.rendered: $(PROMPTS) $(VENV)/.installed
	@$(BIN)/duravani prompts render
	@mkdir -p $(@D) && touch $@

# Tests hear the quick voice, unless the natural one is there: rendering that takes as long as a third of them.
.build/.spoken: $(PROMPTS) $(VENV)/.installed
	@if [ -e .build/.rendered ]; then $(MAKE) --no-print-directory -s .build/.rendered; \
	  else $(BIN)/duravani prompts render --engine espeak; fi
	@$(BIN)/python -m tests.fetch_voice
	@touch $@

.build/web/phone.js: $(wildcard web/phone/*) $(VENV)/.installed
	@echo "setup: the telephone of the panel"
	@web/phone/build.sh "$(CURDIR)/$(BIN)"

.build/.tools: tests/install-tools
	@tests/install-tools
	@mkdir -p $(@D) && touch $@
