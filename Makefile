# Everything from a bare checkout: Python 3.11 or later with venv and pip, and make. `make help` lists what there is.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
OUT    ?= out
DACU   := $(BIN)/dacu

# The size of the demonstration: a laptop shows all three answers in a few minutes. More of either, finer answers.
DEMO_AGENTS       ?= 20000
DEMO_REPLICATIONS ?= 4
DEMO_SIZE         := --agents $(DEMO_AGENTS) --replications $(DEMO_REPLICATIONS)

# Benchmarks that keep ratios in benchmarks/results.json, and all of them.
RATIOS  := full_model scaling reference_model beside_peers pairing end_to_end
BENCHES := $(RATIOS) kernels hours optimiser s_curves study

.DEFAULT_GOAL := help
.PHONY: help demo test lint calibrate-reference acceptance shapes bench bench-check coverage clean proofs soak errors docs examples reference pictures

help: ## this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 29

demo: $(VENV)/dacu.stamp ## simulate a shop, compare two plans, optimise a budget; results in out/
	$(DACU) simulate scenarios/baseline_shop.yaml $(DEMO_SIZE) --out $(OUT)/demo-simulate
	$(DACU) compare scenarios/bigsale_1111.yaml scenarios/bigsale_1111.yaml+deep_coupon $(DEMO_SIZE) --out $(OUT)/demo-compare
	$(DACU) optimise scenarios/budget_618.yaml --out $(OUT)/demo-optimise
	@echo
	@echo "Results are in $(OUT)/: demo-simulate, demo-compare, demo-optimise (a folder that held something was kept, the next number taken)."

test: lint ## everything that must hold before a change goes in
	$(BIN)/python -m pytest --numprocesses 2

lint: $(VENV)/dev.stamp ## style, types, layers, spelling
	$(BIN)/ruff check .
	$(BIN)/mypy
	PYTHONPATH=engine:cli $(BIN)/lint-imports
	$(BIN)/codespell

calibrate-reference: $(VENV)/dev.stamp ## solve one coefficient a figure at the reference scenarios; writes parameters.yaml
	PYTHONPATH=engine:cli $(BIN)/python tests/acceptance/calibrate.py --write

acceptance: $(VENV)/dev.stamp ## every row of the acceptance table; docs/acceptance.md and .json; goes on after a stop
	PYTHONPATH=engine:cli $(BIN)/python tests/acceptance
shapes: $(VENV)/dacu.stamp ## the model's shapes beside those of open data, written to docs/shapes.md
	$(BIN)/python tests/shapes/print_table.py

proofs: $(VENV)/dev.stamp ## the optimiser against exact answers, compiled figures against plain ones, all of them (make test takes a sample)
	DACU_PROOFS=full $(BIN)/python -m pytest --numprocesses 2 tests/plan tests/sim/test_speed.py

bench: $(VENV)/dev.stamp ## measure speed; figures depend on the machine and are never a test
	@for name in $(BENCHES); do echo "$$name"; $(BIN)/python benchmarks/$$name.py || exit 1; done

bench-check: $(VENV)/dev.stamp ## measure ratios anew; fails where one is worse than benchmarks/baseline.json by more than a quarter
	@rm -f benchmarks/results.json
	@for name in $(RATIOS); do echo "$$name"; $(BIN)/python benchmarks/$$name.py || exit 1; done
	$(BIN)/python benchmarks/guard.py

soak: $(VENV)/dev.stamp ## two hundred kills of studies, drawn from a printed seed: rows lost, doubled, rerun are 0, 0, 0
	PYTHONPATH=engine:cli $(BIN)/python tests/study/soak.py

errors: $(VENV)/dev.stamp ## a page of every error and warning: docs/errors.md
	PYTHONPATH=engine:cli $(BIN)/python tests/errors

docs: $(VENV)/dev.stamp ## the documentation as a site, in out/docs; a broken link or a page that no menu shows stops it
	$(BIN)/mkdocs build --strict --quiet --site-dir $(OUT)/docs

examples: $(VENV)/dev.stamp ## run the commands that the documentation shows, and write what they say now into it
	$(BIN)/python tests/docs/shown_commands.py

reference: $(VENV)/dev.stamp ## the pages made from the code: keys of a scenario, coefficients, KPIs, the hour
	PYTHONPATH=engine:cli $(BIN)/python tests/docs/reference.py

pictures: $(VENV)/dev.stamp ## the pictures of the README: a report and the one page of small runs, docs/pictures/; needs Chromium
	$(BIN)/python tests/docs/pictures.py

coverage: $(VENV)/dev.stamp ## lines and branches that the tests reach
	$(BIN)/coverage run -m pytest
	$(BIN)/coverage report

clean: ## remove what make made; results in out/ are yours and stay
	rm -rf $(VENV) build dist .coverage .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find engine cli tests -name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp stands for an installed environment; a change of pyproject.toml makes it anew.
$(VENV)/dacu.stamp: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[fast]'
	@touch $@

$(VENV)/dev.stamp: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ $(VENV)/dacu.stamp

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || { echo "no $(PYTHON) here; name one: make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "dacu needs Python 3.11 or later, $(PYTHON) is $$($(PYTHON) -V); name another: make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { \
	  echo "$(PYTHON) could not make a virtual environment; on Debian and Ubuntu: apt install python3-venv"; rm -rf $(VENV); exit 1; }
