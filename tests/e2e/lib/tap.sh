# shellcheck shell=bash
# Test cases: each in a subshell of its own, one line of the Test Anything Protocol each.

tap_file=/dev/stdout
tap_number=0
tap_failed=0
tap_broken=''

# tap TEXT COMMAND...
tap() {
  local text=$1 code reason reason_file
  shift
  tap_number=$((tap_number + 1))
  step "$text"
  if [[ -n $tap_broken ]]; then
    printf 'not ok %d - %s (not run: %s)\n' "$tap_number" "$text" "$tap_broken" >>"$tap_file"
    tap_failed=$((tap_failed + 1))
    note "not run: $tap_broken"
    return 0
  fi
  reason_file=$WORK/reason.$tap_number.$BASHPID
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
    # With its reason: of a run elsewhere, the closing lines may be all that people see.
    reason=$(cat "$reason_file" 2>/dev/null || true)
    printf 'not ok %d - %s%s\n' "$tap_number" "$text" "${reason:+: ${reason:0:700}}" >>"$tap_file"
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

# track NAME COMMAND...: runs cases beside those of this shell, in a namespace of their own; every line that they print begins with the name.
track() {
  track_name=$1 track_cases=$WORK/$1.tap
  shift
  # No failure but that of a case may end this shell; the wait below sees it.
  (
    tap_file=$track_cases
    : >"$tap_file"
    fresh_namespace "$track_name"
    "$@"
    tap_end || true
  ) 2> >(sed -u "s/^/$track_name | /" >&2) &
  track_id=$!
  printf '%s\n' "$track_id" >>"$WORK/background"
}

# track_join: waits for the track, and counts its cases as this shell's.
track_join() {
  local result text
  wait "$track_id" || printf 'not ok 0 - %s: ended before its last case\n' "$track_name" >>"$track_cases"
  sed -i "/^$track_id\$/d" "$WORK/background"
  while read -r result text; do
    tap_number=$((tap_number + 1))
    printf '%s\n' "$result $text" | sed -E "s/^(not )?ok [0-9]+/\1ok $tap_number/" >>"$tap_file"
    [[ $result == ok ]] || tap_failed=$((tap_failed + 1))
  done < <(grep -v '^1\.\.' "$track_cases")
  kubectl delete namespace "$track_name" --wait=false >/dev/null
}

tap_end() {
  printf '1..%d\n' "$tap_number" >>"$tap_file"
  [[ $tap_failed -eq 0 ]]
}
