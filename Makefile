# Purser's commands. `make` lists them; what a fresh machine lacks, .ci/setup installs on the way.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.NOTPARALLEL:
.DEFAULT_GOAL := help

# One Rust toolchain and the tools put aside for this project.
ENV := . .ci/env;

# Samples of banks' files and lists that some tests read when they are there.
ifneq ($(wildcard ../shared/samples),)
export PURSER_SAMPLES ?= $(abspath ../shared/samples)
endif

BROWSER_CARGO := --target wasm32-unknown-unknown --profile wasm-release --target-dir target/front
MODULE := target/front/wasm32-unknown-unknown/wasm-release/frontend.wasm
# Measured on the whole application by what travels, which is brotli: -Oz is 14 % smaller unpacked, but 8 % larger
# packed; functions in the order of their names, which puts the like beside the like, take off 2 %.
WASM_PASSES := -O1 --gufa --dae-optimizing --duplicate-function-elimination --reorder-functions-by-name --strip-debug \
  --skip-pass=coalesce-locals --skip-pass=simplify-locals --skip-pass=reorder-locals
WASM_FEATURES := bulk-memory mutable-globals multivalue nontrapping-float-to-int reference-types sign-ext

.PHONY: help run build test check dev bench fuzz simulate setup FORCE

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-7s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: build ## build the release and start it on http://127.0.0.1:3000; an empty database gets a demonstration
	@target/release/purser demo --if-empty
	@exec target/release/purser serve

build: setup target/site.stamp ## make target/release/purser, complete in itself
	@$(ENV) cargo build --release

test: setup ## everything: format, lints, Rust tests, browser tests; one line of figures at the end
	@.ci/setup test browser
	@.ci/test

check: setup ## the fast checks: format, lints, types, licences
	@.ci/check

dev: setup ## watch, rebuild and reload in the browser
	@.ci/setup dev
	@mkdir -p target/style && touch target/style/purser.css
	@$(ENV) node .ci/site.mjs --style & trap 'kill %1' EXIT; $(ENV) cargo leptos watch

bench: build ## the benchmarks, as a table and as target/bench.json
	@$(ENV) cargo run --release --package server --features bench --bin purser-bench -- target/bench.json

fuzz: setup ## a bounded fuzz run: every property of what reads from outside, with many more cases
	@.ci/setup test
	@$(ENV) PROPTEST_CASES=$${PROPTEST_CASES:-5000} \
	  cargo nextest run --release --workspace --exclude frontend \
	  --config-file .ci/nextest.toml --profile fuzz

simulate: setup ## random histories against a model, on both engines: STEPS=100000 SEED=1
	@.ci/setup test
	@.ci/simulate

setup:
	@.ci/setup web

# Cargo knows best whether the module is fresh; the file changes only when it is not.
$(MODULE): FORCE
	@$(ENV) cargo build --package frontend $(BROWSER_CARGO)

target/bindgen/purser.wasm: $(MODULE)
	@echo "» packing the browser's half" >&2
	@rm -rf target/bindgen
	@$(ENV) wasm-bindgen --target web --no-typescript --remove-producers-section \
	  --out-dir target/bindgen --out-name purser $<
	@$(ENV) wasm-opt $(WASM_FEATURES:%=--enable-%) $(WASM_PASSES) target/bindgen/purser_bg.wasm -o $@

target/site.stamp: target/bindgen/purser.wasm .ci/site.mjs end2end/package-lock.json $(shell find style public)
	@$(ENV) node .ci/site.mjs
	@touch $@
