# shellcheck shell=bash
# How canaries end, on real Pods under load: by what is measured, by what people say, and whatever happens to the operator meanwhile.

SERVINGS=(judged commanded bluegreen tested counted)
SLOW=diamonds-100

# version RUN: what it was registered as. Runs that train at the same time get their numbers in the order in which they end.
version() { field "trainingrun/$1" .status.modelVersion; }

# expect_end SECONDS VERSION REGEX STABLE TEXT: "OUTCOME REASON METRIC", and what serves then.
expect_end() {
  until_true "$1" has_ended "$2" "$3" || fails "$5: the canary of $2 should end as '$3', is '$(ended "$2")'" "$CANARY"
  expect_field 60 "$CANARY" .status.stableVersion "$4" "$5: $(ended "$2"); $4 is the stable version"
}

# has_weight CANARY-WEIGHT: every gateway Pod, or what is in its place, confirms it.
has_weight() { [[ $(field "$CANARY" .status.weights.canary)/$(field "$CANARY" .status.weights.verified) == "$1/true" ]]; }

expect_weight() {
  until_true 120 has_weight "$1" || fails "$1 % of the traffic is confirmed for $(field "$CANARY" .status.canaryVersion), is '$(field "$CANARY" .status.weights)'" "$CANARY"
  met "$1 % is confirmed for $(field "$CANARY" .status.canaryVersion)"
}

# answered_by SERVICE VERSION: says which version serves it.
answered_by() {
  service_url "$NS" "$1" 8080
  [[ $(curl -s -o /dev/null --max-time 30 -D - "$service_address/v2/health/ready" | tr -d '\r' | sed -n 's/^x-model-version: //Ip') == "$2" ]]
}

expect_answers() {
  until_true 60 answered_by "$1" "$2" || fails "$2 answers at Service $1" "$CANARY"
  met "$2 answers at Service $1"
}

# tell ACTION: a command; it is obeyed once.
tell() {
  local id
  id=$(date +%s%N)
  until_true 60 k annotate --overwrite "$CANARY" modeloperator.io/command="$1 $id" || fails "command $1 can be given" "$CANARY"
  until_true 60 field_is "$CANARY" .status.lastCommand.id "$id" || fails "command $1 is acknowledged" "$CANARY"
  field_matches "$CANARY" .status.lastCommand.result '^Accepted' || fails "command $1 is accepted: $(field "$CANARY" .status.lastCommand.result)" "$CANARY"
  note "kubectl annotate $CANARY: $1"
}

# of CANARY
of() { CANARY=canarydeployment/$1; }

canary_trained() {
  local name
  # Small, so that others find room beside them.
  quietly k apply -f - <<<"$({
    run_yaml first "$SMALL" "$DECLARED" && echo --- && run_yaml better "$BETTER" "$DECLARED" && echo --- && run_yaml wrong "$SHUFFLED" "$DECLARED"
  } | sed -e '/nvidia.com/d' -e 's/cpu: 250m/cpu: 50m/')"
  for name in first better wrong; do
    until_true 240 field_matches "trainingrun/$name" .status.phase '^(Succeeded|Failed)$' || fails "run $name ends within 240 s" "trainingrun/$name"
    expect_match 60 "modelversion/$(version "$name")" .status.phase '^Ready$' "$name is $(version "$name")"
  done
  # The same bytes by another name, which the slow server is slow for.
  quietly k apply -f - <<<"$(k get modelversion "$(version first)" -o json | jq --arg name "$SLOW" '{apiVersion, kind, metadata: {name: $name}, spec: {model: .spec.model, artifact: .spec.artifact}}')"
  expect_field 60 "modelversion/$SLOW" .status.phase Ready "$SLOW is registered from outside"
}

slow_server_ready() {
  local_cluster || return 0
  "$IMAGES/load" --cluster "${CLUSTER_NAME:-$MODELOP_DEFAULT_NAME}" modelop-e2e-slow-server:1 "$E2E_DIR/slow-server/Dockerfile" "$E2E_DIR/slow-server" \
    --build-arg SERVER=docker.io/library/model-operator-server:dev --label "sources=$(cat "$ROOT/artifacts/images/server.sources")" >/dev/null
  met "a server image that is slow for some versions"
}

canary_served() {
  local name
  quietly k apply -f - <<<"$(sed -e "s/FIRST/$(version first)/" -e "s/BETTER/$(version better)/" "$E2E_DIR/manifests/canary-cases.yaml")"
  for name in "${SERVINGS[@]}"; do
    expect_field 180 "canarydeployment/$name" .status.stableVersion "$(version first)" "$name serves $(version first)"
  done
}

# The story takes Prometheus away once, and what it knew is gone then.
METRICS_STAY=$WORK/metrics-stay

canary_loaded() {
  until_true 1200 test -e "$METRICS_STAY" || note "nobody says that Prometheus stays"
  load_begin 20 judged --truth-delay 10
  load_begin 10 commanded
  load_begin 15 bluegreen
  load_begin 30 tested --users 900
  load_begin 10 counted
}

# What takes its time begins now, and is looked at later.
canaries_begin() {
  of judged
  set_version "$SLOW"
  of bluegreen
  set_version "$(version better)"
  of counted
  set_version "$(version better)"
  of commanded
  set_version "$(version better)"
}

canary_slow() {
  of judged
  expect_end 120 "$SLOW" '^RolledBack .* latency$' "$(version first)" "a version that is slow is rolled back"
  met "$(field "$CANARY" .status.lastDecision.message)"
  # A machine that has too much to do makes every version slow: from here on only what it predicts is judged.
  quietly k patch "$CANARY" --type json -p '[{"op": "test", "path": "/spec/analysis/metrics/0/name", "value": "latency"}, {"op": "remove", "path": "/spec/analysis/metrics/0"}]'
  set_version "$(version wrong)"
}

# Before the labels can be there nothing is decided.
canary_late() {
  local wrong waited
  of judged
  wrong=$(version wrong)
  expect_end 180 "$wrong" '^RolledBack .* rmse$' "$(version first)" "a version that predicts badly is rolled back"
  met "$(field "$CANARY" .status.lastDecision.message)"
  waited=$(k get "$CANARY" -o json | jq --arg version "$wrong" 'def at: sub("\\.[0-9]+"; "") | sub("\\+00:00"; "Z") | fromdate;
    .status.history[] | select(.version == $version) | (.finishedAt | at) - (.startedAt | at)')
  ((waited >= 10)) || fails "labels that are 10 s late decide nothing after $waited s" "$CANARY"
  met "$waited s after it began, with labels that are 10 s late"
}

canary_gate() {
  of commanded
  expect_end 120 "$(version better)" '^RolledBack GateTimedOut' "$(version first)" "a gate that nobody opens rolls back"
}

at_gate() {
  expect_field 120 "$CANARY" .status.reason StepGate "$1 waits at the gate"
  expect_field 20 "$CANARY" .status.canaryVersion "$1" "it is the version under test"
}

canary_abort() {
  local better
  of commanded
  better=$(version better)
  k patch "$CANARY" --type json -p '[{"op": "replace", "path": "/spec/strategy/steps/1/gate/timeoutSeconds", "value": 3600}]' >/dev/null
  tell retry
  at_gate "$better"
  tell abort
  expect_end 60 "$better" '^RolledBack AbortedByUser' "$(version first)" "an aborted canary is rolled back"
  tell retry
  at_gate "$better"
  expect_weight 20
}

canary_superseded() {
  of commanded
  set_version "$(version wrong)"
  expect_end 60 "$(version better)" '^Superseded' "$(version first)" "a newer version takes its place"
  at_gate "$(version wrong)"
  expect_weight 20
}

canary_commands() {
  of commanded
  tell pause
  expect_field 60 "$CANARY" .status.reason PausedByUser "it is paused by command"
  expect_weight 20
  tell resume
  at_gate "$(version wrong)"
  tell skip
  expect_field 120 "$CANARY" .status.reason StepPause "the gate is skipped"
  expect_weight 60
  tell promote-full
  expect_end 120 "$(version wrong)" '^Promoted PromotedInFull' "$(version wrong)" "it is promoted past a pause of an hour"
  expect_answers commanded "$(version wrong)"
}

canary_blue_green() {
  local first better
  of bluegreen
  first=$(version first) better=$(version better)
  expect_answers bluegreen-preview "$better"
  expect_answers bluegreen "$first"
  load_begin 15 bluegreen-preview
  at_gate "$better"
  expect_answers bluegreen "$first"
  tell promote
  expect_field 120 "$CANARY" .status.phase Baking "$better has all traffic and is watched"
  expect_answers bluegreen "$better"
  # Between an abort and the Pods of the next try the preview has nobody new behind it: its clients go, and come again.
  load_end bluegreen-preview
  expect_no_failure bluegreen-preview
  tell abort
  expect_end 60 "$better" '^RolledBack AbortedByUser' "$first" "aborted, the switch is taken back"
  expect_answers bluegreen "$first"
  k patch "$CANARY" --type json -p '[{"op": "replace", "path": "/spec/analysis/metrics/1/minSamples", "value": 50}]' >/dev/null
  tell retry
  expect_match 120 "$CANARY" .status.stepIndex '^[1-9]' "$better is whole again"
  expect_answers bluegreen-preview "$better"
  load_begin 15 bluegreen-preview
  at_gate "$better"
  tell promote
  expect_end 120 "$better" '^Promoted' "$better" "watched without harm, the switch stays"
  load_end bluegreen-preview
  expect_no_failure bluegreen-preview
}

canary_back() {
  of bluegreen
  set_version "$(version first)"
  expect_end 60 "$(version first)" '^Promoted FastRollback' "$(version first)" "the version before takes everything back without steps"
  expect_answers bluegreen "$(version first)"
}

canary_counted() {
  of counted
  expect_end 120 "$(version better)" '^Promoted' "$(version better)" "promoted by numbers of Pods"
}

# arms_of USERS: which version answers each user.
arms_of() {
  local user
  for ((user = 1; user <= $1; user++)); do
    curl -s -o /dev/null --max-time 30 -D - -H "x-user-id: user-$user" "$service_address/v2/health/ready" | tr -d '\r' | sed -n 's/^x-model-version: //Ip'
  done
}

# Users stay where they are, and both versions have some.
sticky() {
  local once again
  once=$(arms_of 20)
  again=$(arms_of 20)
  [[ $once == "$again" && $(sort -u <<<"$once" | wc -l) -eq 2 ]]
}

# Who won waits to be let in, so that there is time to look at users.
canary_tested() {
  of tested
  expect_field 180 "$CANARY" .status.reason WinnerFound "one version is shown to sell more"
  met "$(field "$CANARY" .status.message)"
  service_url "$NS" tested 8080
  until_true 60 sticky || fails "every user stays with one of two versions: $(arms_of 20 | tr '\n' ' ')" "$CANARY"
  met "20 users asked twice, each was answered by the same version, and not all by one"
  k patch "$CANARY" --type merge -p '{"spec": {"strategy": {"abTest": {"autoPromote": true}}}}' >/dev/null
  expect_end 180 "$(version better)" '^Promoted WinnerFound' "$(version better)" "the version that sells more is promoted"
  k get "$CANARY" -o json | jq -r '.status.experiment | .winner, (.metrics[] | "\(.arm): \(.value) \(.interval)")' | indented
}

# expect_no_failure SERVICE: of a load that has ended.
expect_no_failure() {
  local failures
  failures=$(jq '.unreachable + ([.versions[].codes | to_entries[] | select(.key != "200") | .value] | add // 0)' <<<"$load_counts")
  ((failures == 0)) || fails "no client of $1 saw a failure: $load_counts"
  met "$1: $(jq -r '[.versions | to_entries[] | "\(.key) answered \(.value.codes["200"] // 0)"] | join(", ")' <<<"$load_counts"), and none failed"
}

canary_unharmed() {
  local name
  for name in "${SERVINGS[@]}"; do
    load_end "$name"
    expect_no_failure "$name"
  done
}

no_server() { [[ -z $(k get pods -l modeloperator.io/canary=idle,modeloperator.io/component=server -o name) ]]; }

asked_and_serving() {
  curl -sf -o /dev/null --max-time 30 -H 'Content-Type: application/json' -d "{\"features\": {$DIAMOND, \"cut\": \"Premium\"}}" "$service_address/predict" &&
    field_is "$CANARY" .status.reason Serving
}

# Nobody asks, so nobody runs; who asks then waits for a server and is answered.
canary_idle() {
  local asked answer
  of idle
  quietly k apply -f - <<END
apiVersion: modeloperator.io/v1alpha1
kind: CanaryDeployment
metadata: { name: idle }
spec:
  model: diamonds
  versionRef: { name: $(version first) }
  server:
    requests: { cpu: 10m, memory: 64Mi }
    autoscale: { minReplicas: 0, maxReplicas: 1, idleSeconds: 30, holdSeconds: 600 }
END
  expect_field 180 "$CANARY" .status.stableVersion "$(version first)" "idle serves $(version first)"
  expect_field 120 "$CANARY" .status.reason ScaledToZero "nobody asks for it"
  until_true 90 no_server || fails "the last server goes" "$CANARY"
  met "no server runs"
  service_url "$NS" idle 8080
  asked=$SECONDS
  answer=$(curl -s --max-time 660 -H 'Content-Type: application/json' -d "{\"features\": {$DIAMOND, \"cut\": \"Premium\"}}" "$service_address/predict")
  jq -e '.prediction > 500 and .prediction < 20000' >/dev/null <<<"$answer" || fails "the first request is answered: $answer" "$CANARY"
  met "the first request is answered after $((SECONDS - asked)) s: $(jq -c '.prediction' <<<"$answer")"
  until_true 60 asked_and_serving || fails "the server stays while somebody asks, the reason is '$(field "$CANARY" .status.reason)'" "$CANARY"
  met "and the server stays while somebody asks"
  until_true 60 k delete "$CANARY" --timeout=60s || fails "it can be deleted" "$CANARY"
}

canary_cases() {
  upload_dataset
  slow_server_ready
  essential "three versions are trained, and one comes from outside" canary_trained
  essential "five servings stand" canary_served
  essential "live load flows to each" canary_loaded
  essential "new versions begin" canaries_begin
  tap "a version that is slow is rolled back by its latency" canary_slow
  tap "a gate that nobody opens times out" canary_gate
  tap "a canary is aborted, and tried again" canary_abort
  tap "a new version in the middle of a canary takes its place" canary_superseded
  tap "pause, resume, skip and promote-full are obeyed" canary_commands
  tap "a version that predicts badly is rolled back when its late labels come" canary_late
  tap "an A/B test promotes the version that sells more" canary_tested
  tap "numbers of Pods split the traffic where there is no router" canary_counted
  tap "blue-green: previewed, switched, switched back, switched again" canary_blue_green
  tap "within the rollback window the version before comes back at once" canary_back
  tap "no client of these saw a failure" canary_unharmed
  tap "without requests no server runs, and the first one waits for its server" canary_idle
}

leader() { kubectl -n "$SYSTEM" get lease model-operator -o 'jsonpath={.spec.holderIdentity}'; }

# leads: sets pod to the leader's, which is there.
leads() {
  pod=$(leader)
  kubectl -n "$SYSTEM" get pod "$pod"
}

PHASES=(Initializing Progressing Paused Promoting Baking RollingBack)

# Force-deletes the leader's Pod once in each phase, as soon as the phase is written. A watch that the API server ends is begun again.
killer() {
  local name phase pod
  until killed_in_all; do
    while read -r name phase; do
      : >"$WORK/watched"
      if [[ $name != killed || " ${PHASES[*]} " != *" $phase "* ]] || grep -qx "$phase" "$WORK/killed"; then continue; fi
      until_true 120 leads || return 1
      kubectl -n "$SYSTEM" delete pod "$pod" --grace-period=0 --force >/dev/null 2>&1 || true
      note "$phase: killed $pod"
      printf '%s\n' "$phase" >>"$WORK/killed"
    done < <(k get canarydeployments --watch -o 'jsonpath={.metadata.name} {.status.phase}{"\n"}')
    sleep 1
  done
}

killed_in_all() { [[ $(wc -l <"$WORK/killed") -eq ${#PHASES[@]} ]]; }

# canary_killed FIRST BETTER WRONG: the same ends as without kills.
canary_killed() {
  of killed
  : >"$WORK/killed"
  killer &
  printf '%s\n' "$!" >>"$WORK/background"
  # The first phase is soon over: the watch comes first, and shows the canaries that are there already.
  until_true 120 test -e "$WORK/watched" || fails "the canaries' phases are watched"
  quietly k apply -f - <<<"$(sed "s/FIRST/$1/" "$E2E_DIR/manifests/killed-canary.yaml")"
  expect_field 180 "$CANARY" .status.phase Healthy "$1 is deployed"
  load_begin 40 killed
  until_true 60 set_version "$2" || fails "$2 can be named" "$CANARY"
  at_gate "$2"
  tell promote
  expect_end 180 "$2" '^Promoted' "$2" "promoted"
  until_true 60 set_version "$3" || fails "$3 can be named" "$CANARY"
  expect_end 180 "$3" '^RolledBack .* rmse$' "$2" "rolled back"
  expect_field 120 "$CANARY" .status.phase Degraded "the canary says so"
  expect_answers killed "$2"
  until_true 120 killed_in_all || fails "the operator was killed in each phase, not only in $(tr '\n' ' ' <"$WORK/killed")" "$CANARY"
  load_end killed
  expect_no_failure killed
  until_true 120 operator_scaled 2 || { NS=$SYSTEM; fails "the operator has both Pods again" deployment/model-operator; }
  until_true 60 k delete "$CANARY" --ignore-not-found --timeout=600s || fails "it can be deleted" "$CANARY"
}
