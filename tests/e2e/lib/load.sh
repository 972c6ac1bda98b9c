# shellcheck shell=bash
# Live load on the gateway: real rows, and their truth.

load_pid=''
load_log=''

# load_begin PREDICTIONS-PER-SECOND
load_begin() {
  service_url "$NS" diamonds 8080
  load_log=$(mktemp)
  dotnet "$LOADGEN/loadgen.dll" --url "$service_address" --csv "$DATA/diamonds.csv" --target price --rate "$1" >"$load_log" 2>"$load_log.progress" &
  load_pid=$!
  until_true 20 load_flows || fails "the gateway answers predictions ($(tail -n 1 "$load_log.progress"))" canarydeployment/diamonds
  met "$1 predictions a second through the gateway, and the truth of each to /feedback"
}

load_flows() { grep -q 'answers' "$load_log.progress"; }

load_now() { tail -n 1 "$load_log.progress"; }

# load_end: stops the load; load_counts is what clients saw.
load_end() {
  [[ -n $load_pid ]] || return 0
  kill "$load_pid" 2>/dev/null || true
  wait "$load_pid" 2>/dev/null || true
  load_pid=''
  load_counts=$(cat "$load_log")
  rm -f "$load_log" "$load_log.progress"
}
