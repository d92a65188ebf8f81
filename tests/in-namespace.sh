#!/usr/bin/env bash
# Runs a command in a network namespace of its own: loopback, and one address that is not loopback with a default route, because
# Firefox, libnice and aioice never offer 127.0.0.1. Needs root; without it, a user namespace. Usage: in-namespace.sh COMMAND...
set -euo pipefail
if [ "$(id -u)" -ne 0 ]; then exec unshare --user --map-root-user --net "$0" --inside "$@"; fi
if [ "${1:-}" != --inside ]; then exec unshare --net "$0" --inside "$@"; fi
shift
ip link set lo up
ip link add v0 type veth peer name v1
ip addr add 10.77.0.1/24 dev v0
ip link set v0 up
ip link set v1 up
ip route add default via 10.77.0.2
exec "$@"
