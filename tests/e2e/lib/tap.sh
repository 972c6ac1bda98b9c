# shellcheck shell=bash
# Test cases: each in a subshell of its own, one line of the Test Anything Protocol each.

tap_file=/dev/stdout
tap_number=0
tap_failed=0
tap_broken=''

# tap TEXT COMMAND...
tap() {
  local text=$1 code
  shift
  tap_number=$((tap_number + 1))
  step "$text"
  if [[ -n $tap_broken ]]; then
    printf 'not ok %d - %s (not run: %s)\n' "$tap_number" "$text" "$tap_broken" >>"$tap_file"
    tap_failed=$((tap_failed + 1))
    note "not run: $tap_broken"
    return 0
  fi
  # Not as a condition: that would switch errexit off inside.
  set +e
  (
    set -e
    "$@"
  )
  code=$?
  set -e
  if [[ $code -eq 0 ]]; then
    printf 'ok %d - %s\n' "$tap_number" "$text" >>"$tap_file"
  else
    printf 'not ok %d - %s\n' "$tap_number" "$text" >>"$tap_file"
    tap_failed=$((tap_failed + 1))
  fi
  return 0
}

# essential TEXT COMMAND...: nothing after it makes sense when it fails.
essential() {
  local before=$tap_failed
  tap "$@"
  [[ $tap_failed -eq $before ]] || tap_broken=${tap_broken:-"$1: failed"}
}

tap_end() {
  printf '1..%d\n' "$tap_number" >>"$tap_file"
  [[ $tap_failed -eq 0 ]]
}
