# shellcheck shell=bash
# A container with what the images of trainer and model server are made of, so that a benchmark measures them on their own release of Debian.

# container_ready: makes it from the base image, the packages kept from one time to the next.
container_ready() {
  require_root
  image_packages
  "$ROOT/tests/cluster/images/base"
  with_lock "$image_cache/build.lock" container_image
  container=$(rig_buildah from localhost/modelop-bench:2)
  bench_cleanups+=(container_remove)
}

container_image() {
  local log="$WORK/image.log"
  mkdir -p "$image_cache/packages/partial"
  rig_buildah bud --isolation chroot --layers --build-arg "BASE=$BASE_IMAGE" --volume "$image_cache/packages:/var/cache/apt/archives" \
    -t localhost/modelop-bench:2 -f "$BENCH_DIR/images/Dockerfile" "$BENCH_DIR/images" >"$log" 2>&1 ||
    { tail -n 20 "$log" >&2; die "the benchmark image cannot be built; the log is $log"; }
}

container_remove() { rig_buildah rm "$container" >/dev/null; }

# in_container COMMAND...: with this script's scratch folder at /work, what is published at /published, and the benchmarks at /bench.
# Network, processes and processors are the machine's own.
in_container() {
  rig_buildah run --isolation chroot --user root --volume "$WORK:/work" --volume "$ROOT/artifacts:/published:ro" \
    --volume "$BENCH_DIR:/bench:ro" "$container" -- "$@"
}

# container_background NAME COMMAND...: started_pid is the process itself, not buildah's.
container_background() {
  local name=$1
  shift
  background "$WORK/$name.log" in_container sh -c 'name=$1; shift; echo $$ >"/work/$name.pid"; exec "$@"' sh "$name" "$@"
  wait_for 30 "$name to start" test -s "$WORK/$name.pid"
  started_pid=$(cat "$WORK/$name.pid")
  bench_pids=("$started_pid" "${bench_pids[@]}")
}

# torch_library: /work/torch, what the published trainer needs for networks, made as the image's build makes it, with the libtorch of this container.
torch_library() { in_container sh /published/images/trainer/artifacts/publish/trainer/native/build /work/torch; }
