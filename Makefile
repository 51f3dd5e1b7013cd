# Each target sets itself up. `make help` lists them.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
PY = $(BIN)/python
# An interpreter is passed on only when someone named one; else a good environment is used whatever made it.
WANTED = $(if $(filter file,$(origin PYTHON)),,--python $(PYTHON))
FIRST = $(if $(shell command -v python3),python3,$(PYTHON))
# Releases younger than 7 days are not taken: the lock knows nothing that was published after this day.
LOCK_CUTOFF ?= $(shell date -u -d '7 days ago' +%Y-%m-%d)
UV ?= uv
LOCKING = $(UV) pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-config \
	--no-emit-index-url --no-emit-find-links --no-annotate --no-header --exclude-newer $(LOCK_CUTOFF)
PEOPLE ?= 1000
QUARTERS ?= 4
PORT ?= 8321
SECONDS ?= 30
SEEDS ?= 201 202 203 204 205
RATE ?= 400
HISTORIES ?= 25
PAYLOADS ?= 10000
FUZZ_SECONDS ?= 600
BIG ?= build/big-reports
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: check-format check-lint check-types check-rules check-sql check-docs check-imports
.PHONY: help setup setup-tests screenshots demo test check fix docs mutants bench bench-pages bench-survival load load-posts big-reports fuzz accept validate cluster-test clickhouse-test clients-test wheel lock clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(firstword $(MAKEFILE_LIST)) | expand -t 14

setup: ## make .venv from the lock (PYTHON=python3.12 and VENV=.venv-3.12 choose another Python)
	@$(FIRST) tools/bootstrap.py --venv $(VENV) $(WANTED)

setup-tests: setup
	@$(FIRST) tools/bootstrap.py --venv $(VENV) $(WANTED) --tests

demo: setup ## the invented company: vendor files in, scores out, pages served (PEOPLE=1000, PORT=8321; Ctrl-C ends it)
	@$(BIN)/uptake demo --people $(PEOPLE) --port $(PORT) $(ARGS)

test: setup-tests ## every test, on two processes; one file: make test ARGS=tests/test_repo.py
	@$(PY) -m pytest -v -rs -m "not slow" -n 2 --dist loadfile --no-loadscope-reorder -p tools.long_first -p tools.skip_guard $(ARGS)

check: check-format check-lint check-types check-rules check-sql check-docs check-imports ## all that needs no test run (make -k check shows all findings)
check-format: setup
	@$(BIN)/ruff format --check --quiet . || { echo "run: make fix"; exit 1; }
check-lint: setup
	@$(BIN)/ruff check --quiet .
check-types: setup
	@$(BIN)/mypy
	@$(BIN)/mypy --explicit-package-bases tools
check-rules: setup
	@$(PY) -m tools.repo_rules
check-sql: setup
	@$(PY) -m tools.sql_lint
	@$(PY) -m tools.sql_guard
check-docs: setup
	@$(PY) -m tools.reference --check
	@$(PY) -m tools.routes --check
check-imports: setup
	@$(PY) -m pytest tests/test_architecture.py

fix: setup ## format, and repair what ruff can repair
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

docs: setup ## write docs/reference, and the table of routes in CONTRIBUTING, from the code
	@$(PY) -m tools.reference
	@$(PY) -m tools.routes

mutants: setup-tests ## plant known faults in a copy of the tree; each must be noticed by a test
	@$(PY) -m tests.mutants $(ARGS)

bench: setup ## every target of ENGINE, both sides measured on this machine (ARGS='--people 5000 --runs 3')
	@$(FIRST) tools/bootstrap.py --venv $(VENV) $(WANTED) --bench
	@$(PY) -m bench $(ARGS)

bench-pages: setup-tests ## CPU of every page and question, as each role, in one process (PEOPLE=1000; ARGS='--home HOME --only /me --profile "self self"')
	@$(PY) -m bench.pages --people $(PEOPLE) $(ARGS)

bench-survival: setup ## lines followed in one pass beside git blame, a history of 10,000 commits, 50 repositories (ARGS='--repositories 5')
	@$(PY) -m bench.survival $(ARGS)

load: setup-tests ## the server under load, idle beside ingesting (PEOPLE=1000, SECONDS=30 a phase; PEOPLE=65000 takes an hour to make)
	@$(PY) -m bench.load --people $(PEOPLE) --seconds $(SECONDS) $(ARGS)

load-posts: setup ## telemetry posts at a rate (RATE=400 of metrics and as many of logs a second), ten times as many, and pages meanwhile
	@$(PY) -m bench.posts --rate $(RATE) $(ARGS)

big-reports: setup ## 70,000 people x 28 days of Copilot reports, 4.1 GB, into BIG (build/big-reports)
	@$(PY) -m bench.big_reports $(BIG) $(ARGS)

fuzz: setup-tests ## damaged payloads and coverage-guided fuzzing of every reader and receiver, and drawn histories (PAYLOADS=10000 FUZZ_SECONDS=600 HISTORIES=25)
	@$(FIRST) tools/bootstrap.py --venv $(VENV) $(WANTED) --fuzz
	@$(PY) -m tests.fuzz.mutated --payloads $(PAYLOADS)
	@$(PY) -m tests.fuzz.guided --seconds $(FUZZ_SECONDS)
	@UPTAKE_TEST_HISTORIES=$(HISTORIES) $(PY) -m pytest -n 2 tests/test_refresh.py tests/sources/test_git_lines.py tests/sources/test_git_fates.py \
		tests/changes/test_lines_of_changes.py tests/changes/test_clones.py $(ARGS)

accept: setup-tests ## the acceptance run at full size, and what the suite leaves out for its size (ARGS names checks alone)
	@$(PY) -m tests.acceptance $(ARGS)
	@$(if $(ARGS),true,$(PY) -m pytest -m slow -n 2 tests)

validate: PEOPLE := $(if $(filter file,$(origin PEOPLE)),65000,$(PEOPLE))
validate: setup ## answers against the planted truth of new companies, target by target (PEOPLE=65000 SEEDS='201 202 203 204 205')
	@$(PY) -m tests.acceptance.check_demo_truth --people $(PEOPLE) --seeds $(SEEDS)

cluster-test: PEOPLE := $(if $(filter file,$(origin PEOPLE)),65000,$(PEOPLE))
cluster-test: setup ## both engines on one company, the second on a real Spark cluster (PEOPLE=65000 QUARTERS=4)
	@$(FIRST) tools/bootstrap.py --venv $(VENV) $(WANTED) --cluster
	@$(PY) -m tests.cluster --people $(PEOPLE) --quarters $(QUARTERS) $(ARGS)

clickhouse-test: PEOPLE := $(if $(filter file,$(origin PEOPLE)),300,$(PEOPLE))
clickhouse-test: QUARTERS := $(if $(filter file,$(origin QUARTERS)),2,$(QUARTERS))
clickhouse-test: setup ## every step on ClickHouse in one process beside DuckDB, row by row (PEOPLE=300 QUARTERS=2)
	@$(FIRST) tools/bootstrap.py --venv $(VENV) $(WANTED) --clickhouse
	@$(PY) -m tests.clickhouse --people $(PEOPLE) --quarters $(QUARTERS) $(ARGS)

clients-test: setup ## the real Claude Code, Codex CLI and Gemini CLI from npm, a model of ours, a real server: do the totals agree?
	@$(PY) -m tests.clients $(ARGS)

screenshots: setup-tests ## pictures of every page for the docs, of a demo home made for it
	@$(BIN)/uptake demo --no-serve --quiet --home build/pictures-home >/dev/null
	@$(PY) -m tools.screenshots docs/pictures --home build/pictures-home $(ARGS)

wheel: setup ## build the wheel and the source archive into dist/
	@$(PY) -m build --no-isolation

lock: ## solve the dependencies again (needs uv; LOCK_CUTOFF=2026-11-17 repeats an old solution)
	@$(LOCKING) pyproject.toml -o requirements.lock
	@$(LOCKING) pyproject.toml --extra dev -c requirements.lock -o requirements-dev.lock
	@$(LOCKING) pyproject.toml --extra spark --extra spark-connect -c requirements-dev.lock -o requirements-spark.lock
	@$(LOCKING) pyproject.toml --extra bench -c requirements-dev.lock -o requirements-bench.lock
	@$(LOCKING) pyproject.toml --extra fuzz -c requirements-dev.lock -o requirements-fuzz.lock
	@$(LOCKING) pyproject.toml --extra clickhouse -c requirements-dev.lock -o requirements-clickhouse.lock
	@echo "locked with nothing younger than $(LOCK_CUTOFF)"

clean: ## remove the environment and everything that was made
	rm -rf $(VENV) build dist demo-home .pytest_cache .mypy_cache .ruff_cache .hypothesis
