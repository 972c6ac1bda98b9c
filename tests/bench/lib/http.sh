# shellcheck shell=bash
# wrk, and servers to measure.

# wrk: fixed connections, closed loop.
# wrk_run URL CONNECTIONS SECONDS BODIES-FILE: sets wrk_rps, wrk_requests, wrk_p50, wrk_p99 (milliseconds), wrk_errors.
wrk_run() {
  local url=$1 connections=$2 seconds=$3 bodies=$4 threads out
  threads=$(tr ',' '\n' <<<"$load_cores" | wc -l)
  out=$(BENCH_BODIES=$bodies taskset -c "$load_cores" wrk --latency -t "$threads" -c "$connections" -d "${seconds}s" --timeout 10s \
    -s "$BENCH_DIR/lib/post.lua" "$url") || { printf '%s\n' "$out" >&2; die "wrk failed on $url"; }
  wrk_rps=$(awk '/^Requests\/sec:/ { printf "%.0f", $2 }' <<<"$out")
  wrk_requests=$(awk '/ requests in / { print $1 }' <<<"$out")
  wrk_p50=$(awk '$1 == "50%" { print $2 }' <<<"$out" | milliseconds)
  wrk_p99=$(awk '$1 == "99%" { print $2 }' <<<"$out" | milliseconds)
  wrk_errors=$(awk '/Non-2xx/ { n += $NF } /Socket errors/ { gsub(",", ""); n += $4 + $6 + $8 + $10 } END { print n + 0 }' <<<"$out")
}

# 1.20ms, 890.00us or 1.10s as milliseconds.
milliseconds() {
  awk '{ n = $1 + 0; if ($1 ~ /us$/) n /= 1000; else if ($1 ~ /[0-9]s$/) n *= 1000; else if ($1 ~ /m$/) n *= 60000; printf "%.2f\n", n }'
}

# measure WHAT PORT CONNECTIONS PID [BODIES-FILE]: one measurement into the results, with the processor time of that process and its children a request,
# which other work on the machine distorts less than anything else here.
measure() {
  local before after
  before=$(processor_ticks "$4")
  wrk_run "http://127.0.0.1:$2" "$3" "$seconds" "${5:-$WORK/bodies}"
  after=$(processor_ticks "$4")
  printf '%s %s %s %s %s %s %s\n' "$1" "$3" "$wrk_rps" "$wrk_p50" "$wrk_p99" \
    "$(value '%.1f' "($after - $before) * 1000000 / $(getconf CLK_TCK) / $wrk_requests")" "$wrk_errors" >>"$WORK/results"
}

processor_ticks() {
  local pid
  for pid in "$1" $(pgrep -P "$1" || true); do
    # The command name may contain blanks: count after its closing bracket.
    sed 's/.*) //' "/proc/$pid/stat"
  done | awk '{ n += $12 + $13 } END { print n }'
}

# result WHAT CONNECTIONS COLUMN: the median over the rounds.
result() { awk -v w="$1" -v c="$2" -v k="$3" '$1 == w && $2 == c { print $k }' "$WORK/results" | median; }

# table WHAT...: the medians.
table() {
  local what connections widths='-12 11 10 10 10 14'
  row "$widths" '' connections requests/s 'p50 ms' 'p99 ms' 'CPU us/request'
  for connections in $connection_counts; do
    for what in "$@"; do
      row "$widths" "$what" "$connections" "$(value '%.0f' "$(result "$what" "$connections" 3)")" "$(result "$what" "$connections" 4)" \
        "$(result "$what" "$connections" 5)" "$(result "$what" "$connections" 6)"
    done
  done
  awk '{ n += $7 } END { if (n) printf "warning: %d requests failed\n", n }' "$WORK/results"
}

# worst_ratio WHAT PEER: the lower of the ratios of requests a second.
worst_ratio() { column_ratios "$1" "$2" 3 | sort -g | head -n 1; }

# worst_p99 WHAT PEER: the higher of the ratios of the 99th percentile.
worst_p99() { column_ratios "$1" "$2" 5 | sort -g | tail -n 1; }

column_ratios() {
  local connections
  for connections in $connection_counts; do value '%.2f\n' "$(result "$1" "$connections" "$3") / $(result "$2" "$connections" "$3")"; done
}

# processor_ratio WHAT PEER: how much less processor time the peer needs a request, at the most connections.
processor_ratio() { value '%.2f' "$(result "$2" "${connection_counts##* }" 6) / $(result "$1" "${connection_counts##* }" 6)"; }

# open_loop WHAT PORT CONNECTIONS: one measurement of open-loop at $rate requests a second, into the open results.
open_loop() {
  local answer
  answer=$(taskset -c "$load_cores" "$ROOT/artifacts/bench/tools/open-loop/open-loop" "$2" "$rate" "$seconds" "$3" "$WORK/bodies") || answer='0 0 nan nan'
  printf '%s %s\n' "$1" "$answer" >>"$WORK/open"
}

# open_result WHAT COLUMN: the median over the rounds; 3 failed, 4 p50, 5 p99 in milliseconds.
open_result() { awk -v w="$1" -v k="$2" '$1 == w { print $k }' "$WORK/open" | median; }

# open_table WORDS WHAT...: the medians.
open_table() {
  local words=$1 what widths='-12 11 10 10'
  shift
  printf 'open loop at %s requests/s, %s, latency from the moment a request was due:\n' "$rate" "$words"
  row "$widths" '' 'p50 ms' 'p99 ms' failed
  for what in "$@"; do row "$widths" "$what" "$(open_result "$what" 4)" "$(open_result "$what" 5)" "$(open_result "$what" 3)"; done
}

# answers URL [CURL-ARGUMENTS]: whether it answers 2xx.
answers() { curl -fsS --max-time 5 -o /dev/null "$@"; }

# nginx, unpacked into the cache so that no service of it is started.
nginx_ready() {
  apt_unpack "$MODELOP_CACHE/nginx" nginx
  nginx="$MODELOP_CACHE/nginx/usr/sbin/nginx"
  nginx_libraries
  nginx_version=$("$nginx" -v 2>&1 | sed 's/.*nginx\///')
}

nginx_libraries() {
  local missing
  missing=$(ldd "$nginx" | sed -n 's/^[[:space:]]*\(.*\) => not found/\1/p')
  [[ -z $missing ]] || apt_install libpcre2-8-0 libssl3 zlib1g libcrypt1
}

# nginx_start NAME CORES CONFIGURATION-OF-HTTP: worker processes as many as cores.
nginx_start() {
  local name=$1 on=$2 http=$3 workers
  workers=$(tr ',' '\n' <<<"$on" | wc -l)
  mkdir -p "$WORK/$name/tmp"
  cat >"$WORK/$name/nginx.conf" <<CONF
daemon off;
worker_processes $workers;
pid $WORK/$name/pid;
error_log stderr crit;
events { worker_connections 4096; }
http {
  access_log off;
  keepalive_requests 1000000000;
  keepalive_timeout 600s;
  client_body_temp_path $WORK/$name/tmp/body;
  proxy_temp_path $WORK/$name/tmp/proxy;
  fastcgi_temp_path $WORK/$name/tmp/fastcgi;
  uwsgi_temp_path $WORK/$name/tmp/uwsgi;
  scgi_temp_path $WORK/$name/tmp/scgi;
$http
}
CONF
  # Its process is started_pid.
  background "$WORK/$name/log" taskset -c "$on" "$nginx" -p "$WORK/$name" -c "$WORK/$name/nginx.conf"
}
