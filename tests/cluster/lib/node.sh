# shellcheck shell=bash
# containerd, kubelet, kube-proxy and DNS of one cluster.
# containerd and the kubelet live in a mount namespace of their own, in which the folders they insist on (/var/lib/kubelet
# and so on) lead into the cluster's folder. So no mount of theirs is seen outside, and all vanish with the last process.
# Needs: dir, cluster_name, node_name, node_address, binaries, ports.

GPU_COUNT=4
PAUSE_IMAGE=localhost/modelop-pause:1
FIXED_FOLDERS=(/run/containerd /var/lib/kubelet /var/lib/cni /var/log/pods /var/log/containers)

node_load() {
  run_dir="/run/$node_name"
  containerd_bin="$MODELOP_CACHE/containerd/usr/bin"
  containerd_socket="$run_dir/containerd.sock"
}

node_packages() {
  apt_install runc containernetworking-plugins iptables conntrack socat dnsmasq-base util-linux
  apt_unpack "$MODELOP_CACHE/containerd" containerd
}

# Overlay mounts do not work on top of every file system (a container's own root, for one).
node_snapshotter() {
  local try="$dir/overlay-try" answer=native
  mkdir -p "$try"/{lower,upper,work,merged}
  if unshare --mount mount -t overlay overlay -o "lowerdir=$try/lower,upperdir=$try/upper,workdir=$try/work" "$try/merged" 2>/dev/null; then
    answer=overlayfs
  fi
  rm -rf "$try"
  printf '%s\n' "$answer"
}

write_containerd_config() {
  cat >"$dir/containerd.toml" <<END
version = 2
root = "$dir/containerd"
state = "$run_dir/containerd"
oom_score = 0
disabled_plugins = ["io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs",
  "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.tracing.processor.v1.otlp"]
[grpc]
  address = "$containerd_socket"
[plugins."io.containerd.internal.v1.opt"]
  path = "$dir/containerd/opt"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "$PAUSE_IMAGE"
  restrict_oom_score_adj = true
  netns_mounts_under_state_dir = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "$dir/cni/conf"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "$(node_snapshotter)"
    default_runtime_name = "runc"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
END
}

write_kubelet_config() {
  cat >"$dir/kubelet.yaml" <<END
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
port: $port_kubelet
readOnlyPort: 0
healthzBindAddress: 127.0.0.1
healthzPort: $port_kubelet_health
tlsCertFile: $dir/pki/kubelet-server.crt
tlsPrivateKeyFile: $dir/pki/kubelet-server.key
authentication:
  anonymous: { enabled: false }
  webhook: { enabled: true }
  x509: { clientCAFile: $dir/pki/ca.crt }
authorization: { mode: Webhook }
clusterDomain: cluster.local
clusterDNS: [$DNS_ADDRESS]
cgroupDriver: cgroupfs
cgroupRoot: /$node_name
failSwapOn: false
oomScoreAdj: 0
maxPods: 200
# A disk that is nearly full is its owner's business: pods are evicted, and images deleted, only at the very end.
evictionHard: { memory.available: 50Mi, nodefs.available: 1%, nodefs.inodesFree: 1%, imagefs.available: 1% }
imageGCHighThresholdPercent: 100
imageGCLowThresholdPercent: 99
containerLogMaxSize: 20Mi
syncFrequency: 10s
nodeStatusUpdateFrequency: 5s
END
}

# Remembers which of the folders were not there before us, so that they can go again.
make_fixed_folders() {
  local folder
  for folder in "${FIXED_FOLDERS[@]}"; do
    mkdir -p "$dir/fixed$folder"
    [[ -d $folder ]] || { printf '%s\n' "$folder" >>"$dir/made-folders"; mkdir -p "$folder"; }
  done
}

# shellcheck disable=SC2016
start_mount_namespace() {
  daemon_alive mount-namespace && return 0
  rm -f "$dir/mount-namespace-ready"
  daemon_start mount-namespace unshare --mount --propagation private bash -c '
    set -e
    dir=$1
    shift
    for folder in "$@"; do mount --bind "$dir/fixed$folder" "$folder"; done
    touch "$dir/mount-namespace-ready"
    exec sleep infinity' mount-namespace "$dir" "${FIXED_FOLDERS[@]}"
  wait_for 120 "the mount namespace" test -f "$dir/mount-namespace-ready"
}

start_in_namespace() {
  local name=$1
  shift
  daemon_start "$name" nsenter --mount="/proc/$(daemon_pid mount-namespace)/ns/mnt" --wd=/ \
    env "PATH=$containerd_bin:/usr/sbin:/usr/bin:/sbin:/bin" "$@"
}

rig_ctr() { "$containerd_bin/ctr" --address "$containerd_socket" --namespace k8s.io "$@"; }

containerd_ready() { rig_ctr version; }

start_containerd() {
  [[ -f $dir/containerd.toml ]] || write_containerd_config
  mkdir -p "$run_dir"
  start_in_namespace containerd "$containerd_bin/containerd" --config "$dir/containerd.toml"
  wait_for 120 "containerd" containerd_ready || { daemon_log_tail containerd; return 1; }
}

start_kubelet() {
  write_kubelet_config
  cgroups_create
  start_in_namespace kubelet "$binaries/kubelet" --config "$dir/kubelet.yaml" --kubeconfig "$dir/pki/kubelet.conf" \
    --hostname-override "$node_name" --node-ip "$node_address" --cert-dir "$dir/pki" \
    --container-runtime remote --container-runtime-endpoint "unix://$containerd_socket" \
    --pod-infra-container-image "$PAUSE_IMAGE"
}

start_kube_proxy() {
  daemon_start kube-proxy "$binaries/kube-proxy" --kubeconfig "$dir/pki/kube-proxy.conf" --proxy-mode iptables \
    --cluster-cidr "$POD_SUBNET" --hostname-override "$node_name" --oom-score-adj 0 \
    --conntrack-max-per-core 0 --conntrack-tcp-timeout-established 0s --conntrack-tcp-timeout-close-wait 0s \
    --healthz-bind-address "127.0.0.1:$port_proxy_health" --metrics-bind-address "127.0.0.1:$port_proxy_metrics"
}

# kube-dns here only reserves its address: kube-proxy is told to leave it alone, and dnsmasq listens on it.
reserve_dns_address() {
  rig_kubectl get service kube-dns -n kube-system >/dev/null 2>&1 || rig_kubectl create -f - >/dev/null <<END
apiVersion: v1
kind: Service
metadata:
  name: kube-dns
  namespace: kube-system
  labels: { service.kubernetes.io/service-proxy-name: dnsmasq-on-the-host }
spec:
  clusterIP: $DNS_ADDRESS
  ports: [{ name: dns, port: 53, protocol: UDP }, { name: dns-tcp, port: 53, protocol: TCP }]
END
}

start_dns() {
  mkdir -p "$dir/dns"
  touch "$dir/dns/hosts"
  reserve_dns_address
  daemon_start dnsmasq /usr/sbin/dnsmasq --keep-in-foreground --conf-file=/dev/null --user=root --pid-file= \
    --bind-interfaces --listen-address="$DNS_ADDRESS" --except-interface=nothing --port=53 --no-hosts \
    --addn-hosts="$dir/dns/hosts" --local=/cluster.local/ --cache-size=0 --log-facility=-
  daemon_start node-keeper "$MODELOP_RIG_DIR/lib/node-keeper" \
    "$dir" "$node_name" "$port_apiserver" "$GPU_COUNT" "$dir/dns/hosts"
}

# Asked besides the node's status, which stays "Ready" for some seconds after its kubelet has died.
node_daemons_healthy() {
  curl -sSf --max-time 5 "http://127.0.0.1:$port_kubelet_health/healthz" &&
    curl -sSf --max-time 5 "http://127.0.0.1:$port_proxy_health/healthz"
}

node_is_ready() {
  [[ $(rig_kubectl get node "$node_name" -o \
    'jsonpath={.status.conditions[?(@.type=="Ready")].status}/{.status.allocatable.nvidia\.com/gpu}/{.spec.taints}' 2>/dev/null) == "True/$GPU_COUNT/" ]]
}

start_volumes() {
  daemon_start volume-keeper "$MODELOP_RIG_DIR/lib/volume-keeper" "$dir" "$node_name" "$port_apiserver"
}

# Without its namespace a node cannot be repaired part by part: its processes must go before a new one starts.
node_repair() {
  if [[ -e $dir/pids/mount-namespace ]] && ! daemon_alive mount-namespace; then
    say "the node has died; starting it anew"
    node_stop
  fi
}

node_up() {
  node_packages
  network_claim
  pki_create_node
  node_repair
  network_up
  network_write_cni
  make_fixed_folders
  start_mount_namespace
  start_containerd
  "$MODELOP_RIG_DIR/images/pause" --name "$cluster_name"
  start_kubelet
  start_kube_proxy
  start_dns
  start_volumes
  wait_for 300 "kubelet and kube-proxy" node_daemons_healthy || { daemon_log_tail kubelet; daemon_log_tail kube-proxy; return 1; }
  wait_for 300 "node $node_name to be ready" node_is_ready || { daemon_log_tail kubelet; return 1; }
  wait_for 120 "DNS records" test -s "$dir/dns/hosts" || { daemon_log_tail node-keeper; return 1; }
}

# Shims outlive containerd by design, and carry its socket's path as an argument.
shim_pids() {
  local pid
  for pid in $(pgrep -f -- "containerd-shim-runc-v2 .*-address $containerd_socket" || true); do
    [[ $(readlink "/proc/$pid/exe" 2>/dev/null) == */containerd-shim-runc-v2* ]] && printf '%s\n' "$pid"
  done
  return 0
}

node_stop() {
  local pid name
  for name in volume-keeper node-keeper dnsmasq kube-proxy kubelet; do daemon_stop "$name" 5; done
  cgroups_kill
  daemon_stop containerd 5
  for pid in $(shim_pids); do kill -KILL "$pid" 2>/dev/null || true; done
  daemon_stop mount-namespace 1
}

node_down() {
  local folder
  node_stop
  cgroups_remove
  network_down
  rm -rf "${run_dir:?}"
  [[ -f $dir/made-folders ]] || return 0
  while read -r folder; do rmdir "$folder" 2>/dev/null || true; done <"$dir/made-folders"
}
