# Sourced by run.sh and test.sh: brings a Debian or Ubuntu machine with a .NET SDK to where the repository builds.
# Silent when nothing is to be done. ROOT is the repository's folder; options such as -p:Packages=nuget are looked at.

say() { printf '%s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

require_dotnet() {
  command -v dotnet > /dev/null || PATH="$PATH:$HOME/.dotnet"
  command -v dotnet > /dev/null || fail "The .NET SDK 10 is needed, see https://dotnet.microsoft.com/download."
  dotnet --list-sdks | grep -qE '^[1-9][0-9]\.' || fail "The .NET SDK 10 is needed; this machine has: $(dotnet --list-sdks | cut -d' ' -f1 | xargs)."
  export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
}

# The native part of the TorchSharp package is compiled with GCC 13 and needs its C++ library (Debian 13, Ubuntu 24.04).
native_torch_loads() {
  local library
  library=$(PATH="$PATH:/usr/sbin:/sbin" ldconfig -p | sed -n 's/.*libstdc++\.so\.6 .*x86-64.* => //p' | head -n 1)
  [ -n "$library" ] && grep -q 'GLIBCXX_3\.4\.32' "$library"
}

# nuget, offline-torch or offline: what the options or the environment say, else what was remembered, else what the NuGet source has.
choose_packages() {
  local option choice="$ROOT/build/Packages.choice.props" log wanted=nuget
  PACKAGES=${Packages:-}
  for option in "$@"; do
    case $option in
      [-/]p:Packages=* | --property:Packages=* | -property:Packages=*) PACKAGES=${option#*=} ;;
    esac
  done
  if [ -z "$PACKAGES" ] && [ -f "$choice" ]; then
    PACKAGES=$(sed -n 's:.*<Packages>\(.*\)</Packages>.*:\1:p' "$choice")
  fi
  [ -z "$PACKAGES" ] || return 0

  native_torch_loads || wanted=offline-torch
  say "Asking the NuGet source for Microsoft.ML and TorchSharp (once)"
  log=$(mktemp)
  if dotnet restore "$ROOT/build/AskSource" -p:Packages=$wanted --force > "$log" 2>&1; then
    PACKAGES=$wanted
    case $wanted in
      nuget) say "It has them: the real packages are used." ;;
      *) say "It has them, but the native part of TorchSharp needs a later C++ library than this system's: its stand-in in offline/ is used." ;;
    esac
  elif grep -qE 'NU1101|NU1102|NU1103' "$log"; then
    PACKAGES=offline
    say "It lacks some: the stand-ins in offline/ are used. To ask again, delete build/Packages.choice.props."
  else
    # No answer is no "no": go on without the packages this time and ask again the next.
    say "It did not answer: the stand-ins in offline/ are used this time."
    export Packages=offline
    PACKAGES=offline
  fi
  [ -n "${Packages:-}" ] || echo "<Project><PropertyGroup><Packages>$PACKAGES</Packages></PropertyGroup></Project>" > "$choice"
  rm -f "$log"
}

# The TorchSharp in offline/ stands on the system's LibTorch and a bridge that is compiled here.
prepare_offline() {
  local package missing="" log sudo=""
  if command -v dpkg-query > /dev/null; then
    for package in libtorch-dev libopenblas0-pthread cmake g++ make; do
      dpkg-query -W -f='${Status}' "$package" 2> /dev/null | grep -q 'install ok installed' || missing="$missing $package"
    done
  fi
  if [ -n "$missing" ]; then
    [ "$(id -u)" = 0 ] || sudo=sudo
    say "Installing$missing"
    log=$(mktemp)
    # shellcheck disable=SC2086 # the names are separate words
    if ! { $sudo apt-get update && $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing; } > "$log" 2>&1; then
      tail -n 20 "$log" >&2
      fail "Could not install$missing; the offline TorchSharp needs them."
    fi
    rm -f "$log"
  fi
  "$ROOT/offline/TorchSharp/native/build.sh" >&2
}

require_dotnet
choose_packages "$@"
[ "$PACKAGES" = nuget ] || prepare_offline
