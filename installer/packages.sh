# Sourced by installer/run and tests/run: installs what is missing, and says plainly what it cannot.

say() { printf '%s\n' "$*" >&2; }

# need_packages NAME... : Debian or Ubuntu packages, without a question asked.
need_packages() {
    local missing=() name
    for name in "$@"; do
        [ "$(dpkg-query -W -f='${Status}' "$name" 2>/dev/null)" = 'install ok installed' ] || missing+=("$name")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    if ! command -v apt-get >/dev/null; then
        say "These are missing and this system has no apt-get to install them: ${missing[*]}"
        return 1
    fi
    local as_root=()
    if [ "$(id -u)" != 0 ]; then
        if ! command -v sudo >/dev/null; then
            say "These are missing: ${missing[*]}"
            say "Installing them needs root, and sudo is not here. As root: apt-get install ${missing[*]}"
            return 1
        fi
        say "Installing ${missing[*]} needs your password."
        as_root=(sudo)
    else
        say "Installing ${missing[*]}"
    fi
    # A daemon that a package would start has no place here; the programs start what they need.
    { "${as_root[@]}" apt-get update -qq &&
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >&2 ||
        { say "apt-get could not install: ${missing[*]}"; return 1; }
}

# need_rust VERSION : cargo of at least that version, by rustup when it is missing or too old.
need_rust() {
    [ -d "$HOME/.cargo/bin" ] && PATH="$HOME/.cargo/bin:$PATH"
    local have=0
    command -v cargo >/dev/null && have=$(cargo --version | awk '{print $2}')
    if [ "$(printf '%s\n%s\n' "$1" "$have" | sort -V | head -n 1)" = "$1" ]; then return 0; fi
    if ! command -v rustup >/dev/null; then
        need_packages rustup || true
    fi
    if ! command -v rustup >/dev/null; then
        need_packages curl ca-certificates || return 1
        say "Installing Rust with rustup"
        curl --proto '=https' --tlsv1.2 -fsS https://sh.rustup.rs | sh -s -- -y --profile minimal >&2 || {
            say "Rust $1 or newer is needed, and rustup could not be fetched. Is there a network?"
            return 1
        }
        PATH="$HOME/.cargo/bin:$PATH"
    fi
    # For these programs alone: nobody's default toolchain is changed.
    export RUSTUP_TOOLCHAIN=stable
    rustup toolchain install stable --profile minimal >&2 || {
        say "Rust $1 or newer is needed; cargo here is $have, and rustup could not install a newer one."
        return 1
    }
}
