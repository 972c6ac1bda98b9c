# shellcheck shell=bash
# What every benchmark shares: packages, scratch folder, background processes, tables and verdicts. Each benchmark sources this file first.

BENCH_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
ROOT=$(cd "$BENCH_DIR/../.." && pwd)
# shellcheck source=../../cluster/lib/cluster.sh
source "$ROOT/tests/cluster/lib/cluster.sh"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1

bench_name=$(basename "$0")
WORK=$(mktemp -d "${TMPDIR:-/tmp}/modelop-bench.XXXXXX")
bench_pids=()
bench_cleanups=()

# Everything a benchmark started goes with it, in reverse order.
bench_end() {
  local status=$? i pid
  trap - ERR
  for ((i = ${#bench_cleanups[@]} - 1; i >= 0; i--)); do ${bench_cleanups[i]} || true; done
  for pid in ${bench_pids[@]+"${bench_pids[@]}"}; do stop_process "$pid"; done
  if [[ $status == 0 ]]; then rm -rf "$WORK"; else say "logs are in $WORK"; fi
  return "$status"
}
trap bench_end EXIT
trap 'exit 143' TERM
trap 'exit 130' INT

# stop_process PID [SECONDS]: asks, waits, kills; the process must be one of this script's own.
stop_process() {
  local pid=$1 deadline=$((SECONDS + ${2:-10}))
  kill -TERM "$pid" 2>/dev/null || return 0
  while kill -0 "$pid" 2>/dev/null; do
    ((SECONDS < deadline)) || { kill -KILL "$pid" 2>/dev/null || true; }
    sleep 0.1
  done
}

# bench_record TITLE: from here on, standard output also goes to artifacts/bench/NAME.txt.
bench_record() {
  mkdir -p "$ROOT/artifacts/bench"
  exec > >(tee -a "$ROOT/artifacts/bench/$bench_name.txt")
  printf '\n%s: %s\n' "$bench_name" "$1"
  printf '%s, %s cores, %s, load average before: %s\n' "$(date -u '+%Y-%m-%d %H:%M UTC')" "$(cores | wc -w)" "$(machine)" "$(load_average)"
}

machine() { sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | head -n 1; }

load_average() { cut -d' ' -f1-3 /proc/loadavg; }

# The machine's own work besides ours shows in the load average: a table without it says nothing.
bench_load_after() { printf 'load average after: %s\n' "$(load_average)"; }

# row WIDTHS CELL...: WIDTHS are printf widths, negative for left-aligned.
row() {
  local widths=$1 width line='' cell
  shift
  for width in $widths; do
    printf -v cell "%${width}s" "$1"
    line+="$cell  "
    shift
  done
  printf '%s\n' "${line%"${line##*[! ]}"}"
}

# verdict LABEL VALUE REACH least|most [UNIT]: the closing line of a benchmark, and whether it reached what it should.
verdict() {
  local label=$1 value=$2 reach=$3 sense=$4 unit=${5:+ $5} word='not reached'
  calc "$([[ $sense == least ]] && echo "$value >= $reach" || echo "$value <= $reach")" && word=reached
  printf '%s: %s%s (reach: %s%s)\n%s\n' "$label" "$value" "$unit" "$reach" "$unit" "$word"
}

# calc CONDITION: true or false of floating-point arithmetic. value FORMAT EXPRESSION: its value.
calc() { awk "BEGIN { exit !($1) }"; }
value() { awk "BEGIN { printf \"$1\", $2 }"; }

# Median of the numbers on standard input.
median() { sort -g | awk '{ v[NR] = $1 } END { if (NR == 0) exit 1; m = int((NR + 1) / 2); print (NR % 2) ? v[m] : (v[m] + v[m + 1]) / 2 }'; }

# Processors that this process may use, one list of numbers.
cores() { taskset -pc $$ | sed 's/.*: //' | tr ',' '\n' | while IFS=- read -r a b; do seq "$a" "${b:-$a}"; done | tr '\n' ' '; }

# Sets proxy_cores (what is measured) and load_cores (everything else) to lists for taskset, and pinning to words for the table.
pin_cores() {
  local all half
  read -ra all <<<"$(cores)"
  half=$((${#all[@]} / 2))
  if ((half == 0)); then
    proxy_cores=${all[0]} load_cores=${all[0]} pinning='one core: all processes share it'
    return
  fi
  proxy_cores=$(IFS=,; echo "${all[*]:0:half}")
  load_cores=$(IFS=,; echo "${all[*]:half}")
  pinning="measured process on cores $proxy_cores; wrk and upstreams on $load_cores"
  ((${#all[@]} > 2)) || pinning+=' (two cores only: one each)'
}

# free_ports COUNT: that many free TCP ports.
free_ports() {
  local count=$1 port used
  used=$(ss -Htln | awk '{ sub(".*:", "", $4); print $4 }')
  while ((count > 0)); do
    port=$((20000 + RANDOM % 8000))
    grep -qx "$port" <<<"$used" && continue
    used+=$'\n'$port
    printf '%s ' "$port"
    count=$((count - 1))
  done
}

# background LOG COMMAND...: started_pid is its process.
background() {
  local log=$1
  shift
  "$@" >"$log" 2>&1 &
  started_pid=$!
  bench_pids+=("$started_pid")
}

rss_megabytes() { awk '/^VmRSS:/ { printf "%.0f", $2 / 1024 }' "/proc/$1/status"; }
peak_megabytes() { awk '/^VmHWM:/ { printf "%.0f", $2 / 1024 }' "/proc/$1/status"; }

# publish_tool PROJECT-FOLDER NAME: trimmed, precompiled and self-contained as the images are, when its sources changed.
publish_tool() {
  local folder=$1 name=$2 target="$ROOT/artifacts/bench/tools/$2" digest
  digest=$(cat "$ROOT/Directory.Build.props" "$folder"/*.cs* | sha256sum)
  [[ $(cat "$target.sources" 2>/dev/null) == "$digest" ]] && return 0
  say "publishing $name"
  mkdir -p "$target"
  dotnet publish "$folder" -c Release -r linux-x64 --self-contained -v q -p:RunAnalyzers=false -p:PublishTrimmed=true \
    -p:PublishReadyToRun=true -p:DebugType=none -p:GenerateDocumentationFile=false -o "$target" >"$target.log" 2>&1 ||
    { tail -n 20 "$target.log" >&2; die "publishing $name failed"; }
  printf '%s\n' "$digest" >"$target.sources"
}
