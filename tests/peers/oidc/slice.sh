#!/usr/bin/env bash
# Consent and its keeping against a real OpenID provider: slice.sh BUILD_FOLDER, ends with "N passed, N failed". Its
# packages are kept in BUILD_FOLDER/peers/oidc.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=$(cd "${1:?usage: slice.sh BUILD_FOLDER}" && pwd)
program=$build/tests/peers/oidc_live_test
[ -x "$program" ] || {
  echo "slice.sh: $program is not built" >&2
  echo "0 passed, 1 failed"
  exit 1
}
log=$(mktemp)
trap 'rm -f "$log"' EXIT
"$here/with-peer" "$build/peers/oidc" "$program" 2>&1 | tee "$log"
status=${PIPESTATUS[0]}
passed=$(grep -c '^\[       OK \]' "$log")
failed=$(grep -c '^\[  FAILED  \].* ms)$' "$log")
# No test that ran and failed, and yet no success: the provider could not be started, or the program died.
if [ "$status" != 0 ] && [ "$failed" = 0 ]; then failed=1; fi
if [ "$passed" = 0 ] && [ "$failed" = 0 ]; then failed=1; fi
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
