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

tracks=()

# track NAME COMMAND...: runs cases beside those of this shell, in a namespace of their own; every line that they print begins with the name.
track() {
  local name=$1
  shift
  # No failure but that of a case may end this shell; the wait below sees it.
  (
    tap_file=$WORK/$name.tap
    # Each kubectl takes a sixth of a second of a processor, and several tracks ask at once.
    POLL=1
    : >"$tap_file"
    fresh_namespace "$name"
    "$@"
    tap_end || true
  ) 2> >(sed -u "s/^/$name | /" >&2) &
  tracks+=("$name $!")
  printf '%s\n' "$!" >>"$WORK/background"
}

# tracks_join: waits for the tracks, and counts their cases as this shell's.
tracks_join() {
  local track name id result text
  for track in "${tracks[@]}"; do
    read -r name id <<<"$track"
    wait "$id" || printf 'not ok 0 - %s: ended before its last case\n' "$name" >>"$WORK/$name.tap"
    sed -i "/^$id\$/d" "$WORK/background"
    while read -r result text; do
      tap_number=$((tap_number + 1))
      printf '%s\n' "$result $text" | sed -E "s/^(not )?ok [0-9]+/\1ok $tap_number/" >>"$tap_file"
      [[ $result == ok ]] || tap_failed=$((tap_failed + 1))
    done < <(grep -v '^1\.\.' "$WORK/$name.tap")
    kubectl delete namespace "$name" --wait=false >/dev/null
  done
}

tap_end() {
  printf '1..%d\n' "$tap_number" >>"$tap_file"
  [[ $tap_failed -eq 0 ]]
}
