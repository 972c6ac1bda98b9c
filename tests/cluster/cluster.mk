# The local cluster and its images; included by the root Makefile. CLUSTER_NAME picks another cluster than the default.
CLUSTER_NAME ?= demo
CLUSTER_RIG := $(dir $(lastword $(MAKEFILE_LIST)))

.PHONY: cluster cluster-down cluster-status cluster-selftest

cluster: ## Start the local Kubernetes cluster and say how to reach it
	@$(CLUSTER_RIG)up --name $(CLUSTER_NAME) >/dev/null
	@echo "The cluster is up. Point kubectl at it with:"
	@echo "  export KUBECONFIG=$$($(CLUSTER_RIG)kubeconfig --name $(CLUSTER_NAME))"

cluster-down: ## Stop the local cluster and remove all it left on this machine
	@$(CLUSTER_RIG)down --name $(CLUSTER_NAME)

cluster-status: ## Show the parts of the local cluster, its kubeconfig and its audit log
	@$(CLUSTER_RIG)status --name $(CLUSTER_NAME)

cluster-selftest: ## Check what the project needs of the cluster: pods, GPUs, Services, webhooks, eviction
	@$(CLUSTER_RIG)selftest --name $(CLUSTER_NAME)

.PHONY: cluster-images cluster-lint

cluster-images: ## Build PostgreSQL's and Prometheus' images and load them into the local cluster
	@$(CLUSTER_RIG)images/load --cluster $(CLUSTER_NAME) localhost/modelop-postgres:17 \
	  $(CLUSTER_RIG)images/postgres/Dockerfile $(CLUSTER_RIG)images/postgres
	@$(CLUSTER_RIG)images/load --cluster $(CLUSTER_NAME) localhost/modelop-prometheus:2.53 \
	  $(CLUSTER_RIG)images/prometheus/Dockerfile $(CLUSTER_RIG)images/prometheus

cluster-lint: ## Check the local cluster's scripts with shellcheck
	@cd $(CLUSTER_RIG) && shellcheck -x up down status kubeconfig selftest build-kubernetes lib/*.sh lib/*-keeper \
	  images/base images/pause images/load images/postgres/entry
