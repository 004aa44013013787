# The two commands of the README are `make search` and `make test`; the others serve development.
# Plain `swift build -c release` works too, once the packages that `make setup` installs are there.

SWIFT    ?= swift
ESPALIER := .build/release/espalier
PYTHON   := .venv/bin/python
SOURCES  := Package.swift Sources Tests Examples

.PHONY: help setup build search test bench peers soak sanitize instructions docs format lint clean

help:
	@echo "make search   run the built-in search and name its report (ARGS='--seed 3' adds options)"
	@echo "make test     run all tests"
	@echo "make setup    install the Debian packages that are missing"
	@echo "make build    build .build/release/espalier"
	@echo "make bench    measure speed, beside PyTorch where 'make peers' has installed it"
	@echo "make peers    the tests that need PyTorch, TensorBoard and Chromium, in .venv"
	@echo "make soak     the long tests: every shape of the op table, AddressSanitizer, valgrind, faults"
	@echo "make sanitize the tests of tensors, networks and supernets under AddressSanitizer"
	@echo "make instructions  record the instructions of a training step, which 'make soak' compares with"
	@echo "make docs     check the links and paths that the pages name; build the reference in .build/docs"
	@echo "make format   format the sources; 'make lint' only checks"
	@echo "make clean    remove what was built; checkpoints and reports stay"

setup:
	@SWIFT="$(SWIFT)" Tools/setup.sh

build: setup
	$(SWIFT) build -c release --product espalier

search: build
	@ESPALIER="$(ESPALIER)" Tools/search.sh $(ARGS)

# Three passes, so that tests with a hang guard never wait behind long ones, then the faults; ARGS="--filter X" makes one pass.
TEST = $(SWIFT) test -c release --skip-build --disable-xctest
test: setup
	$(SWIFT) build -c release --build-tests
ifdef ARGS
	$(TEST) $(ARGS)
else
	$(TEST) --skip '^(SearchesTests|PoliciesTests)\.'
	$(TEST) --filter '^PoliciesTests\.'
	$(TEST) --filter '^SearchesTests\.'
	Tests/Faults/run.sh quick $(ESPALIER)
endif

bench: build
	@if $(PYTHON) -c 'import torch' 2>/dev/null; \
	then $(PYTHON) Benchmarks/compare.py $(ESPALIER) $(ARGS); \
	else $(ESPALIER) bench $(ARGS); echo "no PyTorch in .venv: 'make peers' installs it" >&2; fi
	$(ESPALIER) bench --safety

.venv/ready:
	python3 -m venv .venv || { echo "espalier: install the Debian package python3-venv" >&2; exit 1; }
	$(PYTHON) -m pip install --quiet torch numpy scipy safetensors tensorboard html5lib
	touch $@

peers: build .venv/ready
	$(SWIFT) build -c release --build-tests
	PYTHON="$(CURDIR)/$(PYTHON)" Tests/Peers/run.sh $(ESPALIER)

soak: setup
	@command -v valgrind > /dev/null || { echo "espalier: install the Debian package valgrind" >&2; exit 1; }
	$(MAKE) sanitize
	$(SWIFT) build -c release --build-tests
	ESPALIER_SOAK=1 $(SWIFT) test -c release --skip-build --disable-xctest --filter 'OpTableTests|LayerTableTests|SimulationTests|Bias(Gap)?Tests|GrowingMapTests'
	Tests/Soak/valgrind.sh memcheck $(ESPALIER)
	Tests/Soak/valgrind.sh instructions $(ESPALIER)
	$(SWIFT) test -c release --package-path Examples/custom-policy --scratch-path .build/custom-policy --disable-xctest
	SWIFT="$(SWIFT)" Tests/Faults/run.sh long $(ESPALIER)

sanitize: setup
	$(SWIFT) build -c release --sanitize=address --build-tests --scratch-path .build/sanitize
	$(SWIFT) test -c release --sanitize=address --scratch-path .build/sanitize --skip-build --disable-xctest \
		--filter 'TensorsTests|NetworksTests|SupernetsTests' $(ARGS)

instructions: build
	Tests/Soak/valgrind.sh record $(ESPALIER)

docs: setup
	@python3 Tools/check_docs.py
	$(SWIFT) build -c release
	@SWIFT="$(SWIFT)" Tools/docs.sh

format:
	$(SWIFT) format --in-place --recursive --parallel $(SOURCES)

lint:
	$(SWIFT) format lint --strict --recursive --parallel $(SOURCES)

clean:
	rm -rf .build .venv
