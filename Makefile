# What there is to do with trailq. `make` alone lists it.

SWIFT ?= swift
PREFIX ?= /usr/local
# Where the fuzzers stop, each; and what `make bench` measures: smoke, 100k, 1m or 10m.
FUZZ_SECONDS ?= 60
SIZE ?= 1m
# What `make bench-full` measures.
SIZES ?= 100k 1m 10m

RELEASE = .build/release/trailq
RELEASE_FLAGS = $$(SWIFT="$(SWIFT)" .ci/release-flags)

.DEFAULT_GOAL := help
.PHONY: help run test bench bench-full lint format fuzz install uninstall clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(RELEASE) ## build, import the example logs and ask them a question
	$(RELEASE) -i examples/logs -c 'events where delete and about "payroll-2026"'

# Always asked, because Swift knows better than make what is out of date.
.PHONY: $(RELEASE)
$(RELEASE):
	@.ci/install-dependencies
	$(SWIFT) build $(RELEASE_FLAGS) --product trailq

test: ## build everything and run all tests
	@.ci/install-dependencies test
	$(SWIFT) build --build-tests
	$(SWIFT) test --skip-build

bench: ## measure trailq beside DuckDB, chDB, Polars, SQLite, jq and zgrep, and moto (SIZE=smoke|100k|1m|10m)
	@.ci/install-dependencies bench
	$(SWIFT) build $(RELEASE_FLAGS) --product trailq
	$(SWIFT) build $(RELEASE_FLAGS) --product trailq-bench
	.build/release/trailq-bench --size $(SIZE)
	.build/release/trailq-bench patterns

# Hours, and some 45 GB of disk at a time. Whatever does not fit into this machine's memory or disk, or lacks its
# program, is not begun: the reports say LEFT OUT and why. Where that is a whole size, the others are measured all the
# same, and the status is 1 in the end.
bench-full: ## measure all sizes, write .build/bench/SIZE.json, and compare 10m with 1m
	@.ci/install-dependencies bench
	$(SWIFT) build $(RELEASE_FLAGS) --product trailq
	$(SWIFT) build $(RELEASE_FLAGS) --product trailq-bench
	.build/release/trailq-bench patterns
	.build/release/trailq-bench insights
	@failed=0; for size in $(SIZES); do \
	  echo "== $$size"; rm -f .build/bench/$$size.json; \
	  .build/release/trailq-bench --size $$size --json .build/bench/$$size.json || \
	    { echo "LEFT OUT: $$size, for the reason above" >&2; failed=1; }; \
	done; \
	if [ -e .build/bench/1m.json ] && [ -e .build/bench/10m.json ]; then \
	  .build/release/trailq-bench growth .build/bench/1m.json .build/bench/10m.json || failed=1; \
	fi; exit $$failed

lint: ## check the formatting and the imports
	$(SWIFT) format lint --strict --recursive Package.swift Sources Tests Grammar
	@.ci/check-imports

format: ## format the sources in place
	$(SWIFT) format --in-place --recursive Package.swift Sources Tests Grammar

fuzz: ## run each fuzzer for a while (FUZZ_SECONDS=60)
	@.ci/install-dependencies
	FUZZ_SECONDS=$(FUZZ_SECONDS) .ci/fuzz

install: $(RELEASE) ## put trailq into PREFIX/bin (/usr/local unless told)
	install -D -m 755 $(RELEASE) $(DESTDIR)$(PREFIX)/bin/trailq

uninstall: ## take it away again
	rm -f $(DESTDIR)$(PREFIX)/bin/trailq

clean: ## remove what was built
	rm -rf .build .build-*
