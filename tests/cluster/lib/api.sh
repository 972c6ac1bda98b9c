# shellcheck shell=bash
# Plain HTTP calls on a cluster's API server, for the loops that run beside it. Needs: dir, server.

# api PATH [CURL-ARGUMENT...]
api() {
  local path=$1
  shift
  curl -sS --fail --cacert "$dir/pki/ca.crt" --cert "$dir/pki/admin.crt" --key "$dir/pki/admin.key" "$@" "$server$path"
}

# api_follow PATH: one line per change, until the script that called it ends. A new watch begins with every object
# that exists, so nothing is missed in between.
api_follow() {
  while kill -0 "$$" 2>/dev/null; do
    api "$1?watch=1&timeoutSeconds=300" --no-buffer 2>/dev/null || true
    sleep 0.5
  done
}

# api_changes PIPE PATH...: opens the pipe as descriptor 3 and lets the changes of all paths flow into it.
api_changes() {
  local pipe=$1 path
  shift
  rm -f "$pipe"
  mkfifo "$pipe"
  exec 3<>"$pipe"
  for path in "$@"; do api_follow "$path" >&3 & done
}

# Waits for a change, at most so many seconds. Changes come in bursts: what arrives within a tenth of a second is one.
api_wait_for_change() {
  read -r -t "$1" -u 3 _ || return 0
  while read -r -t 0.1 -u 3 _; do :; done
}
