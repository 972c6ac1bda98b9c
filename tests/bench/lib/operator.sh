# shellcheck shell=bash
# A control plane of the benchmark's own, and the operator as a process of this machine, from the same files as its image.

# plane_bare: etcd, API server, controller manager and scheduler; gone with the script. Exports KUBECONFIG.
plane_bare() {
  require_root
  cluster_name="bench-$bench_name" wanted_size=control-plane
  apt_install jq curl iproute2
  # What a run that was killed left behind would be measured too.
  "$ROOT/tests/cluster/down" --name "$cluster_name" 2>/dev/null
  bench_cleanups+=(plane_down)
  KUBECONFIG=$("$ROOT/tests/cluster/up" --control-plane-only --name "$cluster_name")
  export KUBECONFIG
  cluster_load
}

# plane_up: the same with our kinds, and what the operator and its benchmarks need.
plane_up() {
  "$ROOT/tests/cluster/images/publish-all" operator
  publish_tool "$BENCH_DIR/ApiBench" apibench
  apibench="$ROOT/artifacts/bench/tools/apibench/apibench"
  plane_bare
  kubectl apply --server-side -f "$ROOT/crds" >/dev/null
  kubectl wait --for=condition=Established --timeout=60s crd --all >/dev/null
  kubectl create namespace model-operator-system >/dev/null
}

plane_down() { "$ROOT/tests/cluster/down" --name "$cluster_name"; }

# namespace NAME: with its default ServiceAccount, without which no Pod is admitted.
namespace() {
  kubectl create namespace "$1" >/dev/null
  wait_for 60 "the service account of $1" kubectl -n "$1" get serviceaccount default
}

# operator_start [VARIABLE=VALUE...]: operator_pid, operator_url; ready when this returns.
operator_start() {
  local http webhook
  read -r http webhook <<<"$(free_ports 2)"
  operator_url="http://127.0.0.1:$http" webhook_port=$webhook
  background "$WORK/operator.log" env DOTNET_EnableDiagnostics=0 MODELOP_HTTP_PORT="$http" MODELOP_WEBHOOK_PORT="$webhook" "$@" \
    "$ROOT/artifacts/images/operator/publish/modeloperator" run
  operator_pid=$started_pid
  wait_for 60 "the operator" answers "$operator_url/readyz" || { tail "$WORK/operator.log" >&2; exit 1; }
}

answers() { curl -fsS --max-time 5 -o /dev/null "$@"; }

# budget NAMESPACE KILOWATT-HOURS: one that matches every run of the namespace.
budget() {
  kubectl -n "$1" apply -f - >/dev/null <<YAML
apiVersion: modeloperator.io/v1alpha1
kind: CarbonBudget
metadata: { name: all }
spec: { limit: { kilowattHours: "$2" } }
YAML
}

# run_template FILE WATT-HOURS: a TrainingRun without datasets.
run_template() {
  cat >"$1" <<JSON
{"apiVersion": "modeloperator.io/v1alpha1", "kind": "TrainingRun", "metadata": {"name": "NAME"},
 "spec": {"modelName": "bench", "params": {"target": "price", "rounds": "300", "maxDepth": "6", "eta": "0.1"},
  "resources": {"requests": {"cpu": "1", "memory": "1Gi"}, "limits": {"cpu": "2", "memory": "2Gi", "nvidia.com/gpu": "1"}},
  "carbon": {"estimateWattHours": $2}}}
JSON
}

# writes_since SECONDS-SINCE-1970 [jq CONDITION]: writes of the operator that the audit log shows, its Lease excepted.
operator_writes() {
  local since
  since=$(date -u -d "@$1" +%Y-%m-%dT%H:%M:%S)
  cat "$dir"/log/audit*.log | jq -c --arg since "$since" 'select(.stageTimestamp >= $since and .stage == "ResponseComplete"
    and (.userAgent // "" | startswith("modeloperator/")) and (.verb | IN("create", "update", "patch", "delete", "deletecollection"))
    and .objectRef.resource != "leases")'
}
