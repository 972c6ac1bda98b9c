# shellcheck shell=bash
# What goes wrong: each case asserts what the status says, for that is what people will look at.

TRAINER_IMAGE=model-operator-trainer:dev

# trouble_yaml NAME SCRIPT [IMAGE] [DATASETS]
trouble_yaml() {
  local yaml
  yaml=$(<"$E2E_DIR/manifests/trouble-run.yaml")
  yaml=${yaml/NAME/"$1"}
  yaml=${yaml/IMAGE/"${3:-$TRAINER_IMAGE}"}
  yaml=${yaml/DATASETS/"${4:-[]}"}
  printf '%s\n' "${yaml/SCRIPT/"$2"}"
}

# trouble_run NAME SCRIPT [IMAGE] [DATASETS]
trouble_run() {
  local answer
  answer=$(trouble_yaml "$@" | k apply -f - 2>&1) || fails "TrainingRun $1 is accepted: $answer"
}

diamonds_dataset() { printf '[{ name: train, uri: "modelop://sha256/%s", fileName: diamonds.csv }]' "$dataset_hex"; }

# expect_run_failed NAME REASON MESSAGE-REGEX
expect_run_failed() {
  local run=trainingrun/$1
  until_true 120 field_matches "$run" .status.phase '^(Succeeded|Failed)$' || fails "run $1 ends within 120 s" "$run"
  field_is "$run" .status.phase Failed || fails "run $1 fails" "$run"
  field_is "$run" .status.reason "$2" || fails "its reason is $2, not '$(field "$run" .status.reason)'" "$run"
  expect_match 20 "$run" .status.message "$3" "$(field "$run" .status.message)"
  field_is "$run" .status.modelVersion '' || fails "it registers no version" "$run"
}

trouble_wrong_field() {
  local answer
  answer=$(run_yaml wrong-field "$SMALL" "$MINUTE_OF_L4" | sed 's/modelName: diamonds/modelName: Not_A_Name/' | k apply -f - 2>&1) && fails "a bad modelName is refused"
  [[ $answer == *modelName* ]] || fails "the refusal names the field: $answer"
  met "$(head -n 3 <<<"$answer" | tr '\n' ' ')"
}

trouble_unknown_dataset() {
  trouble_run unknown-dataset 'exit 0' "$TRAINER_IMAGE" '[{ name: train, uri: "modelop://sha256/1111111111111111111111111111111111111111111111111111111111111111" }]'
  expect_match 60 trainingrun/unknown-dataset '.status.conditions[?(@.type=="DatasetsReady")].reason' '^DatasetNotFound$' "it waits for the dataset"
  met "$(field trainingrun/unknown-dataset .status.message)"
  [[ -z $(k get pods -l modeloperator.io/run=unknown-dataset -o name) ]] || fails "no Pod is made before the dataset is there" trainingrun/unknown-dataset
  k delete trainingrun unknown-dataset --timeout=600s >/dev/null || fails "a waiting run can be deleted" trainingrun/unknown-dataset
}

OTHER_DIGEST=sha256:1111111111111111111111111111111111111111111111111111111111111111

# A ConfigMap can be looked at before the start: the run waits, for either may be put right.
trouble_digest_differs() {
  k create configmap small-table --from-literal=table.csv=$'a,price\n1,2\n' >/dev/null
  trouble_run digest-differs 'exit 0' "$TRAINER_IMAGE" "[{ name: train, uri: \"configmap://small-table/table.csv\", digest: \"$OTHER_DIGEST\" }]"
  expect_match 60 trainingrun/digest-differs .status.reason '^DatasetDigestMismatch$' "it does not start"
  met "$(field trainingrun/digest-differs .status.message)"
  [[ -z $(k get pods -l modeloperator.io/run=digest-differs -o name) ]] || fails "no Pod is made for it" trainingrun/digest-differs
  k delete trainingrun digest-differs --timeout=600s >/dev/null || fails "it can be deleted" trainingrun/digest-differs
}

# What comes over HTTP is known only when it is there.
trouble_download_differs() {
  trouble_run download-differs 'exit 0' "$TRAINER_IMAGE" \
    "[{ name: train, uri: \"http://prometheus.$SYSTEM.svc:9090/-/healthy\", digest: \"$OTHER_DIGEST\" }]"
  expect_run_failed download-differs DatasetDigestMismatch 1111
}

trouble_image() {
  trouble_run bad-image 'exit 0' registry.invalid/no/such-image:1
  expect_match 90 trainingrun/bad-image .status.reason '^ImagePullFailed$' "the run says that its image cannot be pulled"
  field_matches trainingrun/bad-image .status.message registry.invalid || fails "the message names the image" trainingrun/bad-image
  met "$(field trainingrun/bad-image .status.message)"
  k delete trainingrun bad-image --timeout=600s >/dev/null || fails "a run that cannot start can be deleted" trainingrun/bad-image
}

trouble_exit_1() {
  trouble_run exit-1 'echo no columns left >&2; exit 1'
  expect_run_failed exit-1 NonRetryableExitCode '(exit code 1|no columns left)'
  field_is trainingrun/exit-1 .status.attempts.failures 1 || fails "one failure is counted" trainingrun/exit-1
}

trouble_no_metrics() {
  trouble_run no-metrics \
    'mkdir -p $MODELOP_OUTPUT_DIR/model; echo x >$MODELOP_OUTPUT_DIR/model/x; echo "{\"schema\":1,\"model\":{\"path\":\"model\",\"format\":\"x\"},\"metrics\":{},\"device\":\"cpu\"}" >$MODELOP_OUTPUT_DIR/result.json'
  expect_run_failed no-metrics ResultWithoutMetrics metrics
}

# The first attempt hangs until its Pod is deleted; the second trains.
trouble_pod_deleted() {
  local run=trainingrun/pod-deleted
  trouble_run pod-deleted '[ $MODELOP_ATTEMPT -gt 1 ] || sleep 3600; exec '"$TRAINER" "$TRAINER_IMAGE" "$(diamonds_dataset)"
  until_true 90 field_is "$run" .status.phase Running || fails "the run runs" "$run"
  k delete pod pod-deleted-1-0 --wait=false --grace-period=1 >/dev/null
  until_true 180 field_matches "$run" .status.phase '^(Succeeded|Failed)$' || fails "the run ends within 180 s of the deletion" "$run"
  [[ $(field "$run" .status.phase)/$(field "$run" .status.attempts.execution)/$(field "$run" .status.attempts.failures)/$(field "$run" .status.attempts.disruptions) =~ ^Succeeded/2/0?/1$ ]] ||
    fails "one new attempt, one disruption and no failure are counted: $(field "$run" .status.attempts)" "$run"
  met "the run succeeded in a second attempt: $(field "$run" .status.attempts)"
}

# trouble_canary NAME VERSION SERVICE
trouble_canary() {
  sed -e "s/NAME/$1/" -e "s/VERSION/$2/" -e "s/SERVICE/$3/" "$E2E_DIR/manifests/trouble-canary.yaml" | k apply -f - 2>&1
}

trouble_missing_version() {
  trouble_canary missing-version diamonds-99 missing-version >/dev/null
  expect_match 60 canarydeployment/missing-version .status.reason '^VersionNotFound$' "the canary waits for its version"
  met "$(field canarydeployment/missing-version .status.message)"
  k delete canarydeployment missing-version --timeout=600s >/dev/null
}

# Refused at admission, or, where the webhook was not asked, by the status.
trouble_same_target() {
  local answer
  if answer=$(trouble_canary second diamonds-1 diamonds); then
    expect_match 60 canarydeployment/second .status.reason '^ServiceConflict$' "the second canary of one Service does nothing"
    met "$(field canarydeployment/second .status.message)"
    k delete canarydeployment second --timeout=600s >/dev/null
  else
    [[ $answer == *diamonds* ]] || fails "the refusal names the other canary: $answer"
    met "$answer"
  fi
  expect_field 60 "$CANARY" .status.phase Healthy "the first canary serves on"
}

says_no_data() { field_is "$1" '.status.analysis.metrics[0].verdict' NoData || field_matches "$1" .status.message '[Nn]o ?(data|result|series|value)'; }

# PromQL that answers nothing is never a pass.
trouble_no_data() {
  local canary=canarydeployment/no-data
  trouble_canary no-data diamonds-1 no-data >/dev/null
  until_true 120 field_is "$canary" .status.phase Healthy || fails "diamonds-1 is deployed" "$canary"
  k patch canarydeployment no-data --type merge -p '{"spec":{"versionRef":{"name":"diamonds-2"}}}' >/dev/null
  expect_match 90 "$canary" .status.reason '^InconclusiveAnalysis$' "without data the canary pauses"
  expect_field 60 "$canary" .status.phase Paused "it is Paused"
  field_is "$canary" .status.stableVersion diamonds-1 || fails "diamonds-1 is still the stable version" "$canary"
  # A step that was over before its first look says so with the next one.
  until_true 60 says_no_data "$canary" ||
    fails "the status says that there was no data" "$canary"
  met "$(field "$canary" .status.message)"
  k delete canarydeployment no-data --timeout=600s >/dev/null
}

scale() { kubectl -n "$SYSTEM" scale "deployment/$1" --replicas="$2" >/dev/null; }

no_pods_of() { [[ -z $(kubectl -n "$SYSTEM" get pods -l "app.kubernetes.io/name=$1" -o name) ]]; }

# In the middle of a canary: nobody knows, so nothing moves; and it goes on by itself.
trouble_no_prometheus() {
  scale prometheus 0
  until_true 60 no_pods_of prometheus || fails "Prometheus is gone"
  set_version diamonds-2
  expect_canary diamonds-2
  expect_match 120 "$CANARY" .status.reason '^MetricsUnavailable$' "without Prometheus the canary pauses"
  expect_field 60 "$CANARY" .status.phase Paused "it is Paused"
  met "$(field "$CANARY" .status.message)"
  scale prometheus 1
  until_true 120 goes_on ||
    fails "the canary goes on when Prometheus is back" "$CANARY"
  met "it goes on by itself"
}

goes_on() { field_is "$CANARY" .status.phase Progressing || field_matches "$CANARY" .status.lastDecision.action Promote; }

# Nothing that runs needs the database; history catches up.
trouble_no_postgres() {
  scale postgres 0
  until_true 60 no_pods_of postgres || fails "PostgreSQL is gone"
  apply_run while-down "$SMALL" "$MINUTE_OF_L4"
  until_true 120 field_is trainingrun/while-down .status.phase Succeeded || fails "a run succeeds without PostgreSQL" trainingrun/while-down
  met "a run succeeded without PostgreSQL"
  scale postgres 1
  kubectl -n "$SYSTEM" rollout status deployment/postgres --timeout="$((120 * ${PATIENCE:-1}))s" >/dev/null 2>&1 || { NS=$SYSTEM && fails "PostgreSQL comes back" deployment/postgres; }
  until_true 90 recorded while-down || fails "the history holds the run within 90 s of PostgreSQL's return" trainingrun/while-down
  met "and is in the history now"
}

recorded() { [[ $(psql_query "SELECT phase FROM runs WHERE namespace = '$NS' AND name = '$1' AND deleted_at IS NULL") == Succeeded ]]; }

# operator_scaled REPLICAS: so many of the operator's Pods are there, and ready.
operator_scaled() {
  [[ $(kubectl -n "$SYSTEM" get pods -l app.kubernetes.io/name=model-operator -o name | wc -l) == "$1" ]] &&
    kubectl -n "$SYSTEM" rollout status deployment/model-operator --timeout=5s
}

scale_operator() {
  kubectl -n "$SYSTEM" scale deployment model-operator --replicas="$1" >/dev/null
  until_true 120 operator_scaled "$1" || { NS=$SYSTEM; fails "the operator has $1 replicas" deployment/model-operator; }
}

# pod_yaml NAME [LABEL]: sleeps, and is not ours.
pod_yaml() {
  printf 'apiVersion: v1\nkind: Pod\nmetadata: { name: %s, labels: { %s } }\nspec: { terminationGracePeriodSeconds: 0, containers: [{ name: main, image: "%s", command: [sleep, "900"] }] }\n' \
    "$1" "${2:-}" "$TRAINER_IMAGE"
}

STRAY_LABEL='modeloperator.io/run-uid: somebody'

told_stray() { [[ $(k get events -o json | jq -r '[.items[] | select(.reason == "NoReservation") | .involvedObject.name] | unique | join(" ")') == stray ]]; }

# With nobody to answer the webhooks: what is not ours starts and ends, nothing of ours begins, and nothing is spent unnoticed.
trouble_no_operator() {
  local answer before used
  answer=$(k create -f - 2>&1 <<<"$(pod_yaml refused "$STRAY_LABEL")") && fails "a Pod with a run's label is refused while the operator is there" pod/refused
  [[ $answer == *"No TrainingRun controls this Pod"* ]] || fails "the refusal says why: $answer"
  met "$(head -n 1 <<<"$answer" | cut -c1-200)"
  expect_match 60 carbonbudget/team .status.reservedMilliwattHours '^0?$' "nothing is reserved for anybody"
  before=$(field carbonbudget/team .status.settledMilliwattHours)
  trouble_run away "$UNTIL_LET_GO" "$TRAINER_IMAGE" "$(diamonds_dataset)"
  expect_field 120 trainingrun/away .status.phase Running "a run is at work"
  scale_operator 0
  met "the operator has no Pod"
  # Not patiently: this is no failure that passes.
  answer=$(trouble_yaml unseen 'exit 0' | command kubectl --namespace "$NS" create -f - 2>&1) && fails "no run is created unseen" trainingrun/unseen
  [[ $answer == *webhook* ]] || fails "the refusal names the webhook: $answer"
  met "$(head -n 1 <<<"$answer" | cut -c1-200)"
  k create -f - >/dev/null <<<"$(pod_yaml plain)"
  expect_field 60 pod/plain .status.phase Running "a Pod that is not ours starts"
  kubectl create namespace e2e-away >/dev/null
  kubectl delete namespace e2e-away --timeout=600s >/dev/null || fails "a namespace can be deleted"
  met "a namespace comes and goes"
  k create -f - >/dev/null <<<"$(pod_yaml stray "$STRAY_LABEL")"
  let_go away
  expect_field 240 pod/away-1-0 .status.phase Succeeded "the run's Pod works on to its end"
  scale_operator 2
  until_true 60 webhook_answers || fails "the webhook answers again"
  expect_field 120 trainingrun/away .status.phase Succeeded "the run has succeeded"
  expect_match 60 carbonbudget/team .status.reservedMilliwattHours '^0?$' "nothing is reserved for it any more"
  # Runs that were deleted while they held something are booked too: not all that is settled is in a run's status.
  used=$(k get trainingrun away -o json | jq '.status.energy | .energyMilliwattHours * (.pueMilli // 1000) / 1000 | floor')
  (($(field carbonbudget/team .status.settledMilliwattHours) >= ${before:-0} + used && used > 0)) || fails "what it used meanwhile is booked: $used mWh, $before before" carbonbudget/team
  met "the $used mWh that it used meanwhile are booked"
  until_true 120 told_stray || fails "the Pod that slipped in is told" pod/stray
  met "$(k get events -o json | jq -r '.items[] | select(.reason == "NoReservation") | .message' | cut -c1-160)"
  k delete pod plain stray >/dev/null
}
