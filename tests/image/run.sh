#!/usr/bin/env bash
# Builds the Dockerfile without any container registry and checks the image as PID 1.
#
# The two bases are made here: BASE from Debian's packages by debootstrap, BUILD from BASE and the node
# and npm of this machine. Needs root and: apt-get install buildah podman runc debootstrap.
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
}

start() { # NAME: as a user of the image would, from its own ENTRYPOINT and CMD
  containers+=("$1")
  run -d --name "$1" -v "$work/runner.toml:/etc/runner/runner.toml:ro" localhost/runner >/dev/null
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

# Zombies come and go; only one that is still there after many looks is a missed one.
reaps() { local i; for i in 1 2 3; do sleep 0.5; has_no_zombie "$1" && return; done; return 1; }

stops_gracefully() {
  local begin=$SECONDS
  pod stop -t 20 "$1" >/dev/null
  [ $((SECONDS - begin)) -lt 8 ] && [ "$(status_of "$1")" -eq 0 ] && logged "$1" bye
}

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
check "orphans are reaped" reaps pool
check "stop is graceful, exit 0" stops_gracefully pool
[ "$failed" -eq 0 ] || pod logs pool 2>&1 | tail -n 30
size=$(pod image inspect -f '{{.Size}}' localhost/runner)
say "the image has $((size / 1000000)) MB, its base $(($(pod image inspect -f '{{.Size}}' localhost/base) / 1000000)) MB"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
