# shellcheck shell=bash
# Many CanaryDeployments on a control plane without nodes: namespaces of a hundred, two versions of one model in each, Deployments that a process of the
# benchmark fulfils (tests/bench/CanaryNodes). Needs common.sh and operator.sh, and "count" of the benchmark.
# shellcheck disable=SC2154

canaries_path=/apis/modeloperator.io/v1alpha1/namespaces
in_each=100

# canary_plane_up: the control plane without its controllers, and what stands in for the nodes; nodes_metrics is its port for Prometheus.
canary_plane_up() {
  publish_tool "$BENCH_DIR/CanaryNodes" canary-nodes
  [[ -z $(ss -Htln 'sport = :8081') ]] || die 'port 8081 is taken: gateways are asked at it, one at each of many addresses of 127.0.0.0/8'
  plane_up
  spaces=$(((count + in_each - 1) / in_each))
  local i
  for ((i = 0; i < spaces; i++)); do namespace "bench-$i"; done
  # Pods of Deployments come from the benchmark, and so many objects would keep these busy beside what is measured.
  daemon_stop kube-controller-manager
  daemon_stop kube-scheduler
  read -r nodes_metrics <<<"$(free_ports 1)"
  background "$WORK/nodes.log" "$ROOT/artifacts/bench/tools/canary-nodes/canary-nodes" "$nodes_metrics"
  nodes_pid=$started_pid
  wait_for 20 'what stands in for the nodes' answers "http://127.0.0.1:$nodes_metrics/"
}

# versions_ready: bench-1 and bench-2 in each namespace, verified.
versions_ready() {
  local i number digest
  for ((i = 0; i < spaces; i++)); do
    for number in 1 2; do
      digest="sha256:$(printf '%064d' "$number")"
      printf -- '---\n{"apiVersion": "modeloperator.io/v1alpha1", "kind": "ModelVersion", "metadata": {"name": "bench-%s", "namespace": "bench-%s"},
        "spec": {"model": "bench", "artifact": {"uri": "modelop://sha256/%s", "digest": "%s"}}}\n' "$number" "$i" "${digest#sha256:}" "$digest"
    done
  done >"$WORK/versions.yaml"
  kubectl apply -f "$WORK/versions.yaml" >/dev/null
  for ((i = 0; i < spaces; i++)); do
    for number in 1 2; do
      kubectl -n "bench-$i" patch modelversion "bench-$number" --subresource status --type merge \
        -p "{\"status\": {\"phase\": \"Ready\", \"verifiedDigest\": \"sha256:$(printf '%064d' "$number")\"}}" >/dev/null
    done
  done
}

# canary_template FILE: NAME stands for the name; two metrics that wait for more samples than come, so that the analysis goes on.
canary_template() {
  jq -cn --argjson interval "${interval:-60}" --arg prometheus "${prometheus_url:-http://127.0.0.1:9}" '
    {apiVersion: "modeloperator.io/v1alpha1", kind: "CanaryDeployment", metadata: {name: "NAME"},
     spec: {model: "bench", versionRef: {name: "bench-1"},
       strategy: {steps: [{setWeight: 10}, {analysis: {maxDurationSeconds: 86400}}]},
       analysis: {intervalSeconds: $interval, prometheus: {address: $prometheus},
         metrics: [{name: "errors", type: "ErrorRate", minSamples: 1000000}, {name: "p95", type: "Latency", threshold: {max: "0.4"}, minSamples: 1000000}]}}}' >"$1"
}

# each_namespace COMMAND TEMPLATE [FROM]: an apibench command on the canaries of each namespace.
each_namespace() {
  local i left=$count
  for ((i = 0; i < spaces; i++)); do
    "$apibench" "$1" "$canaries_path/bench-$i/canarydeployments" "$2" ${3:+"$3"} "$((left < in_each ? left : in_each))" 20 >/dev/null
    left=$((left - in_each))
  done
}

# canaries_in PHASE: how many, as the operator's metrics say.
canaries_in() { curl -fsS --max-time 10 "$operator_url/metrics" | awk -v phase="phase=\"$1\"" 'index($1, "modelop_canary_phase{") == 1 && index($1, phase) { n += $2 } END { print n + 0 }'; }

all_in() { [[ $(canaries_in "$1") == "$count" ]]; }

# canaries_deployed: all of them Healthy on bench-1.
canaries_deployed() {
  canary_template "$WORK/canary.json"
  local began=$SECONDS
  each_namespace create "$WORK/canary.json"
  wait_for 1800 "$count canaries to be Healthy" all_in Healthy
  deployed_seconds=$((SECONDS - began))
}

# writes_so_far: what this operator has written. It runs without a Lease here, and the audit log of so many objects takes a minute to read.
writes_so_far() {
  curl -fsS --max-time 10 "$operator_url/metrics" | awk '/^rest_client_requests_total\{.*method="(PUT|PATCH|POST|DELETE)"/ { n += $NF } END { print n + 0 }'
}

# settled: no write for ten seconds.
settled() {
  local before
  before=$(writes_so_far)
  sleep 10
  [[ $(writes_so_far) == "$before" ]]
}

processor_ticks() { awk '{ print $14 + $15 }' "/proc/$1/stat"; }

# processor_share PID TICKS-BEFORE SECONDS: cores used since.
processor_share() { value '%.3f' "($(processor_ticks "$1") - $2) / $(getconf CLK_TCK) / $3"; }
