# shellcheck shell=bash
# What training teams do: other people's frameworks, several Pods, lost Pods, evictions, pauses, sweeps, queues.

training_ready() {
  if local_cluster; then
    local name lock
    # Another part may be at it.
    exec {lock}>"$WORK/frameworks.lock"
    flock "$lock"
    for name in torch sklearn; do
      "$IMAGES/load" --cluster "${CLUSTER_NAME:-$MODELOP_DEFAULT_NAME}" "modelop-e2e-$name:1" "$E2E_DIR/frameworks/$name/Dockerfile" "$E2E_DIR/frameworks/$name" >/dev/null
    done
    exec {lock}>&-
    met "images with Debian's PyTorch and scikit-learn"
  fi
  quietly k apply -f "$E2E_DIR/manifests/checkpoints.yaml"
}

# apply_torch NAME NODES EPOCHS WAIT [STAY]: with 1 it works on until it is told to stop, and ends when it has gone on from its checkpoint.
apply_torch() {
  local answer
  answer=$(sed -e "s/NAME/$1/" -e "s/NODES/$2/" -e "s/EPOCHS/$3/" -e "s/WAIT/$4/" -e "s/STAY/${5:-0}/" -e "s/DATASET/$dataset_hex/" "$E2E_DIR/manifests/torch-run.yaml" | k apply -f - 2>&1) ||
    fails "TrainingRun $1 is accepted (the answer: $answer)"
}

# trained NAME: it succeeded and became a version.
trained() {
  local run=trainingrun/$1
  until_true 300 field_matches "$run" .status.phase '^(Succeeded|Failed)$' || fails "run $1 ends within 300 s" "$run"
  field_is "$run" .status.phase Succeeded || fails "run $1 succeeds (phase $(field "$run" .status.phase), reason $(field "$run" .status.reason))" "$run"
}

metric() { field "trainingrun/$1" ".status.metrics[?(@.name==\"$2\")].value"; }

# attempts NAME FIELD: 0 where the status says nothing.
attempts() { local number; number=$(field "trainingrun/$1" ".status.attempts.$2"); printf '%s' "${number:-0}"; }

# expect_checkpoint NAME: its first attempt has made one.
expect_checkpoint() { until_true 180 says "$1-1-0" 'checkpoint step-1$' || fails "run $1 makes a checkpoint" "trainingrun/$1"; }

# says POD LINE: whether the trainer printed it.
says() { k logs "$1" -c trainer 2>/dev/null | grep -q "$2"; }

# generations_alive NAME: how many attempts of a run have a Pod with a running container; two at once would be two runs.
generations_alive() {
  k get pods -l "modeloperator.io/run=$1" -o json |
    jq -r '[.items[] | select([(.status.initContainerStatuses // []) + (.status.containerStatuses // []) | .[] | select(.state.running)] | length > 0)
      | .metadata.labels["modeloperator.io/attempt"]] | unique | length'
}

train_sklearn() {
  local answer
  answer=$(sed "s/DATASET/$dataset_hex/" "$E2E_DIR/manifests/sklearn-run.yaml" | k apply -f - 2>&1) || fails "the run is accepted: $answer"
  trained sklearn
  met "scikit-learn: $(field trainingrun/sklearn .status.modelVersion), RMSE $(printf '%.0f' "$(metric sklearn validation_rmse)")"
}

train_two_nodes() {
  apply_torch torch-two 2 3 0
  trained torch-two
  [[ $(metric torch-two world_size) == 2 ]] || fails "both Pods trained together: world_size is '$(metric torch-two world_size)'" trainingrun/torch-two
  met "PyTorch on two Pods by gloo: $(field trainingrun/torch-two .status.modelVersion), RMSE $(printf '%.0f' "$(metric torch-two validation_rmse)")"
}

# One Pod of two is deleted: both go, both come back, once, and go on from the checkpoint.
train_loses_pod() {
  local most=0 now
  apply_torch torch-loss 2 6 2 1
  expect_checkpoint torch-loss
  k delete pod torch-loss-1-1 --wait=false >/dev/null
  note "kubectl delete pod torch-loss-1-1"
  until field_matches trainingrun/torch-loss .status.phase '^(Succeeded|Failed)$' || ((SECONDS - BEGAN > 3600)); do
    now=$(generations_alive torch-loss)
    if ((now > most)); then most=$now; fi
    sleep 0.3
  done
  trained torch-loss
  ((most == 1)) || fails "never two generations of Pods at once: $most" trainingrun/torch-loss
  [[ $(attempts torch-loss execution)/$(attempts torch-loss disruptions)/$(attempts torch-loss failures) == 2/1/0 ]] ||
    fails "exactly one new attempt, one disruption, no failure" trainingrun/torch-loss
  (($(metric torch-loss first_epoch) > 0)) || fails "the second attempt went on from the checkpoint: first_epoch is $(metric torch-loss first_epoch)" trainingrun/torch-loss
  met "one new attempt of both Pods, which went on at epoch $(metric torch-loss first_epoch): $(field trainingrun/torch-loss .status.checkpoint.uri)"
}

evict() {
  printf '{"apiVersion":"%s","kind":"Eviction","metadata":{"name":"%s","namespace":"%s"}}' "$(eviction_version)" "$1" "$NS" |
    kubectl create --raw "/api/v1/namespaces/$NS/pods/$1/eviction" -f - >/dev/null
}

# policy/v1 from Kubernetes 1.22 on.
eviction_version() { if (($(kubectl get --raw /version | jq -r '.minor | gsub("[^0-9]"; "")') >= 22)); then echo policy/v1; else echo policy/v1beta1; fi; }

train_evicted() {
  apply_torch torch-evicted 1 6 2 1
  expect_checkpoint torch-evicted
  evict torch-evicted-1-0
  note "evicted torch-evicted-1-0"
  trained torch-evicted
  [[ $(attempts torch-evicted execution)/$(attempts torch-evicted failures) == 2/0 ]] || fails "one new attempt, no failure" trainingrun/torch-evicted
  (($(metric torch-evicted first_epoch) > 0)) || fails "it went on from its checkpoint" trainingrun/torch-evicted
  met "an evicted run went on at epoch $(metric torch-evicted first_epoch)"
}

no_live_pods() { [[ $(generations_alive "$1") == 0 ]]; }

# posts NAME: the run is at work, and its status shows what its trainer alone can have told.
posts() {
  [[ $(k get "trainingrun/$1" -o 'jsonpath={.status.phase} {.status.progress.percentage} {.status.progress.metrics[?(@.name=="train_loss")].value}') =~ ^Running\ [1-9][0-9]?\ [0-9] ]]
}

# The script POSTs as Kubeflow Trainer's client does: address, token and authority by variables, over HTTPS.
expect_posts() {
  until_true 60 posts "$1" || fails "the progress that run $1 POSTs over HTTPS is in its status while it works" "trainingrun/$1"
  met "while it worked it POSTed over HTTPS: $(field "trainingrun/$1" .status.progress.percentage) %, train_loss $(field "trainingrun/$1" '.status.progress.metrics[?(@.name=="train_loss")].value')"
}

train_paused() {
  apply_torch torch-paused 1 6 2 1
  expect_checkpoint torch-paused
  expect_posts torch-paused
  k annotate trainingrun torch-paused modeloperator.io/command="pause 1" --overwrite >/dev/null
  expect_field 60 trainingrun/torch-paused .status.phase Paused "it pauses on command"
  until_true 60 no_live_pods torch-paused || fails "a paused run has no Pod at work" trainingrun/torch-paused
  k annotate trainingrun torch-paused modeloperator.io/command="resume 2" --overwrite >/dev/null
  trained torch-paused
  [[ $(attempts torch-paused execution)/$(attempts torch-paused pauses)/$(attempts torch-paused failures) == 2/1/0 ]] || fails "one pause, no failure" trainingrun/torch-paused
  (($(metric torch-paused first_epoch) > 0)) || fails "it went on from its checkpoint" trainingrun/torch-paused
  met "resumed at epoch $(metric torch-paused first_epoch)"
}

train_sweep() {
  local answer best least
  answer=$(sed "s/DATASET/$dataset_hex/" "$E2E_DIR/manifests/sweep-run.yaml" | k apply -f - 2>&1) || fails "the sweep is accepted: $answer"
  trained sweep
  [[ $(k get trainingruns -l modeloperator.io/sweep=sweep -o name | wc -l) -eq 4 ]] || fails "four trials were made" trainingrun/sweep
  [[ $(k get modelversions -o json | jq '[.items[] | select(.spec.model == "swept")] | length') -eq 1 ]] || fails "the best alone is a version" trainingrun/sweep
  least=$(k get trainingruns -l modeloperator.io/sweep=sweep -o json | jq '[.items[].status.metrics[] | select(.name == "validation_rmse") | .value | tonumber] | min')
  best=$(k get modelversion "$(field trainingrun/sweep .status.modelVersion)" -o json | jq '.spec.metrics[] | select(.name == "validation_rmse") | .value | tonumber')
  [[ $least == "$best" ]] || fails "the registered version is the best trial: $best, not $least" trainingrun/sweep
  met "four trials, the best of them registered: $(field trainingrun/sweep .status.modelVersion), RMSE $(printf '%.0f' "$best")"
}

# Three runs, one at a time, the important one before the patient one.
train_queue() {
  local name order
  kubectl annotate namespace "$NS" modeloperator.io/max-concurrent-runs=1 --overwrite >/dev/null
  # At work until the others stand in line.
  queued_run queue-first 0 "$UNTIL_LET_GO"
  until_true 120 field_matches trainingrun/queue-first .status.phase '^(Running|Publishing|Registering|Succeeded)$' || fails "the first run starts" trainingrun/queue-first
  queued_run queue-patient 0
  queued_run queue-important 10
  for name in patient important; do expect_field 30 "trainingrun/queue-$name" .status.phase Queued "queue-$name waits: $(field "trainingrun/queue-$name" .status.message)"; done
  let_go queue-first
  for name in first patient important; do trained "queue-$name"; done
  kubectl annotate namespace "$NS" modeloperator.io/max-concurrent-runs- >/dev/null
  order=$(k get trainingruns -o json | jq -r '[.items[] | select(.metadata.name | startswith("queue-"))] | sort_by(.status.runningTime) | map(.metadata.name) | join(" ")')
  [[ $order == 'queue-first queue-important queue-patient' ]] || fails "by priority, then by age: $order"
  k get trainingruns -o json | jq -e '[.items[] | select(.metadata.name | startswith("queue-"))] | sort_by(.status.runningTime)
    | . as $runs | all(range(1; length); $runs[. - 1].status.completionTime <= $runs[.].status.runningTime)' >/dev/null || fails "never two at once"
  met "one at a time, in this order: $order"
}

# queued_run NAME PRIORITY [SCRIPT]: asks for every GPU of the node; works for some seconds, so that two at once would be seen.
queued_run() {
  local yaml answer
  yaml=$(trouble_yaml "$1" "${3:-sleep 4; exec $TRAINER}" "$TRAINER_IMAGE" "$(diamonds_dataset)")
  yaml=${yaml/'limits: { memory: 1Gi }'/'limits: { memory: 1Gi, nvidia.com/gpu: "4" }'}
  # By a board's rating four GPUs would be more than the story's budget.
  yaml=${yaml/'carbon: { expectedSeconds: 60 }'/'carbon: { estimateWattHours: 5 }'}
  answer=$(printf '%s\n  priority: %s\n' "$yaml" "$2" | k apply -f - 2>&1) || fails "TrainingRun $1 is accepted: $answer"
}

training_cases() {
  upload_dataset
  training_ready
  tap "scikit-learn trains by the contract" train_sklearn
  tap "PyTorch trains on two Pods" train_two_nodes
  tap "a run of two Pods that loses one begins again, once, from its checkpoint" train_loses_pod
  tap "an evicted run goes on from its checkpoint" train_evicted
  tap "a run tells its progress by HTTPS, pauses and resumes on command" train_paused
  tap "a sweep registers its best trial" train_sweep
  tap "runs queue for the GPUs by priority" train_queue
}
