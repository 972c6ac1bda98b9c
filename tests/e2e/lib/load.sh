# shellcheck shell=bash
# Live load on a gateway: real rows, and their truth. Of canary $CANARY's Service, unless another is named.

# load_file WHAT [SERVICE]
load_file() { printf '%s' "$WORK/load.$NS.${2:-${CANARY#*/}}.$1"; }

# load_begin PREDICTIONS-PER-SECOND [SERVICE [ARGUMENT-OF-THE-LOAD-GENERATOR...]]
load_begin() {
  local service=${2:-${CANARY#*/}} rate=$1
  shift $(($# < 2 ? $# : 2))
  service_url "$NS" "$service" 8080
  # The Service's way to its Pods is on the node some time after they are ready.
  until_true 60 curl -sf -o /dev/null --max-time 30 "$service_address/v2/health/ready" || fails "Service $service answers" "service/$service"
  : >"$(load_file progress "$service")"
  dotnet "$LOADGEN/loadgen.dll" --url "$service_address" --csv "$DATA/diamonds.csv" --target price --rate "$rate" "$@" >"$(load_file json "$service")" 2>"$(load_file progress "$service")" &
  printf '%s\n' "$!" | tee "$(load_file pid "$service")" >>"$WORK/background"
  until_true 60 load_flows "$service" || fails "$service answers predictions ($(load_now "$service"))" "service/$service"
  met "$rate predictions a second to $service, and the truth of each to /feedback"
}

load_flows() { grep -q 'answers' "$(load_file progress "$1")"; }

load_now() { tail -n 1 "$(load_file progress "${1:-}")"; }

# load_end [SERVICE]: stops the load; load_counts is what clients saw.
load_end() {
  local counts
  counts=$(load_file json "${1:-}")
  kill "$(cat "$(load_file pid "${1:-}")")" 2>/dev/null || true
  # It lets finish what is under way.
  until_true 150 test -s "$counts" || fails "the load generator ends within 150 s"
  load_counts=$(cat "$counts")
}
