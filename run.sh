#!/usr/bin/env bash
# Runs the quick start; with arguments the command flows: ./run.sh fit table.csv
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$ROOT/build/setup.sh"

project=samples/QuickStart
if [ $# != 0 ]; then project=src/Microsoft.ML.NormalizingFlows.Tool; fi
exec dotnet run --project "$ROOT/$project" -c Release -v quiet -- "$@"
