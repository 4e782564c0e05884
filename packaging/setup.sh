#!/usr/bin/env bash
# Sets up a checkout: system libraries (through apt where it may), .venv, hash-pinned dependencies.
# Usage: packaging/setup.sh run|test|package
# "test" adds the third-party peers that the tests talk to, "package" what freezing the program needs.
# It installs nothing twice, and says plainly what is missing where it may not install it.
set -euo pipefail
cd "$(dirname "$0")/.."
purpose=${1:-run}

# Qt needs these at run time.
needed=(libgl1 libegl1 libglib2.0-0 libdbus-1-3 libfontconfig1 libxkbcommon0
    libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0)
# Real peers of the tests, and what reads the printed reports back; without one its tests skip and say so.
peers=(mosquitto mosquitto-clients mbpoll socat gcc libc6-dev libmodbus-dev pkg-config poppler-utils)
# Freezing reads and strips libraries with these, and Qt's Wayland plugin links to the others.
freezing=(binutils libwayland-client0 libwayland-cursor0 libwayland-egl1)

say() { printf 'setup: %s\n' "$*" >&2; }

# Newer releases rename some libraries to NAMEt64.
present() {
    local states
    states=$(dpkg-query -W -f='${Status}\n' "$1" "$1t64" 2>/dev/null || true)
    case "$states" in *"install ok installed"*) return 0 ;; *) return 1 ;; esac
}

missing_of() { for name in "$@"; do present "$name" || printf '%s ' "$name"; done; }

apt_install() {
    local as=()
    if [ "$(id -u)" != 0 ]; then
        if command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then as=(sudo); else return 1; fi
    fi
    say "installing with apt-get: $*"
    export DEBIAN_FRONTEND=noninteractive
    "${as[@]}" apt-get update -qq >/dev/null || say "apt-get update failed; trying with the lists that are here"
    "${as[@]}" apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=120 "$@" >/dev/null
}

find_python() {
    for name in python3.11 python3.12 python3.13 python3; do
        if command -v "$name" >/dev/null &&
            "$name" -c 'import sys, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; then
            echo "$name"
            return 0
        fi
    done
}

system_packages() {
    command -v dpkg-query >/dev/null || {
        say "this is not a Debian system: Qt's libraries (GL, EGL, fontconfig, dbus, xkbcommon, xcb) must be there already"
        return 0
    }
    local missing
    missing=$(missing_of "${needed[@]}")
    [ -n "$(find_python)" ] || missing="python3 python3-venv $missing"
    if [ -n "$missing" ]; then
        # shellcheck disable=SC2086
        apt_install $missing || {
            say "these system packages are missing and may not be installed from here: $missing"
            say "run this, then the same make again:  sudo apt-get install --no-install-recommends $missing"
            exit 1
        }
    fi
    case "$purpose" in
        test)
            missing=$(missing_of "${peers[@]}")
            [ -z "$missing" ] && return 0
            # shellcheck disable=SC2086
            apt_install $missing || say "without these the tests that need them skip: $missing"
            ;;
        package)
            # shellcheck disable=SC2046
            missing=$(missing_of "${freezing[@]}" $(library_of_python))
            [ -z "$missing" ] && return 0
            # shellcheck disable=SC2086
            apt_install $missing || {
                say "the program cannot be frozen without these system packages: $missing"
                exit 1
            }
            ;;
    esac
}

# A Python of Debian keeps the library that is frozen in a package of its own.
library_of_python() {
    local python=.venv/bin/python
    [ -x "$python" ] || python=$(command -v "$(find_python)")
    python=$(readlink -f "$python")
    if dpkg-query -S "$python" >/dev/null 2>&1; then echo "lib$(basename "$python")"; fi
}

environment() {
    local stamp=.venv/requirements.sha256 wanted
    wanted=$(sha256sum requirements.lock pyproject.toml | sha256sum | cut -d' ' -f1)
    if [ -x .venv/bin/wayside ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then return 0; fi
    local python
    python=$(find_python)
    [ -n "$python" ] || { say "no Python 3.11 to 3.13 with venv was found; install one and make again"; exit 1; }
    say "installing the pinned dependencies into .venv (about a minute)"
    [ -x .venv/bin/python ] || "$python" -m venv .venv
    {
        .venv/bin/python -m pip install --disable-pip-version-check --require-hashes -r requirements.lock &&
            .venv/bin/python -m pip install --disable-pip-version-check --no-deps --no-build-isolation -e .
    } >.venv/setup.log 2>&1 || {
        tail -n 20 .venv/setup.log >&2
        say "the installation stopped; the whole log is .venv/setup.log. Without a network, set PIP_FIND_LINKS to a folder of wheels"
        exit 1
    }
    echo "$wanted" >"$stamp"
}

system_packages
environment
