# shellcheck shell=bash
# Parts of the benchmark of promotions and rollbacks: servers, route tables, load, and what the log of answers says. Needs common.sh and http.sh, and the
# settings of the benchmark.
# shellcheck disable=SC2154

# A small model of the diamonds table, trained by the product's trainer, and its rows as requests.
model_ready() {
  mkdir -p "$WORK/dataset/train" "$WORK/output"
  "$ROOT/trainer-image/get-diamonds" "$WORK/dataset/train"
  env MODELOP_DATASET_DIR="$WORK/dataset" MODELOP_OUTPUT_DIR="$WORK/output" MODELOP_TERMINATION_LOG=/dev/null MODELOP_PARAM_TARGET=price \
    MODELOP_PARAM_ROUNDS=20 "$ROOT/artifacts/images/trainer/artifacts/publish/trainer/modelop-trainer" >"$WORK/train.log" 2>&1 ||
    { cat "$WORK/train.log" >&2; die "training failed"; }
  printf '{"features": {"carat": 0.53, "cut": "Good", "color": "G", "clarity": "SI1", "depth": 61.1, "table": 57, "x": 5.2, "y": 5.2, "z": 3.2}}\n' >"$WORK/bodies"
}

# server_start VERSION PORT: server_pid, once it is ready. No drain time of its own: it ends as soon as the last request is answered.
server_start() {
  background "$WORK/server-$1.log" env MODELOP_MODEL_NAME=diamonds MODELOP_MODEL_VERSION="$1" MODELOP_MODEL_DIR="$WORK/output/model" MODELOP_PORT="$2" \
    MODELOP_DRAIN_SECONDS=0 MODELOP_TERMINATION_LOG=/dev/null MODELOP_FEEDBACK_KEY=benchmark DOTNET_EnableDiagnostics=0 DOTNET_gcServer=0 \
    "$ROOT/artifacts/images/server/artifacts/publish/server/modelop-server"
  server_pid=$started_pid
  wait_for 30 "the server of $1" answers "http://127.0.0.1:$2/v2/health/ready" || { tail "$WORK/server-$1.log" >&2; exit 1; }
}

gateway_start() {
  background "$WORK/gateway.log" env MODELOP_GATEWAY_NAMESPACE=default MODELOP_GATEWAY_ROUTES=prices-routes MODELOP_GATEWAY_PORT="$port_gateway" \
    MODELOP_GATEWAY_ADMIN_PORT="$port_admin" MODELOP_GATEWAY_DRAIN_SECONDS=0 DOTNET_EnableDiagnostics=0 DOTNET_gcServer=1 DOTNET_GCHeapHardLimitPercent=60 \
    "$ROOT/artifacts/images/gateway/publish/modeloperator-gateway"
  wait_for 20 "the gateway" answers "http://127.0.0.1:$port_admin/readyz"
}

# table ARM...: an ARM is "name version port weight". The revision counts the tables.
revision=0
table() {
  printf '%s\n' "$@" | jq -cR 'split(" ") | {name: .[0], version: .[1], url: "http://127.0.0.1:\(.[2])", weight: (.[3] | tonumber)}' |
    jq -cs --arg revision "v$revision" '{schema: 1, revision: $revision, canary: "default/prices", arms: ., sticky: null, mirror: null}'
}

# change "KIND VERSION"|"" ARM...: writes the table as the operator would and waits until the gateway reports it. KIND tells what to look for in the answers.
change() {
  local expected=$1
  shift
  revision=$((revision + 1))
  jq -cn --arg table "$(table "$@")" '{data: {"routes.json": $table}}' >"$WORK/patch"
  [[ -z $expected ]] || printf '%s %s\n' "$EPOCHREALTIME" "$expected" >>"$WORK/changes"
  curl -fsS -o /dev/null -X PATCH -H 'Content-Type: application/merge-patch+json' --data-binary "@$WORK/patch" "$routes_url"
  local deadline=$((SECONDS + 20))
  until [[ $(curl -fsS "http://127.0.0.1:$port_admin/admin/routes") == *"\"revision\":\"v$revision\""* ]]; do
    ((SECONDS < deadline)) || die "the gateway does not report table v$revision"
  done
}

# The steps of a canary up to a half, beside the stable version.
canary_begin() {
  number=$((number + 1))
  server_start "diamonds-$number" "$other_port"
  change "first diamonds-$number" "stable $stable $stable_port 90" "canary diamonds-$number $other_port 10"
  sleep "$rest"
  change '' "stable $stable $stable_port 50" "canary diamonds-$number $other_port 50"
  sleep "$rest"
}

# The version that has lost its traffic ends at once when the gateway has confirmed that; the operator leaves it another scaleDownDelaySeconds.
promote() {
  local stable=$version
  canary_begin
  change "last $stable" "stable $stable $stable_port 0" "canary diamonds-$number $other_port 100"
  sleep "$rest"
  change '' "stable diamonds-$number $other_port 100"
  stop_process "$stable_pid"
  local freed=$stable_port
  version=diamonds-$number stable_pid=$server_pid stable_port=$other_port other_port=$freed
}

roll_back() {
  local stable=$version
  canary_begin
  change "last diamonds-$number" "stable $stable $stable_port 100" "canary diamonds-$number $other_port 0"
  sleep "$rest"
  change '' "stable $stable $stable_port 100"
  stop_process "$server_pid"
}

load_start() {
  "$ROOT/artifacts/bench/tools/open-loop/open-loop" "$port_gateway" "$rate" 3600 64 "$WORK/bodies" "$WORK/answers" >"$WORK/load" 2>"$WORK/load.log" &
  load_pid=$!
  bench_pids+=("$load_pid")
  sleep 2
}

load_end() {
  kill -TERM "$load_pid"
  wait "$load_pid" || { cat "$WORK/load.log" >&2; die "the load broke off"; }
}

# delays first|last: for each change of that kind, milliseconds until the first answer of the version that comes, or the last one of the version that goes.
delays() {
  awk -v kind="$1" '
    NR == FNR { if ($2 == kind) { at[++n] = $1; who[n] = $3 } next }
    { if (!($2 in first)) first[$2] = $1; last[$2] = $1 }
    END {
      for (i = 1; i <= n; i++) {
        if (!(who[i] in first)) { print "no answer of " who[i] > "/dev/stderr"; exit 1 }
        delay = (kind == "first" ? first[who[i]] : last[who[i]]) - at[i]
        printf "%.1f\n", (delay > 0 ? delay * 1000 : 0)
      }
    }' "$WORK/changes" "$WORK/answers"
}

quantile() { sort -g | awk -v q="$1" '{ v[NR] = $1 } END { i = int(q * NR); if (i < q * NR) i++; print v[i < 1 ? 1 : i] }'; }

delay_row() { row '-52 8 8 8 8' "$1" "$(wc -l <"$2")" "$(quantile 0.5 <"$2")" "$(quantile 0.99 <"$2")" "$(quantile 1 <"$2")"; }

tables_taken() { curl -fsS "http://127.0.0.1:$port_admin/metrics" | sed -n 's/^modelop_gateway_route_updates_total{result="applied"} //p'; }
