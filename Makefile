# Wayside: `make run` opens it, `make test` proves it; both set up all they need first.
.DEFAULT_GOAL := help
PYTHON := .venv/bin/python
WAYSIDE := .venv/bin/wayside

.PHONY: help setup run test lint types unit lock bench package

help:
	@echo "make run      open the window with the demo district (without a display: the same job headless)"
	@echo "make test     lint, types, import rules, profiles and all tests"
	@echo "make package  the frozen program in dist/wayside and the Debian package made from it"
	@echo "make bench    every benchmark, each beside its raw limit"
	@echo "make lock     pin the dependencies again (needs uv)"

setup:
	@packaging/setup.sh run

setup-test:
	@packaging/setup.sh test

run: setup
	@$(WAYSIDE) --demo

test: setup-test lint types unit

lint:
	$(PYTHON) -m ruff format --check app widgets tests packaging
	$(PYTHON) -m ruff check app widgets tests packaging
	.venv/bin/lint-imports --no-cache | tail -n 14
	$(WAYSIDE) profile check --min gold resources/profiles/*.toml

types:
	$(PYTHON) -m mypy

unit:
	QT_QPA_PLATFORM=offscreen $(PYTHON) -m pytest -q -n 4 --dist worksteal tests

bench: setup-test
	@for name in $$($(WAYSIDE) bench --list); do $(WAYSIDE) bench $$name --json || exit 1; done

package:
	@packaging/setup.sh package
	@$(PYTHON) packaging/build_program.py
	@$(PYTHON) packaging/build_deb.py

lock:
	UV_PYTHON_DOWNLOADS=never uv pip compile pyproject.toml --universal --python-version 3.11 --group dev \
	    --extra demo-broker --extra parquet --generate-hashes --no-emit-index-url --no-header --no-annotate \
	    -o requirements.lock
