# shellcheck shell=bash
# Parts of the benchmark of TrainingRuns: templates, what is followed, what is counted. Needs common.sh and operator.sh, and the settings of the benchmark.
# shellcheck disable=SC2154

job_template() {
  cat >"$1" <<'JSON'
{"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "NAME"},
 "spec": {"template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "trainer", "image": "model-operator-trainer:dev",
  "resources": {"requests": {"cpu": "1", "memory": "1Gi"}}}]}}}}
JSON
}

# A run whose object has about 6 KiB with its status and managedFields.
large_run_template() {
  run_template "$1" 100
  jq -c '.spec.params += ([range(24)] | map({key: "feature-\(.)", value: ("numeric column of the table, scaled, clipped at the 99th percentile; \(.)")}) | from_entries)' "$1" >"$1.large"
  mv "$1.large" "$1"
}

# The status of a run that ended long ago.
finished_status() {
  jq -cn --arg now "$(date -u +%Y-%m-%dT%H:%M:%SZ)" '
    "Ended after the trainer had used its time; raise deadlines.activeSeconds or make the run smaller. The attempt is in the history." as $text |
    {status: {observedGeneration: 1, phase: "Failed", reason: "DeadlineExceeded", message: $text, startTime: $now, runningTime: $now, completionTime: $now,
      attempts: {execution: 3, failures: 2, disruptions: 0, activeSeconds: 3600},
      history: [1, 2, 3 | {number: ., podName: "NAME-\(.)-0", podUid: "00000000-0000-0000-0000-00000000000\(.)", node: "node-\(.)", decidedAt: $now, startedAt: $now, endedAt: $now,
        exitCode: 1, reason: "DeadlineExceeded", message: $text}],
      estimate: {energyMilliwattHoursP50: 100000, energyMilliwattHoursP95: 100000, emissionsMilligramsP50: 47500, emissionsMilligramsP95: 47500, intensityMilligramsPerKwh: 475000, basis: "spec.carbon.estimateWattHours"},
      metrics: [{name: "validation/rmse", value: "0.449"}, {name: "validation/mae", value: "0.31"}],
      conditions: ["BudgetReserved", "DatasetsReady", "Failed", "PodsReady", "Ready", "Reconciling", "Stalled" |
        {type: ., status: "False", reason: "DeadlineExceeded", message: $text, observedGeneration: 1, lastTransitionTime: $now}]}}' >"$1"
}

# The rig's controller manager again, with the limits of a large cluster instead of the default 20 and 30 requests a second.
controller_manager_fast() {
  local arguments
  mapfile -d '' arguments <"/proc/$(daemon_pid kube-controller-manager)/cmdline"
  daemon_stop kube-controller-manager
  daemon_start kube-controller-manager "${arguments[@]}" --kube-api-qps 1000 --kube-api-burst 2000
  namespace warm
  budget warm 1000000
  "$apibench" follow /apis/batch/v1/namespaces/warm/jobs /api/v1/namespaces/warm/pods "$WORK/job.json" 20 5 >/dev/null
  "$apibench" follow "$runs_path/warm/trainingruns" /api/v1/namespaces/warm/pods "$WORK/run.json" 20 5 >/dev/null
}

# follow_jobs NAMESPACE TEMPLATE
follow_jobs() {
  namespace "$1"
  "$apibench" follow "/apis/batch/v1/namespaces/$1/jobs" "/api/v1/namespaces/$1/pods" "$2" "$objects" 50 >"$WORK/$1.result"
}

# A Job whose Pod is a training Pod: three containers, their variables and volumes.
like_job_template() {
  kubectl -n warm get pods -l modeloperator.io/run -o json | jq -c '{apiVersion: "batch/v1", kind: "Job", metadata: {name: "NAME"}, spec: {template: {spec: (.items[0].spec |
    {restartPolicy, initContainers, containers, volumes, securityContext, automountServiceAccountToken, enableServiceLinks, terminationGracePeriodSeconds})}}}' >"$1"
}

follow_runs() {
  namespace "$1"
  budget "$1" 1000000
  "$apibench" follow "$runs_path/$1/trainingruns" "/api/v1/namespaces/$1/pods" "$WORK/run.json" "$objects" 50 >"$WORK/$1.result"
}

result() { jq -r ".$2" "$WORK/$1.result"; }

result_row() { row "$widths" "$2" "$(result "$1" pods)" "$(result "$1" createSeconds)" "$(result "$1" p50)" "$(result "$1" p99)" "$(result "$1" rate)"; }

processor_ticks() { awk '{ print $14 + $15 }' "/proc/$1/stat"; }

# writes_each NAMESPACE: the operator's writes in a namespace by kind, a run.
writes_each() {
  operator_writes 0 | jq -r --arg space "$1" 'select(.objectRef.namespace == $space) |
    (if .responseStatus.code == 409 then "conflict" else .verb end) + " " + .objectRef.resource + (if .objectRef.subresource then "/" + .objectRef.subresource else "" end)' |
    sort | uniq -c | sort -rn | awk -v n="$objects" '{ printf "%s%s %s %.2f", (NR > 1 ? ", " : ""), $2, $3, $1 / n }'
}

populate() {
  local space
  for space in 'done' live others; do namespace "$space"; done
  budget 'done' 1000000
  budget live 1000000
  cat >"$WORK/pod.json" <<'JSON'
{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "NAME", "labels": {"app": "somebody-else"}},
 "spec": {"schedulerName": "none", "containers": [{"name": "main", "image": "example.com/other:1", "env": [{"name": "SETTING", "value": "some text"}],
  "resources": {"requests": {"cpu": "1", "memory": "1Gi"}}}]}}
JSON
  finished_status "$WORK/finished.json"
  "$apibench" create /api/v1/namespaces/others/pods "$WORK/pod.json" "$foreign" 20 >/dev/null
  "$apibench" create "$runs_path/done/trainingruns" "$WORK/large-run.json" "$finished" 20 >/dev/null
  "$apibench" status "$runs_path/done/trainingruns" "$WORK/finished.json" 0 "$finished" 20 >/dev/null
}

pods_of_live() { [[ $(kubectl -n live get pods --no-headers 2>/dev/null | wc -l) -ge $active ]]; }

# settled: no write for ten seconds.
settled() { [[ $(operator_writes "$(($(date +%s) - 10))" | wc -l) == 0 ]]; }

metric() { curl -fsS --max-time 5 "$operator_url/metrics" | awk -v name="$1" 'index($1, name) == 1 { sum += $2 } END { printf "%d\n", sum }'; }

# resynced MORE: the operator has made a pass over every run and so many more, and none waits.
resynced() {
  [[ $(metric 'controller_runtime_reconcile_total{controller="trainingruns"') -ge $((finished + active + $1)) && $(metric 'workqueue_depth{name="trainingruns"}') == 0 ]]
}

# cut_watches RELAY-PID COUNT: until so many watches have ended.
cut_watches() {
  while (($(metric 'informer_watch_ends_total') < $2)); do
    kill -HUP "$1"
    sleep 1
  done
}

# relist: an API server that starts again has no memory of the versions that watches would go on from: every informer lists again. The peak begins here.
relist() {
  local arguments before
  before=$(metric 'informer_relists_total{informer="trainingruns"}')
  echo 5 >"/proc/$operator_pid/clear_refs"
  mapfile -d '' arguments <"/proc/$(daemon_pid kube-apiserver)/cmdline"
  daemon_stop kube-apiserver
  daemon_start kube-apiserver "${arguments[@]}"
  wait_for 120 'the API server' kubectl get --raw /readyz
  wait_for 120 'a relist' relisted "$before"
  sleep 3
}

relisted() { [[ $(metric 'informer_relists_total{informer="trainingruns"}') -gt $1 ]]; }
