# shellcheck shell=bash
# Steps with elapsed time, polling, and expectations that name what was not met. Every script here sources this file first.

E2E_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
ROOT=$(cd "$E2E_DIR/../.." && pwd)
# shellcheck source=../../cluster/lib/common.sh
source "$ROOT/tests/cluster/lib/common.sh"
# Failures are told by the expectations below, with more than a line number.
trap - ERR

SYSTEM=model-operator-system
# Files of this run: progress of the load, process ids. Files, because test cases run in subshells.
WORK=$(mktemp -d)
BEGAN=$SECONDS
step_number=0

# Colours only for people.
if [[ -t 2 && -z ${NO_COLOR:-} ]]; then
  BOLD=$'\e[1m' GREEN=$'\e[32m' RED=$'\e[31m' DIM=$'\e[2m' PLAIN=$'\e[0m'
else
  BOLD='' GREEN='' RED='' DIM='' PLAIN=''
fi

elapsed() { printf '%d:%02d' $(((SECONDS - BEGAN) / 60)) $(((SECONDS - BEGAN) % 60)); }

step() {
  step_number=$((step_number + 1))
  printf '\n%s%2d. %s%s %s[%s]%s\n' "$BOLD" "$step_number" "$*" "$PLAIN" "$DIM" "$(elapsed)" "$PLAIN" >&2
}

note() { printf '    %s\n' "$*" >&2; }

met() { printf '    %s✓%s %s\n' "$GREEN" "$PLAIN" "$*" >&2; }

# Indents what a command says.
indented() { sed 's/^/      /' >&2; }

# What a starved API server, or the way to it, says of a request that it would take at another moment.
PASSING='failed calling webhook|TLS handshake timeout|etcdserver: |connection refused|connection reset by peer|i/o timeout|: EOF|unexpected EOF|http2: |net/http: |context deadline exceeded|Client\.Timeout'
PASSING+='|the server is currently unable to handle|the server was unable to return a response|request did not complete|an error on the server|the object has been modified|[Tt]oo many requests'
PASSING+='|error dialing backend|unable to upgrade connection'

# patiently COMMAND...: runs a command, again when it failed by what passes; what it reads is kept for that.
patiently() {
  local input='' errors output try=0 status deadline=$((SECONDS + 60 * ${PATIENCE:-1}))
  [[ " $* " != *" -f - "* ]] || input=$(cat)
  errors=$WORK/patiently.$BASHPID
  while :; do
    try=$((try + 1)) status=0
    output=$("$@" 2>"$errors" <<<"$input") || status=$?
    [[ $status -ne 0 && $SECONDS -lt $deadline && $(<"$errors") =~ $PASSING ]] || break
    note "again, since: $(head -c 300 "$errors")"
    sleep 3
  done
  # A try whose answer was lost may have done it.
  case " $* $(<"$errors")" in
    *" create "*"(AlreadyExists)"* | *" delete "*"(NotFound)"* | *" create --raw "*"/eviction "*"(NotFound)"*) [[ $try -eq 1 ]] || status=0 ;;
  esac
  [[ ! -s $errors ]] || cat "$errors" >&2
  [[ -z $output ]] || printf '%s\n' "$output"
  return "$status"
}

# kubectl ARGUMENTS: what it is everywhere, and patient with what asks once and ends.
kubectl() {
  local argument verb='' skip=false
  for argument in "$@"; do
    if $skip; then skip=false; continue; fi
    case $argument in
      -n | --namespace | --context | --kubeconfig) skip=true ;;
      --watch) verb=watch; break ;;
      -*) ;;
      *) verb=${verb:-$argument} ;;
    esac
  done
  case $verb in
    get | apply | create | patch | annotate | label | delete | scale | replace | rollout | exec | api-versions) patiently command kubectl "$@" ;;
    *) command kubectl "$@" ;;
  esac
}

# k ARGUMENTS: kubectl in the story's namespace.
k() { kubectl --namespace "$NS" "$@"; }

# field OBJECT JSONPATH: empty when the object or the field is not there.
field() { k get "$1" -o "jsonpath={$2}" 2>/dev/null || true; }

# because REASON: the first one is the cause, where a case reports it.
because() { [[ -z ${reason_file:-} || -s $reason_file ]] || printf '%s' "${1//$'\n'/ }" >"$reason_file"; }

# fails EXPECTATION [OBJECT]: names what was not met, shows the object and the operator's last words, and ends the (sub)shell.
fails() {
  printf '\n%s✗ not as expected: %s%s %s[%s]%s\n' "$RED" "$1" "$PLAIN" "$DIM" "$(elapsed)" "$PLAIN" >&2
  because "$1"
  if [[ -n ${2:-} ]]; then
    printf '\n--- kubectl -n %s describe %s\n' "$NS" "$2" >&2
    k describe "$2" >&2 || true
  fi
  printf '\n--- pods and events of %s\n' "$NS" >&2
  k get pods -o wide >&2 || true
  k get events --sort-by=.metadata.creationTimestamp 2>/dev/null | tail -n 25 >&2 || true
  printf '\n--- the operator\n' >&2
  kubectl -n "$SYSTEM" logs -l app.kubernetes.io/name=model-operator --tail=40 --prefix 2>&1 | cut -c1-400 >&2 || true
  exit 1
}

# until_true SECONDS COMMAND...: repeats a command until it succeeds, every POLL seconds; fails when the time is up. PATIENCE multiplies the time.
until_true() {
  local deadline=$((SECONDS + $1 * ${PATIENCE:-1}))
  shift
  until "$@" >/dev/null 2>&1; do
    ((SECONDS < deadline)) || return 1
    sleep "${POLL:-0.3}"
  done
}

field_is() { [[ $(field "$1" "$2") == "$3" ]]; }

field_matches() { [[ $(field "$1" "$2") =~ $3 ]]; }

# expect_field SECONDS OBJECT JSONPATH VALUE TEXT: waits for the value; TEXT is what it means.
expect_field() {
  until_true "$1" field_is "$2" "$3" "$4" || fails "$5: $2 $3 should be '$4', is '$(field "$2" "$3")'" "$2"
  met "$5"
}

# expect_match SECONDS OBJECT JSONPATH REGEX TEXT
expect_match() {
  until_true "$1" field_matches "$2" "$3" "$4" || fails "$5: $2 $3 should match '$4', is '$(field "$2" "$3")'" "$2"
  met "$5"
}

# local_cluster: whether the cluster is the rig's, so that this machine reaches Services by address.
local_cluster() { [[ ${CLUSTER:-} != current ]]; }

# Two of these scripts at once on one local cluster would pull the rug from under each other: the second waits.
alone() {
  local_cluster || return 0
  mkdir -p "$MODELOP_STATE"
  exec {alone_lock}>"$MODELOP_STATE/${CLUSTER_NAME:-$MODELOP_DEFAULT_NAME}.e2e.lock"
  flock -n "$alone_lock" && return 0
  note "waiting for another run on this cluster"
  flock "$alone_lock"
}

# service_url NAMESPACE SERVICE PORT: sets service_address to a URL that this machine reaches. With a cluster of one's own through a
# port-forward, which ends with this script.
service_url() {
  local namespace=$1 service=$2 port=$3 log local_port
  if local_cluster; then
    service_address=http://$(kubectl -n "$namespace" get service "$service" -o 'jsonpath={.spec.clusterIP}'):$port
    return
  fi
  log=$(mktemp "$WORK/forward.XXXXXX")
  command kubectl -n "$namespace" port-forward "service/$service" ":$port" >"$log" 2>&1 &
  printf '%s\n' "$!" >>"$WORK/background"
  until_true 60 grep -q '^Forwarding from 127' "$log" || { cat "$log" >&2; die "no port-forward to $namespace/$service"; }
  local_port=$(sed -n 's/^Forwarding from 127.0.0.1:\([0-9]*\).*/\1/p' "$log" | head -n 1)
  service_address=http://127.0.0.1:$local_port
}

# Ends what was started in the background, and forgets this run's files.
clean_up() {
  local pid
  if [[ -s $WORK/background ]]; then
    while read -r pid; do kill "$pid" 2>/dev/null || true; done <"$WORK/background"
  fi
  rm -rf "$WORK"
}
trap clean_up EXIT
