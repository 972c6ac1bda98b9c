# shellcheck shell=bash
# The control groups that hold a cluster's pods: one folder of our own name in each hierarchy. Needs: node_name.

cgroup_hierarchies() { awk '$3 == "cgroup" || $3 == "cgroup2" { print $2 }' /proc/mounts; }

cgroups_create() {
  local hierarchy
  for hierarchy in $(cgroup_hierarchies); do
    mkdir -p "$hierarchy/$node_name"
    # A new cpuset is empty and admits no process until it is told what it may use.
    if [[ -e $hierarchy/$node_name/cpuset.cpus && -e $hierarchy/cpuset.cpus && -e $hierarchy/cpuset.mems ]]; then
      cat "$hierarchy/cpuset.cpus" >"$hierarchy/$node_name/cpuset.cpus"
      cat "$hierarchy/cpuset.mems" >"$hierarchy/$node_name/cpuset.mems"
    fi
  done
}

cgroup_processes() {
  local hierarchy
  for hierarchy in $(cgroup_hierarchies); do
    [[ ! -d $hierarchy/$node_name ]] ||
      find "$hierarchy/$node_name" -name cgroup.procs -exec cat {} + 2>/dev/null || true
  done | sort -u
}

# Ends every process of every pod of this cluster, and of nothing else.
cgroups_kill() {
  local pid deadline=$((SECONDS + 15))
  while [[ -n $(cgroup_processes) ]]; do
    for pid in $(cgroup_processes); do kill -KILL "$pid" 2>/dev/null || true; done
    ((SECONDS < deadline)) || { say "some pod processes do not end: $(cgroup_processes | paste -sd' ')"; return 0; }
    sleep 0.1
  done
}

cgroups_remove() {
  local hierarchy
  for hierarchy in $(cgroup_hierarchies); do
    [[ -d $hierarchy/$node_name ]] || continue
    wait_for 5 "$hierarchy/$node_name to go" cgroup_remove "$hierarchy/$node_name" || true
  done
}

cgroup_remove() {
  find "$1" -depth -type d -exec rmdir {} \; 2>/dev/null
  [[ ! -d $1 ]]
}
