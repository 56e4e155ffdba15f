PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready

.PHONY: install demo test check format looks tapes matrix pictures catalogs mutants kills soak bench clean

install: $(READY)

$(READY): pyproject.toml constraints.txt hatch_build.py locales/de/LC_MESSAGES/billing_center.po locales/en/LC_MESSAGES/billing_center.po
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Billing Center needs Python 3.11 or newer; name one with: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "Python's venv module is missing; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@echo "Installing Billing Center into .venv …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[ssh,metrics,test,check]'
	@$(BIN)/python -m compileall -q billing tui serving .venv/lib >/dev/null 2>&1 || true
	@touch $@

demo: $(READY)
	@$(BIN)/billing-center demo $(if $(TAPE),--tape $(TAPE))

test: $(READY)
	$(BIN)/python -m pytest -n 3 --dist worksteal

check: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/unit/test_catalogs.py

format: $(READY)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

looks: $(READY)
	$(BIN)/python -m pytest -m "looks or tape" --snapshot-update

tapes: $(READY)
	$(BIN)/python -m pytest tui/tapes/shipped -n 2 --tape-matrix pictures --tape-runs $(or $(RUNS),1)

matrix: $(READY)
	$(BIN)/python -m pytest tui/tapes/shipped -n 2 --tape-matrix full

pictures: $(READY)
	$(BIN)/billing-center play tui/tapes/shipped/buy.tape --headless --lang de --into docs/pictures

catalogs: $(READY)
	$(BIN)/pybabel -q extract -F pyproject.toml -c NOTE: --no-location --sort-output --omit-header -o locales/billing_center.pot .
	for language in de en; do \
	  $(BIN)/pybabel -q update -D billing_center -i locales/billing_center.pot -d locales -l $$language --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date; \
	done

mutants: $(READY)
	$(BIN)/python -m tests.mutants

kills: $(READY)
	BILLING_CENTER_KILLS=$(or $(KILLS),300) BILLING_CENTER_KILLS_SEED=$(SEED) $(BIN)/python -m pytest tests/crashes/test_random_moments.py -n 2 -rP

soak: $(READY)
	$(BIN)/python -m tests.soak --seconds $(or $(SECONDS),1200)

bench: $(READY)
	$(BIN)/python -m benchmarks

clean:
	rm -rf .venv build dist .hypothesis .mypy_cache .pytest_cache .ruff_cache
