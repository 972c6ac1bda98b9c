# shellcheck shell=bash
# What every command on one cluster needs to know: call cluster_load NAME first.

for part in common apt daemon ports pki control-plane network cgroups node images; do
  # shellcheck disable=SC1090
  source "$(dirname "${BASH_SOURCE[0]}")/$part.sh"
done

# Reads --name NAME and --control-plane-only into cluster_name and wanted_size.
cluster_arguments() {
  cluster_name=$MODELOP_DEFAULT_NAME
  wanted_size=full
  while (($#)); do
    case $1 in
    --name)
      cluster_name=${2:-}
      shift
      ;;
    --name=*) cluster_name=${1#*=} ;;
    --control-plane-only) wanted_size=control-plane ;;
    *) die "unknown argument '$1'; known are --name NAME and, for up, --control-plane-only" ;;
    esac
    shift
  done
  check_name "$cluster_name"
}

# The address by which pods reach this machine; never loopback.
machine_address() {
  local address
  address=$(ip -4 route get 192.88.99.1 2>/dev/null | sed -n 's/.* src \([0-9.]*\).*/\1/p')
  [[ -n $address ]] || address=$(ip -4 -o address show scope global | awk '{ sub("/.*", "", $4); print $4; exit }')
  [[ -n $address ]] || die "this machine has no IPv4 address besides loopback"
  printf '%s\n' "$address"
}

cluster_load() {
  dir=$(cluster_dir "$cluster_name")
  cluster_size=$(cat "$dir/size" 2>/dev/null || true)
  node_name="modelop-$cluster_name"
  node_load
}

# Fills in what a running or starting cluster has: its ports, address and programs.
cluster_prepare() {
  ports_load
  [[ -s $dir/address ]] || machine_address >"$dir/address"
  node_address=$(cat "$dir/address")
  # shellcheck disable=SC2034
  binaries=$("$MODELOP_RIG_DIR/build-kubernetes")
  apt_unpack "$MODELOP_CACHE/etcd" etcd-server
  # shellcheck disable=SC2034
  etcd_bin="$MODELOP_CACHE/etcd/usr/bin/etcd"
}
