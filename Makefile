# Needs Go and Node; everything else is fetched at pinned versions. `make` lists the targets.

SHELL       := bash
.SHELLFLAGS := -eu -o pipefail -c

LISTEN ?= 127.0.0.1:8080
DATA   ?= ./data
BENCH  ?=
FUZZTIME ?= 30s

GOLANGCI_LINT := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
GOTESTSUM     := gotest.tools/gotestsum@v1.13.0

# The identity provider against which signing in is tested.
PROVIDER := internal/server/testdata/oidc

# The race detector needs a C compiler. CI must have one.
RACE := $(if $(shell command -v $$(go env CC)),-race)
ifeq ($(RACE)$(CI),true)
$(error no C compiler: CI tests with -race, install gcc)
endif

.PHONY: help run build test test-web test-clients test-go screenshots bench-web fuzz lint bench generate clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

run: build ## serve http://127.0.0.1:8080 with demo rosters; data in ./data
	bin/concord serve --data $(DATA) --listen $(LISTEN) --demo

build: web/dist/.built ## bin/concord, pages embedded
	go build -trimpath -o bin/concord ./cmd/concord

test: lint test-web test-clients test-go ## everything: lint, browser tests, Go tests (`make -k test` goes on after a failure)

test-web: build ## the pages in a browser and the clients of partners, before the real server; pictures of each page in web/test-output
	npm --prefix web test --silent

test-clients: build clients/node_modules/.package-lock.json ## the generators of clients that partners use, and their clients before the real server
	npm --prefix clients test --silent

# Tests begin many processes, each of which the race detector would let wait for a second
# at its end.
test-go: web/dist/.built $(PROVIDER)/node_modules/.package-lock.json ## the Go tests, with the race detector
	@[ -n "$(RACE)" ] || echo 'no C compiler: the race detector is off (install gcc)'
	GORACE=atexit_sleep_ms=20 go run $(GOTESTSUM) --format pkgname-and-test-fails -- $(RACE) -timeout 30m ./...

screenshots: build ## the pictures of the README anew, in docs/pictures, from the demo rosters
	node web/pictures.mjs

bench-web: build ## measure the pages in a browser, as bench/web.md tells; BENCH holds flags
	node bench/web.mjs $(BENCH)

fuzz: ## every fuzz target in turn, each for FUZZTIME; what is found stays in testdata/fuzz as a test
	@git grep -oE '^func Fuzz[A-Za-z0-9_]+' -- '*_test.go' | while IFS=: read -r file target; do \
		target=$${target#func }; \
		echo "$$target ($${file%/*})"; \
		go test "./$${file%/*}" -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -parallel 1 </dev/null || exit 1; \
	done

lint: web/dist/.built ## go vet, golangci-lint (with gofmt), the types of the pages
	go vet ./...
	go run $(GOLANGCI_LINT) run --allow-parallel-runners
	npm --prefix web run --silent check

bench: ## measure against the figures of bench/README.md; BENCH holds flags
	@ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || command -v postgres >/dev/null || \
		{ [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get install -y -qq --no-install-recommends postgresql; } || \
		echo 'no PostgreSQL: install it (Debian: postgresql), or leave the peer out by BENCH=-postgraphile=false'
	go run ./bench $(BENCH)

generate: ## write graph/generated anew from schema.graphqls
	go tool gqlgen generate

clean: ## remove what was built; ./data stays
	rm -rf bin web/dist/{app,explorer,.built} web/app/gql web/test-output {web,clients,$(PROVIDER)}/node_modules

%/node_modules/.package-lock.json: %/package.json %/package-lock.json
	npm --prefix $* ci --no-audit --no-fund
	touch $@

web/dist/.built: web/node_modules/.package-lock.json schema.graphqls docs/api.md $(wildcard web/*.config.* web/codegen.*.mjs) $(shell find web/app web/explorer -type f -not -path 'web/app/gql/*')
	npm --prefix web run --silent build
	touch $@
