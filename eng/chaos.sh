#!/usr/bin/env bash
# Proves group delivery on three brokers of Apache Kafka: gateways and brokers are killed, hung and restarted, networks fail, and clients do
# everything wrong. What everybody saw is checked against what is promised; docs/delivery.md says how.
#
#   eng/chaos.sh                     five seeds of 20,000 records
#   eng/chaos.sh --seeds 1-30        other seeds, or one
#   eng/chaos.sh --records 1000000   more records for each seed
#   eng/chaos.sh --storm 120         for how many seconds everything fails; a second for 4,000 records, at least 40, by default
#   eng/chaos.sh --protocol classic  the group protocol (consumer, classic); by default they take turns, by seed
#
# A line for each seed, what was violated, and a line of totals. The exit code is 0 when nothing was violated. KAFKA_HOME is a folder of Apache
# Kafka 4, see CONTRIBUTING.md.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$root"

help_if_asked "$@"

[ -n "${KAFKA_HOME:-}" ] || die "KAFKA_HOME is not set (a folder of Apache Kafka 4, with its libs/)"
[ -d "$KAFKA_HOME/libs" ] || die "KAFKA_HOME has no folder libs: $KAFKA_HOME"
command -v java >/dev/null || install_debian default-jre-headless
"$root/eng/native.sh"
build_release tests/KafkaConsume.Yarp.Tests
exec dotnet exec "$root/artifacts/bin/KafkaConsume.Yarp.Tests/release/KafkaConsume.Yarp.Tests.dll" chaos "$@"
