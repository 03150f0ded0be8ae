# What there is to do with trailq. `make` alone lists it.

SWIFT ?= swift
PREFIX ?= /usr/local
# Where the fuzzers stop, each; and what `make bench` measures: smoke, 100k, 1m or 10m.
FUZZ_SECONDS ?= 60
SIZE ?= 1m

RELEASE = .build/release/trailq

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
	$(SWIFT) build -c release --product trailq

test: ## build everything and run all tests
	@.ci/install-dependencies test
	$(SWIFT) build --build-tests
	$(SWIFT) test --skip-build

bench: ## measure trailq beside DuckDB, chDB, Polars, SQLite, jq and zgrep, and moto (SIZE=smoke|100k|1m|10m)
	@.ci/install-dependencies bench
	$(SWIFT) build -c release --product trailq
	$(SWIFT) build -c release --product trailq-bench
	.build/release/trailq-bench --size $(SIZE)
	.build/release/trailq-bench patterns

# Hours, some 20 GB of disk and 24 GB of memory; at ten million events polars and chDB, which need more, say LEFT OUT.
bench-full: ## measure all sizes, and write .build/bench/SIZE.json
	@.ci/install-dependencies bench
	$(SWIFT) build -c release --product trailq
	$(SWIFT) build -c release --product trailq-bench
	for size in 100k 1m 10m; do \
	  .build/release/trailq-bench --size $$size --json .build/bench/$$size.json || exit 1; \
	done
	.build/release/trailq-bench patterns
	.build/release/trailq-bench insights

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
