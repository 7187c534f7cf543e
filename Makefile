# Runs with GNU make 3.81 (macOS) and newer.
SHELL := /bin/bash
.DEFAULT_GOAL := help

ROOT    := $(CURDIR)
MODULES := . dev
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
COMMIT  := $(shell git rev-parse --short HEAD 2>/dev/null)
LDFLAGS := -X main.version=$(VERSION) -X main.commit=$(COMMIT)

# A tool's dependencies stay out of ours: each has a module file of its own.
LINT := go tool -modfile='$(ROOT)/tools/lint/go.mod' golangci-lint
VULN := go tool -modfile='$(ROOT)/tools/vuln/go.mod' govulncheck

# The folder that Go's os.UserCacheDir names; the tests look there.
OS := $(shell uname)
ifeq ($(OS),Darwin)
CACHE := $(HOME)/Library/Caches/eaio
else
CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/eaio
endif
EAIO_MILVUS_VENV ?= $(CACHE)/milvus-lite

# What `make check` runs, cheapest first. The order is part of the output's
# promise: the tests come last, so that their result is the last thing read.
CHECKS := format vet vet-darwin lint workflowcheck test

# $(call each,COMMAND) runs COMMAND in every module and stops at the first fault.
each = for m in $(MODULES); do (cd $$m && echo "$$m: $(1)" && $(1)) || exit 1; done

.PHONY: help
help:
	@echo "EAIO $(VERSION). Usage: make TARGET [VARIABLE=value]"
	@awk -F ':.*## ' '/^##@ / {print "\n" substr($$0, 5)} /^[a-z-]+:.*## / {printf "  %-20s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

##@ Use

.PHONY: build
build: ## build bin/eaio and bin/eaio-dev
	go build -ldflags '$(LDFLAGS)' -o bin/eaio ./cmd/eaio
	@case "$$(cd dev && go list -f '{{.Stale}}' go.temporal.io/server/temporal)" in \
	true) echo "eaio-dev holds a Temporal server: compiling it takes some minutes this first time";; esac
	cd dev && go build -ldflags '$(LDFLAGS)' -o ../bin/eaio-dev ./cmd/eaio-dev

.PHONY: run
run: build ## start everything in one process and answer a first question (ONCE=1: then stop)
	bin/eaio-dev up $(if $(ONCE),--once)

##@ Check

.PHONY: check
check: ## everything that CI runs: format, vet, lint, workflowcheck, tests
	@times=$$(mktemp); trap 'rm -f "$$times"' EXIT; \
	for part in $(CHECKS); do \
	  TIMES="$$times" tools/timed $$part $(MAKE) --no-print-directory $$part || exit 1; \
	done; \
	awk '{all += $$2; parts = parts sep $$1 " " $$2; sep = ", "} END {printf "check passed in %d s (%s)\n", all, parts}' "$$times"

# Analyses and agents are functions without a goroutine (a test holds them to that),
# and the race detector would only make them ten times slower.
.PHONY: test
test: ## the tests of both modules, in random order, with the race detector
	go test -shuffle=on ./energy/... ./agents
	@for m in $(MODULES); do (cd $$m && echo "$$m: go test -race" && \
	  go test -race -shuffle=on -timeout=20m $$(go list ./... | grep -v '^github.com/eaio/eaio/\(energy\|agents\)')) || exit 1; done

.PHONY: format
format: ## name the files that gofmt would change
	@files=$$(gofmt -l .); if [ -n "$$files" ]; then echo "not formatted (make fix):"; echo "$$files"; exit 1; fi

.PHONY: vet
vet: ## go vet for this system
	@$(call each,go vet ./...)

# Nothing here runs what this compiles, so it is compiled without optimisation:
# a quarter less work on a cold cache, most of it the Temporal server.
.PHONY: vet-darwin
vet-darwin: ## go vet for macOS on Apple silicon
ifeq ($(OS),Darwin)
	@echo "this is macOS: make vet has done it"
else
	@$(call each,GOOS=darwin GOARCH=arm64 go vet -gcflags='all=-N -l' ./...)
endif

.PHONY: lint
lint: ## golangci-lint with .golangci.yml, gofumpt included
	@$(call each,$(LINT) run ./...)

# Run under go vet, which keeps its results in the build cache. The dev module
# holds no workflow, and checking it would mean checking the Temporal server.
.PHONY: workflowcheck
workflowcheck: ## find what a workflow may not do (time, randomness, goroutines, map order)
	@cd tools/workflowcheck && go build -o '$(ROOT)/bin/workflowcheck' go.temporal.io/sdk/contrib/tools/workflowcheck
	go vet -vettool='$(ROOT)/bin/workflowcheck' ./...

.PHONY: vuln
vuln: ## look up known vulnerabilities (needs the Go vulnerability database)
	@$(call each,$(VULN) ./...)

##@ Work

.PHONY: fix
fix: ## format all files and repair what the linter can
	@$(call each,$(LINT) fmt ./...)
	@$(call each,$(LINT) run --fix ./...)

FUZZTIME ?= 10s
.PHONY: fuzz
fuzz: ## run each fuzz target for FUZZTIME (10s)
	@tools/fuzz $(FUZZTIME)

BENCH ?= .
PKG ?= ./...
.PHONY: bench
bench: ## run the benchmarks that match BENCH in PKG (all)
	go test -run='^$$' -bench='$(BENCH)' -benchmem $(PKG)

.PHONY: bench-faults
bench-faults: build ## answers while the model fails in every way (ARGS for `eaio bench faults`)
	tools/bench-faults $(ARGS)

.PHONY: bench-route
bench-route: build ## what routing adds to a model call (ARGS for `eaio bench route`)
	tools/bench-route $(ARGS)

.PHONY: bench-task
bench-task: build ## tasks end to end beside a bare workflow and no engine (ARGS for `eaio bench task`)
	tools/bench-task $(ARGS)

.PHONY: histories
histories: ## record the workflow histories anew that the replay tests use
	cd dev && go run ./cmd/histories -out ../workflows/testdata/histories

.PHONY: milvus-test-server
milvus-test-server: ## install Milvus Lite for the tests (Python 3.10, 455 MB, once)
	internal/tools/milvuslite/serve.sh "$(EAIO_MILVUS_VENV)"

.PHONY: ollama-test-server
ollama-test-server: ## build an Ollama server for the tests (gcc, g++, some minutes, once)
	internal/tools/scriptedollama/build.sh

.PHONY: clean
clean: ## remove bin/ and the test results; the build cache and servers stay
	rm -rf bin
	go clean -testcache
