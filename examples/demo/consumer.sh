#!/bin/sh
# Works through an endless queue; on SIGTERM it finishes the job at hand first.
stop=no
trap 'stop=yes' TERM
job=0
while [ $stop = no ]; do
  job=$((job + 1))
  sleep 3 &
  wait $! || wait $!
  echo "consumer $1 has done job $job"
done
echo "consumer $1 leaves with nothing half done"
