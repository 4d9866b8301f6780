#!/bin/sh
# Says the time every two seconds, and goodbye when asked to stop.
trap 'echo "stopping"; exit 0' TERM
while :; do
  echo "it is $(date +%H:%M:%S)"
  sleep 2 &
  wait $!
done
