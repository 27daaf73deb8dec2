# Two commands: `make run` (the night, on the sample if landing is empty) and `make test`.
# Both make .venv from the hash-locked files; nothing is fetched after that.

PYTHON ?= python3
BIN := .venv/bin
.DEFAULT_GOAL := help

.PHONY: help run test soak growth lint ui docs bench lock replay clean

help: ## what there is
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 8

run: .venv/run.stamp ## the night: sample exports if landing is empty, then everything
	@$(BIN)/helpline sample --if-new
	@$(BIN)/helpline run

test: .venv/dev.stamp ## all tests but the long ones
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not slow"

soak: .venv/dev.stamp ## 500 nights killed and 100 out of disk, each healed and compared; hours, goes on where it was stopped
	@$(BIN)/python -u -m tests.faults --kills 500 --disks 100 --folder build/soak

replay: .venv/dev.stamp ## seven years of nights, month by month: false alarms (20 minutes)
	@$(BIN)/python -m pytest -q -s tests/integration/test_checks_replay.py

growth: .venv/dev.stamp ## sixty late days at 20 times the sample: equal to a rebuild, and how large the file is (20 minutes)
	@$(BIN)/python -m tests.growth --scale 20 --folder build/growth

lint: .venv/dev.stamp ## ruff, mypy, sqlfluff, import-linter
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/sqlfluff lint dbt_project

bench: .venv/dev.stamp ## time nights, rebuilds, bound and peers (BENCH=--large: at 200 times too)
	@$(BIN)/python -m benchmarks $(BENCH)

ui: .venv/run.stamp ## the Dagster UI on loopback
	@$(BIN)/helpline ui

pictures: .venv/dev.stamp ## the screenshots of the Dagster UI in docs/ui (needs Chromium)
	@HELPLINE_TEST_PICTURES=docs/ui $(BIN)/python -m pytest -q tests/browser/test_dagster_ui.py

docs: .venv/dev.stamp ## data dictionary, checks, and dbt's own docs in HELPLINE_HOME/dbt
	@$(BIN)/python -m pipelines.dictionary
	@$(BIN)/python -m tests.checks_page

lock: ## resolve the dependencies of pyproject.toml again
	$(BIN)/uv pip compile $(LOCK) pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile $(LOCK) --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock

clean: ## remove what was installed; data stays
	rm -rf .venv

LOCK := --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header \
	--python-version 3.11 --extra install --quiet

# pip 23 refuses extras in a hash-locked file, so pip only brings uv, pinned by the same lock,
# and uv brings the rest. The dev environment serves `make run` too and is not torn down for it.
.venv/uv.stamp: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11 …")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@awk '/^[^ ]/ {on = /^uv==/} on' requirements.lock > .venv/uv.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r .venv/uv.lock
	@touch $@

.venv/run.stamp: .venv/uv.stamp requirements.lock pyproject.toml
	@test -e .venv/dev.stamp -a .venv/dev.stamp -nt requirements-dev.lock || { $(call install,requirements.lock); }
	@touch $@

.venv/dev.stamp: .venv/uv.stamp requirements-dev.lock pyproject.toml
	@$(call install,requirements-dev.lock)
	@touch $@

define install
echo "Installing what $(1) locks …" && \
$(BIN)/uv pip sync --quiet --require-hashes --compile-bytecode --python $(BIN)/python $(1) && \
$(BIN)/uv pip install --quiet --no-deps --no-build-isolation --python $(BIN)/python --editable . && \
$(BIN)/python -m compileall -q pipelines expectations && \
$(BIN)/python -m pipelines.transform
endef
