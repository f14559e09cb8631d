# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# shellcheck shell=bash
#
# Shared by the scripts here: finding an LLVM, installing what is missing,
# building. Sourced, not run. Messages go to stderr.

set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# The LLVM versions that the module is tested with, best first.
supported=(22 19 16)
jobs=${WDM_JOBS:-$(nproc 2>/dev/null || echo 2)}

say() { printf '%s\n' "$*" >&2; }
fail() {
  say "error: $*"
  exit 2
}

installed() {
  [ "$(dpkg-query -W -f '${db:Status-Abbrev}' "$1" 2>/dev/null)" = 'ii ' ]
}

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    fail "need root to run '$*', and there is no sudo; run it yourself"
  fi
}

apt_updated=
update_packages() {
  [ -z "$apt_updated" ] || return 0
  as_root apt-get update -qq >&2 ||
    fail "apt-get update failed; see above. Is there a network?"
  apt_updated=1
}

# need_packages NAME... installs what is not there yet, and touches nothing
# when nothing is missing.
need_packages() {
  local missing=() name
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    say "note: no Debian here; taking for granted that these are installed" \
      "in some form: $*"
    return 0
  fi
  for name in "$@"; do
    installed "$name" || [[ " ${missing[*]-} " == *" $name "* ]] ||
      missing+=("$name")
  done
  [ ${#missing[@]} != 0 ] || return 0
  say "Installing: ${missing[*]}"
  update_packages
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
    --no-install-recommends -o Dpkg::Use-Pty=0 "${missing[@]}" >&2 ||
    fail "apt-get could not install: ${missing[*]}"
}

# The packages that a build for LLVM $1 needs, and those of its tests.
build_packages() {
  echo cmake ninja-build python3 "clang-$1" "libclang-$1-dev" "llvm-$1-dev" \
    "clang-tidy-$1" "clang-tools-$1"
}
test_packages() {
  echo "llvm-$1-tools" libgtest-dev python3-yaml python3-jsonschema parallel mingw-w64-common git neovim dpkg-dev file \
    cppcheck gcc g++
}

# Puts the validator of reports into build-npm. Says so if it cannot: its tests are
# then left out.
install_sarif_multitool() {
  local folder="$root/build-npm"
  local tool="$folder/node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool"
  [ ! -x "$tool" ] || return 0
  if ! command -v npm >/dev/null && ! (need_packages npm); then
    say "note: there is no npm: reports are not validated"
    return 0
  fi
  mkdir -p "$folder"
  if ! npm install --prefix "$folder" --no-audit --no-fund --loglevel=error \
    @microsoft/sarif-multitool >"$folder/npm.log" 2>&1; then
    say "note: npm could not install @microsoft/sarif-multitool ($folder/npm.log):" \
      "reports are not validated"
    return 0
  fi
  # npm may leave out the step that does this.
  chmod u+x "$tool" 2>/dev/null || true
}

# The LLVM versions of ours that this machine has.
installed_llvms() {
  local version
  for version in "${supported[@]}"; do
    if [ -x "/usr/lib/llvm-$version/bin/clang-tidy" ] ||
      [ -e "/usr/lib/llvm-$version/include/clang-tidy/ClangTidyCheck.h" ]; then
      echo "$version"
    fi
  done
}

# The LLVM to use when the user names none: the newest that is installed, else
# the newest that can be installed.
choose_llvm() {
  local version
  version=$(installed_llvms | head -n 1)
  if [ -z "$version" ] && command -v apt-cache >/dev/null; then
    update_packages
    for version in "${supported[@]}" ''; do
      [ -n "$version" ] || break
      # Both, since a distribution can have one without the other.
      if apt-cache show "clang-tidy-$version" "libclang-$version-dev" \
        >/dev/null 2>&1; then
        break
      fi
    done
  fi
  [ -n "$version" ] ||
    fail "no LLVM ${supported[*]} is installed, and apt-get knows none of them"
  echo "$version"
}

# build VERSION [TARGET...] configures and builds in build-VERSION; VERSION asan
# is the preset of that name. Says little when it goes well and all when it does
# not.
build() {
  local folder="$root/build-$1" log what="for LLVM $1"
  local configure=(-G Ninja -DCMAKE_PREFIX_PATH="/usr/lib/llvm-$1")
  if [ "$1" = asan ]; then
    what="with sanitizers"
    configure=(--preset asan)
  fi
  shift
  log="$folder/build.log"
  mkdir -p "$folder"
  say "Building $what in ${folder#"$PWD"/}"
  if ! cmake -S "$root" -B "$folder" "${configure[@]}" >"$log" 2>&1; then
    cat "$log" >&2
    say "error: cmake failed; the log is $log"
    return 1
  fi
  # To a terminal, ninja shows its own progress; elsewhere a tenth at a time.
  if [ -t 2 ]; then
    ninja -C "$folder" -j "$jobs" "$@" >&2 || return 1
  elif ! ninja -C "$folder" -j "$jobs" "$@" 2>&1 | tee -a "$log" | show_tenths; then
    tail -n 40 "$log" >&2
    say "error: the build failed; the log is $log"
    return 1
  fi
}

# Of what ninja prints, a line for each tenth of the work.
show_tenths() {
  local line tenth=0 now
  while IFS= read -r line; do
    [[ $line =~ ^\[([0-9]+)/([0-9]+)\] ]] || continue
    now=$((BASH_REMATCH[1] * 10 / BASH_REMATCH[2]))
    [ "$now" -le "$tenth" ] || [ "${BASH_REMATCH[2]}" -lt 10 ] ||
      say "  ${BASH_REMATCH[0]}"
    [ "$now" -le "$tenth" ] || tenth=$now
  done
}
