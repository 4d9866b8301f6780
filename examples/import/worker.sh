#!/bin/sh
# Says what it was given, then works until it is stopped.
echo "$* with port ${PORT:-none} and level ${LEVEL:-none}"
exec sleep infinity
