#!/usr/bin/env bash
# Prepares the native Kafka client where the NuGet source has no librdkafka.redist; does nothing where it has.
#
#   eng/native.sh                                  looks what the source has, once per clone
#   KAFKA_CONSUME_NATIVE=build eng/native.sh       builds librdkafka whatever the source has
#   KAFKA_CONSUME_NATIVE=packages eng/native.sh    uses the packages whatever was built before
#
# The result is artifacts/native/librdkafka.so. Directory.Build.targets looks for that file and for nothing else.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

version="$(package_version Confluent.Kafka)"
npm_package='@confluentinc/kafka-javascript@1.10.1' # carries the sources of the librdkafka of the same release train
native="$root/artifacts/native"
library="$native/librdkafka.so"
answer="$native/source"
cache="${XDG_CACHE_HOME:-$HOME/.cache}/kafka-consume-yarp/librdkafka-$version"

# "packages" when the NuGet source has all that the libraries depend on, else "build".
ask_nuget() {
  local probe="$native/probe"
  rm -rf "$probe"
  mkdir -p "$probe"
  # Shields the probe from what the repository says to its own projects; its NuGet.config still holds.
  local file
  for file in Directory.Build.props Directory.Build.targets Directory.Packages.props; do
    echo '<Project />' >"$probe/$file"
  done
  cat >"$probe/probe.csproj" <<XML
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <TargetFramework>net10.0</TargetFramework>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Confluent.Kafka" Version="$version" />
    <PackageReference Include="Yarp.ReverseProxy" Version="$(package_version Yarp.ReverseProxy)" />
  </ItemGroup>
</Project>
XML
  local result=packages
  if ! dotnet restore "$probe/probe.csproj" -v quiet >"$probe/log" 2>&1 </dev/null; then
    # Only "there is no such package" means that it must be built; a source that does not answer means nothing.
    if ! grep -Eq 'NU110[123].*(librdkafka\.redist|System\.IO\.Hashing)' "$probe/log"; then
      cat "$probe/log" >&2
      die "cannot tell what the NuGet source has; when it is back, run this again, or choose with KAFKA_CONSUME_NATIVE=build or =packages"
    fi
    result=build
  fi
  rm -rf "$probe"
  echo "$result"
}

build() {
  [ "$(uname -s)" = Linux ] || die "the NuGet source has no librdkafka.redist $version, and this script builds it on Linux only"
  command -v npm >/dev/null || die "npm is missing; it fetches the sources of librdkafka (Debian: apt-get install npm)"
  install_debian build-essential python3 libcurl4-openssl-dev liblz4-dev libsasl2-dev libssl-dev libzstd-dev zlib1g-dev

  work="$(mktemp -d)"
  trap 'rm -rf "$work"' EXIT
  local log="$root/artifacts/logs/librdkafka.log"
  mkdir -p "${log%/*}" "$cache"
  say "Building librdkafka $version, a minute or two, once per machine"
  if ! (
    set -e
    cd "$work"
    echo '{ "private": true }' >package.json
    # Without its scripts the package is just its sources: no Node.js addon, no download of one.
    npm install --ignore-scripts --no-save --no-audit --no-fund "$npm_package"
    cd node_modules/@confluentinc/kafka-javascript/deps/librdkafka
    ./configure
    grep -q "^MKL_APP_VERSION=[[:space:]]*$version\$" Makefile.config || { echo "$npm_package does not hold librdkafka $version"; exit 1; }
    make -j"$(nproc)" -C src librdkafka.so.1
    strip --strip-unneeded -o "$work/librdkafka.so" src/librdkafka.so.1
  ) >"$log" 2>&1 </dev/null; then
    tail -n 20 "$log" >&2
    die "librdkafka was not built, see $log"
  fi
  # Renamed into place, so that a half-written file is never taken for a library.
  mv "$work/librdkafka.so" "$cache/librdkafka.so.$$"
  mv "$cache/librdkafka.so.$$" "$cache/librdkafka.so"
}

mkdir -p "$native"
choice="${KAFKA_CONSUME_NATIVE:-}"
[ -n "$choice" ] || choice="$(cat "$answer" 2>/dev/null || true)"
if [ -z "$choice" ]; then
  choice="$(ask_nuget)"
  echo "$choice" >"$answer"
fi

case "$choice" in
  packages)
    rm -f "$library"
    ;;
  build)
    [ -f "$cache/librdkafka.so" ] || build
    cmp -s "$cache/librdkafka.so" "$library" || cp "$cache/librdkafka.so" "$library"
    ;;
  *)
    die "KAFKA_CONSUME_NATIVE is '$choice'; it may be build, packages or unset"
    ;;
esac
