#!/bin/sh
# Takes four more megabytes three times a second, and lets go of them only by ending.
trap 'echo "recycled: leaving in order"; exit 0' TERM
block=$(head -c 4000000 /dev/zero | tr '\0' x)
number=0
while :; do
  number=$((number + 1))
  eval "hoard_$number=\$block"
  echo "holding $((number * 4)) MB"
  sleep 0.3
done
