# shellcheck shell=bash
# From nothing to an installed operator with a dataset in its store.

IMAGES="$ROOT/tests/cluster/images"
LOADGEN="$ROOT/artifacts/tools/loadgen"
DATA="$ROOT/artifacts/data"

# shellcheck source=../../cluster/lib/apt.sh
source "$ROOT/tests/cluster/lib/apt.sh"

prerequisites() {
  if local_cluster; then require_root; fi
  alone
  command -v dotnet >/dev/null ||
    die "the .NET SDK $(sed -n 's/.*"version": "\([^"]*\)".*/\1/p' "$ROOT/global.json") is needed: see https://dotnet.microsoft.com/download or your distribution's packages"
  local packages=() tool
  for tool in jq openssl curl npm; do
    command -v "$tool" >/dev/null || packages+=("${tool/npm/nodejs npm}")
  done
  command -v kubectl >/dev/null || packages+=(kubernetes-client)
  # Names that hold two packages are split on purpose.
  # shellcheck disable=SC2068
  if [[ ${#packages[@]} -gt 0 ]]; then
    if [[ $(id -u) -ne 0 ]]; then die "please install: ${packages[*]}"; fi
    apt_install ${packages[@]}
  fi
  met ".NET $(dotnet --version), $(kubectl version --client 2>/dev/null | sed -n 's/^Client Version: /kubectl /p'), jq, openssl, curl, npm"
}

cluster_ready() {
  if local_cluster; then
    KUBECONFIG=$("$ROOT/tests/cluster/up" --name "${CLUSTER_NAME:-$MODELOP_DEFAULT_NAME}")
  else
    [[ -n ${KUBECONFIG:-} ]] || die "CLUSTER=current needs KUBECONFIG to name a file"
  fi
  export KUBECONFIG
  # Answers nothing but "ok", of whatever version the server is.
  until_true 60 server_ready || die "the cluster of $KUBECONFIG does not answer"
  met "$(kubectl get --raw /version | jq -r .gitVersion) at $(kubectl config view --minify -o 'jsonpath={.clusters[0].cluster.server}'), $(gpu_count) GPUs advertised"
}

server_ready() { [[ $(kubectl get --raw /readyz) == ok ]]; }

gpu_count() { kubectl get nodes -o json | jq '[.items[].status.allocatable["nvidia.com/gpu"] // "0" | tonumber] | add'; }

images_ready() {
  if local_cluster; then
    "$IMAGES/load-all" --cluster "${CLUSTER_NAME:-$MODELOP_DEFAULT_NAME}"
    met "operator, gateway, trainer, model server, PostgreSQL and Prometheus are built and loaded"
  else
    note "CLUSTER=current: nothing is loaded. Your nodes must have, or be able to pull, the images of config/local:"
    kubectl kustomize "$ROOT/config/local" | sed -n 's/^ *\(- \)\?image: //p; s/^ *MODELOP_[A-Z]*_IMAGE: //p' | sort -u | indented
  fi
}

loadgen_ready() {
  local digest
  digest=$(cat "$ROOT"/tests/tools/LoadGen/*.cs* | sha256sum)
  [[ $(cat "$LOADGEN.sources" 2>/dev/null) == "$digest" ]] && return 0
  say "building the load generator"
  mkdir -p "$LOADGEN"
  DOTNET_CLI_TELEMETRY_OPTOUT=1 MSBUILDDISABLENODEREUSE=1 dotnet build "$ROOT/tests/tools/LoadGen/LoadGen.csproj" -c Release -v q --nologo \
    -p:RunAnalyzers=false -o "$LOADGEN" >"$LOADGEN.log" 2>&1 || { cat "$LOADGEN.log" >&2; die "the load generator does not build"; }
  printf '%s\n' "$digest" >"$LOADGEN.sources"
}

# quietly COMMAND...: shows what it says only when it fails.
quietly() {
  local output
  output=$("$@" 2>&1) && return 0
  printf '%s\n' "$output" >&2
  because "$* failed: $output"
  die "$* failed"
}

# Those of the sources at hand: an upgrade begins with an earlier commit's.
crds_established() { kubectl wait --for=condition=Established --timeout=5s -f "$ROOT/crds"; }

# The local installation for this server: config/local is written for 1.20, whose only PodDisruptionBudget is policy/v1beta1.
configuration() {
  local served
  served=$(kubectl api-versions)
  if grep -qx policy/v1 <<<"$served"; then
    kubectl kustomize "$ROOT/config/local" | sed 's|^apiVersion: policy/v1beta1$|apiVersion: policy/v1|'
  else
    kubectl kustomize "$ROOT/config/local"
  fi
}

apply_configuration() { quietly kubectl apply --server-side --force-conflicts -f - <<<"$(configuration)"; }

operator_ready() {
  quietly kubectl apply --server-side --force-conflicts -f "$ROOT/crds"
  until_true 180 crds_established || die "the CRDs were not established in 180 s"
  kubectl get namespace "$SYSTEM" >/dev/null 2>&1 || quietly kubectl create namespace "$SYSTEM"
  quietly patiently "$ROOT/config/local/postgres/create-secret"
  apply_configuration
  restart_when_images_changed
  local name
  for name in model-operator model-operator-artifacts prometheus postgres; do
    kubectl -n "$SYSTEM" rollout status "deployment/$name" --timeout="$((180 * ${PATIENCE:-1}))s" >/dev/null 2>&1 || { NS=$SYSTEM; fails "$name becomes available in 180 s" "deployment/$name"; }
  done
  until_true 180 webhook_answers || { NS=$SYSTEM; fails "the admission webhook answers" deployment/model-operator; }
  met "CRDs, operator ($(kubectl -n "$SYSTEM" get deployment model-operator -o 'jsonpath={.status.readyReplicas}') replicas), artifact store, PostgreSQL, Prometheus"
}

# A local image keeps its tag when its content changes: pods that run an older one are started anew.
restart_when_images_changed() {
  local_cluster || return 0
  local operator
  operator=$(cat "$ROOT/artifacts/images/operator.sources")
  [[ $(kubectl get namespace "$SYSTEM" -o 'jsonpath={.metadata.annotations.modeloperator\.io/loaded}') == "$operator" ]] && return 0
  kubectl -n "$SYSTEM" rollout restart deployment/model-operator deployment/model-operator-artifacts >/dev/null
  kubectl annotate --overwrite namespace "$SYSTEM" "modeloperator.io/loaded=$operator" >/dev/null
}

# A dry run passes the webhook and leaves nothing behind.
webhook_answers() {
  command kubectl -n default create --dry-run=server -f - <<'END'
apiVersion: modeloperator.io/v1alpha1
kind: CarbonBudget
metadata: { name: webhook-check }
spec: { limit: { kilowattHours: "1" } }
END
  # The mutating one too, which only runs and overrides meet.
  [[ $(command kubectl -n default create --dry-run=server -f - 2>&1 <<'END'
apiVersion: modeloperator.io/v1alpha1
kind: TrainingRun
metadata: { name: webhook-check }
spec: { modelName: check }
END
  ) != *'failed calling webhook'* ]]
}

# fresh_namespace NAME: empty, whatever was there before.
fresh_namespace() {
  NS=$1
  if kubectl get namespace "$NS" >/dev/null 2>&1; then
    note "removing what an earlier run left in namespace $NS"
    kubectl delete namespace "$NS" --timeout=300s >/dev/null 2>&1 || fails "namespace $NS of an earlier run is gone within 300 s" "namespace/$NS"
  fi
  kubectl create namespace "$NS" >/dev/null
}

diamonds_file() {
  [[ -s $DATA/diamonds.csv ]] || "$ROOT/trainer-image/get-diamonds" "$DATA" >&2
  dataset_hex=$(sha256sum "$DATA/diamonds.csv" | cut -d' ' -f1)
}

# Uploads with a ServiceAccount's own token: the store asks the API server who that is and what it may.
upload_dataset() {
  local token code
  quietly k apply --server-side -f "$E2E_DIR/manifests/uploader.yaml"
  token=$(k create token uploader --duration=1h)
  service_url "$SYSTEM" model-operator-artifacts 8082
  # The Service's way to its Pods is on the node some time after they are ready, and a right is in force some time after it was given.
  until_true 120 uploaded "$token" || fails "the artifact store takes diamonds.csv (it answered $code: $(cat "$WORK/upload.$NS" 2>/dev/null))"
  met "diamonds.csv: $(($(wc -l <"$DATA/diamonds.csv") - 1)) rows, sha256:$dataset_hex"
}

# uploaded TOKEN: sets code to the store's answer.
uploaded() {
  # The header through a pipe, so that the token is in no process's arguments.
  code=$(printf 'header = "Authorization: Bearer %s"\n' "$1" |
    curl -sS --config - --max-time 300 -o "$WORK/upload.$NS" -w '%{http_code}' \
      --upload-file "$DATA/diamonds.csv" "$service_address/v1/blobs/sha256/$dataset_hex?namespace=$NS")
  [[ $code == 20[01] ]]
}
