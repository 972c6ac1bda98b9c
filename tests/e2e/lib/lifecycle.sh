# shellcheck shell=bash
# Installing again, upgrading under live work, and uninstalling with the operator gone first.

# versions_of_everything: name and resourceVersion of each object that config/local installs.
versions_of_everything() {
  kubectl get -k "$ROOT/config/local" -o json | jq -r '.items[] | select(.kind != "ConfigMap" or .metadata.name != "kube-root-ca.crt")
    | "\(.kind)/\(.metadata.name) \(.metadata.generation // .metadata.resourceVersion)"' | sort
}

lifecycle_again() {
  local before after
  before=$(versions_of_everything)
  quietly kubectl apply --server-side --force-conflicts -k "$ROOT/config/local"
  after=$(versions_of_everything)
  [[ $before == "$after" ]] || fails "applying the configuration again changes nothing: $(diff <(printf '%s\n' "$before") <(printf '%s\n' "$after") || true)"
  met "kubectl apply --server-side -k, again: $(wc -l <<<"$after") objects, none changed"
}

# pods_of_work: UID and restarts of every Pod of the long run and of the canary that is neither over nor on its way out. What earlier cases left may go yet.
pods_of_work() {
  k get pods -o json | jq -r '.items[] | select(.metadata.labels | .["modeloperator.io/run"] == "long-run" or (.["modeloperator.io/canary"] | . == "diamonds" or . == "gated"))
    | select(.metadata.deletionTimestamp == null) | select(.status.phase == "Running" or .status.phase == "Pending")
    | "\(.metadata.name) \(.metadata.uid) \([(.status.initContainerStatuses // []) + (.status.containerStatuses // []) | .[].restartCount] | add // 0)"' | sort
}

operator_runs() {
  local image
  image=$(kubectl -n "$SYSTEM" get pods -l app.kubernetes.io/name=model-operator -o 'jsonpath={.items[*].spec.containers[0].image}')
  [[ $image == "$1 $1" ]] && kubectl -n "$SYSTEM" rollout status deployment/model-operator --timeout=5s
}

# An upgrade is another tag of every image.
apply_next() {
  quietly kubectl apply --server-side --force-conflicts -f - <<<"$(configuration | sed -E 's/(model-operator(-gateway|-trainer|-server)?):dev/\1:next/')"
  # Settings are read at the start.
  quietly kubectl -n "$SYSTEM" rollout restart deployment/model-operator
  until_true 120 operator_runs model-operator:next || { NS=$SYSTEM; fails "the new operator is rolled out" deployment/model-operator; }
  until_true 60 webhook_answers || fails "the new operator's webhook answers"
}

# poke CANARY RESULT-REGEX: a change that every room sees makes it act: nothing may be rolled.
poke() {
  until_true 30 k patch trainingrun long-run --type merge -p '{"spec":{"deadlines":{"activeSeconds":3601}}}' || fails "the run's deadline can be raised" trainingrun/long-run
  until_true 30 k annotate "$1" modeloperator.io/command="retry 1" --overwrite || fails "the canary can be given a command" "$1"
  expect_match 60 "$1" .status.lastCommand.result "$2" "the new operator answers the canary's command"
  expect_field 60 trainingrun/long-run .status.observedGeneration "$(field trainingrun/long-run .metadata.generation)" "and sees the run's raised deadline"
}

# expect_untouched PODS: those of pods_of_work before the upgrade are still what is there.
expect_untouched() {
  local after
  after=$(pods_of_work)
  [[ $1 == "$after" ]] || fails "no Pod of theirs was restarted or replaced: $(diff <(printf '%s\n' "$1") <(printf '%s\n' "$after") || true)"
  met "the upgrade restarted no Pod of a run or canary"
}

lifecycle_upgrade() {
  local before
  trouble_run long-run 'echo epoch=1/4 loss=0.5; sleep 3600' "$TRAINER_IMAGE" '[]'
  until_true 120 field_is trainingrun/long-run .status.phase Running || fails "a long run is at work" trainingrun/long-run
  before=$(pods_of_work)
  note "$(wc -l <<<"$before") Pods of runs and canaries are at work"
  "$IMAGES/load" --cluster "${CLUSTER_NAME:-$MODELOP_DEFAULT_NAME}" model-operator:next "$ROOT/operator/ModelOperator/Dockerfile" "$ROOT/artifacts/images/operator" >/dev/null
  apply_next
  poke "$CANARY" '^Rejected'
  expect_field 60 trainingrun/long-run .status.progress.percentage 25 "its progress is what its log says"
  expect_untouched "$before"
}

nothing_is_left() {
  ! kubectl get namespace "$SYSTEM" "$NS" --ignore-not-found -o name | grep -q . &&
    ! kubectl get crd -o name | grep -q modeloperator.io &&
    ! kubectl get validatingwebhookconfiguration,mutatingwebhookconfiguration model-operator --ignore-not-found -o name | grep -q .
}

lifecycle_uninstall() {
  # The worst order: the operator first, with a run at work and a canary in force.
  quietly kubectl -n "$SYSTEM" delete deployment model-operator --wait=true
  until_true 120 no_operator_pods || { NS=$SYSTEM; fails "the operator's Pods go"; }
  kubectl delete -k "$ROOT/config/local" --wait=false >/dev/null 2>&1 || true
  kubectl delete namespace "$NS" --wait=false >/dev/null
  until_true 240 nothing_is_left || {
    kubectl get namespace "$SYSTEM" "$NS" --ignore-not-found -o yaml | sed -n '/status:/,$p' >&2
    kubectl get crd -o name | grep modeloperator.io >&2 || true
    fails "240 s after the uninstall nothing hangs: no namespace, no CRD, no webhook"
  }
  met "the operator first, then everything else: nothing is left"
}

no_operator_pods() { [[ -z $(kubectl -n "$SYSTEM" get pods -l app.kubernetes.io/name=model-operator -o name) ]]; }
