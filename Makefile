# Two commands a newcomer needs: `make demo` and `make test`. Everything they need is fetched on the way.
# Debian 12, root or sudo, git, make and Python 3.11 or newer are expected; nothing is written outside this folder
# but system packages.

PYTHON ?= python3
# as many as the machine has processors, from two to four
TEST_WORKERS ?= $(shell n=$$(nproc); echo $$((n < 2 ? 2 : n > 4 ? 4 : n)))
UV := var/tools/bin/uv
RUN := $(UV) run --frozen
# uv takes the machine's Python and fetches none
export UV_PYTHON := $(PYTHON)
export UV_PYTHON_DOWNLOADS := never
# the machine's certificates: an office's own proxy is trusted there
export UV_SYSTEM_CERTS := true
export NODE_EXTRA_CA_CERTS ?= /etc/ssl/certs/ca-certificates.crt
export PYTHONPATH := $(CURDIR)/tests

.DEFAULT_GOAL := help
.PHONY: help setup demo test endurance quick check audit format bench gallery specimens docs up down lock train

help: ## what there is
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

setup: base .venv/.synced ## fetch uv and all Python packages the lock names
.PHONY: base
base:
	@PYTHON=$(PYTHON) tools/install-system-packages base

$(UV): | base
	$(PYTHON) -m venv var/tools
	var/tools/bin/pip install --quiet --disable-pip-version-check 'uv>=0.13,<1'

.venv/.synced: pyproject.toml uv.lock | $(UV)
	$(UV) sync --frozen
	@# confined as another user a worker could keep no bytecode and would compile anew at each start
	$(RUN) python -m tools.keep_bytecode
	@touch $@

# the Open XML SDK's validator, which the tests hold our Word documents against; npm checks it against the lock
# what the tests take from npm: the validator of Word documents, and what looks at pages for the impaired
FROM_NPM := var/ooxml-validator/node_modules/.package-lock.json var/axe/node_modules/.package-lock.json
$(FROM_NPM): var/%/node_modules/.package-lock.json: tools/%/package.json tools/%/package-lock.json
	@tools/install-system-packages test
	@mkdir -p var/$*
	cp $^ var/$*
	npm ci --prefix var/$* --silent --no-audit --no-fund
	@touch $@

demo: setup ## a whole semiannual campaign of the demo agency through Airflow, about 4 minutes; KEEP=1: then stays open
	@tools/install-system-packages demo
	$(RUN) python -m demo $(if $(KEEP),--keep)

test: setup $(FROM_NPM) ## everything, on real servers; a skipped test fails the run
	@tools/install-system-packages test
	@# the topology alone, as its services are many; then all the rest, whatever the first said
	$(RUN) pytest tests/topology --strict-run; alone=$$?; \
	$(RUN) pytest -n $(TEST_WORKERS) --dist loadfile --strict-run --ignore=tests/topology && exit $$alone

endurance: setup $(FROM_NPM) ## what takes longer than a test may: each change of the compose file noticed, the second reading learned anew
	@tools/install-system-packages test
	$(RUN) pytest --strict-run tests/topology/endure_*.py tests/documents/endure_mutated.py tests/browser/endure_typing.py \
		tests/operations/endure_upgrade.py tests/e2e/endure_returned_plan.py tests/demo/endure_serve.py
	$(RUN) --group train python -m tools.meaning --check

quick: setup $(FROM_NPM) ## the tests that take no browser and no Airflow, about 3 minutes
	@tools/install-system-packages test
	$(RUN) pytest -n $(TEST_WORKERS) --dist loadfile -m "not slow and not browser and not airflow" --ignore=tests/topology

check: setup ## lint, types, layers, templates, generated pages, what the product is made of
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy
	$(RUN) lint-imports
	$(RUN) python -m inspection.documents.lint templates
	$(RUN) python -m tools.generate_docs --check
	$(RUN) python -m tools.sbom --check

audit: setup ## known weaknesses of the packages the lock names; needs the internet, says where it could not ask
	$(RUN) python -m tools.advisories

format: setup ## put code into the house's form
	$(RUN) ruff check --fix .
	$(RUN) ruff format .

docs: setup ## write the generated pages anew, and what the product is made of
	$(RUN) python -m tools.generate_docs
	$(RUN) python -m tools.sbom

bench: setup ## every number we claim, with the machine named
	@tools/install-system-packages test
	$(RUN) python -m bench

train: setup ## learn the phrases of the second reading anew from the labelled papers, about two minutes
	$(RUN) --group train python -m tools.meaning

gallery: setup ## all documents and pages as contact sheets in var/gallery
	@tools/install-system-packages test
	$(RUN) python tests/documents/gallery.py var/gallery/documents
	$(RUN) pytest -q tests/browser
	$(RUN) python -m tools.gallery

specimens: setup ## one paper of each kind from one campaign, written anew
	$(RUN) python tests/documents/make_specimens.py

up: setup ## serve Airflow and the portal on this machine
	$(RUN) python -m demo.serve up

down: setup ## stop them, leaving no process behind
	$(RUN) python -m demo.serve down

lock: setup ## renew uv.lock from pyproject.toml
	$(UV) lock --upgrade
