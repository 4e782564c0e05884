#!/usr/bin/env bash
# Sets up a checkout: system libraries (through apt where it may), .venv, hash-pinned dependencies.
# Usage: packaging/setup.sh run|test   ("test" adds the third-party peers that the tests talk to)
# It installs nothing twice, and says plainly what is missing where it may not install it.
set -euo pipefail
cd "$(dirname "$0")/.."
purpose=${1:-run}

# Qt needs these at run time (libglib2.0-0 is a virtual name on newer releases, so libglib2.0-0* counts).
needed=(python3-venv libgl1 libegl1 libglib2.0-0 libdbus-1-3 libfontconfig1 libxkbcommon0
    libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0)
# Real peers of the tests; a test whose peer is absent skips and says so.
peers=(mosquitto mosquitto-clients mbpoll socat gcc libc6-dev libmodbus-dev pkg-config)

say() { printf 'setup: %s\n' "$*" >&2; }

present() { dpkg-query -W -f='${Status}\n' "$1" "$1t64" 2>/dev/null | grep -q 'install ok installed'; }

missing_of() { for name in "$@"; do present "$name" || printf '%s ' "$name"; done; }

apt_install() {
    local as=()
    if [ "$(id -u)" != 0 ]; then
        if command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then as=(sudo); else return 1; fi
    fi
    say "installing with apt-get: $*"
    export DEBIAN_FRONTEND=noninteractive
    "${as[@]}" apt-get update -qq >/dev/null || say "apt-get update failed; trying with the lists that are here"
    "${as[@]}" apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

system_packages() {
    command -v dpkg-query >/dev/null || {
        say "this is not a Debian system: Qt's libraries (GL, EGL, fontconfig, dbus, xkbcommon, xcb) must be there already"
        return 0
    }
    local missing
    missing=$(missing_of "${needed[@]}")
    if [ -n "$missing" ]; then
        # shellcheck disable=SC2086
        apt_install $missing || {
            say "these system packages are missing and may not be installed from here: $missing"
            say "run this, then the same make again:  sudo apt-get install --no-install-recommends $missing"
            exit 1
        }
    fi
    [ "$purpose" = test ] || return 0
    missing=$(missing_of "${peers[@]}")
    [ -z "$missing" ] && return 0
    # shellcheck disable=SC2086
    apt_install $missing || say "without these the tests that need them skip: $missing"
}

find_python() {
    for name in python3.11 python3.12 python3.13 python3; do
        if command -v "$name" >/dev/null &&
            "$name" -c 'import sys, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; then
            echo "$name"
            return 0
        fi
    done
    say "no Python 3.11 to 3.13 with venv was found; on Debian 12:  sudo apt-get install python3 python3-venv"
    exit 1
}

environment() {
    local stamp=.venv/requirements.sha256 wanted
    wanted=$(sha256sum requirements.lock pyproject.toml | sha256sum | cut -d' ' -f1)
    if [ -x .venv/bin/wayside ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then return 0; fi
    say "installing the pinned dependencies into .venv (about a minute)"
    [ -x .venv/bin/python ] || "$(find_python)" -m venv .venv
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
    echo "$wanted" >"$stamp"
}

system_packages
environment
