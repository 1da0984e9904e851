# The two commands that matter: `make demo` (the main job on the shipped edition) and `make test`.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
SUPERSET := deploy/superset/.venv
SPARK  := deploy/spark/.venv
COMPILE := uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate
export DAGSTER_DISABLE_TELEMETRY := yes
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export DO_NOT_TRACK := 1
# Where an environment forbids it, modules and rewritten assertions would be compiled anew by each of some hundred processes.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test test-servers quick lint lint-python lint-types lint-sql attacks snapshots pictures bench bench-quick docs ui \
	superset superset-lock spark spark-lock lock clean help
.DEFAULT_GOAL := help

demo: $(READY) ## the main job, start to finish, on the shipped editions 2025 and 2026
	$(BIN)/palmares demo

# Whole files go to one worker, long stories first: tests of a file share what they made. `make test` has three workers for two
# processors: there is always one that waits for a browser, a server or a disk.
PARALLEL := --dist loadfile --no-loadscope-reorder
# Tests sync tens of thousands of small files: in memory, where there is room for them (and what lies there may be run), nobody waits
# for a disk.
SHM      := $(shell awk '$$2 == "/dev/shm" && $$4 !~ /noexec/' /proc/mounts 2>/dev/null | grep -q . \
	&& df -k --output=avail /dev/shm | awk 'NR == 2 && $$1 > 6000000 { print "/dev/shm" }')
TESTS    := $(if $(SHM),TMPDIR=$(SHM)) $(BIN)/python
COVERAGE := var/coverage.json
test: $(READY) ## every test but those of `test-servers`, and the floors of coverage; prints what it skipped and why
	mkdir -p $(dir $(COVERAGE))
	$(TESTS) -m slipcover --json --out $(COVERAGE) -m pytest -n 3 $(PARALLEL) -m "not server" \
		tests/faults tests/browser tests/integration tests/dbt tests/attacks tests/unit
	$(BIN)/python -m tests.lint.floors $(COVERAGE)

# A newcomer needs none of these: two environments to fetch, and Java, PostgreSQL, nginx. CI has them all.
test-servers: $(READY) $(SUPERSET)/.ready $(SPARK)/.ready ## what needs a large server: Superset, Spark, the deployment on PostgreSQL
	$(TESTS) -m pytest -n 2 $(PARALLEL) -m server tests/browser tests/dbt tests/integration

quick: $(READY) ## what one runs after each change: the quick linters and the unit tests that take a moment
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	cd dbt_project && { git diff --relative --name-only --diff-filter=d HEAD -- '*.sql'; \
		git ls-files --others --exclude-standard -- '*.sql'; } | xargs --no-run-if-empty ../$(BIN)/sqlfluff lint --disable-progress-bar
	$(TESTS) -m pytest -n 2 -q -m "not slow and not alone and not server" tests/unit

lint: lint-python lint-types lint-sql ## ruff, mypy, the floors of the house, sqlfluff, and the lint of the dbt manifest

lint-python: $(READY) ## of these: ruff and the floors of the house
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

lint-types: $(READY) ## of these: mypy
	$(BIN)/mypy

lint-sql: $(READY) ## of these: sqlfluff and the lint of the dbt manifest
	cd dbt_project && ../$(BIN)/sqlfluff lint --disable-progress-bar models macros tests
	$(BIN)/python -m tests.lint.manifest

# The kills take an hour of one processor each: they begin first, and a worker is handed few tests at a time.
attacks: $(READY) ## the whole corpus of attacks, kills and bit flips, and more of what chance chooses
	PALMARES_ATTACKS=full $(TESTS) -m pytest -n 3 --maxschedchunk 2 tests/faults tests/attacks
	PALMARES_ATTACKS=full $(TESTS) -m pytest -n 3 -m sampled tests/unit tests/dbt

snapshots: $(READY) ## what attacks fire and what Dagster loads, written anew; then read the difference
	RENEW=1 PALMARES_ATTACKS=full $(BIN)/python -m pytest -n 2 -q \
		tests/attacks/test_attacks.py tests/unit/defs/test_definitions.py
	git diff --stat tests

pictures: $(READY) ## the pictures of README and docs, taken anew of what make demo left (needs chromium and poppler)
	$(BIN)/python -m tests.pictures

bench: $(READY) $(SPARK)/.ready ## every step on five million votes beside bare DuckDB, Polars, pandas, dbt and Spark; keeps ratios
	$(BIN)/python -m benchmarks.bench --keep
	$(BIN)/python -m benchmarks.measured

bench-quick: $(READY) ## the same without Spark, three hundred thousand votes, five minutes; fails if a ratio grew by a third
	$(BIN)/python -m benchmarks.bench --votes 300000 --times 3 --without Spark --against

docs: $(READY) ## the documentation as a site in var/site, dbt's as one file, var/site/dbt.html; a broken link fails
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict
	PALMARES_WORK_DB=:memory: PALMARES_PUBLISHED_DB=:memory: $(BIN)/dbt --quiet docs generate --static --empty-catalog \
		--target published --project-dir dbt_project --profiles-dir dbt_project \
		--target-path $(CURDIR)/var/dbt --log-path $(CURDIR)/var/dbt
	cp var/dbt/static_index.html var/site/dbt.html

ui: $(READY) ## the Dagster UI
	$(BIN)/palmares ui

# Superset wants other versions than the pipeline: an environment of its own, pinned and hashed likewise.
PUBLISHED ?= var/published/palmares.duckdb
superset: $(SUPERSET)/.ready ## Apache Superset on the published file, dashboards imported: http://127.0.0.1:8088
	$(SUPERSET)/bin/python -m deploy.superset.start --published $(PUBLISHED) --home var/superset

# Spark likewise (it needs Java 17): a master and workers on loopback, the marks of an edition made there by the same
# models and tests. `palmares run EDITION --engine spark` takes them; `make spark` holds them, and what Great Expectations
# says of them there, against DuckDB's.
EDITION ?= 2026
spark: $(READY) $(SPARK)/.ready ## the marks of EDITION (2026) on a Spark cluster of this machine, compared with DuckDB's
	$(BIN)/palmares run $(EDITION)
	$(BIN)/python -m deploy.spark.compare $(EDITION)

$(SUPERSET)/.ready $(SPARK)/.ready: deploy/%/.venv/.ready: deploy/%/requirements.txt
	test -x $(@D)/bin/python || $(PYTHON) -m venv $(@D)
	$(@D)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r $<
	touch $@

superset-lock spark-lock: %-lock: ## make the server's own list of packages anew (needs uv)
	$(COMPILE) deploy/$*/requirements.in -o deploy/$*/requirements.txt

lock: ## make constraints.txt anew from pyproject.toml (needs uv)
	$(COMPILE) --extra dev pyproject.toml -o constraints.txt

clean: ## forget all state and the environment; deposits stay
	rm -rf var $(VENV) $(SUPERSET) $(SPARK) dbt_project/target

help: ## this list
	@grep -hE '^[a-z -]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*##/\t/'

# Everything is installed from one list of pinned, hashed packages; pip's own configuration says from where.
$(READY): constraints.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --no-index -e .
	touch $@
