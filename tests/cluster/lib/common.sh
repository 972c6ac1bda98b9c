# shellcheck shell=bash
# Paths, messages and the choice of cluster. Every script of the rig sources this file first.

[[ -n ${MODELOP_RIG_DIR:-} ]] && return 0
MODELOP_RIG_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
MODELOP_CACHE=${MODELOP_CACHE:-${HOME:-/root}/.cache/model-operator}
MODELOP_STATE=${MODELOP_STATE:-${HOME:-/root}/.local/state/model-operator}
MODELOP_DEFAULT_NAME=demo
MODELOP_STARTED=$SECONDS

# Progress on standard error, with the seconds since the script began: standard output stays free for answers.
say() { printf '[%3ds] %s\n' "$((SECONDS - MODELOP_STARTED))" "$*" >&2; }

die() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# A script that stops half-way says where.
set -o errtrace
trap 'printf "error: %s, line %s: %s failed\n" "${BASH_SOURCE[0]}" "$LINENO" "${BASH_COMMAND%%$'"'\\n'"'*}" >&2' ERR

require_root() {
  [[ $(id -u) -eq 0 ]] || die "the local cluster starts containers and needs root: run it with sudo"
}

# A name becomes part of paths and process arguments, so only harmless characters are let in.
check_name() {
  [[ $1 =~ ^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$ ]] ||
    die "'$1' is no cluster name: use up to 32 small letters, digits and dashes"
}

cluster_dir() { printf '%s/%s\n' "$MODELOP_STATE" "$1"; }

# Prints the kubeconfig to use: the caller's own when CLUSTER=current, else that of the named local cluster.
modelop_kubeconfig() {
  local name=${1:-$MODELOP_DEFAULT_NAME}
  if [[ ${CLUSTER:-} == current ]]; then
    [[ -n ${KUBECONFIG:-} ]] || die "CLUSTER=current needs KUBECONFIG to name a file"
    printf '%s\n' "$KUBECONFIG"
    return
  fi
  printf '%s/kubeconfig\n' "$(cluster_dir "$name")"
}

# Runs a command while holding an exclusive lock file; says so when somebody else holds it.
# Daemons close what they inherit, so they do not keep the lock.
with_lock() {
  local file=$1 fd
  shift
  mkdir -p "$(dirname "$file")"
  exec {fd}>"$file"
  if ! flock -n "$fd"; then
    say "waiting for another run that holds $file"
    flock "$fd"
  fi
  "$@"
  exec {fd}>&-
}

# Repeats a command until it succeeds, or fails after the given number of seconds.
wait_for() {
  local seconds=$1 what=$2 deadline
  shift 2
  deadline=$((SECONDS + seconds))
  until "$@" >/dev/null 2>&1; do
    ((SECONDS < deadline)) || { say "gave up after ${seconds} s: $what"; return 1; }
    sleep 0.2
  done
}
