# Two commands matter: `make run` opens the planner, `make test` proves it.
# Both work on a machine with Python 3.11 to 3.13, a C compiler and nothing else.
#   make run ARGS="--port 9000"               options for the server
#   make test PYTHON=python3.12 VENV=.venv312  a chosen Python, beside the usual environment
#   make wheelhouse EXTRAS=clinic             wheels of these extras only; EXTRAS= for none

PYTHON ?=
VENV ?= .venv
ARGS ?=
LFORMS := lforms@40.1.3
WHEELHOUSE ?= wheelhouse
EXTRAS ?= batch,cds,clinic,excel,mcp,metrics,pdf,proof

# Python 3.13 lost a function that durable-rules' C source still calls by its old name.
# Its setup overwrites CFLAGS, so the new name travels in CPPFLAGS; harmless on 3.11 and 3.12.
export CPPFLAGS := $(CPPFLAGS) -DPyEval_CallObject=PyObject_CallObject
export PIP_DISABLE_PIP_VERSION_CHECK := 1

PIP := $(VENV)/bin/python -m pip install --quiet --constraint constraints.txt

# Says why a Python cannot be used, or nothing.
define PROBE
import os, sys, sysconfig
if not (3, 11) <= sys.version_info[:2] <= (3, 13):
    sys.exit("it is Python %d.%d" % sys.version_info[:2])
try:
    import ensurepip, venv
except ImportError:
    sys.exit("its venv module is missing")
if not os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h")):
    sys.exit("its C headers are missing")
endef
export PROBE

define NO_PYTHON
Repair Planner needs Python 3.11, 3.12 or 3.13 with its venv module and C headers.
Debian and Ubuntu: apt install python3-venv python3-dev gcc
Or name one: make run PYTHON=/path/to/python3.12
endef
export NO_PYTHON

define NO_INSTALL
Installing failed; the lines above say why. Usual causes: no network, or no C compiler
(Debian and Ubuntu: apt install gcc python3-dev; macOS: xcode-select --install).
endef
export NO_INSTALL

# What a wheelhouse holds: each wheel by its exact version and its hash.
define HELD
import hashlib, pathlib, sys
for wheel in sorted(pathlib.Path(sys.argv[1]).glob("*.whl")):
    name, version = wheel.name.split("-")[:2]
    print(f"{name}=={version} --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}")
endef
export HELD

.PHONY: help run test npm read clinicians fuzz bench load pictures wheelhouse clean

help:
	@echo "make run     open Repair Planner in the browser"
	@echo "make test    lint, types and tests"
	@echo "make npm     other parties' programs, which some tests run, into tests/npm (needs no Node)"
	@echo "make read    twenty thousand plans read for faults of words, each in its smallest case"
	@echo "make clinicians  docs/for-clinicians.md anew: what no source carries, to disagree with"
	@echo "make fuzz    twenty thousand plans asked of a live server, well and badly (long)"
	@echo "make bench   speed and memory, beside other commits and other rule engines"
	@echo "make load    a hundred people at once for two minutes, on this machine alone"
	@echo "make pictures  the pages as the README shows them, from the running app"
	@echo "make wheelhouse  wheels for a machine without compiler or network, into $(WHEELHOUSE)/"
	@echo "make clean   remove what the other commands made, except $(VENV)"

run: $(VENV)/.installed
	@$(VENV)/bin/repair-planner serve $(ARGS)

# The types are checked beside the tests, which leave a core idle now and then; both must pass.
test: $(VENV)/.installed-dev
	@begun=$$(date +%s); took() { echo "$$1: $$(($$(date +%s) - begun)) seconds"; }; \
	$(VENV)/bin/ruff check . || exit; took ruff; \
	{ $(VENV)/bin/mypy; status=$$?; took mypy; exit $$status; } >$(VENV)/.types.txt 2>&1 & \
	types=$$!; \
	$(VENV)/bin/python -m pytest --numprocesses logical --dist worksteal \
	    --max-worker-restart 2 $(ARGS); tests=$$?; took pytest; \
	wait $$types; types=$$?; cat $(VENV)/.types.txt; \
	exit $$((tests ? tests : types))

# Their install scripts are not run. LHC-Forms asks for all of Angular, and ships what it needs.
npm: tests/npm/node_modules/.installed
tests/npm/node_modules/.installed: tests/npm/package.json tests/npm/package-lock.json
	@test -x $(VENV)/bin/npm || $(MAKE) $(VENV)/.installed-node
	cd tests/npm && export PATH="$(abspath $(VENV))/bin:$$PATH" && \
	    npm ci --silent --no-audit --no-fund --legacy-peer-deps --ignore-scripts && \
	    npm pack --silent --pack-destination node_modules $(LFORMS) && \
	    mkdir -p node_modules/lforms && \
	    tar -xzf node_modules/lforms-*.tgz --strip-components 1 -C node_modules/lforms
	@touch $@

read: $(VENV)/.installed-dev
	$(VENV)/bin/python -m tests.reading $(ARGS)

clinicians: $(VENV)/.installed
	$(VENV)/bin/repair-planner explain --derived > $(VENV)/.clinicians.md
	mv $(VENV)/.clinicians.md docs/for-clinicians.md

fuzz: $(VENV)/.installed-dev
	$(VENV)/bin/python -m tests.webui.support.conversing $(ARGS)

bench: $(VENV)/.installed-bench $(VENV)/.installed-load
	$(VENV)/bin/python -m tests.benchmarks $(ARGS)

load: $(VENV)/.installed-load
	$(VENV)/bin/python -m tests.benchmarks.load $(ARGS)

pictures: $(VENV)/.installed-dev
	$(VENV)/bin/python -m tests.browser.picturing

# For a machine like this one: same system, same Python. What has no wheel (durable-rules) is built.
# Wheels of an older collection go first: two versions of one package could not be installed. The
# list is written last, so that half a collection has none.
wheelhouse: $(VENV)/.made
	@mkdir -p $(WHEELHOUSE) && rm -f $(WHEELHOUSE)/*.whl $(WHEELHOUSE)/requirements.txt
	@echo "Collecting wheels into $(WHEELHOUSE)/ ..."
	@$(VENV)/bin/python -m pip wheel --quiet --constraint constraints.txt \
	    --wheel-dir $(WHEELHOUSE) '.$(if $(EXTRAS),[$(EXTRAS)])' || \
	    { echo "$$NO_INSTALL" >&2; exit 1; }
	@$(VENV)/bin/python -c "$$HELD" $(WHEELHOUSE) > $(WHEELHOUSE)/.list
	@mv $(WHEELHOUSE)/.list $(WHEELHOUSE)/requirements.txt
	@echo "Take $(WHEELHOUSE)/ to the other machine; there, with Python and nothing else:"
	@echo "  pip install --no-index --find-links $(notdir $(WHEELHOUSE)) \\"
	@echo "      --require-hashes -r $(notdir $(WHEELHOUSE))/requirements.txt"

clean:
	rm -rf build *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find planner webui tests -name __pycache__ -type d -prune -exec rm -rf {} +

# Each stamp says that the environment holds what pyproject.toml and constraints.txt ask for.
$(VENV)/.installed: pyproject.toml constraints.txt $(VENV)/.made
	@echo "Installing Repair Planner into $(VENV) (about a minute, once) ..."
	@$(PIP) --editable . || { echo "$$NO_INSTALL" >&2; exit 1; }
	@touch $@

$(VENV)/.installed-%: pyproject.toml constraints.txt $(VENV)/.made
	@echo "Installing Repair Planner and its $* tools into $(VENV) (about a minute, once) ..."
	@$(PIP) --editable '.[dev,$*]' || { echo "$$NO_INSTALL" >&2; exit 1; }
	@touch $@ $(VENV)/.installed

# The newest Python that can do the work. An environment that works is kept; one left half made
# is made again.
$(VENV)/.made:
	@if $(VENV)/bin/python -c "$$PROBE" && $(VENV)/bin/python -m pip --version; \
	    then touch $@; exit 0; fi >/dev/null 2>&1; \
	for python in $(or $(PYTHON),python3.13 python3.12 python3.11 python3 python); do \
	    if reason=$$($$python -c "$$PROBE" 2>&1); then \
	        echo "Making $(VENV) with $$($$python --version)"; \
	        $$python -m venv --clear $(VENV) && touch $@; exit; \
	    fi; \
	    tried="$$tried$$python: $$(echo "$$reason" | head -n 1)\n"; \
	done; printf "$$tried$$NO_PYTHON\n" >&2; exit 1
