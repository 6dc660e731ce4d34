# Shared by the scripts of this folder; sourced, never run.

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1

say() {
  printf '== %s\n' "$*"
}

# Ends the script, telling what to do about it.
die() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# The version of a package as Directory.Packages.props has it.
package_version() {
  sed -n "s|.*<PackageVersion Include=\"$1\" Version=\"\([^\"]*\)\".*|\1|p" "$root/Directory.Packages.props"
}

# Installs those of the named Debian packages that are missing; touches nothing when all are there.
install_debian() {
  local missing=() package
  for package in "$@"; do
    dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return
  local install="apt-get install -y --no-install-recommends ${missing[*]}"
  command -v apt-get >/dev/null || die "these Debian packages, or what your system calls them, are missing: ${missing[*]}"

  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || die "not root and no sudo; let somebody who may run: $install"
    as_root=(sudo)
  fi
  say "Installing ${missing[*]}"
  local log="$root/artifacts/logs/apt.log"
  mkdir -p "${log%/*}"
  export DEBIAN_FRONTEND=noninteractive
  if ! { "${as_root[@]}" apt-get update && "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive $install; } >"$log" 2>&1 </dev/null; then
    tail -n 20 "$log" >&2
    die "apt-get failed, see $log; by hand: $install"
  fi
}

# Prints the comment at the head of a script and ends it, if that is what is asked for.
help_if_asked() {
  case "${1:-}" in
    -h | --help)
      sed -n '2,/^set/s/^# \{0,1\}//p' "$0"
      exit
      ;;
  esac
}

# Builds a project for release, quietly unless it fails.
build_release() {
  say "Building"
  local log="$root/artifacts/logs/$(basename "$0" .sh)-build.log"
  mkdir -p "${log%/*}"
  if ! dotnet build "$1" -c Release -nologo -v quiet >"$log" 2>&1 </dev/null; then
    cat "$log" >&2
    die "the build failed"
  fi
}
