#!/bin/sh
# Installs what is missing, and says what it does.
# usage: deps.sh PKG_CONFIG "module:package ..." "program:package ..."
set -eu

pkg_config=$1
missing=
for pair in $2; do
    "$pkg_config" --exists "${pair%%:*}" 2>/dev/null || missing="$missing ${pair##*:}"
done
for pair in $3; do
    command -v "${pair%%:*}" >/dev/null 2>&1 || missing="$missing ${pair##*:}"
done
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null 2>&1; then
    echo "deps: missing:$missing" >&2
    echo "deps: there is no apt-get here; install these by hand" >&2
    exit 1
fi
sudo=
if [ "$(id -u)" -ne 0 ]; then
    sudo=sudo
fi
echo "deps: installing$missing (apt-get${sudo:+, with sudo})"
$sudo apt-get -qq update
# shellcheck disable=SC2086 # a list of packages
DEBIAN_FRONTEND=noninteractive $sudo apt-get -qq -y install --no-install-recommends $missing >/dev/null
