#!/bin/sh
# Compiles libTorchBridge.so when it is missing or older than its sources; says nothing when there is nothing to do.
# Needs CMake, g++ and LibTorch (Debian: cmake g++ libtorch-dev libopenblas0-pthread); installs nothing.
# Another LibTorch: CMAKE_PREFIX_PATH=/path/to/libtorch ./build.sh
set -eu
cd "$(dirname "$0")"
mkdir -p build

# Two builds at the same time (several projects, several consoles) must not disturb each other.
exec 9> build/.lock
flock 9

library=build/libTorchBridge.so
if [ -f "$library" ] && [ -z "$(find . -maxdepth 1 -type f -newer "$library")" ]; then
  exit 0
fi

for tool in cmake g++; do
  command -v "$tool" > /dev/null || {
    echo "The offline TorchSharp needs $tool: apt-get install cmake g++ libtorch-dev libopenblas0-pthread" >&2
    exit 1
  }
done

echo "Compiling the bridge to LibTorch (about a minute)"
if ! { cmake -S . -B build/cmake && cmake --build build/cmake --parallel 2; } > build/log.txt 2>&1; then
  tail -n 20 build/log.txt >&2
  echo "The bridge to LibTorch did not compile. Is LibTorch there (Debian: apt-get install libtorch-dev libopenblas0-pthread)?" >&2
  exit 1
fi
cp build/cmake/libTorchBridge.so "$library.new"
mv "$library.new" "$library"
