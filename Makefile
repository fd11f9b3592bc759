# Everything runs in .venv, built from the hash-pinned lock with nothing but Python's own venv and pip.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.installed

.PHONY: install demo test torture lint run evaluate lock clean

install: $(READY)

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Crux needs Python 3.11 or newer.")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $(READY)

# The simulated server in the browser; make demo ARGS=--script plays it unattended.
demo: install
	$(BIN)/crux demo $(ARGS)

# Files in their order, not by the number of their tests: the last ones, the doctests, are over at once.
test: install
	$(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder $(ARGS)

# The release column of the test programme, of everything or of ARGS; what it counted goes into docs/torture.md.
TORTURE_TESTS := tests/torture tests/face/test_hostile_input_face.py tests/demo/test_demo_script.py
torture: export TORTURE = release
torture: export TORTURE_FIGURES := $(shell mktemp -u)
torture: install
	$(BIN)/pytest -n auto --dist loadfile -p tests.torture.outcomes $(or $(ARGS),$(TORTURE_TESTS)); status=$$?; \
		$(BIN)/python -m tests.torture.report $$TORTURE_FIGURES && rm -f $$TORTURE_FIGURES; exit $$status

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

run: install
	$(BIN)/crux run

# Measure the claims pipeline on labelled documents, and write docs/evaluation.md.
evaluate: install
	$(BIN)/python -m benchmarks.evaluate

# Pin the newest versions that pyproject.toml allows, for every supported Python and platform.
lock: install
	$(BIN)/uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --generate-hashes \
		--upgrade --no-emit-package crux --no-emit-index-url --no-header --no-annotate \
		--quiet -o requirements.lock

clean:
	rm -rf .venv
