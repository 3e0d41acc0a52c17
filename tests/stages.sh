# Shared by tests/run and tests/full, sourced after packaging/lib.sh: runs stages, adds up what passed and failed.

passed=0 failed=0 ok=1
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# stage TITLE COMMAND…: says what runs and how long it took. `ok` tells how it went; only a failure counts, once. Never
# call it under `if` or `||`: bash would ignore `set -e` in everything the command does.
stage() {
  local title=$1 start=$SECONDS status
  shift
  say "== $title"
  set +e
  (
    set -e
    "$@"
  )
  status=$?
  set -e
  ok=1
  if [ "$status" != 0 ]; then
    ok=0
    failed=$((failed + 1))
  fi
  say "== $title: exit $status after $((SECONDS - start)) s"
}

# Adds the counts on the last line of the kind "N passed, N failed" in the log; a stage that prints none counts as one.
count() {
  local status=$1 line
  line=$(grep -E '^[0-9]+ passed, [0-9]+ failed' "$log" | tail -n 1 || true)
  if [[ $line =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed ]]; then
    passed=$((passed + BASH_REMATCH[1]))
    failed=$((failed + BASH_REMATCH[2]))
    if [ "$status" != 0 ] && [ "${BASH_REMATCH[2]}" = 0 ]; then failed=$((failed + 1)); fi
  elif [ "$status" = 0 ]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
  fi
}

# counted TITLE COMMAND…: like stage, but the command's own counts are added up.
counted() {
  local title=$1 start=$SECONDS status
  shift
  say "== $title"
  set +e
  (
    set -e
    "$@"
  ) 2>&1 | tee "$log"
  status=${PIPESTATUS[0]}
  set -e
  count "$status"
  say "== $title: exit $status after $((SECONDS - start)) s"
}

# tests_of PRESET [REGEX]: ctest, two at a time. A name that only one build knows is no failure of the other.
tests_of() {
  local start=$SECONDS status line total bad
  say "== tests $1"
  set +e
  (cd "$root" && ctest --preset "$1" --parallel 2 --no-tests=error ${2:+-R "$2"}) 2>&1 | tee "$log" | quieter
  status=${PIPESTATUS[0]}
  set -e
  line=$(grep -E '^[0-9]+% tests passed, [0-9]+ tests failed out of [0-9]+' "$log" | tail -n 1 || true)
  if [[ $line =~ ,\ ([0-9]+)\ tests\ failed\ out\ of\ ([0-9]+) ]]; then
    bad=${BASH_REMATCH[1]} total=${BASH_REMATCH[2]}
    passed=$((passed + total - bad))
    failed=$((failed + bad))
    if [ "$status" != 0 ] && [ "$bad" = 0 ]; then failed=$((failed + 1)); fi
  elif [ -n "${2:-}" ] && grep -q 'No tests were found' "$log"; then
    say "no test here has a name like $2"
  else
    failed=$((failed + 1))
  fi
  say "== tests $1: exit $status after $((SECONDS - start)) s"
}

# Passing tests are many: one line in a hundred says that it goes on; failures and the summary stay whole.
quieter() {
  awk '/^ *[0-9]+\/[0-9]+ Test .* Passed /  { if (++n % 100 == 0) { print; fflush() } next }
       /^ +Start +[0-9]+:/                  { next }
                                            { print; fflush() }'
}

# slices BUILD_FOLDER: every executable tests/*/slice, which gets the build folder and ends with "N passed, N failed".
slices() {
  local slice
  for slice in "$root"/tests/*/slice; do
    [ -x "$slice" ] || continue
    counted "slice ${slice#"$root/tests/"}" "$slice" "$root/$1"
  done
}

finish() {
  say ""
  echo "$passed passed, $failed failed"
  [ "$failed" = 0 ] && [ "$passed" -gt 0 ] || exit 1
  exit 0
}
