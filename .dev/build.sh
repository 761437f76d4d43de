# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154  # `dev` and its parts share their variables
# Building with CMake and Ninja, one directory a preset.

preset_names='release, asan, tsan, fuzz'

# preset_options PRESET: sets the array options.
preset_options() {
  options=(-G Ninja -DTRUNKLINE_WERROR=ON)
  case $1 in
    release | bench) options+=(-DCMAKE_BUILD_TYPE=Release) ;;
    asan) options+=(-DCMAKE_BUILD_TYPE=Debug '-DCMAKE_CXX_FLAGS_DEBUG=-O1 -g1'
      "-DTRUNKLINE_SANITIZE=address,undefined") ;;
    tsan) options+=(-DCMAKE_BUILD_TYPE=Debug '-DCMAKE_CXX_FLAGS_DEBUG=-O1 -g1'
      -DTRUNKLINE_SANITIZE=thread) ;;
    # Nothing but the fuzz targets: clang 14 has no coroutines with GCC's library.
    fuzz) options+=(-DCMAKE_BUILD_TYPE=Debug '-DCMAKE_CXX_FLAGS_DEBUG=-O1 -g1'
      -DCMAKE_CXX_COMPILER=clang++-14 "-DTRUNKLINE_SANITIZE=address,undefined"
      -DTRUNKLINE_FUZZ=ON) ;;
    *) refuse "There is no preset '$1': choose from $preset_names." ;;
  esac
}

# configure PRESET: only when it was not done yet, or otherwise. Ninja sees to changes in the files.
# `bench` is a project of its own, with what only benchmarks need.
configure() {
  local directory=build/$1 source=$PWD options wanted
  [ "$1" != bench ] || source=$PWD/bench
  preset_options "$1"
  wanted=$(printf '%s\n' "$PWD" "${options[@]}")
  if [ -f "$directory/build.ninja" ] &&
    [ "$(cat "$directory/configured" 2>/dev/null)" = "$wanted" ]; then
    return
  fi
  # A cache of another place, as after the checkout was moved, cannot be used.
  if [ -f "$directory/CMakeCache.txt" ] &&
    ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$source" "$directory/CMakeCache.txt"; then
    rm -rf -- "$directory"
  fi
  mkdir -p "$directory"
  detail "Configuring $directory"
  cmake -S "$source" -B "$directory" "${options[@]}" >"$directory/configure.log" 2>&1 || {
    rm -f "$directory/configured"
    show_tail "$directory/configure.log" 30
    fail "CMake could not configure $directory."
  }
  printf '%s\n' "$wanted" >"$directory/configured"
}

# build_jobs: one a core, and no more than memory allows at 1.5 GB each (the gRPC headers).
build_jobs() {
  local cores memory
  if [ -n "${CMAKE_BUILD_PARALLEL_LEVEL:-}" ]; then
    printf '%s\n' "$CMAKE_BUILD_PARALLEL_LEVEL"
    return
  fi
  cores=$(nproc)
  memory=$(awk '/^MemAvailable:/ { print int($2 / 1500000) }' /proc/meminfo)
  if [ "$memory" -lt "$cores" ]; then cores=$memory; fi
  if [ "$cores" -lt 1 ]; then cores=1; fi
  printf '%s\n' "$cores"
}

# build PRESET [TARGET...]
build() {
  local preset=$1 jobs
  shift
  # Precompiled headers go through ccache only with these.
  export CCACHE_SLOPPINESS=${CCACHE_SLOPPINESS:-pch_defines,time_macros}
  configure "$preset"
  jobs=$(build_jobs)
  if [ -t 1 ]; then
    ninja -C "build/$preset" -j "$jobs" "$@" || fail "The build in build/$preset failed."
  else
    ninja -C "build/$preset" -j "$jobs" "$@" | sparsely ||
      fail "The build in build/$preset failed."
  fi
}

# sparsely: of Ninja's status lines one each tenth of the way, and every other line.
sparsely() {
  local line tenth last=-1
  while IFS= read -r line; do
    if [[ $line =~ ^\[([0-9]+)/([0-9]+)\] ]]; then
      tenth=$((10 * BASH_REMATCH[1] / BASH_REMATCH[2]))
      [ "$tenth" = "$last" ] || printf '      %s\n' "$line"
      last=$tenth
    elif [[ $line != 'ninja: Entering directory'* ]]; then
      printf '%s\n' "$line"
    fi
  done
}

build_programs() { build release trunkline-gateway trunkline-backend descriptors; }
