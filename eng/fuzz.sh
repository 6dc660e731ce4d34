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

help_if_asked "$@"

"$root/eng/native.sh"
build_release tests/KafkaConsume.Yarp.Tests
exec dotnet exec "$root/artifacts/bin/KafkaConsume.Yarp.Tests/release/KafkaConsume.Yarp.Tests.dll" fuzz "$@"
