# shellcheck shell=bash
# The story's objects: filled in from manifests/ and applied with kubectl.

# run_yaml NAME PARAMS-JSON CARBON-JSON
run_yaml() {
  sed -e "s/NAME/$1/" -e "s/DATASET/$dataset_hex/" -e "s|PARAMS|$2|" -e "s|CARBON|$3|" "$E2E_DIR/manifests/run.yaml"
}

# apply_run NAME PARAMS-JSON CARBON-JSON
apply_run() {
  local answer
  answer=$(run_yaml "$@" | k apply -f - 2>&1) || fails "TrainingRun $1 is accepted (the answer: $answer)"
  note "kubectl apply: $(head -n 1 <<<"$answer")"
}

# In the trainer's image.
TRAINER=/opt/modelop/trainer/modelop-trainer
# A script for a run's first attempt that is at work for as long as it has to be; let_go ends that.
# shellcheck disable=SC2016
UNTIL_LET_GO='until [ -e $MODELOP_OUTPUT_DIR/go ]; do sleep 0.2; done; rm $MODELOP_OUTPUT_DIR/go; exec '$TRAINER

# held: the run of a YAML on standard input begins its training when it is let go.
held() { sed "s|^  modelName: .*|&\\n  command: [/bin/sh, -c, '$UNTIL_LET_GO']|"; }

# let_go RUN: waits for its Pod, too.
let_go() {
  # shellcheck disable=SC2016
  until_true 240 k exec "$1-1-0" -c trainer -- /bin/sh -c 'touch $MODELOP_OUTPUT_DIR/go' || fails "the Pod of run $1 can be let go" "trainingrun/$1"
}

apply_canary() {
  sed "s/VERSION/$1/" "$E2E_DIR/manifests/canary.yaml" | k apply -f - 2>&1 | indented
}

# The one field to change for a new version.
set_version() {
  k patch "$CANARY" --type merge -p "{\"spec\":{\"versionRef\":{\"name\":\"$1\"}}}" >/dev/null
  note "kubectl patch $CANARY: spec.versionRef.name=$1"
}

# The parameters of the four models.
SMALL='{target: price, rounds: "20", maxDepth: "2", eta: "0.3"}'
BETTER='{target: price, rounds: "300", maxDepth: "6", eta: "0.15"}'
# Has never seen a diamond of colour G, and is told to fail on what it does not know.
GAPPED='{target: price, rounds: "300", maxDepth: "6", eta: "0.15", rowFilter: "color!=G", unknownCategory: Fail}'
# Learns prices dealt to the wrong diamonds: answers every request, and wrongly.
SHUFFLED='{target: price, rounds: "100", maxDepth: "6", eta: "0.15", shuffleTargets: "true"}'

# What the runs are expected to use: 1 Wh by the model of an L4 for a minute, or as declared.
MINUTE_OF_L4='{expectedSeconds: 60, gpuModel: NVIDIA-L4}'
DECLARED='{estimateWattHours: 30}'
HUGE='{estimateWattHours: 500}'

# expect_run NAME VERSION: succeeded, registered, and accounted for as what it was: a computation on the CPU.
expect_run() {
  local run=trainingrun/$1
  until_true 240 field_matches "$run" .status.phase '^(Succeeded|Failed)$' || fails "run $1 ends within 240 s" "$run"
  field_is "$run" .status.phase Succeeded || fails "run $1 succeeds (phase $(field "$run" .status.phase), reason $(field "$run" .status.reason))" "$run"
  field_is "$run" .status.modelVersion "$2" || fails "run $1 becomes ModelVersion $2, not '$(field "$run" .status.modelVersion)'" "$run"
  field_is "$run" .status.device cpu || fails "run $1 says device cpu, not '$(field "$run" .status.device)'" "$run"
  field_is "$run" .status.energy.method ModelledCPU || fails "the energy of run $1 is ModelledCPU, not '$(field "$run" .status.energy.method)'" "$run"
  expect_match 60 "modelversion/$2" .status.phase '^Ready$' \
    "$1 succeeded: $2, RMSE $(printf '%.1f' "$(field "modelversion/$2" '.spec.metrics[?(@.name=="validation_rmse")].value')"), $(field "$run" .status.energy.kWh) kWh, $(field "$run" .status.energy.gCO2e) g CO2e (device cpu, modelled)"
  expect_digest "$2"
}

# The bytes that the store gives back hash to what the version says.
expect_digest() {
  local spec verified
  spec=$(field "modelversion/$1" .spec.artifact.digest)
  verified=$(field "modelversion/$1" .status.verifiedDigest)
  [[ -n $spec && $spec == "$verified" ]] || fails "the bytes of $1 were verified against $spec, not '$verified'" "modelversion/$1"
}
