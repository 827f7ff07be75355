# `make help` lists what there is. Each target can be run on its own, on a
# machine with Go and make; what else one needs, it installs or names.

# The linter, the generator and what sums tests up have a module of their own, so that their 250
# dependencies stay out of the product's. Without cgo they need no C compiler.
TOOL = CGO_ENABLED=0 go tool -modfile=tools/go.mod

FUZZTIME ?= 10s
FOR ?= 10m
KILLS ?= 500
FAILOVERS ?= 30
GB ?= 10
LISTEN ?= 127.0.0.1:8080

.PHONY: help
help: ## List the targets
	@sed -nE 's/^([a-z]+):.*## (.*)/  make \1\t\2/p' Makefile | expand -t 18

# exec replaces the shell by the demo, which exits with 0 after Ctrl-C. A shell in between, or
# go run, would exit with an error, which make reports.
.PHONY: demo
demo: build ## Run a temporary library with a sample school; prints tokens and curl lines (LISTEN=127.0.0.1:8080)
	@exec bin/lectern demo --listen '$(LISTEN)'

.PHONY: build
build: ## Build bin/lectern, one static binary
	@test -e bin/lectern || echo 'Building Lectern. The first build also compiles its dependencies, which takes a few minutes.'
	CGO_ENABLED=0 go build -trimpath -o bin/lectern ./cmd/lectern

.PHONY: setup
setup: ## Install what the tests need, on Debian
	script/setup

.PHONY: check
check: setup ## Check what changed in two minutes: formatting, build, and its tests on SQLite without a browser (SINCE=COMMIT)
	script/check $(SINCE)

.PHONY: test
test: setup ## Run all tests on SQLite and PostgreSQL and check the coverage
	@mkdir -p .cache && rm -f .cache/reports
	CGO_ENABLED=0 go build -o .cache/withpostgres ./internal/testkit/withpostgres
	LECTERN_TEST_REPORTS=$(CURDIR)/.cache/reports .cache/withpostgres env $(TOOL) gotestsum --format pkgname --jsonfile .cache/tests.json -- \
		-count=1 -timeout=20m -coverpkg=./internal/library/...,./internal/studioapi/... -coverprofile=.cache/coverage ./...; \
	status=$$?; cat .cache/reports; echo 'The ten slowest tests:'; \
	$(TOOL) gotestsum tool slowest --jsonfile .cache/tests.json --threshold 1s --num 10; \
	exit $$status
	@script/coverage .cache/coverage 90 internal/library internal/studioapi

.PHONY: race
race: ## Run the tests in which goroutines share memory under the race detector, shortened
	script/setup race
	script/race

.PHONY: soak
soak: setup ## Compare random histories with the model, kill servers, set databases back, upload a large file (FOR=10m KILLS=500 FAILOVERS=30 GB=10)
	LECTERN_HISTORIES_FOR=$(FOR) go test -count=1 -timeout=0 -v -run='^TestHistories$$' ./internal/histories
	LECTERN_KILLS=$(KILLS) go test -count=1 -timeout=0 -v -run='^TestKill_' ./internal/survival
	LECTERN_FAILOVERS=$(FAILOVERS) go test -count=1 -timeout=0 -v -run='^TestGoesBack_' ./internal/survival
	LECTERN_UPLOAD_GB=$(GB) go test -count=1 -timeout=0 -v -run='^TestUploads_AreNeverInMemoryWhole$$' ./internal/content

.PHONY: fuzz
fuzz: ## Run every fuzz target (FUZZTIME=10s each)
	script/fuzz $(FUZZTIME)

.PHONY: mutants
mutants: ## Change each decision of who may do what in small ways, and fail if no test notices
	go run ./script/mutants

.PHONY: bench
bench: setup ## Measure Lectern beside a floor and PocketBase (BENCH="-only small", BENCH="-against REF", BENCH=-tiny, BENCH=-help)
	cd bench && go test ./... && go run . $(BENCH)

.PHONY: idle
idle: setup ## Measure what an idle server uses, and how long a job waits for a worker, on SQLite and PostgreSQL (FOR=1m)
	LECTERN_IDLE_FOR=$(if $(filter command line,$(origin FOR)),$(FOR),1m) go test -count=1 -v -run='^TestIdleServer_' ./internal/survival

.PHONY: lint
lint: ## Lint the code, its formatting and the import rules
	$(TOOL) golangci-lint run ./...
	cd bench && CGO_ENABLED=0 go tool -modfile=../tools/go.mod golangci-lint run ./...
	script/test-arrows

.PHONY: generate
generate: ## Write the generated files again
	go generate ./...
	$(TOOL) sqlc generate

.PHONY: verify
verify: ## Fail if a generated file or go.mod is out of date
	script/verify

.PHONY: clean
clean: ## Remove what was built and measured
	rm -rf bin .cache
