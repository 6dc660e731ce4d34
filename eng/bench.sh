#!/usr/bin/env bash
# Prepares everything, builds for release and measures this library beside others; the results are a Markdown table and
# artifacts/benchmarks/results.md and results.json. The servers have core 0 for themselves, all else the other cores.
#
#   eng/bench.sh                 everything, three rounds of each; about 50 minutes
#   eng/bench.sh --quick         one short round of most; about 10 minutes
#   eng/bench.sh --only TEXT     only cells with TEXT in their name, such as "SSE, 1,000"
#   eng/bench.sh --docs          everything, and the tables go into docs/benchmarks.md too
#   eng/bench.sh --only TEXT --keep    these anew, all others as in the last run; with --docs too
#
# Cells with Apache Kafka need KAFKA_HOME, see CONTRIBUTING.md. What is missing is said in the tables, and so is what fails.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$root"

[ "$(uname -s)" = Linux ] || die "the benchmarks read /proc and use epoll: they run on Linux only"
help_if_asked "$@"

(install_debian nginx libnginx-mod-nchan) || say "nchan is left out"
[ -z "${KAFKA_HOME:-}" ] || command -v java >/dev/null || install_debian default-jre-headless
"$root/eng/native.sh"
build_release benchmarks/Harness

harness=(dotnet exec "$root/artifacts/bin/Harness/release/Harness.dll")
cores="$(nproc)"
if [ "$cores" -gt 1 ] && command -v taskset >/dev/null; then
  export BENCH_SERVER_CORES=0 BENCH_OTHER_CORES="1$([ "$cores" -eq 2 ] || printf -- "-%s" $((cores - 1)))"
  harness=(taskset -c "$BENCH_OTHER_CORES" "${harness[@]}")
else
  say "There is one core, or no taskset: servers and clients share what there is"
fi
ulimit -n "$(ulimit -Hn)" # A file for each client.
"${harness[@]}" "$@"
