#!/usr/bin/env bash
# Sends millions of inputs to what reads frames, bodies, queries, cursors and pongs, and checks each: nothing is thrown, no more is allocated than its
# size allows, and nothing is settled or committed that its client does not have; docs/delivery.md says more.
#
#   eng/fuzz.sh                      10,000,000 inputs of seed 1
#   eng/fuzz.sh --inputs 100000      fewer or more, all targets together
#   eng/fuzz.sh --seed 2             others
#   eng/fuzz.sh --threads 2          on more than one thread; the inputs are the same
#   eng/fuzz.sh --only frames        one target (frames, bodies, sockets, queries, cursors, pongs)
#   eng/fuzz.sh --only frames:4837   one input of a target, by its number
#
# A line for each target, with what became of its inputs and the most that was allocated for a byte; below it the first failures, each with its number
# and its bytes in hexadecimal. The exit code is 0 when nothing failed.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$root"

case "${1:-}" in
  -h | --help)
    sed -n '2,/^set/s/^# \{0,1\}//p' "$0"
    exit
    ;;
esac

"$root/eng/native.sh"
say "Building"
log="$root/artifacts/logs/fuzz-build.log"
mkdir -p "${log%/*}"
if ! dotnet build tests/KafkaConsume.Yarp.Tests -c Release -nologo -v quiet >"$log" 2>&1 </dev/null; then
  cat "$log" >&2
  die "the build failed"
fi
exec dotnet exec "$root/artifacts/bin/KafkaConsume.Yarp.Tests/release/KafkaConsume.Yarp.Tests.dll" fuzz "$@"
