# SPDX-License-Identifier: Apache-2.0
#
#   make demo       the main job on real speech: strip, embed, fine-tune, embed again; prints EER before and after
#   make rdino-small  pre-trains fixtures/rdino-small/checkpoint.pth anew, on the same speech, into rdino-small/; ten minutes
#   make proof      does pre-training without labels pay? on the same speech; some minutes; docs/training/proof.md's tables
#   make small      fine-tuning with 5 to 50 utterances a speaker, plain and with --small, on other voices too, five draws;
#                   docs/training/small.md's tables; by hand
#   make test       every Swift test, debug build, on committed fixtures; no Python
#   make test-debug    of these, what needs a debug build: some minutes less; built by itself, in .build-check
#   make test-release  tests of the trainer and of both programs, which are the ones that ship
#   make sanitizers what fuzzers found under AddressSanitizer, C under UndefinedBehaviorSanitizer
#   make fuzz       the readers on random bytes, SECONDS (60) for each TARGET (every one)
#   make build      release programs, Swift run time linked in: resect and resect-train
#   make install    puts both in place with their manual pages and completions for bash, zsh and fish, below PREFIX (default
#                   /usr/local; DESTDIR is honoured); make uninstall takes all of it away again
#   make install-test  does both in folders of its own, reads the pages, and completes in each shell that is there
#   make interop    PyTorch 1.13 (Debian's) and the newest (PyPI's) judge what the programs read and write
#   make interop-whole  the same, and what is long: every training varied, a file beyond 4 GiB; by hand
#   make packages   every family's exported graph in sherpa-onnx, OpenVINO and tract (PyPI's), at its published size, and
#                   the folders of `convert` in modelscope and FunASR; by hand
#   make python-test  the Python module (python/resect) against PyTorch, safetensors and numpy, and its types by mypy
#   make mpi        resect-train-mpi, which trains on several processes over Open MPI; needs nothing else here
#   make mpi-test   runs of 1, 2 and 4 processes, judged by PyTorch
#   make lint       swift format, floors, file lengths, licence lines, machine paths
#   make floors     the compiler's word on the floors: each room type checked with those below it alone; minutes, by hand
#   make linkage    the release resect links no Swift run time, ICU or BLAS
#   make check      lint, test-debug, test-release, linkage, install-test, python-test, interop, sanitizers, two at once: what CI runs
#   make soak       every Swift test in debug and in release, every fault and a thousand kills; hours, by hand
#   make faults     the release programs when system calls, disks and inputs fail beneath them; FAULTS=2 of each kind; by hand
#   make bench      times resect against PyTorch and cp, on a generated checkpoint of real size
#   make bench-scan CORPUS=DIR  `scan` and four scanners of PyPI's over the same files, harmful and benign ones
#   make bench-trainer  training and embedding against PyTorch, every backbone; BACKBONES="ecapa-1024 ..." for some
#   make clean      removes what was built
#
# Each installs the Debian packages that it needs, if they are missing (sudo is used when not root).
# RESECT_VENV names the virtual environment with the newest PyTorch, RESECT_CLIENTS that with the programs which run exported
# graphs, RESECT_LOADERS that with modelscope and FunASR; they are made if missing.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := build

PREFIX ?= /usr/local
JOBS ?= 2
CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)
export RESECT_VENV ?= $(CACHE)/resect/venv

SWIFT_BUILD := swift build --jobs $(JOBS)
# Swift's list of static libraries has the linker export every symbol, for programs that load others: these load none, and
# start quicker without. What one module hands to the next for optimisation costs a fifth of the build, and gains nothing
# that can be measured.
STATIC := -c release --static-swift-stdlib --scratch-path .build-static -Xlinker --no-export-dynamic \
  -Xswiftc -disable-cmo
PROGRAMS := .build-static/release
SWIFT_TEST := SWIFT_BACKTRACE=enable=no swift test --jobs $(JOBS)
# A debug build that is made once and tested, not worked with: modules compiled whole, nothing for a debugger, a third less
# work. In a folder of its own, so that it takes nothing from the one that is worked with.
ONCE := -Xswiftc -whole-module-optimization -Xswiftc -num-threads -Xswiftc 2 -Xswiftc -gnone
# Where the shared libraries of Swift lie, for the tests that are built like the programs (Package.swift).
SWIFT_LIBRARY = $(shell swiftc -print-target-info | sed -n '/"runtimeLibraryPaths"/{n;s/.*"\(.*\)".*/\1/p}')
# Faults of system calls, and where the kernels of debug builds take another way (docs/testing.md).
DEBUG_TESTS := CheckpointsTests|AppTests|(CheckpointWriter|Fault|Interruption|Kernel|Window|ResidualNetwork|SpatialGradient)Tests
PYTHON_OLD := /usr/bin/python3
PYTHON_NEW := $(RESECT_VENV)/bin/python

LIBRARIES := pkg-config libstdc++-12-dev libzip-dev libdeflate-dev libssl-dev libxxhash-dev libyaml-dev \
  libopenblas-dev libsndfile1-dev libsoxr-dev libkissfft-dev unzip
# asterisk-prompt-it-menardi-wav is the sixth voice folder.
PROMPTS := $(foreach language,en es fr it ru,asterisk-core-sounds-$(language)-wav) asterisk-prompt-it-menardi-wav

.PHONY: build build-tests install uninstall install-test demo rdino-small proof small packages python-test mpi mpi-test test test-debug test-release sanitizers fuzz faults \
  interop interop-whole lint floors linkage \
  check checks soak bench bench-scan bench-trainer clean libraries torch

libraries:
	@scripts/packages.sh $(LIBRARIES)

torch: libraries
	@scripts/packages.sh python3-torch python3-numpy python3-venv
	@scripts/torch.sh

build: libraries
	$(SWIFT_BUILD) $(STATIC) --target Programs

build-tests: build
	RESECT_RELEASE_TESTS=$(SWIFT_LIBRARY) $(SWIFT_BUILD) $(STATIC) --product release-tests

install: build
	@scripts/packages.sh python3
	scripts/install.py install $(PROGRAMS) '$(PREFIX)' --destdir '$(DESTDIR)'

uninstall:
	scripts/install.py uninstall '$(PREFIX)' --destdir '$(DESTDIR)'

install-test: build
	@scripts/packages.sh python3 groff mandoc zsh fish
	Tests/Install/check.py $(PROGRAMS)

test: libraries
	$(SWIFT_TEST)

test-debug: libraries
	$(SWIFT_TEST) --scratch-path .build-check $(ONCE) --filter '$(DEBUG_TESTS)'

test-release: build-tests
	SWIFT_BACKTRACE=enable=no $(PROGRAMS)/release-tests --testing-library swift-testing

sanitizers: libraries
	Tests/Sanitizers/run.sh
	ONCE='$(ONCE)' Tests/Fuzz/run.sh replay

SECONDS ?= 60
fuzz: libraries
	Tests/Fuzz/run.sh $(SECONDS) $(TARGET)

soak: libraries
	$(SWIFT_TEST)
	RESECT_SOAK=1 $(SWIFT_TEST) --filter FaultTests
	RESECT_SOAK=1 $(SWIFT_TEST) -c release

FAULTS ?= 2

faults: build
	@scripts/packages.sh python3 strace e2fsprogs
	Tests/Faults/run.py $(PROGRAMS) --faults $(FAULTS)

demo: build
	@scripts/packages.sh $(PROMPTS)
	fixtures/demo/run.sh $(PROGRAMS) demo

rdino-small: build
	@scripts/packages.sh $(PROMPTS)
	fixtures/rdino-small/make.sh $(PROGRAMS) rdino-small

proof: build
	@scripts/packages.sh python3 $(PROMPTS)
	fixtures/proof/run.sh $(PROGRAMS) proof

small: build
	@scripts/packages.sh python3 $(PROMPTS) klettres-data asterisk-prompt-es-co asterisk-prompt-fr-armelle
	fixtures/small/run.sh $(PROGRAMS) small

interop: build torch
	Tests/Interop/run.sh $(PROGRAMS) $(PYTHON_OLD) $(PYTHON_NEW)

interop-whole: build torch
	Tests/Interop/run.sh $(PROGRAMS) $(PYTHON_OLD) $(PYTHON_NEW) --whole

packages: build torch
	$(PYTHON_NEW) Tests/Interop/clients.py $(PROGRAMS)/resect-train "$$(scripts/clients.sh)"
	$(PYTHON_NEW) Tests/Interop/clients.py $(PROGRAMS)/resect-train "$$(scripts/clients.sh)" --whole
	$(PYTHON_NEW) Tests/Interop/model_folders.py $(PROGRAMS)/resect $(PROGRAMS)/resect-train "$$(scripts/loaders.sh)"

python-test: build torch
	@scripts/pytest.sh
	RESECT=$(abspath $(PROGRAMS))/resect PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=python $(PYTHON_NEW) -m pytest -q -p no:cacheprovider python/tests

mpi: libraries
	@scripts/packages.sh libopenmpi-dev openmpi-bin
	RESECT_MPI=1 $(SWIFT_BUILD) $(STATIC) --product resect-train-mpi

mpi-test: build mpi torch
	Tests/Interop/mpi.sh $(PROGRAMS) $(PYTHON_NEW)

lint:
	@scripts/packages.sh python3
	scripts/lint.sh

floors: libraries
	@scripts/packages.sh python3
	$(SWIFT_BUILD)
	scripts/compiled_floors.py

linkage: build
	scripts/linkage.sh $(PROGRAMS)/resect

# Two at once: one build keeps two processors busy for half of its time, and so do tests.
check: libraries
	$(MAKE) --jobs=2 --output-sync=target checks

checks: linkage install-test python-test test-debug test-release lint interop sanitizers

bench-trainer: libraries torch
	Tests/Benchmarks/trainer.sh $(PYTHON_NEW) $(BACKBONES)

bench: build torch
	@scripts/packages.sh hyperfine time
	Tests/Benchmarks/run.sh $(PROGRAMS) $(PYTHON_OLD) $(PYTHON_NEW)

bench-scan: build torch
	@scripts/packages.sh hyperfine valgrind binutils
	Tests/Benchmarks/scan.sh $(PROGRAMS)/resect $(PYTHON_OLD) $(PYTHON_NEW) \
	  $(or $(CORPUS),$(error CORPUS=DIR names the folder of files to judge by: Tests/Benchmarks/scan_samples.py))

clean:
	rm -rf .build .build-check .build-static .build-fuzz demo proof rdino-small small
