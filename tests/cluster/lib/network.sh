# shellcheck shell=bash
# What a node changes in this machine's network and kernel settings, and how it is taken back.
# Needs: dir, cluster_name, node_name.

POD_SUBNET=10.244.0.0/24
SERVICE_SUBNET=10.96.0.0/16
DNS_ADDRESS=10.96.0.10
# Set by us, the kubelet or kube-proxy; their old values are put back by network_down.
KERNEL_SETTINGS=(net/ipv4/ip_forward net/netfilter/nf_conntrack_tcp_be_liberal net/ipv4/conf/all/route_localnet vm/overcommit_memory vm/panic_on_oom
  kernel/panic kernel/panic_on_oops kernel/keys/root_maxkeys kernel/keys/root_maxbytes)

# An address of a Service or pod that is not there (yet, or any more) is refused here, as it would be in a real cluster's network,
# instead of going out of this machine by the default route, where anything may answer it. What kube-proxy has led from a Service to a
# pod still bears the device of its first route in OUTPUT, hence the exception.
iptables_rules() {
  printf '%s\n' \
    "nat POSTROUTING -s $POD_SUBNET ! -d $POD_SUBNET -m comment --comment $node_name -j MASQUERADE" \
    "filter FORWARD -s $POD_SUBNET -m comment --comment $node_name -j ACCEPT" \
    "filter FORWARD -d $POD_SUBNET -m comment --comment $node_name -j ACCEPT" \
    "filter FORWARD -d $SERVICE_SUBNET -m comment --comment $node_name -j REJECT" \
    "filter FORWARD -d $POD_SUBNET ! -o veth+ -m comment --comment $node_name -j REJECT" \
    "filter OUTPUT -d $SERVICE_SUBNET ! -o lo -m comment --comment $node_name -j REJECT" \
    "filter OUTPUT -d $POD_SUBNET ! -o veth+ -m conntrack ! --ctstate DNAT -m comment --comment $node_name -j REJECT"
}

network_claim() {
  local other
  for other in "$MODELOP_STATE"/*/size; do
    [[ $other != "$dir/size" && $(cat "$other") == full ]] || continue
    die "cluster $(basename "$(dirname "$other")") has a node already, and this machine can carry one: stop it with tests/cluster/down"
  done
  [[ -f $dir/kernel-settings ]] && return 0
  if iptables-save 2>/dev/null | grep -q '^:KUBE-'; then
    die "another Kubernetes node uses this machine's iptables (KUBE-* chains exist); stop it first"
  fi
  if ip route show root 10.244.0.0/16 | grep -q .; then
    die "this machine routes 10.244.0.0/16 already, which the cluster's pods need"
  fi
  local setting
  for setting in "${KERNEL_SETTINGS[@]}"; do
    [[ -r /proc/sys/$setting ]] && printf '%s %s\n' "$setting" "$(cat "/proc/sys/$setting")"
  done >"$dir/kernel-settings.new"
  mv "$dir/kernel-settings.new" "$dir/kernel-settings"
}

network_up() {
  local table rule
  echo 1 >/proc/sys/net/ipv4/ip_forward
  # A late segment that conntrack does not expect would pass a Service's translation by, and its connection would be reset
  # (kubernetes#74839; newer kube-proxies set the same by --conntrack-tcp-be-liberal).
  if grep -q nf_conntrack_tcp_be_liberal "$dir/kernel-settings"; then echo 1 >/proc/sys/net/netfilter/nf_conntrack_tcp_be_liberal; fi
  ip address replace "$DNS_ADDRESS/32" dev lo scope host
  while read -r table rule; do
    # shellcheck disable=SC2086
    iptables -w -t "$table" -C $rule 2>/dev/null || iptables -w -t "$table" -I $rule
  done < <(iptables_rules)
}

network_write_cni() {
  local mtu device
  device=$(ip -o -4 route show default | sed -n 's/.* dev \([^ ]*\).*/\1/p;q')
  mtu=$(cat "/sys/class/net/$device/mtu" 2>/dev/null || echo 1500)
  mkdir -p "$dir/cni/conf"
  cat >"$dir/cni/conf/10-modelop.conflist" <<END
{ "cniVersion": "0.4.0", "name": "$node_name", "plugins": [ { "type": "ptp", "ipMasq": false, "mtu": $mtu,
  "ipam": { "type": "host-local", "dataDir": "$dir/cni/addresses", "ranges": [[{ "subnet": "$POD_SUBNET" }]],
            "routes": [{ "dst": "0.0.0.0/0" }] } } ] }
END
}

# Takes kube-proxy's and the kubelet's chains out of one table, in one transaction.
# Only called for a cluster that found no such chains when it first started.
remove_kube_chains() {
  local command=$1 table=$2 rules
  rules=$("$command-save" -t "$table" 2>/dev/null) || return 0
  grep -q '^:KUBE-' <<<"$rules" || return 0
  {
    printf '*%s\n' "$table"
    grep -E '^-A' <<<"$rules" | grep -vE '^-A KUBE-' | grep -E -- '-j KUBE-' | sed 's/^-A/-D/' || true
    sed -n 's/^:\(KUBE-[^ ]*\).*/-F \1/p' <<<"$rules"
    sed -n 's/^:\(KUBE-[^ ]*\).*/-X \1/p' <<<"$rules"
    printf 'COMMIT\n'
  } | "$command-restore" -w --noflush
}

network_down() {
  local table rule setting value link command
  if ! [[ -f $dir/kernel-settings ]]; then return 0; fi
  while read -r table rule; do
    # shellcheck disable=SC2086
    while iptables -w -t "$table" -D $rule 2>/dev/null; do :; done
  done < <(iptables_rules)
  for command in iptables ip6tables; do
    for table in nat filter mangle; do remove_kube_chains "$command" "$table"; done
  done
  ip address del "$DNS_ADDRESS/32" dev lo 2>/dev/null || true
  # A pod's network namespace takes its link along, but the kernel does so a moment later.
  wait_for 5 "pod links to vanish" no_pod_routes || true
  for link in $(ip -o -4 route show root "$POD_SUBNET" | sed -n 's/.* dev \(veth[^ ]*\).*/\1/p'); do
    ip link delete "$link" 2>/dev/null || true
  done
  while read -r setting value; do
    printf '%s\n' "$value" >"/proc/sys/$setting" || true
  done <"$dir/kernel-settings"
}

no_pod_routes() { ! ip -o -4 route show root "$POD_SUBNET" | grep -q .; }
