# Sourced by run.sh and test.sh: finds the .NET SDK, or says in one sentence what is missing.

fail() { printf '%s\n' "$*" >&2; exit 1; }

command -v dotnet > /dev/null || PATH="$PATH:$HOME/.dotnet"
command -v dotnet > /dev/null || fail "The .NET SDK 10 is needed, see https://dotnet.microsoft.com/download."
dotnet --list-sdks | grep -qE '^[1-9][0-9]\.' || fail "The .NET SDK 10 is needed; this machine has: $(dotnet --list-sdks | cut -d' ' -f1 | xargs)."
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
