# shellcheck shell=bash
# Debian packages: installed when they are harmless tools, unpacked privately when installing would start a service.

APT_OPTIONS=(-qq -y -o DPkg::Lock::Timeout=600 -o Acquire::Retries=3 -o Dpkg::Use-Pty=0)
export DEBIAN_FRONTEND=noninteractive

apt_lists_missing() { ! compgen -G '/var/lib/apt/lists/*_Packages*' >/dev/null; }

apt_refresh() {
  say "refreshing the package lists"
  apt-get "${APT_OPTIONS[@]}" update >&2
}

apt_missing() {
  local package
  for package in "$@"; do
    dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || printf '%s\n' "$package"
  done
}

apt_install_locked() {
  local missing
  mapfile -t missing < <(apt_missing "$@")
  [[ ${#missing[@]} -eq 0 ]] && return 0
  apt_lists_missing && apt_refresh
  say "installing ${missing[*]}"
  apt-get "${APT_OPTIONS[@]}" install --no-install-recommends "${missing[@]}" >/dev/null 2>&1 && return 0
  # Old lists name packages that the mirror no longer has: refresh once, and show what goes wrong this time.
  apt_refresh
  apt-get "${APT_OPTIONS[@]}" install --no-install-recommends "${missing[@]}" >&2
}

# Installs the packages that are not there yet.
apt_install() {
  local missing
  missing=$(apt_missing "$@")
  [[ -z $missing ]] || with_lock "$MODELOP_CACHE/apt.lock" apt_install_locked "$@"
}

# Into the current folder: the packages alone, or with all that they depend on and this machine lacks.
apt_fetch() { apt-get "${APT_OPTIONS[@]}" download "$@"; }

apt_fetch_whole() {
  mkdir -p partial
  apt-get "${APT_OPTIONS[@]}" -o Dir::Cache::archives="$PWD" install --download-only --no-install-recommends "$@"
}

apt_unpack_locked() {
  local fetch=$1 target=$2 work="$2.new"
  shift 2
  [[ -d $target ]] && return 0
  say "unpacking $*"
  apt_lists_missing && apt_refresh
  rm -rf "$work"
  mkdir -p "$work/debs"
  (cd "$work/debs" && { "$fetch" "$@" >/dev/null 2>&1 || { apt_refresh && "$fetch" "$@" >&2; }; })
  local deb
  for deb in "$work"/debs/*.deb; do dpkg-deb -x "$deb" "$work"; done
  rm -rf "$work/debs"
  mv -T "$work" "$target"
}

# Unpacks packages under a directory of the cache, with no maintainer script run: no daemon of theirs is started.
apt_unpack() { [[ -d $1 ]] || with_lock "$MODELOP_CACHE/apt.lock" apt_unpack_locked apt_fetch "$@"; }

# The same with what they depend on.
apt_unpack_whole() { [[ -d $1 ]] || with_lock "$MODELOP_CACHE/apt.lock" apt_unpack_locked apt_fetch_whole "$@"; }

# Options that make apt-get read source packages: the machine's own mirrors, with lists kept apart from the machine's.
apt_source_options() {
  local dir=$1 sources=/etc/apt/sources.list.d/debian.sources
  mkdir -p "$dir/sources.d" "$dir/lists/partial" "$dir/archives/partial"
  if [[ -f $sources ]]; then
    sed 's/^Types:.*/Types: deb-src/' "$sources" >"$dir/sources.d/debian-src.sources"
  else
    printf 'Types: deb-src\nURIs: http://deb.debian.org/debian\nSuites: bookworm\nComponents: main\nSigned-By: %s\n' \
      /usr/share/keyrings/debian-archive-keyring.gpg >"$dir/sources.d/debian-src.sources"
  fi
  printf '%s\n' -o "Dir::Etc::SourceList=/dev/null" -o "Dir::Etc::SourceParts=$dir/sources.d" \
    -o "Dir::State::Lists=$dir/lists" -o "Dir::Cache=$dir"
}
