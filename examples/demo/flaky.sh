#!/bin/sh
# Crashes after four seconds.
echo "here I am again"
sleep 4
echo "something is wrong" >&2
exit 1
