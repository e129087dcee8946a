#!/usr/bin/env bash
# Runs the tests; options go to dotnet test: ./test.sh --filter Category=Golden
# VECTORS=128 ./test.sh holds the managed engine to vectors of 128 bits, as ARM has them; VECTORS=256 likewise.
# The last line says how many passed, failed and were skipped.
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$ROOT/build/setup.sh"

case "${VECTORS:-}" in
  "" | 512) ;;
  256) export DOTNET_EnableAVX512=0 ;;
  128) export DOTNET_PreferredVectorBitWidth=128 ;;
  *) fail "VECTORS is '$VECTORS', but must be 128, 256 or 512." ;;
esac
configuration=(-c Release)
for option in "$@"; do
  case $option in -c | --configuration*) configuration=() ;; esac
done

results="$ROOT/TestResults"
rm -rf "$results"
status=0
dotnet test "$ROOT/Microsoft.ML.NormalizingFlows.sln" "${configuration[@]}" --nologo -v quiet \
  --logger "console;verbosity=minimal" --logger trx --results-directory "$results" "$@" || status=$?

# <Counters total="9" executed="8" passed="7" failed="1" ...>; a skipped test is counted, but not executed.
sum() {
  find "$results" -name '*.trx' -exec sed -n "s/.*<Counters .*\b$1=\"\([0-9]*\)\".*/\1/p" {} + 2> /dev/null |
    awk '{ n += $1 } END { print n + 0 }' || true
}
total=$(sum total) executed=$(sum executed) passed=$(sum passed)
failed=$((executed - passed))
if [ "$status" = 0 ] && { [ "$executed" = 0 ] || [ "$failed" != 0 ]; }; then
  status=1
fi

echo "$passed passed, $failed failed, $((total - executed)) skipped"
exit "$status"
