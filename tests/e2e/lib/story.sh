# shellcheck shell=bash
# The path through the product, one act per function; the demo plays all, the end-to-end test most of them.

CANARY=canarydeployment/diamonds
GATED=canarydeployment/gated

act_budget() {
  k apply -f "$E2E_DIR/manifests/budget.yaml" 2>&1 | indented
  expect_match 30 carbonbudget/team '.status.conditions[?(@.type=="Ready")].status' '^True$' \
    "CarbonBudget team: $(field carbonbudget/team .spec.limit.kilowattHours) kWh and $(field carbonbudget/team .spec.limit.gramsCO2e) g CO2e a month"
}

# Above the whole limit: waiting would not help, so the webhook says no.
act_refused() {
  local answer word
  # Every replica of the webhook learns of the budget by itself.
  until_true 30 refused_in_a_row || fails "the webhook knows the budget" carbonbudget/team
  answer=$(run_yaml too-big "$SMALL" "$HUGE" | k apply -f - 2>&1) && fails "a run of 500 Wh is refused by the budget of 100 Wh" trainingrun/too-big
  for word in "CarbonBudget $NS/team" needed available resets; do
    [[ $answer == *"$word"* ]] || fails "the refusal names '$word': $answer" carbonbudget/team
  done
  [[ -z $(k get trainingruns -o name) ]] || fails "a refused run leaves no object behind"
  met "a run of 500 Wh is refused by the admission webhook:"
  fold -s -w 120 <<<"$answer" | indented
}

# Dry runs, which leave nothing behind, for both replicas.
refused_in_a_row() {
  local _ answer
  for _ in 1 2 3 4; do
    answer=$(run_yaml too-big "$SMALL" "$HUGE" | k apply --dry-run=server -f - 2>&1) && return 1
    [[ $answer == *"CarbonBudget $NS/team"* ]] || return 1
  done
}

act_first_model() {
  apply_run train-v1 "$SMALL" "$MINUTE_OF_L4"
  expect_match 60 pod/train-v1-1-0 '.spec.initContainers[?(@.name=="trainer")].resources.limits.nvidia\.com/gpu' '^1$' "its Pod asks for one nvidia.com/gpu"
  expect_run train-v1 diamonds-1
}

act_first_deploy() {
  apply_canary diamonds-1
  expect_field 180 "$CANARY" .status.phase Healthy "diamonds-1 is deployed as the stable version"
  expect_field 30 "$CANARY" .status.stableVersion diamonds-1 "it serves all traffic"
}

act_better_model() {
  apply_run train-v2 "$BETTER" "$MINUTE_OF_L4"
}

# ended VERSION: how its latest canary ended, as "OUTCOME REASON METRIC".
ended() {
  k get "$CANARY" -o json | jq -r --arg version "$1" '[.status.history[]? | select(.version == $version)] | sort_by(.finishedAt) | last | "\(.outcome) \(.reason) \(.metric // "")"'
}

has_ended() { [[ $(ended "$1") =~ $2 ]]; }

is_decided() { has_ended "$1" '^(Promoted|RolledBack) '; }

# expect_canary VERSION: its first canary has begun, and gets traffic; or it had, for who looks late sees the end alone.
expect_canary() {
  until_true 60 canary_began "$1" || fails "a canary of $1 begins" "$CANARY"
  met "a canary of $1 began"
  until_true 120 canary_gets_traffic "$1" || fails "every gateway confirms a weight for $1" "$CANARY"
  met "the gateway confirms $(field "$CANARY" .status.weights.canary) % for $1"
}

canary_began() { field_is "$CANARY" .status.canaryVersion "$1" || is_decided "$1"; }

canary_gets_traffic() {
  [[ $(field "$CANARY" .status.weights.canary)/$(field "$CANARY" .status.weights.verified) =~ ^[1-9][0-9]*/true$ ]] || is_decided "$1"
}

act_promoted() {
  expect_run train-v2 diamonds-2
  set_version diamonds-2
  expect_canary diamonds-2
}

expect_promoted() {
  until_true 240 is_decided diamonds-2 || fails "the canary of diamonds-2 is decided within 240 s" "$CANARY"
  note "$(load_now)"
  has_ended diamonds-2 '^Promoted' || fails "diamonds-2 is promoted: it was '$(ended diamonds-2)'" "$CANARY"
  met "diamonds-2 is promoted"
  expect_field 60 "$CANARY" .status.stableVersion diamonds-2 "and is the stable version now"
  expect_field 60 model/diamonds '.status.aliases[?(@.name=="champion")].version' diamonds-2 "the alias champion followed it"
}

# A second serving of the model, whose canary of diamonds-2 waits for people; left alone where it waits already.
act_gate() {
  k get "$GATED" >/dev/null 2>&1 || k apply -f "$E2E_DIR/manifests/gated-canary.yaml" 2>&1 | indented
  if ! field_is "$GATED" .status.reason StepGate; then
    until_true 180 field_is "$GATED" .status.stableVersion diamonds-1 || fails "diamonds-1 is deployed" "$GATED"
    until_true 180 field_is "$GATED" .status.phase Healthy || fails "diamonds-1 serves" "$GATED"
    k patch "$GATED" --type merge -p '{"spec":{"versionRef":{"name":"diamonds-2"}}}' >/dev/null
  fi
  expect_field 180 "$GATED" .status.reason StepGate "a canary waits at its gate"
}

# Two runs at once, room for one reservation: the second waits, and starts when the first has settled what it really used. The first is at
# work until the second was seen to wait.
act_queue() {
  quietly k apply -f - <<<"$(run_yaml train-v3 "$GAPPED" "$DECLARED" | held)"
  until_true 60 field_is trainingrun/train-v3 '.status.conditions[?(@.type=="BudgetReserved")].status' True || fails "train-v3 gets its reservation" trainingrun/train-v3
  apply_run train-v4 "$SHUFFLED" "$DECLARED"
  until_true 60 field_is trainingrun/train-v4 '.status.conditions[?(@.type=="BudgetReserved")].reason' CarbonBudgetExhausted ||
    fails "train-v4 waits behind the reservation of train-v3" trainingrun/train-v4
  met "train-v4 is queued: $(field trainingrun/train-v4 '.status.conditions[?(@.type=="BudgetReserved")].message')"
  [[ -z $(k get pods -l modeloperator.io/run=train-v4 -o name) ]] || fails "a queued run has no Pod" trainingrun/train-v4
  let_go train-v3
}

act_queue_ends() {
  expect_run train-v3 diamonds-3
  until_true 120 field_is trainingrun/train-v4 '.status.conditions[?(@.type=="BudgetReserved")].status' True ||
    fails "train-v4 starts when train-v3 has settled" trainingrun/train-v4
  met "train-v3 has settled; train-v4 got its reservation: $(field carbonbudget/team .status.energy)"
}

# expect_rolled_back VERSION METRIC STABLE
expect_rolled_back() {
  until_true 240 is_decided "$1" || fails "the canary of $1 is decided within 240 s" "$CANARY"
  note "$(load_now)"
  has_ended "$1" "^RolledBack .* $2\$" || fails "$1 is rolled back by metric $2: it was '$(ended "$1")'" "$CANARY"
  met "$1 is rolled back by $2: $(field "$CANARY" .status.lastDecision.message)"
  expect_field 60 "$CANARY" .status.rejectedVersion "$1" "$1 is not tried again by itself"
  expect_field 60 "$CANARY" .status.phase Degraded "the canary says so until another version is named"
  field_is "$CANARY" .status.stableVersion "$3" || fails "$3 is still the stable version" "$CANARY"
  met "$3 serves all traffic"
}

act_errors() {
  set_version diamonds-3
  expect_canary diamonds-3
  expect_rolled_back diamonds-3 error-rate diamonds-2
}

act_wrong() {
  expect_run train-v4 diamonds-4
  set_version diamonds-4
  expect_canary diamonds-4
  expect_rolled_back diamonds-4 rmse diamonds-2
}

# What clients saw, beside what the operator decided.
expect_load() {
  local errors unreachable
  errors=$(jq '.versions["diamonds-3"].codes["500"] // 0' <<<"$load_counts")
  ((errors > 0)) || fails "clients saw real 500s of diamonds-3"
  errors=$(jq '[.versions | to_entries[] | select(.key != "diamonds-3") | .value.codes | to_entries[] | select(.key | tonumber >= 500) | .value] | add // 0' <<<"$load_counts")
  unreachable=$(jq .unreachable <<<"$load_counts")
  ((errors == 0 && unreachable == 0)) || fails "clients saw no other failure: $load_counts"
  met "no client saw a failure other than those of diamonds-3"
}

# Nothing is reserved any more, and the ledger is what the runs used.
expect_ledger() {
  expect_match 60 carbonbudget/team .status.reservedMilliwattHours '^0?$' "nothing is reserved any more"
  local booked runs
  booked=$(k get carbonbudget team -o json | jq -c '[.status.settledMilligrams, .status.settledMilliwattHours]')
  runs=$(k get trainingruns -o json |
    jq -c '[([.items[].status.energy.emissionsMilligrams // 0] | add), ([.items[].status.energy | select(. != null) | (.energyMilliwattHours * (.pueMilli // 1000) / 1000 | floor)] | add)]')
  [[ $booked == "$runs" ]] || fails "the budget's ledger ($booked mg, mWh) is the sum of the runs ($runs)" carbonbudget/team
  met "the budget's ledger is the sum of the runs: $(field carbonbudget/team .status.emissions), $(field carbonbudget/team .status.energy)"
}
