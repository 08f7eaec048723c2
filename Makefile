# Notch: make demo and make test do all the set-up on a fresh Debian or Ubuntu machine with a Swift
# toolchain (macOS with Homebrew: untested).

SWIFT ?= swift
NOTCH := .build/release/notch
PEERS := .build-peers

# One file without the Swift libraries beside it, and a faster start. macOS has them in the system.
ifeq ($(shell uname -s),Linux)
  STATIC := --static-swift-stdlib
endif
RELEASE := -c release $(STATIC)

# What the system must have, by the file that shows it is there.
HEADERS := oneapi/dnnl/dnnl.h readline/readline.h zlib.h png.h liblapack.so.3

# The lessons, and which of them need real data. HAS_MNIST is a condition for the shell:
# the four files are there, not only a folder that a failed download left empty.
LESSONS := $(sort $(wildcard notebooks/*.notch))
REAL := $(shell grep -l '^// data:.*mnist' $(LESSONS))
DRAWN := $(filter-out $(REAL),$(LESSONS))
HAS_MNIST := [ "$$(ls "$$NOTCH_DATA/mnist" "$${XDG_CACHE_HOME:-$$HOME/.cache}/notch/mnist" 2>/dev/null \
  | grep -cE 'idx[13]-ubyte(\.gz)?$$')" -ge 4 ]

.PHONY: demo test course repl build deps test-deps replay bench bench-cells bench-language \
  bench-prompt bench-peers bench-scale results agreement pictures check-ipynb check-onnx check-torch \
  editors reference format lint clean

# Plays a whole tutorial: trains a network on drawn digits and quantizes it.
demo: build
	$(NOTCH) run notebooks/00-first-steps.notch

# Everything that CI checks.
test: deps test-deps
	$(SWIFT) format lint --strict --recursive --parallel Sources Tests Benchmarks Package.swift
	$(SWIFT) build $(RELEASE) --product notch
	$(SWIFT) test
	$(NOTCH) run Tests/Cells/digits.notch
	$(NOTCH) replay $(DRAWN)
	$(NOTCH) test $(DRAWN)
	@if $(HAS_MNIST); then \
	  $(NOTCH) replay $(REAL); \
	else \
	  echo "skipped, since MNIST is not here (see README): $(REAL)"; \
	fi

# The whole course: every lesson is replayed, its exercises are proved, and it becomes a page in course/.
course: build
	mkdir -p course
	@failed=""; \
	for lesson in $(LESSONS); do \
	  if grep -q '^// data:.*mnist' $$lesson && ! { $(HAS_MNIST); }; then \
	    echo "$$lesson  skipped, since MNIST is not here (see README)"; \
	    continue; \
	  fi; \
	  page=course/$$(basename $$lesson .notch).html; \
	  $(NOTCH) replay $$lesson \
	    && { ! grep -q '\[exercise\]' $$lesson || $(NOTCH) test $$lesson; } \
	    && $(NOTCH) export --run $$lesson -o $$page \
	    || failed="$$failed $$lesson"; \
	done; \
	if [ -n "$$failed" ]; then echo "these do not hold:$$failed"; exit 1; fi

repl: build
	$(NOTCH)

build: deps
	$(SWIFT) build $(RELEASE) --product notch

# Replays every tutorial and says which outputs differ.
replay: build
	$(NOTCH) replay notebooks/*.notch

# Everything that is measured without installing a peer; the library's times go to Benchmarks/bench.md
# and bench.json.
bench: bench-language bench-prompt bench-cells
	$(SWIFT) build $(RELEASE) --product library-benchmark
	.build/release/library-benchmark --write Benchmarks/bench

# How long a person waits for a cell file of 1,000 cells.
bench-cells: build
	python3 Benchmarks/CellFiles/measure.py 1000

# Measures the article's network quantized in every way: Benchmarks/results.json and results.md.
# What is in the file is not computed again; the whole takes about an hour.
results: deps
	$(SWIFT) build $(RELEASE) --product results
	.build/release/results --readme README.md

# Compares simulated and integer networks code for code on all test images: Benchmarks/agreement.md.
agreement: deps
	$(SWIFT) build $(RELEASE) --product results
	.build/release/results --agreement Benchmarks/agreement.md

# Compares small programs with CPython, in turn on the same core.
bench-language: build
	python3 Benchmarks/Language/compare.py 7

# Measures the prompt at a terminal: start, completion, how soon Ctrl-C is answered.
bench-prompt: build
	python3 Benchmarks/Prompt/measure.py

# Compares the library with PyTorch, Keras, ONNX Runtime and NumPy, in turn on the same cores, and
# writes Benchmarks/speed.md and speed.json. Installs them (several gigabytes).
bench-peers: deps
	$(SWIFT) build $(RELEASE) --product library-benchmark
	test -x $(PEERS)/bin/python || python3 -m venv $(PEERS)
	$(PEERS)/bin/python -c 'import torch, tensorflow, onnx, onnxruntime' 2>/dev/null \
	  || $(PEERS)/bin/pip install torch tensorflow-cpu onnx onnxruntime numpy
	$(PEERS)/bin/python Benchmarks/peers/compare.py --rounds 3 --write

# The time and memory of an epoch against the size of a batch and the width of the network.
bench-scale: deps
	$(SWIFT) build $(RELEASE) --product library-benchmark
	python3 Benchmarks/peers/scale.py --write

# Holds exported and imported notebooks against Jupyter's own library.
check-ipynb: build
	test -x $(PEERS)/bin/python || python3 -m venv $(PEERS)
	$(PEERS)/bin/python -c 'import nbformat' 2>/dev/null || $(PEERS)/bin/pip install nbformat
	$(PEERS)/bin/python Tests/peers/check_ipynb.py $(NOTCH) notebooks/*.notch

# Draws the pictures of the README: a lesson in the terminal, and the same as a page by Chromium.
pictures: build
	scripts/draw-pictures $(NOTCH) Docs/pictures

# Computes random integer layers again in ONNX Runtime and counts the numbers that differ.
check-onnx: deps
	$(SWIFT) build $(RELEASE) --product integer-cases
	test -x $(PEERS)/bin/python || python3 -m venv $(PEERS)
	$(PEERS)/bin/python -c 'import onnx, onnxruntime' 2>/dev/null \
	  || $(PEERS)/bin/pip install onnx onnxruntime numpy
	.build/release/integer-cases 100 | $(PEERS)/bin/python Benchmarks/peers/onnx_integers.py \
	  > Benchmarks/onnx.md; status=$$?; cat Benchmarks/onnx.md; exit $$status

# Computes layers, losses, optimizers and operations again in PyTorch, forward and backward, and
# exchanges files of networks with it. Installs torch (several gigabytes).
check-torch: build
	$(SWIFT) build $(RELEASE) --product library-cases
	test -x $(PEERS)/bin/python || python3 -m venv $(PEERS)
	$(PEERS)/bin/python -c 'import torch, safetensors' 2>/dev/null \
	  || $(PEERS)/bin/pip install torch numpy safetensors
	$(PEERS)/bin/python Tests/peers/check_safetensors.py $(NOTCH)
	.build/release/library-cases | $(PEERS)/bin/python Benchmarks/peers/torch_library.py \
	  > Benchmarks/torch.md; status=$$?; cat Benchmarks/torch.md; exit $$status

# Writes the syntax definitions for editors anew, from the tables of the language.
editors: build
	$(NOTCH) editors Editors

# Writes the reference of all functions and types anew, from their declarations.
reference: build
	$(NOTCH) reference Docs/reference.md

format:
	$(SWIFT) format --in-place --recursive --parallel Sources Tests Benchmarks Package.swift

lint:
	$(SWIFT) format lint --strict --recursive --parallel Sources Tests Benchmarks Package.swift

clean:
	$(SWIFT) package clean

# Installs what is missing, and nothing where all is there.
deps:
	@./scripts/install-deps $(HEADERS)

# Installs what only tests look with: a browser, and Jupyter's own library.
test-deps:
	@./scripts/install-test-deps
