VENV := .venv
PYTHON ?= python3
BIN := $(VENV)/bin

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 17

$(VENV)/run: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV) && $(BIN)/pip install -q --no-deps --require-hashes -r requirements.lock
	$(BIN)/pip install -q --no-deps --no-build-isolation -e . && touch $@

$(VENV)/dev: requirements-dev.lock $(VENV)/run
	$(BIN)/pip install -q --no-deps --require-hashes -r requirements-dev.lock && touch $@

demo: $(VENV)/run ## a demonstration company, eighteen months, a few nights, a report
	$(BIN)/teikei demo

test: $(VENV)/dev ## all tests
	$(BIN)/python -m pytest

nightly: $(VENV)/run ## one night for today (Asia/Tokyo)
	$(BIN)/teikei nightly

ui: $(VENV)/run ## Dagster's pages: lineage, checks, schedule (http://127.0.0.1:3000)
	$(BIN)/teikei ui

review: $(VENV)/run ## the reviewers' desk (http://127.0.0.1:8000)
	$(BIN)/teikei review

lint: $(VENV)/dev ## ruff, mypy, sqlfluff, import-linter
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy
	$(BIN)/sqlfluff lint dbt_project/models dbt_project/tests && $(BIN)/lint-imports

docs: $(VENV)/run ## dbt's documentation and docs/rules.md
	$(BIN)/teikei docs

bench: $(VENV)/dev ## measured figures
	$(BIN)/python -m pytest -s -m '' tests/benchmarks

bench-detection: $(VENV)/dev ## how good rules, score and identity are (docs/detection.md)
	$(BIN)/python -m pytest -s -m '' tests/benchmarks/test_scoring_quality.py tests/benchmarks/test_identity_quality.py tests/benchmarks/detection

.venv-spark/spark: requirements-spark.lock requirements-dev.lock
	$(MAKE) VENV=.venv-spark .venv-spark/dev
	.venv-spark/bin/pip install -q --no-deps --no-build-isolation --require-hashes -r $< && touch $@

spark-test: .venv-spark/spark ## the money models on Spark as on DuckDB (needs Java 17 or later)
	.venv-spark/bin/python -m pytest -m spark tests/spark

.PHONY: help demo test nightly ui review lint docs bench bench-detection spark-test
