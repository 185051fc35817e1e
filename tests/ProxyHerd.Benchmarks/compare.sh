#!/usr/bin/env bash
# Measures one server against Redis and a bare Kestrel echo, both again with every update synced to disk, and a herd of
# five, in one go on this machine.
# README.md beside it says what is printed. Each of these can be set in the environment:
set -euo pipefail

ROUNDS=${ROUNDS:-3}                          # each measurement is taken so often, in turn with the others; 0 leaves those in memory out
RUN_SECONDS=${RUN_SECONDS:-3}                # how long one measurement lasts
WARM_UP_SECONDS=${WARM_UP_SECONDS:-8}        # of load before the first of them: so long .NET goes on compiling what is hot
IN_FLIGHT=${IN_FLIGHT:-1 16 64}              # requests in flight on each connection
CONNECTIONS=${CONNECTIONS:-50}
DISK_ROUNDS=${DISK_ROUNDS:-5}                # rounds with every update on disk; 0 leaves them out
DISK_IN_FLIGHT=${DISK_IN_FLIGHT:-16}
KEYS=${KEYS:-100000}                         # at most 1000000: keys have six digits, so that all requests are of one length
HERD_UPDATES=${HERD_UPDATES:-2000000}        # IAMAT sent to the herd in a round; 0 leaves the herd out
HERD_IN_FLIGHT=${HERD_IN_FLIGHT:-16}
SERVER_CORE=${SERVER_CORE:-0}
LOAD_CORE=${LOAD_CORE:-1}
PORT_BASE=${PORT_BASE:-21000}                # ports are looked for from here on, below those that the kernel hands out

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
benchmarks=$here/bin/Release/net10.0/ProxyHerd.Benchmarks.dll
server=$root/src/ProxyHerd.Server/bin/Release/net10.0/ProxyHerd.Server.dll
tmp=$(mktemp -d)
pids=()
declare -A pid_of
next_port=$PORT_BASE

# RESP says the length of every argument; with six digits everywhere it is the same for all requests.
fields='+34.%6r-118.%6r %T'
# As it is typed, a line a request like ours; set-resp is what Redis's own client libraries send.
set_template='SET car%6k "'$fields'"\r\n'
set_resp_template='*3\r\n$3\r\nSET\r\n$9\r\ncar%6k\r\n$42\r\n'$fields'\r\n'
geoadd_template='*5\r\n$6\r\nGEOADD\r\n$5\r\nfleet\r\n$11\r\n-118.%6r\r\n$9\r\n34.%6r\r\n$9\r\ncar%6k\r\n'
iamat_template='IAMAT car%6k '$fields'\n'

# Ends everything that was started: politely, and after ten seconds not.
stop_all() {
  local pid tries
  for pid in "${pids[@]}"; do
    kill "$pid" 2>/dev/null || true
  done
  for pid in "${pids[@]}"; do
    for ((tries = 0; tries < 100; tries++)); do
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.1
    done
    kill -KILL "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  pids=()
}

cleanup() {
  stop_all
  rm -rf "$tmp"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

fail() {
  echo "compare.sh: $*" >&2
  exit 1
}

need_tools() {
  command -v dotnet >/dev/null || fail "dotnet is missing: install the .NET 10 SDK."
  command -v taskset >/dev/null || fail "taskset is missing: install the package util-linux."
  [ "$(nproc)" -ge 2 ] || fail "two cores are needed: one for the server, one for the load."
  [ "$KEYS" -le 1000000 ] || fail "KEYS is '$KEYS'; it can be 1000000 at the most."
  command -v redis-server >/dev/null && return
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    { apt-get update && apt-get install -y --no-install-recommends redis-server; } >"$tmp/apt.log" 2>&1 || true
  fi
  command -v redis-server >/dev/null || fail "redis-server is missing: install it with 'apt-get install redis-server' as root."
}

# Sets port to one that nobody listens on.
take_port() {
  while (exec 3<>"/dev/tcp/127.0.0.1/$next_port") 2>/dev/null; do
    next_port=$((next_port + 1))
  done
  port=$next_port
  next_port=$((next_port + 1))
}

# start NAME PORT COMMAND… runs it in the background until the port answers; its output goes to NAME.log.
start() {
  local name=$1 at=$2
  shift 2
  (cd "$tmp" && exec "$@") >"$tmp/$name.log" 2>&1 </dev/null &
  local pid=$!
  pids+=("$pid")
  pid_of[$name]=$pid
  local tries
  for ((tries = 0; tries < 400; tries++)); do
    (exec 3<>"/dev/tcp/127.0.0.1/$at") 2>/dev/null && return
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.05
  done
  cat "$tmp/$name.log" >&2
  fail "$name did not start; its output stands above."
}

# The generator is compiled in full at once: it has no time to warm up, and shares its core with nobody.
generate() {
  DOTNET_TieredCompilation=0 "$@"
}

load() {
  generate taskset -c "$LOAD_CORE" dotnet "$benchmarks" load --connections "$CONNECTIONS" --keys "$KEYS" "$@"
}

# settings_of SERVERS [DURABILITY] writes a configuration: memory alone, no log file, no line logged but warnings.
settings_of() {
  cat <<JSON
{
  "Herd": { "Listen": "127.0.0.1", "Servers": { $1 } },
  "Journal": { "Durability": "${2:-Memory}" },
  "Places": { "Provider": "Embedded" },
  "Logs": { "Path": null },
  "Logging": { "LogLevel": { "Default": "Warning" } }
}
JSON
}

print_machine() {
  echo "cores    $(nproc) ($(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | head -1))"
  echo "kernel   $(uname -sr)"
  echo "dotnet   SDK $(dotnet --version), runtime $(dotnet --list-runtimes | sed -n 's/^Microsoft.NETCore.App \([^ ]*\).*/\1/p' | tail -1)"
  echo "redis    $(redis-server --version | sed 's/.*v=\([^ ]*\).*/\1/')"
  echo "disk     $(df --output=fstype,source "$tmp" | tail -1 | tr -s ' ')"
  echo "load     $CONNECTIONS connections, $KEYS keys, $ROUNDS rounds of $RUN_SECONDS s; load average before: $(cut -d' ' -f1-3 /proc/loadavg)"
}

start_peers() {
  local pin=(taskset -c "$SERVER_CORE") http_port
  take_port; redis_port=$port
  start redis "$redis_port" "${pin[@]}" redis-server --port "$redis_port" --bind 127.0.0.1 --save '' --appendonly no --daemonize no --dir "$tmp"
  take_port; iamat_port=$port
  take_port; http_port=$port
  settings_of "\"Alford\": { \"Host\": \"127.0.0.1\", \"Port\": $iamat_port, \"HttpPort\": $http_port, \"Neighbours\": [] }" >"$tmp/one.json"
  start server "$iamat_port" "${pin[@]}" dotnet "$server" Alford --config "$tmp/one.json"
  take_port; echo_port=$port
  start echo "$echo_port" "${pin[@]}" dotnet "$benchmarks" echo "$echo_port"
  take_port; inline_port=$port
  start echo-inline "$inline_port" "${pin[@]}" dotnet "$benchmarks" echo-inline "$inline_port"
}

# A rewrite of Redis's log would share its core, so there is none.
start_disk_peers() {
  local pin=(taskset -c "$SERVER_CORE") http_port
  mkdir "$tmp/redis-disk"
  take_port; redis_disk_port=$port
  start redis-disk "$redis_disk_port" "${pin[@]}" redis-server --port "$redis_disk_port" --bind 127.0.0.1 --save '' --appendonly yes \
    --appendfsync always --auto-aof-rewrite-percentage 0 --daemonize no --dir "$tmp/redis-disk"
  take_port; iamat_disk_port=$port
  take_port; http_port=$port
  settings_of "\"Alford\": { \"Host\": \"127.0.0.1\", \"Port\": $iamat_disk_port, \"HttpPort\": $http_port, \"Neighbours\": [] }" Disk >"$tmp/disk.json"
  start server-disk "$iamat_disk_port" "${pin[@]}" dotnet "$server" Alford --config "$tmp/disk.json"
}

# load_target TARGET KEY OPTIONS… sends a target what it understands, with keys at random (%6k) or in order (%6c).
load_target() {
  local target=$1 key=$2
  shift 2
  case $target in
    set) load --port "$redis_port" --expect +OK --template "${set_template//%6k/$key}" "$@" ;;
    set-resp) load --port "$redis_port" --expect +OK --template "${set_resp_template//%6k/$key}" "$@" ;;
    geoadd) load --port "$redis_port" --expect : --template "${geoadd_template//%6k/$key}" "$@" ;;
    iamat) load --port "$iamat_port" --expect 'AT Alford' --template "${iamat_template//%6k/$key}" "$@" ;;
    set-disk) load --port "$redis_disk_port" --expect +OK --template "${set_template//%6k/$key}" "$@" ;;
    iamat-disk) load --port "$iamat_disk_port" --expect 'AT Alford' --template "${iamat_template//%6k/$key}" "$@" ;;
    echo) load --port "$echo_port" --expect IAMAT --template "${iamat_template//%6k/$key}" "$@" ;;
    echo-inline) load --port "$inline_port" --expect IAMAT --template "${iamat_template//%6k/$key}" "$@" ;;
  esac
}

# Ticks of processor time that a target's server has used.
ticks_of() {
  local target=$1
  case $target in
    set | set-resp | geoadd) target=redis ;;
    iamat) target=server ;;
    set-disk) target=redis-disk ;;
    iamat-disk) target=server-disk ;;
  esac
  awk '{ print $14 + $15 }' "/proc/${pid_of[$target]}/stat"
}

# measure TARGETS ROUNDS DEPTHS RESULTS
measure() {
  local targets=$1 rounds=$2 depths=$3 results=$4 target round depth ticks
  for target in $targets; do
    # Every key is there before anything is measured, and .NET has compiled what is hot.
    load_target "$target" %6c --in-flight 16 --requests "$KEYS" >/dev/null || fail "$target: filling failed."
    load_target "$target" %6k --in-flight 16 --seconds "$WARM_UP_SECONDS" >/dev/null || fail "$target: warming up failed."
  done
  for ((round = 1; round <= rounds; round++)); do
    for depth in $depths; do
      for target in $targets; do
        echo "round $round of $rounds, $depth in flight, $target" >&2
        ticks=$(ticks_of "$target")
        load_target "$target" %6k --in-flight "$depth" --seconds "$RUN_SECONDS" --warm-up 20000 --seed "$round" >"$tmp/figures" ||
          fail "$target: $(cat "$tmp/figures")"
        ticks=$(($(ticks_of "$target") - ticks))
        echo "$depth $target $(cat "$tmp/figures") ticks $ticks" >>"$results"
      done
    done
  done
}

# print_results RESULTS BASELINE HEAD
print_results() {
  awk -v "hertz=$(getconf CLK_TCK)" -v "baseline=$2" -v "head=$3" '
    function median(list, n,    values, i, j, swap) {
      n = split(list, values, " ")
      for (i = 1; i <= n; i++)
        for (j = i + 1; j <= n; j++)
          if (values[j] + 0 < values[i] + 0) { swap = values[i]; values[i] = values[j]; values[j] = swap }
      return n % 2 ? values[(n + 1) / 2] : (values[n / 2] + values[n / 2 + 1]) / 2
    }
    {
      key = $1 " " $2
      if (!(key in rates)) order[++rows] = key
      rates[key] = rates[key] " " $4; half[key] = half[key] " " $6; most[key] = most[key] " " $8; worst[key] = worst[key] " " $10
      work[key] = work[key] " " $16 / hertz * 1e6 / $14
    }
    END {
      printf "%-10s %-13s %12s %17s %9s %9s %9s %9s   %s\n", \
        "in flight", "what", "requests/s", head, "p50 us", "p99 us", "max us", "cpu us", "each round"
      for (i = 1; i <= rows; i++) {
        split(order[i], part, " ")
        printf "%-10s %-13s %12.0f %17.2f %9.0f %9.0f %9.0f %9.2f  %s\n", part[1], part[2], median(rates[order[i]]), \
          median(rates[order[i]]) / median(rates[part[1] " " baseline]), \
          median(half[order[i]]), median(most[order[i]]), median(worst[order[i]]), median(work[order[i]]), rates[order[i]]
      }
    }' "$1"
}

measure_herd() {
  local names=(Alford Bolden Hamilton Parker Powell)
  local neighbours=('"Parker", "Powell"' '"Parker", "Powell"' '"Parker"' '"Alford", "Bolden", "Hamilton"' '"Alford", "Bolden"')
  local servers="" http_ports="" line_ports=() i round
  for i in "${!names[@]}"; do
    take_port; line_ports[i]=$port
    take_port
    http_ports+=${http_ports:+,}$port
    servers+=${servers:+, }"\"${names[i]}\": { \"Host\": \"127.0.0.1\", \"Port\": ${line_ports[i]}, \"HttpPort\": $port, \"Neighbours\": [${neighbours[i]}] }"
  done
  settings_of "$servers" >"$tmp/herd.json"
  for i in "${!names[@]}"; do
    start "${names[i]}" "${line_ports[i]}" dotnet "$server" "${names[i]}" --config "$tmp/herd.json"
  done

  # Keys one after another: then updates of one client are far apart, and a link that keeps up sends every one of them.
  local options=(--port "${line_ports[0]}" --http-ports "$http_ports" --connections "$CONNECTIONS" --keys "$KEYS"
    --in-flight "$HERD_IN_FLIGHT" --expect 'AT Alford' --template "${iamat_template//%6k/%6c}")
  generate dotnet "$benchmarks" herd "${options[@]}" --requests $((KEYS * 5)) >"$tmp/figures" || fail "herd: warming up failed. $(cat "$tmp/figures")"
  for ((round = 1; round <= ROUNDS; round++)); do
    echo "round $round of $ROUNDS, herd" >&2
    generate dotnet "$benchmarks" herd "${options[@]}" --requests "$HERD_UPDATES" >"$tmp/figures" || fail "herd: $(cat "$tmp/figures")"
    head -1 "$tmp/figures" >>"$tmp/herd"
  done
}

print_herd() {
  echo "A herd of five processes, unpinned: $HERD_UPDATES IAMAT to Alford, $HERD_IN_FLIGHT in flight, until all five hold the same"
  awk '{ printf "  round %d: %s IAMAT/s, %s/s reached all five; %s s, of which %s s until the last was answered\n", NR, $2, $4, $6, $8 }' "$tmp/herd"
  echo "  median: $(awk '{ print $2 }' "$tmp/herd" | sort -n | sed -n "$(((ROUNDS + 1) / 2))p") IAMAT/s," \
    "$(awk '{ print $4 }' "$tmp/herd" | sort -n | sed -n "$(((ROUNDS + 1) / 2))p")/s reached all five"
  echo "  in the last round:"
  sed -n '2,$s/^/    /p' "$tmp/figures"
}

need_tools
echo "building" >&2
# The benchmarks refer to the server, so both are built.
dotnet build -c Release --nologo -v quiet --disable-build-servers "$here" >"$tmp/build.log" || { cat "$tmp/build.log" >&2; fail "the build failed."; }
unset ASPNETCORE_ENVIRONMENT DOTNET_ENVIRONMENT ASPNETCORE_URLS
print_machine
if [ "$ROUNDS" -gt 0 ]; then
  start_peers
  measure "set set-resp geoadd iamat echo echo-inline" "$ROUNDS" "$IN_FLIGHT" "$tmp/results"
  stop_all
  echo
  print_results "$tmp/results" set "of Redis SET"
fi
if [ "$DISK_ROUNDS" -gt 0 ]; then
  start_disk_peers
  measure "set-disk iamat-disk" "$DISK_ROUNDS" "$DISK_IN_FLIGHT" "$tmp/results-disk"
  stop_all
  echo
  print_results "$tmp/results-disk" set-disk "of Redis, synced"
fi
if [ "$HERD_UPDATES" -gt 0 ] && [ "$ROUNDS" -gt 0 ]; then
  measure_herd
  stop_all
  echo
  print_herd
fi
