# shellcheck shell=bash
# Carbon budgets that let in, warn and pause.

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

# The run expects half of the time that it takes: it burns what it holds, is paused, and goes on when there is room for what remains.
carbon_paused() {
  local run=trainingrun/torch-budget yaml booked used
  yaml=$(sed -e 's/NAME/torch-budget/' -e 's/NODES/1/' -e 's/EPOCHS/45/' -e 's/WAIT/2/' -e "s/DATASET/$dataset_hex/" -e 's/expectedSeconds: 60/expectedSeconds: 40/' \
    -e 's/gracePeriodSeconds: 20/gracePeriodSeconds: 5/' "$E2E_DIR/manifests/torch-run.yaml")
  quietly k apply -f - <<<"$yaml"
  expect_field 180 "$run" .status.reason PausedByBudget "it has burnt what it holds, and is paused"
  met "$(field "$run" .status.message)"
  until_true 60 no_live_pods torch-budget || fails "a paused run has no Pod at work" "$run"
  expect_match 30 carbonbudget/pauses .status.reservedMilliwattHours '^0?$' "what it burnt is booked, nothing is reserved"
  budgets_with 1
  trained torch-budget
  [[ $(attempts torch-budget execution)/$(attempts torch-budget failures) == 2/0 ]] || fails "one more attempt, no failure: $(field "$run" .status.attempts)" "$run"
  (($(metric torch-budget first_epoch) > 0)) || fails "it went on from its checkpoint" "$run"
  until_true 60 field_is carbonbudget/pauses .status.settledRuns 1 || fails "it is settled" carbonbudget/pauses
  booked=$(field carbonbudget/pauses .status.settledMilliwattHours)
  used=$(k get "$run" -o json | jq '.status.energy | .energyMilliwattHours * (.pueMilli // 1000) / 1000 | floor')
  ((booked >= used)) || fails "all that it used is booked: $booked of $used mWh" carbonbudget/pauses
  met "after the limit was raised it went on at epoch $(metric torch-budget first_epoch); $booked mWh are booked"
}

carbon_cases() {
  upload_dataset
  budgets_with 0.00145
  # The webhook warns of budgets that it knows.
  until_true 30 field_is carbonbudget/warns '.status.conditions[?(@.type=="Ready")].status' True || fails "the budget that warns is in force" carbonbudget/warns
  tap "a run above a budget that only warns is let in with a warning" carbon_warned
  training_ready
  tap "a run is paused at its budget's limit, and goes on from its checkpoint when there is room" carbon_paused
}
