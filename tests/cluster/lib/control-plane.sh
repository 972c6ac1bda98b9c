# shellcheck shell=bash
# etcd, kube-apiserver, kube-controller-manager and kube-scheduler of one cluster.
# Needs: dir, binaries, etcd_bin, cluster_size, node_address, ports.

CONTROL_PLANE_DAEMONS=(etcd kube-apiserver kube-controller-manager kube-scheduler)

write_audit_policy() {
  cat >"$dir/audit-policy.yaml" <<'END'
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: Metadata
END
}

start_etcd() {
  # Nothing here outlives the machine, so etcd need not wait for the disk.
  daemon_start etcd "$etcd_bin" --name rig --data-dir "$dir/etcd" --unsafe-no-fsync \
    --listen-client-urls "http://127.0.0.1:$port_etcd" --advertise-client-urls "http://127.0.0.1:$port_etcd" \
    --listen-peer-urls "http://127.0.0.1:$port_etcd_peer" --initial-advertise-peer-urls "http://127.0.0.1:$port_etcd_peer" \
    --initial-cluster "rig=http://127.0.0.1:$port_etcd_peer" --auto-compaction-mode periodic --auto-compaction-retention 15m \
    --quota-backend-bytes 4294967296 --logger zap --log-level warn
}

start_apiserver() {
  local bind=127.0.0.1 pki="$dir/pki"
  [[ $cluster_size == full ]] && bind=0.0.0.0
  daemon_start kube-apiserver "$binaries/kube-apiserver" \
    --etcd-servers "http://127.0.0.1:$port_etcd" --secure-port "$port_apiserver" --bind-address "$bind" \
    --advertise-address "$node_address" --service-cluster-ip-range 10.96.0.0/16 --allow-privileged=true \
    --client-ca-file "$pki/ca.crt" --tls-cert-file "$pki/apiserver.crt" --tls-private-key-file "$pki/apiserver.key" \
    --kubelet-certificate-authority "$pki/ca.crt" --kubelet-client-certificate "$pki/apiserver-kubelet.crt" \
    --kubelet-client-key "$pki/apiserver-kubelet.key" --kubelet-preferred-address-types InternalIP,Hostname \
    --service-account-issuer https://kubernetes.default.svc.cluster.local \
    --service-account-key-file "$pki/service-account.key" --service-account-signing-key-file "$pki/service-account.key" \
    --requestheader-client-ca-file "$pki/front-proxy-ca.crt" --requestheader-allowed-names front-proxy \
    --requestheader-username-headers X-Remote-User --requestheader-group-headers X-Remote-Group \
    --requestheader-extra-headers-prefix X-Remote-Extra- \
    --proxy-client-cert-file "$pki/front-proxy.crt" --proxy-client-key-file "$pki/front-proxy.key" \
    --authorization-mode Node,RBAC --enable-admission-plugins NodeRestriction --profiling=false \
    --audit-policy-file "$dir/audit-policy.yaml" --audit-log-path "$dir/log/audit.log" \
    --audit-log-maxsize 50 --audit-log-maxbackup 4
}

start_controller_manager() {
  local pki="$dir/pki" config="$dir/pki/controller-manager.conf" controllers='*' patience=40s
  # Without a node no Pod can be reached, and Pods that tests call ready have no node to name: endpoints would be refused and tried again without end.
  [[ $cluster_size == full ]] || controllers='*,-endpoint,-endpointslice,-endpointslicemirroring'
  # A kubelet shares its processors with all that is tested: one that is late is not gone, and its Pods are not unready. Nodes that tests make up are lost in the usual time.
  [[ $cluster_size != full ]] || patience=5m0s
  daemon_start kube-controller-manager "$binaries/kube-controller-manager" --controllers "$controllers" \
    --kubeconfig "$config" --authentication-kubeconfig "$config" --authorization-kubeconfig "$config" \
    --bind-address 127.0.0.1 --port 0 --secure-port "$port_controller_manager" --cert-dir "$pki" --leader-elect=false \
    --root-ca-file "$pki/ca.crt" --service-account-private-key-file "$pki/service-account.key" \
    --cluster-signing-cert-file "$pki/ca.crt" --cluster-signing-key-file "$pki/ca.key" \
    --node-monitor-grace-period "$patience" --use-service-account-credentials=true --profiling=false
}

start_scheduler() {
  local config="$dir/pki/scheduler.conf"
  daemon_start kube-scheduler "$binaries/kube-scheduler" \
    --kubeconfig "$config" --authentication-kubeconfig "$config" --authorization-kubeconfig "$config" \
    --bind-address 127.0.0.1 --port 0 --secure-port "$port_scheduler" --cert-dir "$dir/pki" --leader-elect=false \
    --profiling=false
}

apiserver_ready() {
  [[ $(curl -sS --max-time 5 --cacert "$dir/pki/ca.crt" "https://127.0.0.1:$port_apiserver/readyz") == ok ]]
}

default_account_ready() { rig_kubectl get serviceaccount default -n default; }

rig_kubectl() { kubectl --kubeconfig "$dir/kubeconfig" --request-timeout 30s "$@"; }

control_plane_alive() {
  local name
  for name in "${CONTROL_PLANE_DAEMONS[@]}"; do daemon_alive "$name" || return 1; done
}

control_plane_up() {
  pki_create
  write_audit_policy
  start_etcd
  start_apiserver
  wait_for 300 "the API server" apiserver_ready || { daemon_log_tail kube-apiserver; daemon_log_tail etcd; return 1; }
  start_controller_manager
  start_scheduler
  wait_for 300 "the controller manager" default_account_ready || { daemon_log_tail kube-controller-manager; return 1; }
  control_plane_alive || die "a part of the control plane has died; see $dir/log"
}

control_plane_down() {
  local name
  for name in kube-scheduler kube-controller-manager kube-apiserver etcd; do daemon_stop "$name" 5; done
}
