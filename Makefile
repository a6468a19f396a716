# make up      everything on this machine, with sample data, until Ctrl-C
# make demo    one whole consultation, months in seconds
# make test    all tests          make check   everything else that must be green
# make bench   the measurements   make lock    new pinned versions
#
# Needs Python 3.11 or newer and nothing else. uv is used when it is there (make up UV= does without).

BIN := .venv/bin
UV := $(shell command -v uv 2>/dev/null)

.PHONY: up demo test check bench lock clean
.DEFAULT_GOAL := up

up: .venv/.runtime
	$(BIN)/shangliang up

demo: .venv/.runtime
	$(BIN)/shangliang demo

# A file stays on one core: its tests share what they started. Slow files hold few tests, so not the largest first.
test: .venv/.ok
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

check: .venv/.ok
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m statemachines.print_lifecycles --check
	$(BIN)/python -m tests.where_rules_are_tested --check
	$(BIN)/python -m regulations.print_rules --check
	$(BIN)/shangliang check-migrations
	$(MAKE) --no-print-directory dead-code

# Columns, fields and words of an enum are read by frameworks and files, so vulture cannot judge them;
# it judges what runs.
.PHONY: dead-code
dead-code: .venv/.ok
	@found="$$($(BIN)/vulture)"; status=$$?; [ $$status -eq 0 ] || [ $$status -eq 3 ] || exit $$status; \
	! echo "$$found" | grep -E 'unused (function|method|class|property|import)|unreachable|unsatisfiable'

bench: .venv/.ok
	$(BIN)/python -m bench.floor

# The versions of dev.txt follow those of runtime.txt, so the order matters.
lock: .venv/.ok
	cd requirements && ../$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --upgrade runtime.in -o runtime.txt
	cd requirements && ../$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --upgrade dev.in -o dev.txt

clean:
	rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

# ---- the virtual environment: .runtime serves, .ok also develops and tests
ifeq ($(UV),)
INSTALL = $(BIN)/python -m pip install --disable-pip-version-check -q
OFFLINE = --no-index
else
INSTALL = $(UV) pip install -q --python $(BIN)/python
OFFLINE = --offline
endif

$(BIN)/python:
	@python=$(PYTHON); \
	for candidate in $${python:-python3 python3.14 python3.13 python3.12 python3.11}; do \
	  if "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    echo "$$("$$candidate" --version) -> .venv"; exec "$$candidate" -m venv .venv; \
	  fi; \
	done; \
	echo "需要 Python 3.11 或更高版本。Python 3.11 or newer is needed (make up PYTHON=/path/to/python3)." >&2; exit 1

.venv/.runtime: requirements/runtime.txt pyproject.toml | $(BIN)/python
	$(INSTALL) --require-hashes -r requirements/runtime.txt
	$(INSTALL) $(OFFLINE) --no-deps --no-build-isolation -e .
	@touch $@

.venv/.ok: requirements/dev.txt .venv/.runtime
	$(INSTALL) --require-hashes -r requirements/dev.txt
	@touch $@
