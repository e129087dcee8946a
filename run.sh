#!/usr/bin/env bash
# Runs the quick start: ./run.sh, or ./run.sh table.csv to fit a table of your own.
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$ROOT/build/setup.sh"

exec dotnet run --project "$ROOT/samples/QuickStart" -c Release -v quiet -- "$@"
