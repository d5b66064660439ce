# Everything one does with the code. The tools are pinned in internal/tools/go.mod and
# built once into .cache/bin; no schema registry is asked for anything.

.DEFAULT_GOAL := help
.PHONY: help build run demo test chaos oracle conformance mutants trial check gen lint bench format generated stale breaking tidy size
SHELL := /bin/bash

BIN := $(CURDIR)/.cache/bin
TOOLS_SOURCES := internal/tools/go.mod internal/tools/go.sum \
  $(filter-out %_test.go %.json,$(wildcard internal/tools/cmd/*/*))
OPENAPI_DATA := $(wildcard internal/tools/cmd/openapi/*.json)
GENERATED := .cache/generated

# Packages of pure code, whose tests are fast enough to run for each mutant, and the tool that makes them. It leaves
# out the packages below one, whose files have a slash in their names.
PURE := ./internal/platform/money ./internal/platform/holiday ./internal/finance/ledger/carryingvalue \
  ./internal/finance/tax/calculation \
  ./internal/finance/banking/statement ./internal/platform/datetext ./internal/platform/rank ./internal/operations/work/cascade \
  ./internal/finance/banking/statement/chain ./internal/finance/banking/statement/csvfile \
  ./internal/finance/banking/payee ./internal/finance/banking/personal ./internal/finance/catalog/duedate
GREMLINS := go run github.com/go-gremlins/gremlins/cmd/gremlins@v0.6.0

# How everything is built, tests too, so that they share what is compiled. The program goes
# without the symbols that only debuggers read.
export GOFLAGS := $(strip $(GOFLAGS) -trimpath)
LINK := -ldflags '-s -w'
PROGRAM := $(BIN)/backoffice
PROGRAM_SOURCES := go.mod go.sum $(shell find cmd gen internal migrations -mindepth 1 -not -path 'internal/tools*' -not -path 'internal/scaffold*' -not -name '*_test.go')
# The maximum size of the program in bytes: 3 MB above its 94 MB. Mail in and out, Markdown,
# encryption, conditions, media types and the kinds of record that the platform brings added 14 MB to
# the program of the books. Each service adds about 1 MB of generated code; selling added fourteen, work and time seven.
PROGRAM_SIZE := 97000000

help: ## Shows this list.
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: $(PROGRAM) ## Builds the program, .cache/bin/backoffice.

# In a process group of its own, so that Ctrl-C ends the server and not make.
run: $(PROGRAM) ## Starts a back office on 127.0.0.1:8080 (REST) and :9090 (gRPC), with a database of its own.
	@set -m; $(PROGRAM) serve; exit

demo: $(PROGRAM) ## Simulates two years of a small company on a running server.
	@$(PROGRAM) demo

test: ## Runs all tests.
	go test -timeout 20m ./...
	cd internal/tools && go test -count=1 ./...

chaos: ## Kills the server and the database under load, twenty times.
	CHAOS_ROUNDS=20 go test -count=1 -v -timeout 9m ./internal/chaos

oracle: .cache/tools.stamp ## Compares random books with hledger and beancount, sells from quote to cash, reads PDFs back, and keeps files in S3.
	go test -count=1 -tags oracle -timeout 10m ./internal/oracle ./internal/platform/paper ./internal/finance/salesdocuments ./internal/platform/files

conformance: ## Runs the cases of accounting standards and rewrites CONFORMANCE.md.
	go test -count=1 ./internal/conformance -update

trial: .cache/tools.stamp ## Scaffolds a new capability into a copy of the tree, and compiles it.
	cd internal/tools && go test -count=1 -tags trial -timeout 10m .

check: lint stale breaking tidy size ## Checks generated files, style, compatibility, go.mod and the program's size, then runs all tests.
	@$(MAKE) --no-print-directory test

gen: format generated ## Generates gen/ from proto/.
	@rm -rf gen && mv $(GENERATED)/gen gen && rm -rf $(GENERATED)

lint: .cache/protos.stamp ## Checks the style of the protos and of the Go code.
	$(BIN)/buf lint
	$(BIN)/buf format proto --diff --exit-code
	@files=$$(gofmt -l .); test -z "$$files" || { echo "not formatted by gofmt:" $$files; exit 1; }
	go vet ./...
	$(BIN)/staticcheck $$(go list ./... | grep -v /gen/)
	cd internal/tools && go vet ./... && $(BIN)/staticcheck ./...

mutants: ## Changes pure code in small ways, one by one, and fails if its tests miss a tenth of the changes.
	@for package in $(PURE); do echo $$package; $(GREMLINS) unleash --workers 1 --timeout-coefficient 10 \
	--threshold-efficacy 90 --invert-logical --invert-loopctrl --invert-assignments --exclude-files / $$package || exit; done

bench: ## Measures the write path and imports beside the database's own rate, and mails per second.
	go run ./internal/bench
	go test -run '^$$' -bench Mails -benchtime 2000x ./internal/platform/mail

# Below: steps of the above.

$(PROGRAM): $(PROGRAM_SOURCES)
	@echo "building, a few minutes the first time"
	@mkdir -p $(BIN)
	@go build $(LINK) -o $@ ./cmd/backoffice

size: $(PROGRAM)
	@bytes=$$(wc -c < $(PROGRAM)); test $$bytes -le $(PROGRAM_SIZE) || \
	{ echo "the program has $$bytes bytes, and may have $(PROGRAM_SIZE): what was linked into it?"; exit 1; }

format: .cache/protos.stamp
	@$(BIN)/buf format proto -w

# Made beside the tree, so that a failure leaves gen/ as it was.
generated: .cache/protos.stamp .cache/openapi.stamp
	@rm -rf $(GENERATED) && mkdir -p $(GENERATED)
	@$(BIN)/buf generate -o $(GENERATED)

stale: generated
	@diff -r gen $(GENERATED)/gen || { echo "gen/ is stale: run make gen"; exit 1; }

# Within v1 the API only grows: compared with the last release.
breaking: .cache/protos.stamp
	@tag=$$(git describe --tags --abbrev=0 --match 'v[0-9]*' 2>/dev/null); \
	if test -z "$$tag"; then echo "breaking: no release to compare with yet"; exit 0; fi; \
	set -e; rm -rf .cache/release; mkdir -p .cache/release/.cache; \
	git archive "$$tag" buf.yaml proto gen/openapi | tar -x -C .cache/release; \
	cp -r .cache/proto .cache/release/.cache/proto; \
	$(BIN)/buf breaking --against .cache/release; \
	$(BIN)/openapi diff .cache/release/gen/openapi/openapi.json gen/openapi/openapi.json

tidy:
	go mod tidy -diff
	cd internal/tools && go mod tidy -diff

.cache/tools.stamp: $(TOOLS_SOURCES)
	@echo "building the tools"
	@mkdir -p $(BIN)
	@cd internal/tools && GOBIN=$(BIN) go install -buildvcs=false tool ./cmd/...
	@touch $@

# The openapi tool embeds its examples, so that it alone is rebuilt when one is added.
.cache/openapi.stamp: .cache/tools.stamp $(OPENAPI_DATA)
	@cd internal/tools && GOBIN=$(BIN) go install -buildvcs=false ./cmd/openapi
	@touch $@

# The third-party protos that ours import, printed from the Go modules.
.cache/protos.stamp: .cache/tools.stamp
	@rm -rf .cache/proto && $(BIN)/thirdparty .cache/proto
	@touch $@
