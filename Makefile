# `make demo` shows what the product does, `make fast` is for while you work, `make check test` is
# what must hold before a change goes in. All set up what they need in .venv and node_modules.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
OUT ?= out/demo
ROOMS := groundfloor boundaries networks spots
# Workers start once per core and take whole modules: what a module prepares is prepared once.
# On one core `make test PARALLEL=` is quicker.
PARALLEL ?= -n auto --dist loadfile
PYTEST := $(BIN)/python -m pytest $(PARALLEL)

.PHONY: demo fast slow test coverage check lint scripts docs site benchmarks clean

demo: $(VENV)/.installed
	$(BIN)/spots demo --out $(OUT) --force

fast: $(VENV)/.installed-test
	$(PYTEST) -m 'not slow'

slow: $(VENV)/.installed-test
	$(PYTEST) -m slow

test: $(VENV)/.installed-test
	$(PYTEST)

# Of the fast tests: they must prove every rule by themselves, and counting makes each twice as long.
coverage: $(VENV)/.installed-test
	$(PYTEST) -m 'not slow' --cov --cov-report=term

check: lint scripts docs

lint: $(VENV)/.installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Without Node.js the scripts of the pages go unchecked here, and CI, which has it, checks them.
scripts:
	@if command -v npm >/dev/null; then \
		$(MAKE) --no-print-directory node_modules/.installed && npm run --silent lint; \
	elif [ -n "$$CI" ]; then \
		echo 'scripts of the pages: npm is missing' >&2; exit 1; \
	else \
		echo 'scripts of the pages: NOT checked, npm is missing (Debian: nodejs npm)'; \
	fi

docs: $(VENV)/.installed-test
	$(BIN)/python docs/make_reference.py --check
	$(BIN)/numpydoc lint cli.py $$(find $(ROOMS) -name '*.py')
	$(BIN)/python -m pytest -q --doctest-modules --doctest-continue-on-failure $(ROOMS)

# The documentation site, in out/site; SITE=--notebooks runs the notebooks and shows what they draw.
site: $(VENV)/.installed-test
	$(BIN)/python docs/make_site.py $(SITE)

# Only that they start and agree, on tiny data; benchmarks/README.md tells how to measure.
benchmarks: $(VENV)/.installed-test
	set -e; for each in roads_correctness roads_building roads_growth roads_solving startup prefectures \
		ground_policies what_if scenarios one_run cold_start country batch_runners service_months; do \
		$(BIN)/python benchmarks/$$each.py --quick; done

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; try: make PYTHON=python3.12 $(MAKECMDGOALS)")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/.installed-test: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --editable '.[test]'
	touch $@ $(VENV)/.installed

node_modules/.installed: package-lock.json
	npm ci --silent --no-audit --no-fund
	touch $@

clean:
	rm -rf $(VENV) node_modules out build dist *.egg-info .coverage* htmlcov \
		.mypy_cache .ruff_cache .pytest_cache .hypothesis
