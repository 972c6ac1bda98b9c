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
