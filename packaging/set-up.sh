# shellcheck shell=bash
# Installs what building Zscape needs and this Debian machine lacks. Sourced by run and test.
# usage: zscape_set_up PACKAGE...   (packages beside the list in packages.txt)

zscape_set_up() {
    local missing=() package
    for package in $(grep -v '^#' packaging/packages.txt) "$@"; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return
    command -v apt-get >/dev/null || {
        echo "packaging: this is not a Debian machine; install the counterparts of: ${missing[*]}" >&2
        exit 1
    }
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || {
            echo "packaging: sudo is missing; as root, run: apt-get install ${missing[*]}" >&2
            exit 1
        }
        as_root=(sudo)
    fi
    echo "packaging: installing ${missing[*]}"
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        "${missing[@]}" >/dev/null
}
