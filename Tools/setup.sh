#!/bin/bash
# Checks the Swift toolchain and installs the Debian packages that Espalier is built and tested with.
# Changes nothing where everything is there already.
set -euo pipefail

fail() {
    printf 'espalier: %s\n' "$@" >&2
    exit 1
}

swift=${SWIFT:-swift}
version=$("$swift" --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9]*\.[0-9][0-9]*\).*/\1/p' | head -n 1) || true
[ -n "$version" ] || fail "Swift was not found. Install Swift 6.3 (https://www.swift.org/install) so that 'swift' is in PATH."
if [ "${version%%.*}" -lt 6 ] || { [ "${version%%.*}" -eq 6 ] && [ "${version#*.}" -lt 2 ]; }; then
    fail "Swift $version is too old: Espalier is written for Swift 6.3 and builds from 6.2 on."
fi

# The compiler that comes with Swift; its own folder stands before PATH.
compiler=$(dirname "$(readlink -f "$(command -v "$swift")")")/clang
[ -x "$compiler" ] || compiler=$(command -v clang || command -v cc) || fail "No C compiler stands beside swift or in PATH."
printf 'int main(void) { return 0; }\n' | "$compiler" -x c - -o /dev/null ||
    fail "The C compiler $compiler cannot link a program. Install what Swift itself needs (binutils, libc6-dev, libstdc++-12-dev)."

# Does a program that includes HEADER link with LIBRARY?
links() {
    printf '#include <%s>\nint main(void) { return 0; }\n' "$1" |
        "$compiler" -x c - -o /dev/null "-l$2" 2>&1
}

# Names what is missing, one package a word.
missing() {
    links cblas.h openblas >/dev/null || printf 'libopenblas-dev '
    links lmdb.h lmdb >/dev/null || printf 'liblmdb-dev '
    command -v python3 >/dev/null || printf 'python3 '
    # 'espalier data fetch' and its tests; gzip and tar are essential packages.
    command -v curl >/dev/null || printf 'curl '
}

packages=$(missing)
[ -n "$packages" ] || exit 0

by_hand="Install these packages by hand and try again: $packages"
command -v apt-get >/dev/null || fail "apt-get was not found, so nothing can be installed here." "$by_hand"
as_root=()
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || fail "Installing needs root, and sudo was not found." "$by_hand"
    as_root=(sudo)
fi
# SwiftPM asks pkg-config where the libraries are; without it the build works, but warns.
command -v pkg-config >/dev/null || packages+=pkg-config
echo "espalier: installing $packages"
export DEBIAN_FRONTEND=noninteractive
# Stale lists are no reason to stop: the packages may be there all the same.
"${as_root[@]}" apt-get update -qq || echo "espalier: apt-get update failed; going on with the lists at hand" >&2
# shellcheck disable=SC2086  # one package a word
"${as_root[@]}" apt-get install -y -qq --no-install-recommends $packages || fail "apt-get could not install them." "$by_hand"

packages=$(missing)
[ -z "$packages" ] || fail "Still missing after the installation: $packages" \
    "$(links cblas.h openblas | head -n 3)" "$(links lmdb.h lmdb | head -n 3)"
