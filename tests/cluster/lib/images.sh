# shellcheck shell=bash
# Images: built by buildah into archives in the cache, imported from there into a cluster's containerd.

image_cache="$MODELOP_CACHE/images"
BASE_IMAGE=localhost/debian:trixie-slim

image_packages() { apt_install buildah; }

# Overlay where the file system carries it, so that a build does not copy every layer whole.
image_storage_driver() {
  local file="$image_cache/storage-driver"
  [[ -s $file ]] || { mkdir -p "$image_cache"; dir=$image_cache node_snapshotter | sed 's/overlayfs/overlay/; s/native/vfs/' >"$file"; }
  cat "$file"
}

rig_buildah() {
  STORAGE_DRIVER=$(image_storage_driver) buildah --root "$image_cache/storage" --runroot "$image_cache/run" "$@"
}

image_archive() { printf '%s/%s.tar\n' "$image_cache" "$(tr '/:' '__' <<<"$1")"; }

# image_import ARCHIVE NAME DIGEST: into the cluster, unless the same content is there already.
image_import() {
  local archive=$1 name=$2 digest=$3 mark
  mark="$dir/images/$(tr '/:' '__' <<<"$name")"
  if [[ $(cat "$mark" 2>/dev/null) == "$digest" ]] && [[ -n $(rig_ctr images list -q "name==$name") ]]; then return 0; fi
  rig_ctr images import "$archive" >/dev/null
  [[ -n $(rig_ctr images list -q "name==$name") ]] || die "$archive was imported but holds no $name"
  mkdir -p "$dir/images"
  printf '%s\n' "$digest" >"$mark"
}
