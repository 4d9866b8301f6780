#!/bin/sh
# Takes four more megabytes three times a second, and lets go of them only by ending.
trap 'echo "recycled: leaving in order"; exit 0' TERM
block=$(head -c 4000000 /dev/zero | tr '\0' x)
hoard=
while :; do
  hoard=$hoard$block
  echo "holding ${#hoard} bytes"
  sleep 0.3
done
