#!/usr/bin/env bash
# Builds the Dockerfile without any container registry and checks the image as PID 1.
#
# The two bases are made here: BASE from Debian's packages by debootstrap, BUILD from BASE and the node
# and npm of this machine. Needs root and: apt-get install buildah podman runc debootstrap catatonit.
# Storage is a folder of its own with the vfs driver, so nothing of the machine's images is touched.
# BASE_TREE=FOLDER takes a root file system made before, IMAGE_KEEP=1 leaves everything in place.
set -euo pipefail
cd "$(dirname "$0")/../.."

work=$(mktemp -d /var/tmp/runner-image-XXXXXX)
storage=(--root "$work/storage" --runroot "$work/run" --storage-driver vfs)
containers=()
passed=0 failed=0

finish() {
  local name
  [ ! -f "$work/pod.yaml" ] || pod kube down "$work/pod.yaml" >/dev/null 2>&1 || true
  for name in "${containers[@]}"; do pod rm -f -t 0 "$name" >/dev/null 2>&1 || true; done
  [ -n "${IMAGE_KEEP:-}" ] || rm -rf "$work"
}
trap finish EXIT

build() { buildah --log-level error "${storage[@]}" "$@"; }
pod() { podman --log-level error "${storage[@]}" --cgroup-manager cgroupfs --runtime runc "$@"; }
say() { printf 'image: %s\n' "$*"; }

# check NAME COMMAND...: counts whether the command succeeds.
check() {
  local name=$1
  shift
  if "$@"; then passed=$((passed + 1)) && say "ok: $name"; else failed=$((failed + 1)) && say "NOT ok: $name"; fi
}

# within SECONDS COMMAND...: waits until the command succeeds.
within() {
  local end=$((SECONDS + $1))
  shift
  until "$@"; do [ "$SECONDS" -lt "$end" ] || return 1; sleep 0.1; done
}

make_bases() {
  local tree=${BASE_TREE:-$work/tree} suite container
  # shellcheck disable=SC1091
  suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
  [ -d "$tree" ] || debootstrap --variant=minbase "$suite" "$tree" >"$work/debootstrap.log"
  container=$(build from scratch)
  build add -q "$container" "$tree" / >/dev/null
  build commit -q "$container" localhost/base >/dev/null
  # The build stage asks npm: it gets the certificates this machine trusts along with its node.
  build add -q "$container" "$(readlink -f "$(command -v node)")" /usr/local/bin/node >/dev/null
  build add -q "$container" "$(npm root -g --loglevel=error)/npm" /usr/local/lib/node_modules/npm >/dev/null
  build add -q "$container" /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt >/dev/null
  build config --env NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt "$container"
  build run --isolation chroot "$container" -- sh -c 'for name in npm npx; do
    ln -s "../lib/node_modules/npm/bin/$name-cli.js" "/usr/local/bin/$name"; done'
  build commit -q --rm "$container" localhost/build >/dev/null
}

make_image() {
  build build -q --isolation chroot --network host \
    --build-arg BUILD=localhost/build --build-arg BASE=localhost/base -t localhost/runner . >/dev/null
}

# No network, and limits below those of this shell: a virtual machine may not let them be raised.
# runc, because crun refuses machines that have cgroups of both versions.
run() {
  pod run --network none --ulimit nofile=1024:1024 --ulimit nproc=1024:1024 "$@"
}

write_manifest() {
  cat >"$work/runner.toml" <<'MANIFEST'
[http]
port = "127.0.0.1:9001"

[program.worker]
command = ["sh", "-c", "trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.1; done"]

[program.orphans]
command = ["sh", "-c", "while :; do (sleep 0.05 &); sleep 0.1; done"]
MANIFEST
  cat >"$work/ends.toml" <<'MANIFEST'
[runner]
shutdown_when = "all-exited"

[program.job]
command = ["sh", "-c", "exit 7"]
autorestart = false
MANIFEST
  cat >"$work/pod.toml" <<'MANIFEST'
[runner]
log_format = "json"

[unix_http_server]
file = "/run/runner/runner.sock"

[program.web]
command = ["sh", "-c", "echo here is web; exec sleep 1000"]
log_format = "json"
stdout_logfile = "NONE"
stderr_logfile = "NONE"
max_memory = "25%"

[program.greedy]
command = ["sh", "-c", "echo greedy begins; x=$(head -c 400000000 /dev/zero | tr '\\0' x); echo never"]
log_format = "json"
stdout_logfile = "NONE"
stderr_logfile = "NONE"
autorestart = false
startsecs = 0
startretries = 0
MANIFEST
}

start() { # NAME: as a user of the image would, from its own ENTRYPOINT and CMD
  containers+=("$1")
  run -d --name "$1" -v "$work/runner.toml:/etc/runner/runner.toml:ro" localhost/runner >/dev/null
}

# As a cluster runs it: any user, nothing writable but two folders in memory, and a limit.
start_locked() { # NAME
  containers+=("$1")
  run -d --name "$1" --memory 256m --memory-swap 256m --read-only --read-only-tmpfs=false --cap-drop all \
    --security-opt no-new-privileges --user 12345:0 --tmpfs /run/runner:mode=1777,notmpcopyup \
    -v "$work/pod.toml:/etc/runner/runner.toml:ro" localhost/runner >/dev/null
}

inside() { pod exec "$@" 2>&1; }
status_of() { pod inspect -f '{{.State.ExitCode}}' "$1"; }
# All of it is read first: a grep that ends early would break the pipe of what it reads from.
logged() { local all; all=$(pod logs "$1" 2>&1); [[ $all == *"$2"* ]]; }
is_pid_1() { [ "$(inside "$1" cat /proc/1/comm)" = runner ]; }
is_not_root() { inside "$1" grep -qE '^Uid:\s+65532\s' /proc/1/status; }
has_no_zombie() { ! inside "$1" sh -c 'cat /proc/[0-9]*/stat 2>/dev/null' | grep -q ') Z '; }
exits_with() { local want=$1 got=0; shift; "$@" >/dev/null 2>&1 || got=$?; [ "$got" -eq "$want" ]; }
can_write() { inside "$1" sh -c 'touch /var/log/runner/a /run/runner/a && ! touch /usr/local/bin/runner 2>/dev/null'; }

# answers NAME PATH WANTED: what the control port says over TCP, asked by bash's own sockets.
answers() {
  [[ "$(inside "$1" bash -c "exec 3<>/dev/tcp/127.0.0.1/9001
    printf 'GET $2 HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3; head -n 1 <&3")" == *" $3 "* ]]
}
has_any_user() { inside "$1" grep -qE '^Uid:\s+12345\s' /proc/1/status; }
is_read_only() { ! inside "$1" sh -c 'touch /var/log/runner/a' >/dev/null 2>&1; }
says_json() { logged "$1" '"program":"web","process":"web:web","stream":"stdout","message":"here is web"'; }
# A quarter of 256 MB, and the limit itself.
knows_limit() {
  local plan
  plan=$(inside "$1" runner check /etc/runner/runner.toml)
  [[ $plan == *"64MB, then restart"* && $plan == *"256MB"* ]]
}
survives_oom() {
  logged "$1" '"message":"greedy begins"' && logged "$1" 'greedy (terminated by SIGKILL' && is_pid_1 "$1" &&
    [[ "$(inside "$1" runner status)" == *RUNNING* ]]
}
# What tini does, by the same binary: the child's status, and 128+n of a signal.
execs() { run --rm --entrypoint runner localhost/runner exec -- sh -c "$1"; }

# The pod that `runner export` makes of the manifest, played as a cluster would: its accounts, mounts and limits.
play_export() {
  printf '[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]\n' >"$work/containers.conf"
  run --rm -v "$work/runner.toml:/etc/runner/runner.toml:ro" --entrypoint runner localhost/runner \
    export kubernetes /etc/runner/runner.toml --one-pod --image localhost/runner:latest >"$work/pod.yaml" &&
    CONTAINERS_CONF="$work/containers.conf" pod kube play --network none "$work/pod.yaml" >/dev/null
}
played=runner-pod-0-runner
is_locked() { is_not_root "$played" && ! inside "$played" touch /here >/dev/null 2>&1; }
can_write_as_exported() { inside "$played" touch /run/runner/a /var/log/runner/a /tmp/a; }

# Zombies come and go; only one that is still there after many looks is a missed one.
reaps() { local i; for i in 1 2 3; do sleep 0.5; has_no_zombie "$1" && return; done; return 1; }

stops_gracefully() {
  local begin=$SECONDS
  pod stop -t 20 "$1" >/dev/null
  [ $((SECONDS - begin)) -lt 8 ] && [ "$(status_of "$1")" -eq 0 ] && logged "$1" bye
}

exits_gracefully() { pod stop -t 20 "$1" >/dev/null && [ "$(status_of "$1")" -eq 0 ]; }

say "making the bases"
make_bases
say "building the image"
make_image
write_manifest
check "version answers" run --rm localhost/runner version
check "the failure of a finished pool is the exit status" exits_with 7 \
  run --rm -v "$work/ends.toml:/etc/runner/runner.toml:ro" localhost/runner
check "a missing manifest is exit 2" exits_with 2 run --rm localhost/runner
check "it starts" start pool
check "a program's output reaches the container's log" within 10 logged pool up
check "runner is PID 1" is_pid_1 pool
check "it is not root" is_not_root pool
check "it may write logs and its socket, and not its own binary" can_write pool
check "any other user in group 0 may write there, too" run --rm --user 12345:0 --entrypoint sh localhost/runner \
  -c 'touch /var/log/runner/a /run/runner/a'
check "orphans are reaped" reaps pool
check "/healthz answers over TCP" within 5 answers pool /healthz 200
check "/readyz answers over TCP" within 5 answers pool /readyz 200
check "stop is graceful, exit 0" stops_gracefully pool
check "it starts with any user, a read-only root, no capabilities and a memory limit" start_locked locked
check "a program's output is JSON with its name" within 10 says_json locked
check "it runs as the user it was given" has_any_user locked
check "nothing else can be written" is_read_only locked
check "the limit of the container is known, and 25% is of it" knows_limit locked
check "a program killed for want of memory is told of, the rest goes on" within 20 survives_oom locked
check "stop is graceful there, too" exits_gracefully locked
check "the exported pod is taken" play_export
check "its programs run" within 10 logged "$played" up
check "it is not root, and its root is read-only" is_locked
check "it may write where the export says" can_write_as_exported
check "its runner is ready" within 10 answers "$played" /readyz 200
check "it stops gracefully" stops_gracefully "$played"
check "exec gives the status of its command" exits_with 7 execs 'exit 7'
check "exec gives 128+n after a signal" exits_with 143 execs 'kill -TERM $$'
[ "$failed" -eq 0 ] || pod logs locked 2>&1 | tail -n 30
[ "$failed" -eq 0 ] || pod logs pool 2>&1 | tail -n 30
size=$(pod image inspect -f '{{.Size}}' localhost/runner)
say "the image has $((size / 1000000)) MB, its base $(($(pod image inspect -f '{{.Size}}' localhost/base) / 1000000)) MB"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
