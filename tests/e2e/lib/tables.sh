# shellcheck shell=bash
# What happened, at a glance.

# aligned: tab-separated lines in columns.
aligned() { column -t -s $'\t' | indented; }

table_runs() {
  {
    printf 'RUN\tPHASE\tVERSION\tSECONDS\tRMSE\tkWh\tgCO2e\tDEVICE\tENERGY\n'
    jq -r --slurpfile versions <(k get modelversions -o json) '
      ($versions[0].items | map({key: .metadata.name, value: ((.spec.metrics // []) | map(select(.name == "validation_rmse").value) | first)}) | from_entries) as $rmse
      | .items | sort_by(.metadata.creationTimestamp, .metadata.name)[] | .status as $s
      | [.metadata.name, $s.phase, ($s.modelVersion // "-"),
         (if $s.completionTime then (($s.completionTime | sub("\\.[0-9]+"; "") | sub("\\+00:00"; "Z") | fromdate) - ($s.startTime | sub("\\.[0-9]+"; "") | sub("\\+00:00"; "Z") | fromdate) | tostring) else "-" end),
         ($rmse[$s.modelVersion // ""] // null | if . then (tonumber * 10 | round / 10 | tostring) else "-" end), ($s.energy.kWh // "-"), ($s.energy.gCO2e // "-"), ($s.device // "-"), ($s.energy.method // "-")]
      | @tsv' <(k get trainingruns -o json)
  } | aligned
  note "${DIM}too-big was refused at admission. All ran on the CPU: the energy is modelled for the CPU, none is claimed for a GPU.${PLAIN}"
}

table_canaries() {
  {
    printf 'VERSION\tOUTCOME\tREASON\tMETRIC\tBESIDE\n'
    k get canarydeployment diamonds -o json |
      jq -r '.status.history | sort_by(.finishedAt)[] | [.version, .outcome, .reason, (.metric // "-"), (.stable // "-")] | @tsv'
  } | aligned
}

# shellcheck disable=SC2016
psql_query() {
  kubectl -n "$SYSTEM" exec deployment/postgres -- sh -c 'PGPASSWORD=$(cat /etc/postgres-secret/password) exec psql -h 127.0.0.1 -U modelop -d modelop -qAt -F "$(printf "\t")" -c "$1"' sh "$1"
}

history_complete() {
  [[ $(psql_query "SELECT count(*) FROM runs WHERE namespace = '$NS' AND deleted_at IS NULL AND phase = 'Succeeded'") -ge $1 &&
    $(psql_query "SELECT count(*) FROM canary_outcomes WHERE namespace = '$NS'") -ge $2 ]]
}

# The same story out of PostgreSQL, which caught up meanwhile.
table_history() {
  until_true 60 history_complete 4 4 || fails "PostgreSQL holds the four runs and the four canaries within 60 s"
  {
    printf 'AT\tWHAT\tOUTCOME\tBY\n'
    psql_query "SELECT to_char(at, 'HH24:MI:SS'), what, outcome, by FROM (
      SELECT completed_at AS at, 'run ' || name AS what, phase || ' ' || coalesce(model_version, '') AS outcome, coalesce(energy_method, '') AS by
        FROM runs WHERE namespace = '$NS' AND deleted_at IS NULL
      UNION ALL SELECT finished_at, 'canary ' || canary, outcome || ' ' || version, coalesce(metric, reason) FROM canary_outcomes
        WHERE namespace = '$NS' AND started_at > (SELECT min(created_at) FROM runs WHERE namespace = '$NS' AND deleted_at IS NULL)) story ORDER BY at"
  } | aligned
}
