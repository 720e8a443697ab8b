# make setup · demo · demo-live · check · test · soak · golden · docs · i18n · bench
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CRMSPEC := $(BIN)/crmspec
comma := ,
STAMP := $(VENV)/.installed
DEMO := out/demo
export PIP_CONSTRAINT := $(CURDIR)/constraints.txt
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Where bytecode is not kept, each start of the program compiles all of it anew.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help setup demo demo-live check format lint types contracts test coverage golden docs i18n bench fuzz soak clean

help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMP) ## create the environment in .venv and install crmspec with its tools

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "crmspec needs Python 3.11 or newer; set PYTHON=python3.x"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo "Python has no venv module here; on Debian: apt install python3-venv"; exit 1; }
	@echo "installing into $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --editable '.[dev]'
	@touch $@

demo: setup ## check the example, draw its maps, deploy it to the sandbox, do by hand what is left, show nothing is left to do
	@rm -rf $(DEMO) && mkdir -p $(DEMO)
	@echo '$$ crmspec check' && $(CRMSPEC) check
	@echo && echo '$$ crmspec render' && $(CRMSPEC) render --output $(DEMO)/maps
	@echo && echo '$$ crmspec plan --target sandbox' && $(CRMSPEC) plan --target sandbox --state-dir $(DEMO)/state
	@echo && echo '$$ crmspec apply --target sandbox --yes' && $(CRMSPEC) apply --target sandbox --state-dir $(DEMO)/state --yes
	@echo && echo '$$ crmspec sheet --target sandbox' && $(CRMSPEC) sheet --target sandbox --state-dir $(DEMO)/state -o $(DEMO)/sheets
	@echo && echo '$$ crmspec confirm "*" --target sandbox' && $(CRMSPEC) confirm '*' --target sandbox --state-dir $(DEMO)/state
	@echo && echo '$$ crmspec plan --target sandbox' && $(CRMSPEC) plan --target sandbox --state-dir $(DEMO)/state --exit-code
	@if [ -f tests/.engines/tryton/template.key ]; then echo && $(MAKE) --no-print-directory demo-live; \
	else echo && echo 'bash .ci/engines installs a real server; then make demo-live deploys to it and lets days pass'; fi
	@echo && echo 'look at $(DEMO)/maps/index.md, campaigns/ and docs/; try: $(CRMSPEC) explain CRM101'

demo-live: setup ## deploy a chain to a real Tryton, edit it there, put it right, let days pass, read the inbox
	@$(BIN)/python -m tests.live.demo $(DEMO)/live

check: format lint types contracts coverage ## everything CI asks: format, lint, types, import contracts, tests, coverage

format: setup
	@$(BIN)/ruff format --check --quiet . || { echo "run: $(BIN)/ruff format ."; exit 1; }

lint: setup
	@$(BIN)/ruff check --quiet .

types: setup
	@$(BIN)/mypy

contracts: setup
	@$(BIN)/lint-imports

test: setup ## run the tests, on all cores
	@$(BIN)/pytest -n auto

CORE := source diagnostics document ir schema resolve template content dialect semantics logic rules engine
space := $(subst ,, )
coverage: setup
	@$(BIN)/pytest -n auto --cov --cov-report=
	@$(BIN)/coverage report --skip-covered
	@$(BIN)/coverage report --skip-covered --fail-under=99 --include='$(subst $(space),$(comma),$(CORE:%=crmspec/%/*))'

golden: setup ## rewrite the golden files; read the diff
	@CRMSPEC_GOLDEN=rewrite $(BIN)/pytest -k golden

docs: setup ## write docs/language.md and docs/targets.md from schemas and tables
	@$(BIN)/python -m tests.generate.docs

i18n: setup ## collect messages and compile the Russian catalogue
	@$(BIN)/python -m tests.generate.catalog

bench: setup ## measure and print ratios; never part of the tests
	@$(BIN)/python -m tests.bench

fuzz: setup ## feed hostile bytes to check; FUZZ=100000 sets how many
	@$(BIN)/python -m tests.fuzz $(or $(FUZZ),10000)

soak: setup ## race and kill applies on every store, kill those of the example, spoil each answer; hours
	@$(BIN)/python -m tests.stores.rounds 100
	@$(BIN)/python -m tests.stores.crash
	@$(BIN)/python -m tests.contract.crash
	@CRMSPEC_SOAK=1 $(BIN)/pytest -n auto tests/contract/test_faults.py

clean: ## remove what was built
	@rm -rf $(VENV) out build dist
