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
SBOM ?= sbom.json
SBOM_CHECK ?= --validate
EXTRAS ?= batch,cds,clinic,excel,mcp,metrics,pdf,proof

# Python 3.13 lost a function that durable-rules' C source still calls by its old name.
# Its setup overwrites CFLAGS, so the new name travels in CPPFLAGS; harmless on 3.11 and 3.12.
export CPPFLAGS := $(CPPFLAGS) -DPyEval_CallObject=PyObject_CallObject
export PIP_DISABLE_PIP_VERSION_CHECK := 1

# Nothing is installed but what constraints.txt names, each file by its hash; what has no wheel is
# built by the tools of the extra `build`, which came the same way.
PIP := $(VENV)/bin/python -m pip
BY_HASH := --quiet --require-hashes --no-deps --no-build-isolation
BY_US := --quiet --no-deps --no-build-isolation
LISTED := build,batch,bench,cds,clinic,cluster,dev,excel,load,mcp,metrics,node,pdf,proof,sbom,spark,upkeep

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

# The lines of constraints.txt that some extras need, with what those need in turn. `program` is
# what every installation has.
define CHOSEN
import re, sys, tomllib
def plain(line): return re.sub(r"[-_.]+", "-", re.match(r"[\w.-]+", line)[0]).lower()
with open("pyproject.toml", "rb") as file: project = tomllib.load(file)["project"]
groups = {"program": project["dependencies"], **project["optional-dependencies"]}
blocks = re.findall(r"^\S+==(?:.*\n)(?:[ ].*\n)*", open("constraints.txt").read(), re.M)
found = {plain(block): block for block in blocks}
asked_by = {name: re.findall(r"# via (.*)", block)[0].split(", ") for name, block in found.items()}
ahead = [plain(line) for extra in sys.argv[1].split(",") if extra for line in groups[extra]]
chosen = set()
while ahead:
    chosen.add(name := ahead.pop())
    ahead += [one for one in found if name in asked_by[one] and one not in chosen]
unknown = sorted(chosen - set(found))
sys.exit(f"constraints.txt lacks {unknown}: make constraints") if unknown else None
print("".join(found[name] for name in sorted(chosen)), end="")
endef
export CHOSEN

# $(1): the extras, with commas between them.
chosen = $(VENV)/bin/python -c "$$CHOSEN" $(1)
build_tools = $(call chosen,build) > $(VENV)/.build.txt && \
    $(PIP) install $(BY_HASH) -r $(VENV)/.build.txt
comma := ,
install = { $(build_tools) && $(call chosen,program$(comma)$(1)) > $(VENV)/.chosen.txt && \
    $(PIP) install $(BY_HASH) -r $(VENV)/.chosen.txt && $(PIP) install $(BY_US) --editable .; } || \
    { echo "$$NO_INSTALL" >&2; exit 1; }

# An environment that shows of another's packages those in a list, so that a list of what is
# installed tells of the program and not of the tools beside it.
define SHOWN
import pathlib, re, sys
from importlib.metadata import distributions
def plain(name): return re.sub(r"[-_.]+", "-", name).lower()
listed = {plain(line.partition("==")[0]) for line in open(sys.argv[1]) if "==" in line.split()[0]}
[place] = pathlib.Path(sys.argv[2]).glob("lib/python*/site-packages")
for one in distributions():
    if plain(one.name) in listed: (place / one._path.name).symlink_to(one._path.resolve())
endef
export SHOWN

# What a wheelhouse holds: each wheel by its exact version and its hash.
define HELD
import hashlib, pathlib, sys
for wheel in sorted(pathlib.Path(sys.argv[1]).glob("*.whl")):
    name, version = wheel.name.split("-")[:2]
    print(f"{name}=={version} --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}")
endef
export HELD

.PHONY: help run test npm read clinicians fuzz bench load pictures wheelhouse sbom constraints clean

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
	@echo "make sbom    what the program is made of, as CycloneDX, into $(SBOM)"
	@echo "make constraints  constraints.txt anew: exact versions, and the hash of every file"
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
	@{ $(build_tools) && $(call chosen,program$(comma)$(EXTRAS)) > $(WHEELHOUSE)/.list && \
	    $(PIP) wheel $(BY_HASH) --wheel-dir $(WHEELHOUSE) -r $(WHEELHOUSE)/.list && \
	    $(PIP) wheel $(BY_US) --wheel-dir $(WHEELHOUSE) .; } || \
	    { echo "$$NO_INSTALL" >&2; exit 1; }
	@$(VENV)/bin/python -c "$$HELD" $(WHEELHOUSE) > $(WHEELHOUSE)/.list
	@mv $(WHEELHOUSE)/.list $(WHEELHOUSE)/requirements.txt
	@echo "Take $(WHEELHOUSE)/ to the other machine; there, with Python and nothing else:"
	@echo "  pip install --no-index --find-links $(notdir $(WHEELHOUSE)) \\"
	@echo "      --require-hashes -r $(notdir $(WHEELHOUSE))/requirements.txt"

# Everything the program is made of as a clinic installs it, in the form of CycloneDX 1.6: the same
# environment gives the same bytes, and the tool checks them against the form's schema.
sbom: $(VENV)/.installed-dev
	@rm -rf $(VENV)/.sbom && $(VENV)/bin/python -m venv --without-pip $(VENV)/.sbom
	@$(call chosen,program$(comma)clinic) > $(VENV)/.chosen.txt
	@$(VENV)/bin/python -c "$$SHOWN" $(VENV)/.chosen.txt $(VENV)/.sbom
	@$(VENV)/bin/cyclonedx-py environment --pyproject pyproject.toml --mc-type application \
	    --spec-version 1.6 --output-format JSON --output-reproducible $(SBOM_CHECK) \
	    --output-file $(SBOM) $(VENV)/.sbom/bin/python

# Versions stay as they are where pyproject.toml allows them: ARGS=--upgrade raises them all,
# ARGS="--upgrade-package flask" one. The hashes are those of every file of a version, so that the
# list is right for every system. Run `make test` before you commit what came out.
constraints: $(VENV)/.installed-upkeep
	@cp constraints.txt $(VENV)/.constraints.txt
	@$(VENV)/bin/uv pip compile pyproject.toml $(addprefix --extra=,$(subst $(comma), ,$(LISTED))) \
	    --universal --python-version 3.11 --generate-hashes --annotation-style line --no-header \
	    --quiet --output-file $(VENV)/.constraints.txt $(ARGS)
	@{ sed -n '/^#/!q;p' constraints.txt; cat $(VENV)/.constraints.txt; } > $(VENV)/.anew.txt
	@mv $(VENV)/.anew.txt constraints.txt

clean:
	rm -rf build wheelhouse *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find planner webui tests -name __pycache__ -type d -prune -exec rm -rf {} +

# Each stamp says that the environment holds what pyproject.toml and constraints.txt ask for.
$(VENV)/.installed: pyproject.toml constraints.txt $(VENV)/.made
	@echo "Installing Repair Planner into $(VENV) (about a minute, once) ..."
	@$(call install,)
	@touch $@

$(VENV)/.installed-%: pyproject.toml constraints.txt $(VENV)/.made
	@echo "Installing Repair Planner and its $* tools into $(VENV) (about a minute, once) ..."
	@$(call install,dev$(comma)$*)
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
