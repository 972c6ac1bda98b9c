# shellcheck shell=bash
# Background processes of one cluster: started detached, recorded with their start time, stopped only when both match.
# A daemon writes its own record before it becomes the program, so a crash cannot leave one that nobody knows of.
# Needs: dir, the cluster's folder.

process_start_time() {
  local stat
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  # The command name may contain blanks, so count the fields after its closing bracket.
  # shellcheck disable=SC2086
  set -- ${stat##*) }
  printf '%s\n' "${20}"
}

daemon_pid() {
  local pid started
  read -r pid started 2>/dev/null <"$dir/pids/$1" || return 1
  [[ -n $started && $(process_start_time "$pid") == "$started" ]] || return 1
  [[ $(sed -E 's/.*\) ([A-Z]).*/\1/' "/proc/$pid/stat" 2>/dev/null) != Z ]] || return 1
  printf '%s\n' "$pid"
}

daemon_alive() { daemon_pid "$1" >/dev/null; }

# daemon_start NAME COMMAND...: does nothing when it runs already.
daemon_start() {
  local name=$1
  shift
  daemon_alive "$name" && return 0
  mkdir -p "$dir/pids" "$dir/log"
  rm -f "$dir/pids/$name"
  # shellcheck disable=SC2016
  setsid bash -c '
    record=$1; log=$2; shift 2
    exec </dev/null >>"$log" 2>&1
    for fd in /proc/self/fd/*; do fd=${fd##*/}; if ((fd > 2)); then eval "exec $fd>&-"; fi; done
    read -r stat <"/proc/$$/stat"
    fields=(${stat##*) })
    echo "$$ ${fields[19]}" >"$record.new" && mv "$record.new" "$record"
    exec "$@"' daemon "$dir/pids/$name" "$dir/log/$name.log" "$@" &
  wait_for 120 "$name to start" test -s "$dir/pids/$name"
}

# daemon_stop NAME [SECONDS]: asks, waits, then kills. A daemon leads its own process group, its helpers go with it.
daemon_stop() {
  local name=$1 seconds=${2:-10} pid deadline
  if pid=$(daemon_pid "$name"); then
    kill -TERM -- "-$pid" 2>/dev/null || true
    deadline=$((SECONDS + seconds))
    while daemon_alive "$name"; do
      if ((SECONDS >= deadline)); then
        kill -KILL -- "-$pid" 2>/dev/null || true
      fi
      sleep 0.05
    done
  fi
  rm -f "$dir/pids/$name"
}

daemon_log_tail() { tail -n "${2:-15}" "$dir/log/$1.log" >&2 || true; }
