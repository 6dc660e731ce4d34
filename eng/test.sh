#!/usr/bin/env bash
# Prepares everything, builds, checks the format and the packages, and runs all tests.
#
#   eng/test.sh                      everything
#   eng/test.sh --filter TEXT        only the tests with TEXT in their full name (or an xunit query: /assembly/namespace/class/method)
#   eng/test.sh -class NAME …        any options of the xunit runner are passed to it; such a run checks no format and no packages
#
# The last line is "N passed, N failed", with ", N skipped" when there are any. A step that fails counts as one failed.
# The exit code is 0 when nothing failed. KAFKA_HOME or KAFKA_BOOTSTRAP_SERVERS makes the tests on real Kafka run, see CONTRIBUTING.md.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$root"

readonly time_limit=1200 # seconds for all tests together
readonly slow_test=120   # seconds after which a running test is named
results="$root/artifacts/tests"

passed=0 failed=0 skipped=0
broken=() # what failed beside the tests, a line each

note_failure() {
  broken+=("$1")
  failed=$((failed + 1))
}

finish() {
  echo
  if [ -d "$results" ]; then
    list_tests Skip Skipped reason
    list_tests Fail Failed ''
  fi
  local line
  for line in "${broken[@]}"; do
    echo "Failed: $line"
  done
  local total="$passed passed, $failed failed"
  [ "$skipped" -eq 0 ] || total="$total, $skipped skipped"
  echo "$total"
  [ "$failed" -eq 0 ]
  exit
}

# One line for each test of all reports that ended so, with the text of the named element.
list_tests() {
  local outcome="$1" title="$2" element="$3"
  { cat "$results"/*.xml 2>/dev/null | tr '\n' ' ' | sed 's/<test /\n<test /g'; echo; } |
    sed -n "/^<test [^>]* result=\"$outcome\"/p" |
    sed -e "s/^<test [^>]*name=\"\([^\"]*\)\" result=.*<${element:-none}>\(.*\)<\/${element:-none}>.*/$title: \1 (\2)/" \
      -e "s/^<test [^>]*name=\"\([^\"]*\)\" result=.*/$title: \1/" \
      -e 's/<!\[CDATA\[//g; s/\]\]>//g; s/&lt;/</g; s/&gt;/>/g; s/&quot;/"/g; s/&#xA;/ /g; s/&amp;/\&/g'
}

# A number that the runner wrote into its report, 0 when it is not there.
count() {
  local value
  value="$(grep -o '<assembly [^>]*>' "$1" | grep -o " $2=\"[0-9]*\"" | tr -dc 0-9)"
  echo "${value:-0}"
}

install_browser() {
  local browser
  for browser in chromium chromium-browser google-chrome google-chrome-stable; do
    command -v "$browser" >/dev/null && return
  done
  install_debian chromium
}

install_java() {
  [ -z "${KAFKA_HOME:-}" ] || command -v java >/dev/null || install_debian default-jre-headless
}

# Minutes of analysis on a slow machine, so not twice for the same sources.
check_format() {
  local stamp="$root/artifacts/format.checked" sources
  sources="$(git ls-files -z --cached --others --exclude-standard '*.cs' '*.csproj' '*.props' '*.targets' .editorconfig global.json 2>/dev/null |
    xargs -0r sha256sum 2>/dev/null | sha256sum)"
  [ -d .git ] || [ -f .git ] || sources=unknown
  if [ "$sources" != unknown ] && [ "$sources" = "$(cat "$stamp" 2>/dev/null)" ]; then
    return
  fi
  dotnet format KafkaConsume.Yarp.sln --verify-no-changes --no-restore </dev/null || return
  echo "$sources" >"$stamp"
}

run_tests() {
  local project="$1" report="$results/$1.xml" begin=$SECONDS left code
  left=$((time_limit - SECONDS + started))
  [ "$left" -gt 0 ] || left=1
  say "Testing $project"
  # In the foreground, so that Ctrl-C reaches the tests.
  timeout --foreground --kill-after=20 "$left" dotnet exec "artifacts/bin/$project/debug/$project.dll" \
    -noLogo -noColor -noAutoReporters -reporter quiet -longRunning "$slow_test" -result-xml "$report" "${filter[@]}" </dev/null
  code=$?
  echo "   took $((SECONDS - begin)) s"
  if [ ! -s "$report" ]; then
    rm -f "$report"
    [ "$code" -ne 124 ] || code="124 (more than $time_limit s)"
    note_failure "$project ended with exit code $code before it had reported"
    return
  fi
  local failures
  failures=$(($(count "$report" failed) + $(count "$report" errors)))
  passed=$((passed + $(count "$report" passed)))
  failed=$((failed + failures))
  skipped=$((skipped + $(count "$report" skipped)))
  [ "$code" -eq 0 ] || [ "$failures" -gt 0 ] || note_failure "$project ended with exit code $code"
  if [ "$(count "$report" total)" -eq 0 ] && [ ${#filter[@]} -eq 0 ]; then
    note_failure "$project has no tests"
  fi
}

filter=()
while [ $# -gt 0 ]; do
  case "$1" in
    --filter)
      [ $# -gt 1 ] || die "--filter needs a text"
      case "$2" in
        /*) filter+=(-filter "$2") ;;
        *) filter+=(-method "*$2*") ;;
      esac
      shift 2
      ;;
    -h | --help) help_if_asked "$1" ;;
    *)
      filter+=("$1")
      shift
      ;;
  esac
done

rm -rf "$results"
mkdir -p "$results"
if [ "${CI:-}" = true ]; then
  # Servers that outlive the build would hold on to the output of this script.
  export MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false
fi

"$root/eng/native.sh" || { note_failure "eng/native.sh"; finish; }
(install_browser) || { note_failure "installing a browser"; finish; }
(install_java) || { note_failure "installing Java for the tests on real Kafka"; finish; }

say "Building"
dotnet build KafkaConsume.Yarp.sln -nologo -v minimal -warnaserror -clp:NoSummary </dev/null || { note_failure "the build"; finish; }

if [ ${#filter[@]} -eq 0 ]; then
  say "Checking the format"
  check_format || note_failure "dotnet format --verify-no-changes"
  say "Packing"
  dotnet msbuild eng/packages.proj -nologo </dev/null || note_failure "eng/packages.proj"
fi

started=$SECONDS
for project in tests/*/*.csproj; do
  project="${project##*/}"
  run_tests "${project%.csproj}"
done
[ $((passed + failed + skipped)) -gt 0 ] || note_failure "no test matches ${filter[*]}"
finish
