# shellcheck shell=bash
# Live load on the gateway: real rows, and their truth.

# load_begin PREDICTIONS-PER-SECOND
load_begin() {
  service_url "$NS" diamonds 8080
  # The Service's way to its Pods is on the node some time after they are ready.
  until_true 30 curl -sf -o /dev/null --max-time 2 "$service_address/v2/health/ready" || fails "the Service of the gateway answers" service/diamonds
  : >"$WORK/load.progress"
  dotnet "$LOADGEN/loadgen.dll" --url "$service_address" --csv "$DATA/diamonds.csv" --target price --rate "$1" >"$WORK/load.json" 2>"$WORK/load.progress" &
  printf '%s\n' "$!" | tee "$WORK/load.pid" >>"$WORK/background"
  until_true 20 load_flows || fails "the gateway answers predictions ($(load_now))" canarydeployment/diamonds
  met "$1 predictions a second through the gateway, and the truth of each to /feedback"
}

load_flows() { grep -q 'answers' "$WORK/load.progress"; }

load_now() { tail -n 1 "$WORK/load.progress"; }

# load_end: stops the load; load_counts is what clients saw.
load_end() {
  local pid
  pid=$(cat "$WORK/load.pid")
  kill "$pid" 2>/dev/null || true
  until_true 30 test -s "$WORK/load.json" || fails "the load generator ends within 30 s"
  load_counts=$(cat "$WORK/load.json")
}
