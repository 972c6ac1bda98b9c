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

# image_archive NAME DIGEST; without a digest, the beginning that all archives of that name share.
image_archive() {
  local file
  file="$image_cache/$(tr '/:' '__' <<<"$1")@$2"
  printf '%s\n' "$file${2:+.tar}"
}

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

# The full name that a cluster gives to a short one: "a:b" is docker.io/library/a:b there, as it is for Docker.
image_full_name() {
  case $1 in
  localhost/* | *.*/* | *:*/*) printf '%s\n' "$1" ;;
  */*) printf 'docker.io/%s\n' "$1" ;;
  *) printf 'docker.io/library/%s\n' "$1" ;;
  esac
}

# What an image is made of: base, Dockerfile, arguments, and every file of the context with its name and mode.
image_digest() {
  local dockerfile=$1 context=$2
  shift 2
  {
    rig_buildah inspect --type image --format '{{.FromImageID}}' "$BASE_IMAGE"
    cat "$dockerfile"
    printf '%s\n' "$@"
    tar -C "$context" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --exclude=./.git -cf - .
  } | sha256sum | cut -c1-24
}

# image_build FULL-NAME DIGEST DOCKERFILE CONTEXT [BUILDAH-ARGUMENT...]: into the archive of that digest.
# Downloaded packages are kept beside the images; one build at a time, for apt locks that folder.
image_build() {
  local name=$1 digest=$2 dockerfile=$3 context=$4 archive packages="$image_cache/packages" log
  archive=$(image_archive "$name" "$digest")
  shift 4
  [[ -s $archive ]] && return 0
  say "building $name"
  mkdir -p "$packages/partial"
  log="$image_cache/$(basename "$archive" .tar).log"
  rig_buildah bud --isolation chroot --layers --build-arg "BASE=$BASE_IMAGE" --volume "$packages:/var/cache/apt/archives" \
    "$@" -t "$name" -f "$dockerfile" "$context" >"$log" 2>&1 || { tail -n 30 "$log" >&2; die "building $name failed; the log is $log"; }
  rm -f "$archive.new" "$(image_archive "$name" '')"*.tar
  # Not compressed: the archive goes no further than this machine, and two cores have better things to do.
  rig_buildah push -q --disable-compression "$name" "oci-archive:$archive.new:$name"
  mv "$archive.new" "$archive"
  rm -f "$log"
}
