#!/bin/sh
# Writes twenty lines twice a second.
line=0
while :; do
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    line=$((line + 1))
    echo "line $line of a program that cannot stop talking about itself and its work"
  done
  sleep 0.5
done
