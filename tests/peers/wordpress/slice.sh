#!/bin/bash
# The WordPress channel against a real WordPress: slice.sh BUILD_FOLDER, ends with "N passed, N failed".
set -u
build=${1:?usage: slice.sh BUILD_FOLDER}
build=$(cd "$build" && pwd)
program=$build/connectors/wordpress/live/wordpress_live_test
[ -x "$program" ] || { echo "slice.sh: $program isn't built" >&2; echo "0 passed, 1 failed"; exit 1; }
log=$(mktemp)
trap 'rm -f "$log"' EXIT
AMENDS_PEER_FOLDER=$build/peers "$(dirname "$0")/with-peer" "$program" 2>&1 | tee "$log"
status=${PIPESTATUS[0]}
passed=$(grep -c '^\[       OK \]' "$log")
failed=$(grep -c '^\[  FAILED  \].* ms)$' "$log")
# No test that ran and failed, and yet no success: it could not be started, or it died.
if [ "$status" != 0 ] && [ "$failed" = 0 ]; then failed=1; fi
if [ "$passed" = 0 ] && [ "$failed" = 0 ]; then failed=1; fi
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
