#!/bin/bash
# Builds a CPU-only Ollama server from the Go module proxy alone: no package
# manager, no GitHub, no cmake. usage: build.sh [DIR]; writes DIR/bin/ollama.
set -euo pipefail
version=v0.17.4
case $(uname) in
Darwin) cache=$HOME/Library/Caches ;;
*) cache=${XDG_CACHE_HOME:-$HOME/.cache} ;;
esac
dir=${1:-${EAIO_OLLAMA_DIR:-$cache/eaio/ollama-$version}}
if [ -x "$dir/bin/ollama" ]; then
  echo "$dir/bin/ollama is there already"
  exit
fi
mkdir -p "$dir/include"/{nlohmann,stb,miniaudio}
dir=$(cd "$dir" && pwd)
cd "$dir" # outside the module, whose versions are not meant

# Modules leave out folders named vendor, and with them three headers. Other
# modules carry the same files elsewhere.
module() { go mod download -json "$1" | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p'; }
older=$(module github.com/ollama/ollama@v0.6.5)
audio=$(module github.com/gen2brain/malgo@v0.11.24)
cp -f "$older/llama/llama.cpp/common/json.hpp" include/nlohmann/json.hpp
printf '#pragma once\n#include "json.hpp"\n' > include/nlohmann/json_fwd.hpp
cp -f "$older/llama/llama.cpp/common/stb_image.h" include/stb/stb_image.h
cp -f "$audio/miniaudio.h" include/miniaudio/miniaudio.h

arch=""
if grep -qw avx2 /proc/cpuinfo 2>/dev/null && grep -qw fma /proc/cpuinfo; then arch=-march=x86-64-v3; fi
export CGO_ENABLED=1 CGO_CFLAGS="-O2 $arch" CGO_CXXFLAGS="-O2 $arch -I$dir/include"
# Named only when it is whole: an interrupted build must not look finished.
GOBIN=$dir/build go install -ldflags "-s -w -X github.com/ollama/ollama/version.Version=${version#v}" "github.com/ollama/ollama@$version"
mkdir -p "$dir/bin" && mv "$dir/build/ollama" "$dir/bin/ollama"
ls -l "$dir/bin/ollama"
