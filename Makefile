# SPDX-License-Identifier: GPL-3.0-or-later
# Everything that AdamProbe needs is done from here; `make help` lists it.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup build demo test test-slow verify mutations notebooks notebooks-blocks notebooks-check figures departures docs compare growth bench counts format clean

PACKAGES := libgsl-dev libopenblas-dev zlib1g-dev libssl-dev libmpfr-dev gnuplot-nox pkg-config curl
PROGRAM  := .build/release/adamprobe
PYTHON   := .build-python/bin/python
FIGURES  := $(wildcard plots/*/*.yaml Sources/Claims/Resources/C7/mnist-*.yaml)
PASSAGES  = $(addprefix --data ,$(wildcard verification/B3-trained.csv verification/B3-mnist.csv))
COG      := PYTHONDONTWRITEBYTECODE=1 .build-python/bin/cog -I notebooks-md
NOTEBOOKS = $(shell grep -l cog notebooks-md/*.md)
SUDO     := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
say       = @printf '\033[1m== %s\033[0m\n' "$(1)"

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 12

setup: ## install the system packages that are missing
	@command -v swift >/dev/null || { echo "no Swift toolchain found: install Swift 6.1 or later (swift.org/install), then call make again" >&2; exit 1; }
	@if command -v dpkg-query >/dev/null; then \
	    missing=(); \
	    for package in $(PACKAGES); do \
	        [ "$$(dpkg-query -W -f '$${Status}' $$package 2>/dev/null || true)" = "install ok installed" ] || missing+=($$package); \
	    done; \
	    if [ $${#missing[@]} = 0 ]; then echo "system packages: all there"; else \
	        echo "installing $${missing[*]}"; \
	        $(SUDO) apt-get update -q; \
	        $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$${missing[@]}"; \
	        echo "installed $${missing[*]}"; \
	    fi; \
	else \
	    pkg-config --exists gsl openblas zlib libcrypto mpfr || { echo "this system has no dpkg: install GSL, OpenBLAS, zlib, OpenSSL, MPFR and gnuplot with your package manager" >&2; exit 1; }; \
	fi

build: setup ## build the program
	$(call say,building adamprobe (release))
	swift build -c release --product adamprobe

demo: build ## train on the embedded digits and draw what happened (a minute or two, most of it the build)
	$(call say,training 64-256-10 under ReLU + L2 + Adam on the embedded digits)
	rm -rf demo/run
	mkdir -p demo
	$(PROGRAM) init demo/adamprobe.yaml --force
	$(PROGRAM) run demo/adamprobe.yaml --out demo/run
	$(call say,drawing the figures)
	$(PROGRAM) plot demo/run
	@echo
	@echo "The configuration is demo/adamprobe.yaml, the run demo/run, the figures are demo/run/figures/*.svg."
	@echo "Every node's story: demo/run/nodes.csv, or: $(PROGRAM) inspect demo/run --node 0/2"

test: setup ## build and run all tests (a few minutes)
	$(call say,building the tests)
	swift build --build-tests
	$(call say,running the tests)
	swift test --skip-build
	$(call say,checking that the notebooks say what their commands print)
	$(MAKE) --no-print-directory notebooks-check

# Only what counts instructions needs it.
test-slow counts: PACKAGES += valgrind binutils
test-slow: setup $(PYTHON) ## the tests, and those that take long or need PyTorch
	$(call say,making the reference values anew with the current PyTorch and comparing)
	for script in Tests/Reference/*.py; do echo "$$script"; $(PYTHON) $$script --check; done
	$(call say,running all tests)
	swift build -c release --product adamprobe
	swift build --build-tests
	ADAMPROBE_SLOW=1 ADAMPROBE_PYTHON=$(abspath $(PYTHON)) swift test --skip-build
	$(call say,counting the kernels' instructions)
	$(PYTHON) Benchmarks/counts.py --check

$(PYTHON):
	$(call say,a Python environment with PyTorch for reference values)
	python3 -m venv .build-python
	.build-python/bin/pip install -q --upgrade pip
	.build-python/bin/pip install -q torch numpy scipy safetensors packaging

figures: build ## make the runs of plots/ anew and draw their figures (MNIST takes some ten minutes; see adamprobe data)
	$(PROGRAM) figures --out plots/theory $(PASSAGES)
	for configuration in $(FIGURES); do \
	    name=$$(basename $$configuration .yaml); folder=plots/$$name; run=runs/$$name; \
	    echo "== $$configuration"; \
	    rm -rf $$run; \
	    $(PROGRAM) run $$configuration --out $$run; \
	    predictions=(); \
	    for said in Sources/Claims/Resources/C7/$$name.json Sources/Claims/Resources/C7/$$name-revival.json; do \
	        [ ! -e $$said ] || predictions+=(--prediction $$said); \
	    done; \
	    $(PROGRAM) plot $$run --out $$folder $${predictions[@]+"$${predictions[@]}"}; \
	    cp $$run/manifest.json $$run/summary.json $$run/metrics.csv $$run/nodes.csv $$folder; \
	done

departures: setup ## make plots/precision/departures.csv anew: where each arithmetic's conclusion departs from 200 bits
	swift build --build-tests
	ADAMPROBE_DEPARTURES=$(abspath plots/precision/departures.csv) swift test --skip-build --filter theReportIsWritten

verify: build ## put every law to the test, trained networks included, and write verification/ (some minutes, most of them the runs)
	$(PROGRAM) verify --out verification

mutations: setup ## which claim notices which wrong optimiser (minutes)
	swift build -c release --product mutation-matrix
	.build/release/mutation-matrix plots/theory

notebooks: build .build-python/bin/cog ## run the commands of the notebooks anew and write what they print into them
	$(COG) -r $(NOTEBOOKS)
	$(MAKE) --no-print-directory notebooks-blocks

# Code beside a marker is run only if its block ends on the same line, and cog says nothing of code that it does not run.
notebooks-blocks:
	@awk '/\[\[\[cog [^]]*$$/ { print FILENAME ":" FNR ": code beside the marker of a block of several lines is not run"; bad = 1 } \
	    /\[\[\[end\]\]\]/ { if (code == FNR - 1) { print FILENAME ":" FNR ": this block printed nothing"; bad = 1 } next } \
	    /\]\]\] -->$$/ { code = FNR } \
	    FNR == 1 { code = 0 } \
	    END { exit bad }' $(NOTEBOOKS)

notebooks-check: notebooks-blocks build ## fail if a notebook's numbers are not what its commands print today
	@if $(MAKE) --no-print-directory .build-python/bin/cog >/dev/null 2>&1; then \
	    $(COG) --check --check-fail-msg "call make notebooks" $(NOTEBOOKS); \
	else echo "notebooks not checked: cog can't be installed here (it needs python3 with venv, and a package index)"; fi

.build-python/bin/cog:
	[ -x .build-python/bin/python ] || python3 -m venv .build-python
	.build-python/bin/pip install -q cogapp

docs: setup ## build the guide of the laws (DocC; fetches its plugin) into .build-docs/guide
	$(call say,building the guide)
	ADAMPROBE_DOCS=1 swift package --scratch-path .build-docs --allow-writing-to-directory .build-docs/guide \
	    generate-documentation --target Theory --warnings-as-errors --output-path .build-docs/guide

.build-python/compare.installed: | $(PYTHON)
	$(call say,current PyTorch and JAX)
	.build-python/bin/pip install -q --upgrade torch jax numpy safetensors
	touch $@

compare: setup .build-python/compare.installed ## time our works beside PyTorch's, JAX's and NumPy's into Benchmarks/results (half an hour)
	$(PYTHON) Benchmarks/compare.py $(OPTIONS)

growth: setup ## time and memory against width, depth, batch, probes, steps and nodes, into Benchmarks/results
	python3 Benchmarks/growth.py $(OPTIONS)

bench: setup ## time kernels and steps (OPTIONS="--filter 'tiny.*'")
	cd Benchmarks && swift package benchmark $(OPTIONS)

counts: setup ## count the kernels' instructions anew into Benchmarks/counts.json
	python3 Benchmarks/counts.py

format: ## format the sources with swift-format
	swift format --in-place --recursive --parallel Package.swift Sources Tests

clean: ## remove what was built
	rm -rf .build .build-docs .build-python demo
