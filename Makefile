# Everything here works in a fresh clone with python3 (3.11 or later), pip and make: it makes its own .venv.
# The second time nothing is installed again, unless pyproject.toml or the folder changed.

VENV := .venv
BIN := $(VENV)/bin
PYTHONS := python3 python3.14 python3.13 python3.12 python3.11 python
CHECKED := core tui tests

# The person's own settings must not leak into the venv; and without kept bytecode every start of a program would
# compile all of it, which takes the tests twice as long.
unexport PYTHONHOME PYTHONPATH PYTHONDONTWRITEBYTECODE
export PIP_USER := 0
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# What is used is compiled at its first use; compiling all of the packages would take as long as installing them does.
export PIP_COMPILE := 0

.DEFAULT_GOAL := help
.PHONY: help demo test test-system test-wheel bench faults screenshots lint types contracts unit format clean app tools python-venv

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: app ## small real trainings, and the app to watch them
	@$(BIN)/runs-tui demo

test: tools ## every check and test that needs Python alone
	@$(MAKE) --no-print-directory --jobs 2 --keep-going lint types contracts unit

test-system: tools ## tests with tmux and ssh (as root, installs them with apt where they are missing)
	@missing=; \
	for pair in tmux:tmux ssh:openssh-client sshd:openssh-server; do \
	    PATH="$$PATH:/usr/sbin:/sbin" command -v "$${pair%%:*}" >/dev/null || missing="$$missing $${pair#*:}"; \
	done; \
	if [ -n "$$missing" ]; then \
	    if [ "$$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then \
	        echo "make test-system needs:$$missing (on Debian or Ubuntu: sudo apt install$$missing)" >&2; exit 1; \
	    fi; \
	    export DEBIAN_FRONTEND=noninteractive; \
	    apt-get -q update && apt-get -qy install --no-install-recommends $$missing; \
	fi
	$(BIN)/pytest tests/system

# Away from the sources, with nothing but the wheel and what it asks for: what a person has after `pip install`.
test-wheel: ## the tests on the wheel, installed alone
	@set -e; \
	place=$$(mktemp -d); trap 'rm -rf "$$place"' EXIT; \
	for python in $(PYTHONS); do \
	    "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && break; \
	done; \
	"$$python" -m venv "$$place/venv"; \
	"$$place/venv/bin/python" -m pip wheel --quiet --no-deps --wheel-dir "$$place" .; \
	"$$place/venv/bin/python" -m pip install --quiet "$$(ls "$$place"/*.whl)[test]"; \
	git ls-files | grep -v '^core/\|^tui/' | tar -cf - -T - | tar -xf - -C "$$place"; \
	cd "$$place" && venv/bin/pytest -m "not source" --numprocesses auto --dist worksteal $(ARGS)

bench: tools ## measure speed, bytes and memory beside other tools; writes tests/bench/RESULTS.md and plots
	@$(BIN)/python -m tests.bench --write

faults: tools ## kills, full disks, damaged files and a soak, at full scale (takes about an hour)
	RUNS_TUI_FAULTS=full $(BIN)/pytest tests/faults --numprocesses 2 --dist worksteal

screenshots: tools ## draw every screen into screenshots/, as SVG and PNG
	@$(BIN)/python -m tests.screenshots

lint: tools ## ruff: rules and format
	$(BIN)/ruff check --quiet $(CHECKED)
	$(BIN)/ruff format --quiet --check $(CHECKED)

types: tools ## mypy, strict
	$(BIN)/mypy

contracts: tools ## which room may import which
	$(BIN)/lint-imports --no-logo

unit: tools ## pytest, without tests/system
	$(BIN)/pytest --numprocesses auto --dist worksteal

format: tools ## rewrite the sources in the project's format
	$(BIN)/ruff check --quiet --fix $(CHECKED)
	$(BIN)/ruff format $(CHECKED)

clean: ## remove the venv and everything built
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find $(CHECKED) -name __pycache__ -type d -prune -exec rm -rf {} +

# The venv: `app` has what the program needs, `tools` also what the tests need. A stamp of each name inside it says
# for which pyproject.toml it was made; a venv made for another folder, or with a python that is gone, is made anew.

STATE = $$(pwd; cksum <pyproject.toml)

app tools:
	@if [ "$$(cat $(VENV)/$@ 2>/dev/null)" != "$(STATE)" ] || ! $(BIN)/python -c ''; then \
	    $(MAKE) --no-print-directory python-venv EXTRA="$(if $(filter tools,$@),[test])" || exit 1; \
	    echo "$(STATE)" | tee $(VENV)/app $(if $(filter tools,$@),$(VENV)/tools) >/dev/null; \
	fi

python-venv:
	@set -e; \
	if [ "$$(head -n 1 $(VENV)/app 2>/dev/null)" != "$$(pwd)" ] || ! $(BIN)/python -c '' 2>/dev/null; then \
	    for python in $(PYTHONS); do \
	        "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && break; \
	        python=; \
	    done; \
	    if [ -z "$$python" ]; then \
	        echo "runs-tui needs Python 3.11 or later, and none of $(PYTHONS) is that." >&2; \
	        echo "Install one (Debian or Ubuntu: sudo apt install python3 python3-venv), then try again." >&2; \
	        exit 1; \
	    fi; \
	    if ! "$$python" -c 'import venv, ensurepip' 2>/dev/null; then \
	        version=$$("$$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
	        echo "$$python is Python $$version without the venv module, which an environment of its own needs." >&2; \
	        echo "Install it (Debian or Ubuntu: sudo apt install python3-venv, or python$$version-venv)," >&2; \
	        echo "then try again." >&2; \
	        exit 1; \
	    fi; \
	    "$$python" -m venv --clear $(VENV); \
	fi; \
	echo "Setting up $(VENV): once, and it takes a minute."; \
	rm -f $(VENV)/tools; \
	$(BIN)/python -m pip install --quiet --editable ".$(EXTRA)"
