#!/usr/bin/env bash
# Prepares everything and starts the sample gateway on a Kafka inside its process, with orders arriving. Ctrl+C stops it.
#
#   eng/demo.sh              on port 5080, or the next one that is free
#   eng/demo.sh --port N     on this port and no other
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$root"

readonly start_limit=60 # seconds until the first order must have come through the gateway
port=5080 port_is_asked=
gateway=

# Whether somebody listens on a port of this machine.
is_taken() {
  (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null || (exec 3<>"/dev/tcp/::1/$1") 2>/dev/null
}

# Whether an order comes out of the gateway: all that "ready" means.
has_orders() {
  timeout 5 bash -c '
    exec 3<>"/dev/tcp/localhost/$1"
    printf "GET /orders?from=-1&wait=3 HTTP/1.0\r\nHost: localhost\r\n\r\n" >&3
    grep -q "\"offset\"" <&3' _ "$port" 2>/dev/null
}

stop() {
  trap 'kill -KILL "$gateway" 2>/dev/null' INT TERM # for the impatient
  echo
  say "Stopping"
  kill -TERM "$gateway" 2>/dev/null || true
  wait "$gateway" || true
  exit 0
}

while [ $# -gt 0 ]; do
  case "$1" in
    --port)
      [[ "${2:-}" =~ ^[1-9][0-9]{0,4}$ ]] && [ "$2" -le 65535 ] || die "--port needs a number from 1 to 65535"
      port="$2" port_is_asked=yes
      shift 2
      ;;
    -h | --help) help_if_asked "$1" ;;
    *)
      die "'$1' is not known; see eng/demo.sh --help"
      ;;
  esac
done

"$root/eng/native.sh"
say "Building"
log="$root/artifacts/logs/demo-build.log"
mkdir -p "${log%/*}"
if ! dotnet build samples/Gateway -nologo -v quiet >"$log" 2>&1 </dev/null; then
  cat "$log" >&2
  die "the build failed"
fi

# Only now, since another program may have taken a port while this one was built.
if is_taken "$port"; then
  [ -z "$port_is_asked" ] || die "port $port is taken; choose another, or leave --port out for one that is free"
  taken="$port"
  while is_taken "$port"; do
    port=$((port + 1))
  done
  say "Port $taken is taken, using $port"
fi

say "Starting"
cd samples/Gateway
dotnet exec "$root/artifacts/bin/Gateway/debug/Gateway.dll" --embedded --urls "http://localhost:$port" </dev/null &
gateway=$!
trap stop INT TERM

SECONDS=0
until has_orders; do
  kill -0 "$gateway" 2>/dev/null || die "the gateway ended; what it wrote above says why"
  if [ "$SECONDS" -ge "$start_limit" ]; then
    kill -KILL "$gateway"
    die "no order came through the gateway within $start_limit s"
  fi
  sleep 0.2
done

url="http://localhost:$port"
cat <<TEXT

  The gateway is up and orders are arriving. Ctrl+C stops it.

    Live page            $url/
    Server-sent events   $url/orders/sse
    WebSocket            ws://localhost:$port/orders/ws
    Batches, shared      $url/orders/batch
    As you ask           $url/orders
    Ordinary upstream    $url/hello

  Try, in another shell:

    curl -N $url/orders/sse
    curl '$url/orders?from=-2'
    curl '$url/orders/batch?max=3'

TEXT

wait "$gateway" || die "the gateway ended with exit code $?"
