# shellcheck shell=bash
# Free TCP ports for a cluster, written to its folder once and kept for its life. Needs: dir.

MODELOP_PORTS=(etcd etcd_peer apiserver controller_manager scheduler kubelet kubelet_health proxy_health proxy_metrics)

ports_taken() {
  ss -Hltn | awk '{ sub(/.*:/, "", $4); print $4 }'
  { cat "$MODELOP_STATE"/*/ports 2>/dev/null || true; } | sed -n 's/^port_[a-z_]*=//p'
}

ports_choose() {
  local taken name port
  taken=" $(ports_taken | tr '\n' ' ') "
  for name in "${MODELOP_PORTS[@]}"; do
    # Below the ephemeral range (32768 and up) and the NodePort range (30000 and up).
    while port=$((20000 + RANDOM % 9500)); [[ $taken == *" $port "* ]]; do :; done
    taken+="$port "
    printf 'port_%s=%d\n' "$name" "$port"
  done >"$dir/ports.new"
  mv "$dir/ports.new" "$dir/ports"
}

# Sets port_<name> for each name above.
ports_load() {
  [[ -f $dir/ports ]] || with_lock "$MODELOP_STATE/ports.lock" ports_choose
  # shellcheck disable=SC1091
  source "$dir/ports"
}
