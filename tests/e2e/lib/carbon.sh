# shellcheck shell=bash
# Carbon budgets that let in, warn, pause and are overridden; runs that wait for a cleaner grid.

# budgets_with LIMIT: in kWh, of the budget that pauses.
budgets_with() { quietly k apply -f - <<<"$(sed "s/LIMIT/$1/" "$E2E_DIR/manifests/carbon-budgets.yaml")"; }

# Above the limit of a budget that only warns: let in, with a word to whoever applied it.
carbon_warned() {
  local yaml answer
  yaml=$(trouble_yaml warned "exec $TRAINER" "$TRAINER_IMAGE" "$(diamonds_dataset)")
  answer=$(k apply -f - 2>&1 <<<"${yaml/modelName: troubles/modelName: warned}") || fails "a budget that only warns lets the run in: $answer"
  [[ $answer == *Warning:*"CarbonBudget $NS/warns"* ]] || fails "whoever applies it is warned: $answer"
  met "$(head -n 1 <<<"$answer" | cut -c1-200)"
  trained warned
  expect_field 60 carbonbudget/warns .status.settledRuns 1 "it ran and was booked"
}

# budget_pauses ATTEMPT: the run has burnt what it holds. On the way sets saved, when the attempt has made a checkpoint to go on from.
budget_pauses() {
  $saved || ! says "torch-budget-$1-0" 'checkpoint step-' || saved=true
  field_is trainingrun/torch-budget .status.reason PausedByBudget
}

# The run works on until it is told to stop: it burns what it holds, is paused, and goes on when there is room for what remains.
carbon_paused() {
  local run=trainingrun/torch-budget yaml booked used limit attempt=0 saved=false
  yaml=$(sed -e 's/NAME/torch-budget/' -e 's/NODES/1/' -e 's/EPOCHS/45/' -e 's/WAIT/2/' -e 's/STAY/1/' -e "s/DATASET/$dataset_hex/" -e 's/expectedSeconds: 60/expectedSeconds: 40/' \
    -e 's/gracePeriodSeconds: 20/gracePeriodSeconds: 5/' "$E2E_DIR/manifests/torch-run.yaml")
  quietly k apply -f - <<<"$yaml"
  # On a machine that is too slow to make a checkpoint meanwhile, it gets some more.
  for limit in 0.003 0.006 0.012 0.024; do
    attempt=$((attempt + 1))
    until_true 180 budget_pauses "$attempt" || fails "it has burnt what it holds, and is paused: its reason is '$(field "$run" .status.reason)'" "$run"
    met "it has burnt what it holds, and is paused: $(field "$run" .status.message)"
    until_true 60 no_live_pods torch-budget || fails "a paused run has no Pod at work" "$run"
    expect_match 30 carbonbudget/pauses .status.reservedMilliwattHours '^0?$' "what it burnt is booked, nothing is reserved"
    ! $saved || break
    note "paused before its first checkpoint"
    budgets_with "$limit"
    until_true 60 field_matches "$run" .status.attempts.execution "^$((attempt + 1))\$" || fails "it goes on when there is room" "$run"
  done
  budgets_with 1
  trained torch-budget
  [[ $(attempts torch-budget execution)/$(attempts torch-budget failures) == $((attempt + 1))/0 ]] || fails "one more attempt, no failure: $(field "$run" .status.attempts)" "$run"
  (($(metric torch-budget first_epoch) > 0)) || fails "it went on from its checkpoint" "$run"
  until_true 60 field_is carbonbudget/pauses .status.settledRuns 1 || fails "it is settled" carbonbudget/pauses
  booked=$(field carbonbudget/pauses .status.settledMilliwattHours)
  used=$(k get "$run" -o json | jq '.status.energy | .energyMilliwattHours * (.pueMilli // 1000) / 1000 | floor')
  ((booked >= used)) || fails "all that it used is booked: $booked of $used mWh" carbonbudget/pauses
  met "after the limit was raised it went on at epoch $(metric torch-budget first_epoch); $booked mWh are booked"
}

HOURS=/etc/modelop/intensity/hours.csv

# intensity_of_france TIME: 400 g/kWh until then, 50 for an hour, and 500 after it; in a zone that only this run asks for.
intensity_of_france() {
  local clean=$1 row='FRA,average,%s,%s,%s\n'
  printf 'zone,signal,start,gCO2e_per_kWh,kind\n'
  # shellcheck disable=SC2059
  printf "$row" "$(utc $((clean - 3600)))" 400 measured "$(utc "$clean")" 50 forecast "$(utc $((clean + 3600)))" 500 forecast "$(utc $((clean + 7200)))" 500 forecast
}

utc() { date -u -d "@$1" +%FT%TZ; }

# Every replica reads the table that is there now: kubelets bring it, each in its own time.
intensity_known() {
  local pod
  for pod in $(kubectl -n "$SYSTEM" get pods -l app.kubernetes.io/name=model-operator -o name); do
    # What changes on a Pod makes its kubelet look.
    kubectl -n "$SYSTEM" annotate --overwrite "$pod" "modeloperator.io/looked=$SECONDS" >/dev/null
    [[ $(kubectl -n "$SYSTEM" exec "$pod" -c operator -- cat "$HOURS") == "$1" ]] || return 1
  done
}

# clean_hour SECONDS: from now on until it begins; sets clean. Fails when not every replica has been told by half of that time.
clean_hour() {
  local table
  clean=$(($(date +%s) + $1))
  table=$(intensity_of_france "$clean")
  kubectl -n "$SYSTEM" create configmap model-operator-intensity --from-literal=hours.csv="$table" --dry-run=client -o yaml | quietly kubectl apply -f -
  PATIENCE=1 until_true $(($1 / 2)) intensity_known "$table"
}

# before_clean SECONDS COMMAND...: as until_true, and no longer than the clean hour is to come: nobody sees a run wait that has begun.
before_clean() {
  local most=$(($1 * ${PATIENCE:-1})) left=$((clean - $(date +%s)))
  PATIENCE=1 until_true $((most < left ? most : left)) "${@:2}"
}

# patient_waits: the run waits for the clean hour, and is seen to.
patient_waits() {
  local run=trainingrun/patient yaml pods
  # Enough work to save a milligram.
  yaml=$(trouble_yaml patient "exec $TRAINER" "$TRAINER_IMAGE" "$(diamonds_dataset)" | sed -e 's/modelName: troubles/modelName: patient/' -e 's/rounds: "5"/rounds: "1000", maxDepth: "6"/' \
    -e 's/carbon: .*/carbon: { expectedSeconds: 60, gpuModel: NVIDIA-L4, zone: FRA, schedule: { policy: LowestIntensity, maxDelaySeconds: 3000 } }/')
  quietly k apply -f - <<<"$yaml"
  before_clean 30 field_is "$run" .status.reason WaitingForLowCarbonWindow || return 1
  met "it waits for a cleaner grid: $(field "$run" .status.message)"
  [[ $(date -d "$(field "$run" .status.carbonStart.startTime)" +%s) == "$clean" ]] || fails "it waits for the clean hour, $(utc "$clean")" "$run"
  pods=$(k get pods -l modeloperator.io/run=patient -o name)
  (($(date +%s) < clean)) || return 1
  [[ -z $pods ]] || fails "a run that waits has no Pod" "$run"
}

# The clean hour begins when every replica has been told of it and the run was seen to wait: after a minute on a quick machine, later on a slow one.
carbon_waits() {
  local clean wait
  for wait in 75 150 300 600 1200; do
    clean_hour "$wait" || continue
    patient_waits && return 0
    # Its hour may have come before anybody looked; else it should have waited.
    (($(date +%s) >= clean)) || fails "a run that could start later on a cleaner grid waits: its reason is '$(field trainingrun/patient .status.reason)'" trainingrun/patient
    note "the clean hour came before the run was seen to wait"
    k delete trainingrun patient --timeout=600s >/dev/null || fails "a run can be deleted" trainingrun/patient
  done
  fails "the operator has the table of hours, and a run waits for the clean one, in time"
}

carbon_waited() {
  local run=trainingrun/patient began
  trained patient
  began=$(field "$run" .status.carbonStart.startTime)
  expect_field 30 "$run" .status.energy.intensityMilligramsPerKwh 50000 "it ran on the clean grid"
  (($(field "$run" .status.carbonStart.realisedSavingMilligrams) > 0)) || fails "the saving is on record" "$run"
  met "it began at $began and saved $(field "$run" .status.carbonStart.realisedSavingMilligrams) mg CO2e beside an immediate start"
}

# refused TEXT WORD USER YAML: the server says no to that user, and names why.
refused() {
  local answer
  answer=$(k create -f - --as="$3" 2>&1 <<<"$4") && fails "$1"
  [[ $answer == *"$2"* ]] || fails "the refusal says '$2': $answer"
  met "$1: $(head -n 1 <<<"$answer" | cut -c1-180)"
}

# approval USER: an override of the budget, for the run that waits, in the name of that user.
approval() { sed -e "s/USER/$1/" -e "s/EXPIRES/$(utc $(($(date +%s) + 86400)))/" "$E2E_DIR/manifests/override.yaml"; }

# declared NAME MODEL SCRIPT [DATASETS]: a run of the model that declares 30 Wh.
declared() {
  trouble_yaml "$1" "$3" "$TRAINER_IMAGE" "${4:-[]}" | sed -e 's/carbon: .*/carbon: { estimateWattHours: 30 }/' -e "s/modelName: troubles/modelName: $2/"
}

# One run holds what the budget has; the other's creator, a stranger and a ServiceAccount may not let it in, a person with the right may.
carbon_overridden() {
  local run=trainingrun/overridden
  quietly k apply -f "$E2E_DIR/manifests/people.yaml"
  quietly k apply -f - <<<"$(declared holds-all overridden 'sleep 3600')"
  expect_field 60 trainingrun/holds-all '.status.conditions[?(@.type=="BudgetReserved")].status' True "one run holds most of the budget"
  quietly k create --as=alice@example.com -f - <<<"$(declared overridden overridden "exec $TRAINER" "$(diamonds_dataset)")"
  expect_field 60 "$run" '.status.conditions[?(@.type=="BudgetReserved")].reason' CarbonBudgetExhausted "another waits behind it"
  refused "its creator does not approve it" alice@example.com alice@example.com "$(approval alice@example.com)"
  refused "nobody approves in another's name" approvedBy bob@example.com "$(approval alice@example.com)"
  refused "no ServiceAccount approves" ServiceAccount "system:serviceaccount:$NS:approver" "$(approval "system:serviceaccount:$NS:approver")"
  refused "nobody approves without the right" forbidden carol@example.com "$(approval carol@example.com)"
  quietly k create --as=bob@example.com -f - <<<"$(approval bob@example.com)"
  trained overridden
  expect_field 60 carbonbudget/overridden .status.settledRuns 1 "with bob's approval it ran, and was booked"
  met "$(k get budgetoverride hotfix -o 'jsonpath={.status.conditions[0].message}')"
  k delete trainingrun holds-all --timeout=600s >/dev/null || fails "the other run can be deleted" trainingrun/holds-all
}

# Above what is left, under Deny: refused at once, with the way out.
carbon_denied() {
  local answer word
  quietly k apply -f - <<<"$(declared denied-first denied 'sleep 3600')"
  expect_field 60 trainingrun/denied-first '.status.conditions[?(@.type=="BudgetReserved")].status' True "one run holds most of the budget"
  answer=$(k apply -f - 2>&1 <<<"$(declared denied denied 'exit 0')") && fails "a run above what is left is refused under Deny" trainingrun/denied
  for word in "CarbonBudget $NS/denies" needed available resets; do
    [[ $answer == *"$word"* ]] || fails "the refusal names '$word': $answer" carbonbudget/denies
  done
  met "$(head -n 1 <<<"$answer" | cut -c1-240)"
  k delete trainingrun denied-first --timeout=600s >/dev/null || fails "the first run can be deleted" trainingrun/denied-first
}

carbon_cases() {
  upload_dataset
  budgets_with 0.00145
  # The webhook warns of budgets that it knows.
  until_true 30 field_is carbonbudget/warns '.status.conditions[?(@.type=="Ready")].status' True || fails "the budget that warns is in force" carbonbudget/warns
  tap "a run waits for a cleaner grid" carbon_waits
  tap "a run above a budget that only warns is let in with a warning" carbon_warned
  tap "a run above what is left is denied, where the budget denies" carbon_denied
  tap "a run exceeds a budget with another person's approval, and with nobody else's" carbon_overridden
  tap "it started later, when the grid was cleaner" carbon_waited
  training_ready
  tap "a run is paused at its budget's limit, and goes on from its checkpoint when there is room" carbon_paused
}
