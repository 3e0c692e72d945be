# Every target is a thin name for a script or a command; make without one lists them.
.DEFAULT_GOAL := help
.PHONY: help run test check fmt bench races sim walk fuzz-api s3 types clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Install what is missing, build, load the demonstration if there is nothing yet, serve on 127.0.0.1:8080
	scripts/install-needs run
	scripts/frontend-build
	cargo build --release --locked
	@scripts/run

test: ## The whole suite: formats, lints, units, both databases, browser walk
	@scripts/test

check: ## What is quick: formats, lints and types, no tests
	cargo fmt --check
	cargo clippy --locked --all-targets -- -D warnings
	scripts/frontend-build deps
	npm --prefix frontend run lint
	npm --prefix frontend run typecheck

fmt: ## Format Rust and frontend
	cargo fmt
	scripts/frontend-build deps
	npm --prefix frontend run format

bench: ## Measure both databases, with durable commits (docs/benchmarks.md)
	scripts/install-needs bench
	scripts/frontend-build
	scripts/with-postgres --durable cargo bench --locked --bench http

races: ## The race tests on both databases, each 10,000 times; TRIALS=n for another number
	scripts/install-needs test
	RACE_TRIALS=$(or $(TRIALS),10000) cargo test --locked --test races
	RACE_TRIALS=$(or $(TRIALS),10000) scripts/with-postgres cargo test --locked --test races

sim: ## Let a market go its way on both databases; SEED=n STEPS=n for another run
	scripts/install-needs test
	SIM_SEED=$(or $(SEED),20260920) SIM_STEPS=$(or $(STEPS),5000) cargo test --locked --test api simulation -- --nocapture
	SIM_SEED=$(or $(SEED),20260920) SIM_STEPS=$(or $(STEPS),5000) scripts/with-postgres cargo test --locked --test api simulation -- --nocapture

walk: ## The browser walk on SQLite, with screenshots in target/walk/sqlite
	scripts/install-needs test
	scripts/walk sqlite

fuzz-api: ## Call the whole API with made-up data and hold each answer against its document; seed=N for another run
	scripts/install-needs fuzz
	scripts/fuzz-api $(seed)

s3: ## The tests of files against a server that speaks S3 (moto, installed from PyPI under target/s3)
	scripts/install-needs fuzz
	scripts/s3-test

types: ## Write frontend/openapi.json and the frontend's types anew from the server's API
	cargo run --locked --quiet -- openapi > frontend/openapi.json.new
	mv frontend/openapi.json.new frontend/openapi.json
	scripts/frontend-build deps
	npm --prefix frontend run types

clean: ## Remove everything built; data/ stays
	rm -rf target frontend/dist frontend/node_modules
