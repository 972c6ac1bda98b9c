# shellcheck shell=bash
# What teams ask of a registry: versions of every learner that serve, gates that stop a bad one, and the history over HTTP.

# Parameters by model: every learner, and every objective. Small, so that others find room beside them.
declare -A LEARNERS=(
  [linear]='{target: price, learner: Linear, lambda: "1"}'
  [logistic]='{target: cut, learner: Linear, objective: Binary, rowFilter: "cut!=Fair; cut!=Good; cut!=Very Good"}'
  [forest]='{target: price, learner: RandomForest, trees: "20", maxDepth: "8"}'
  [depthwise]='{target: price, rounds: "20", maxDepth: "4"}'
  [leafwise]='{target: cut, objective: Multiclass, growPolicy: LossGuide, maxLeaves: "15", rounds: "10"}'
  [network]='{target: price, learner: Network, hiddenLayers: "32,16", batchNorm: "true", batchSize: "1024", epochs: "4"}'
)

# A row without what any of them predicts.
DIAMOND='"carat": 1.01, "color": "E", "clarity": "VS1", "depth": 61.7, "table": 57, "x": 6.4, "y": 6.43, "z": 3.96'

# learner_run NAME PARAMS: as the run of a model of its own name.
learner_run() {
  run_yaml "$1" "$2" "$DECLARED" | sed -e '/nvidia.com/d' -e 's/cpu: 250m/cpu: 50m/' -e "s/modelName: diamonds/modelName: ${3:-$1}/"
}

# A model server is ready when it has reproduced what the trainer predicted for its sample, to 1e-5.
learners_served() {
  local name
  quietly k apply -f - <<<"$(for name in "${!LEARNERS[@]}"; do learner_run "$name" "${LEARNERS[$name]}" && echo ---; done)"
  for name in "${!LEARNERS[@]}"; do
    trained "$name"
    expect_match 60 "modelversion/$name-1" .status.phase '^Ready$' "$name-1 is verified"
    quietly k apply -f - <<<"$(sed "s/NAME/$name/g" "$E2E_DIR/manifests/learner-canary.yaml")"
  done
  for name in "${!LEARNERS[@]}"; do
    expect_field 180 "canarydeployment/$name" .status.stableVersion "$name-1" "$name-1 serves"
    expect_prediction "$name"
  done
}

# expect_prediction NAME: by Service; of the kind that its objective makes.
expect_prediction() {
  local features=$DIAMOND kind answer
  case $1 in
    logistic) kind='.prediction > 0 and .prediction < 1' ;;
    leafwise) kind='(.prediction | type) == "string" and ([.probabilities[]] | add | . > 0.999 and . < 1.001)' ;;
    *) kind='.prediction > 500 and .prediction < 20000' ;;
  esac
  [[ $1 == logistic || $1 == leafwise ]] && features+=', "price": 5300' || features+=', "cut": "Premium"'
  service_url "$NS" "$1" 8080
  until_true 60 curl -sf --max-time 30 -o /dev/null "$service_address/v2/health/ready" || fails "$1 answers at its Service" "canarydeployment/$1"
  answer=$(curl -s --max-time 120 -H 'Content-Type: application/json' -d "{\"features\": {$features}}" "$service_address/predict")
  jq -e "$kind" >/dev/null <<<"$answer" || fails "$1 predicts what is possible ($kind): $answer" "canarydeployment/$1"
  met "$1 predicts $(jq -c '.prediction' <<<"$answer")"
}

# The same data with the prices dealt to the wrong diamonds: the run is told what it missed, and nothing of it can be deployed.
gate_stops() {
  quietly k apply -f - <<'END'
apiVersion: modeloperator.io/v1alpha1
kind: Model
metadata: { name: gated }
spec: { gates: { metrics: [ { metric: validation_rmse, threshold: "2500" } ] } }
END
  quietly k apply -f - <<<"$(learner_run gated-bad '{target: price, rounds: "20", maxDepth: "4", shuffleTargets: "true"}' gated)"
  until_true 300 field_matches trainingrun/gated-bad .status.phase '^(Succeeded|Failed)$' || fails "the run of a bad model ends" trainingrun/gated-bad
  field_is trainingrun/gated-bad .status.reason GateFailed || fails "it fails by its gate, not by '$(field trainingrun/gated-bad .status.reason)'" trainingrun/gated-bad
  met "$(field trainingrun/gated-bad .status.message)"
  [[ -z $(k get modelversions -o name | grep gated) ]] || fails "nothing of it is registered" model/gated
  quietly k apply -f - <<<"$(learner_run gated-good '{target: price, rounds: "20", maxDepth: "4"}' gated)"
  trained gated-good
  expect_match 60 modelversion/gated-2 .status.phase '^Ready$' "one that keeps the gate is registered, under the next number: gated-2"
}

# alias_at VERSION: of model moved, in git's own way.
alias_at() {
  quietly k apply -f - <<END
apiVersion: modeloperator.io/v1alpha1
kind: Model
metadata: { name: moved }
spec: { aliases: [ { name: live, version: $1 } ] }
END
  note "kubectl apply: model/moved, alias live is $1"
}

# only VERSION: who asks twelve times hears of no other.
only() {
  local i
  for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
    [[ $(curl -s --max-time 30 -H 'Content-Type: application/json' -d "{\"features\": {$DIAMOND, \"cut\": \"Premium\"}}" "$service_address/predict" | jq -r .version) == "$1" ]] || return 1
  done
}

# load_heard SERVICE VERSION: the load was answered by it.
load_heard() { [[ $(load_now "$1") == *"$2: "* ]]; }

# The sample as it is in config/, for another model and a small machine.
follower_yaml() {
  sed -e 's/diamonds@champion/moved@live/' -e 's/cpu: 100m, memory: 256Mi/cpu: 10m, memory: 64Mi/' "$ROOT/config/samples/modelserver-following.yaml"
}

alias_followed() {
  local run failures
  quietly k apply -f - <<<"$(learner_run moved-a "${LEARNERS[depthwise]}" moved && echo --- && learner_run moved-b '{target: price, rounds: "30", maxDepth: "4"}' moved)"
  for run in moved-a moved-b; do trained "$run"; done
  for run in 1 2; do expect_match 60 "modelversion/moved-$run" .status.phase '^Ready$' "moved-$run is verified"; done
  alias_at moved-1
  quietly k apply -f - <<<"$(follower_yaml)"
  k rollout status deployment/models --timeout="$((120 * ${PATIENCE:-1}))s" >/dev/null 2>&1 || fails "a server that follows moved@live is ready" deployment/models
  load_begin 20 models
  until_true 60 only moved-1 || fails "it serves moved-1" deployment/models
  alias_at moved-2
  until_true 60 only moved-2 || fails "both Pods serve moved-2 when the alias has moved" deployment/models
  # The load's own word comes every five seconds.
  until_true 60 load_heard models moved-2 || fails "the load is answered by moved-2: $(load_now models)" deployment/models
  alias_at moved-1
  until_true 60 only moved-1 || fails "and moved-1 when it has moved back" deployment/models
  load_end models
  failures=$(jq '[.unreachable, (.versions[].codes | to_entries[] | select((.key | tonumber) >= 400) | .value)] | add' <<<"$load_counts")
  ((failures == 0)) || fails "no request is lost: $load_counts" deployment/models
  jq -e '.versions | has("moved-1") and has("moved-2")' >/dev/null <<<"$load_counts" || fails "both versions have answered: $load_counts" deployment/models
  [[ $(k get pods -l app=models -o json | jq '[.items[].status.containerStatuses[].restartCount] | add') == 0 ]] || fails "no container was restarted" deployment/models
  met "the alias moved twice; no request was lost, no container restarted: $(jq -c '[.versions | to_entries[] | {(.key): .value.codes}] | add' <<<"$load_counts")"
}

predictions_configuration() { kubectl kustomize "$ROOT/config/predictions" | sed 's|ghcr.io/model-operator/model-operator:.*|model-operator:dev|'; }

# user_of_predictions PASSWORD: again from the beginning, whatever an earlier try has left.
user_of_predictions() {
  psql_query "DROP OWNED BY intake" 2>/dev/null || true
  psql_query "SET client_min_messages = warning; DROP ROLE IF EXISTS intake; CREATE ROLE intake LOGIN PASSWORD '$1'; GRANT INSERT ON predictions, prediction_truths TO intake; GRANT SELECT ON schema_migrations TO intake"
}

# As docs/operations.md has it: a user of the database that may add rows and nothing else.
predictions_receiver() {
  local password
  password=$(openssl rand -hex 16)
  until_true 60 user_of_predictions "$password" || fails "the database has a user for predictions"
  quietly kubectl apply -f - <<END
apiVersion: v1
kind: Secret
metadata: { name: model-operator-predictions, namespace: $SYSTEM }
stringData: { MODELOP_POSTGRES: "Host=postgres.$SYSTEM.svc;Username=intake;Password=$password;Database=modelop" }
END
  quietly kubectl apply --server-side -f - <<<"$(predictions_configuration)"
  kubectl -n "$SYSTEM" rollout status deployment/model-operator-predictions --timeout="$((120 * ${PATIENCE:-1}))s" >/dev/null 2>&1 ||
    { NS=$SYSTEM; fails "the receiver of predictions becomes available" deployment/model-operator-predictions; }
}

# logged COUNT: so many predictions of this namespace are in the history, and as many truths about them.
logged() { [[ $(psql_query "SELECT count(*), count(truth) FROM prediction_outcomes WHERE namespace = '$NS' AND canary = 'logged'" | tr '\t' ' ') == "$1 $1" ]]; }

# told ID: 429 says that the truth is not kept yet.
told() {
  answer=$(curl -s --max-time 60 -H 'Content-Type: application/json' -d "{\"id\": \"$1\", \"truth\": 5000}" "$service_address/feedback")
  jq -e 'has("error") | not' >/dev/null <<<"$answer"
}

predictions_logged() {
  local answer i ids=() kept
  predictions_receiver
  quietly k apply -f - <<<"$(sed -e '/alias: champion/d' -e 's/name: NAME$/name: logged/' -e 's/NAME/depthwise/g' \
    -e 's|server: {|server: { predictionLog: { sampleRate: "1", redact: [carat], acknowledge: Kept },|' "$E2E_DIR/manifests/learner-canary.yaml")"
  expect_field 180 canarydeployment/logged .status.stableVersion depthwise-1 "depthwise-1 serves once more, and logs what it predicts"
  service_url "$NS" logged 8080
  until_true 60 curl -sf --max-time 30 -o /dev/null "$service_address/v2/health/ready" || fails "logged answers at its Service" canarydeployment/logged
  for i in {1..20}; do
    # Once, however long it takes: the history counts what was answered to nobody, too.
    answer=$(curl -s --max-time 300 -H 'Content-Type: application/json' -d "{\"features\": {$DIAMOND, \"cut\": \"Premium\"}}" "$service_address/predict")
    ids+=("$(jq -r .id <<<"$answer")")
    [[ ${ids[-1]} == depthwise-1~* ]] || fails "a prediction has an id: $answer" canarydeployment/logged
  done
  for i in "${ids[@]}"; do
    until_true 30 told "$i" || fails "a truth is taken: $answer" canarydeployment/logged
  done
  kept=$(psql_query "SELECT count(truth) FROM prediction_truths WHERE namespace = '$NS' AND canary = 'logged'")
  [[ $kept == 20 ]] || fails "what is acknowledged as kept is in the history at once: 20 truths, not $kept" canarydeployment/logged
  until_true 120 logged 20 || fails "20 predictions and their truths are in the history, not $(psql_query "SELECT count(*), count(truth) FROM prediction_outcomes WHERE namespace = '$NS'")" canarydeployment/logged
  kept=$(psql_query "SELECT string_agg(DISTINCT key, ' ' ORDER BY key) FROM predictions, jsonb_object_keys(features) AS key WHERE namespace = '$NS' AND canary = 'logged'")
  [[ $kept == 'clarity color cut depth table x y z' ]] || fails "a redacted feature leaves no server: the history has '$kept'"
  met "20 predictions and their truths are in the history, with $kept"
  quietly kubectl delete --ignore-not-found -f - <<<"$(predictions_configuration)"
  quietly kubectl -n "$SYSTEM" delete secret model-operator-predictions
}

# api PATH [CURL-ARGUMENTS...]: as somebody who may read this namespace.
api() { curl -sG --max-time 60 -H "Authorization: Bearer $reader" "$service_address$1" "${@:2}"; }

api_code() { curl -s --max-time 60 -o /dev/null -w '%{http_code}' "${@:2}" "$service_address$1"; }

# api_answers PATH [CURL-ARGUMENTS...]: sets code. Silence, and 503 while whom it asks has no time, are no answer yet.
api_answers() { code=$(api_code "$@") && [[ $code != 503 ]]; }

# expect_code CODE TEXT PATH [CURL-ARGUMENTS...]: its first answer has this code.
expect_code() {
  local code=''
  until_true 60 api_answers "${@:3}" && [[ $code == "$1" ]] || fails "$2 (it answered $code)"
}

# api_says PATTERN JQ PATH [CURL-ARGUMENTS...]: sets answer.
api_says() {
  answer=$(api "${@:3}" | jq -r "$2")
  # shellcheck disable=SC2053
  [[ $answer == $1 ]]
}

# api_unchanged: sets etag.
api_unchanged() {
  etag=$(api "/api/v1/versions/$NS/linear-1" -o /dev/null -D - | tr -d '\r' | sed -n 's/^etag: //Ip')
  [[ $(api_code "/api/v1/versions/$NS/linear-1" -H "Authorization: Bearer $reader" -H "If-None-Match: $etag") == 304 ]]
}

api_knows() { [[ $(api "/api/v1/versions/$NS/linear-1" | jq -r .name) == linear-1 ]]; }

emitted() { api "/api/v1/versions/$NS/depthwise-1/sci" | jq -e '.runs == 1 and .failedRuns == 0 and .unknownRuns == 0' >/dev/null; }

api_configuration() { kubectl kustomize "$ROOT/config/api" | sed 's|ghcr.io/model-operator/model-operator:.*|model-operator:dev|'; }

history_read() {
  local reader answer etag
  quietly kubectl apply --server-side -f - <<<"$(api_configuration)"
  quietly k create serviceaccount reader
  quietly k create rolebinding reader --clusterrole=model-operator-viewer --serviceaccount="$NS:reader"
  kubectl -n "$SYSTEM" rollout status deployment/model-operator-api --timeout="$((120 * ${PATIENCE:-1}))s" >/dev/null 2>&1 || { NS=$SYSTEM; fails "the API becomes available" deployment/model-operator-api; }
  reader=$(k create token reader --duration=1h)
  service_url "$SYSTEM" model-operator-api 8083
  until_true 60 api_knows || fails "the history has linear-1: $(api "/api/v1/versions/$NS/linear-1")"
  # The history follows the objects, each in its own time.
  until_true 60 api_says 'depthwise-1 forest-1 gated-2 linear-1 moved-1 moved-2 network-1' '[.items[].name] | sort | join(" ")' \
    /api/v1/versions -d "namespace=$NS" --data-urlencode 'metric=validation_rmse<100000' || fails "versions are found by their metric, not '$answer'"
  met "versions by metric: $answer"
  until_true 60 api_says linear-1 .name "/api/v1/models/$NS/linear/aliases/champion" || fails "an alias leads to its version, not to '$answer'"
  until_true 60 api_says '*network*' '.run | tojson' "/api/v1/lineage/$NS/network-1" || fails "the lineage of network-1 names its run: $(api "/api/v1/lineage/$NS/network-1")"
  met "an alias leads to its version, a version to its run"
  until_true 60 api_says 20 '[.items[].labelled] | add' "/api/v1/versions/$NS/depthwise-1/accuracy" -d canary=logged -d window=day ||
    fails "the accuracy of depthwise-1 is about 20 predictions, not $answer" canarydeployment/logged
  until_true 60 emitted || fails "what depthwise-1 emitted is known: $(api "/api/v1/versions/$NS/depthwise-1/sci")"
  met "how good its predictions were, and what it emitted: $(api "/api/v1/versions/$NS/depthwise-1/sci" | jq -c '{runs, failedRuns, trainingMilligrams}')"
  until_true 60 api_unchanged || fails "what has not changed is not sent again (ETag $etag)"
  expect_code 401 "without a token nothing is read" "/api/v1/versions?namespace=$NS"
  expect_code 403 "nobody reads a namespace without the right" "/api/v1/versions?namespace=default" -H "Authorization: Bearer $reader"
  expect_code 400 "an unknown parameter is refused" "/api/v1/versions?colour=red" -H "Authorization: Bearer $reader"
  met "304 for what one has, 401 without a token, 403 without the right, 400 for an unknown parameter"
  quietly kubectl delete --ignore-not-found -f - <<<"$(api_configuration)"
}

registry_cases() {
  upload_dataset
  tap "every learner trains in a Pod, is verified and serves" learners_served
  tap "a gate stops a bad model, and lets a good one through" gate_stops
  tap "a server follows an alias, and loses no request when it moves" alias_followed
  tap "what a server predicts, and what was true, is in the history without what is redacted" predictions_logged
  tap "the history is read over HTTP, by whoever may" history_read
}
