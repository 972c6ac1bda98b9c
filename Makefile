# Model Operator. `make` alone shows what there is.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
export DOTNET_CLI_TELEMETRY_OPTOUT := 1
export DOTNET_NOLOGO := 1

include tests/cluster/cluster.mk

.PHONY: help build test unit test-ceph demo images crds verify fmt check bench bench-training-runs bench-carbon bench-canary bench-learning bench-server clean

help: ## Show this help
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## Build everything, warnings are errors
	dotnet build ModelOperator.sln

test: ## Run every test: unit, property, fake and real API server, and the end-to-end run on real Pods
	tests/run

unit: ## Run the tests that need no cluster
	tests/run --unit

test-ceph: ## Run what is tested against an S3 server against Ceph Object Gateway (Debian's, unpacked into the cache); not part of `make test`
	tests/ceph/run

demo: ## From nothing to trained, registered, canaried, promoted and rolled-back models on a local cluster
	tests/e2e/demo

images: ## Build the images and load them into the local cluster
	tests/e2e/images

crds: ## Generate crds/ from the C# types
	dotnet run --project operator/tools/CrdGen -- crds

verify: ## Fail when a generated file is stale
	dotnet run --project operator/tools/CrdGen -- --check crds

fmt: ## Format the code
	dotnet format ModelOperator.sln

check: ## What to run before a commit: build, formatting, generated files, known vulnerabilities
	tests/check

bench-training-runs: ## TrainingRuns at scale: rate, latency, memory, change of leader (BENCH_FULL=1 for the full sizes)
	tests/bench/run training-runs

bench-carbon: ## Saving of carbon-aware start on recorded grids; 500 runs racing for 137 places, fifty times
	tests/bench/run carbon budget-race

bench-canary: ## Canaries: rollback decisions (10,000 rollouts a cell), A/A, 1,000 active and 10,000 idle ones, switches under load
	BENCH_ROLLOUTS=$${BENCH_ROLLOUTS:-10000} tests/bench/run rollback abtest canaries canaries-idle switches

bench-learning: ## The trainer's learners beside python3-xgboost, python3-sklearn and python3-torch; what its optimiser saves and loses
	tests/bench/run training optimiser

bench-server: ## The model server beside FastAPI and a constant answer, its start beside FastAPI's; the registry with 100,000 versions
	tests/bench/run model-server model-server-start registry

bench: ## Run the benchmarks; each prints its ratio to a peer of the same run
	tests/bench/run

clean: ## Remove build outputs (caches outside the checkout stay)
	find . -type d \( -name bin -o -name obj -o -name TestResults \) -not -path './.git/*' -prune -exec rm -rf {} +
	rm -rf artifacts
