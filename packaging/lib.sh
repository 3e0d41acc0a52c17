# Shared by packaging/demo, tests/run and tests/full: which Debian packages a list names, which are missing, and how to
# install them without starting any service. Sourced by bash under `set -euo pipefail`; runs nothing by itself.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '%s\n' "$*" >&2; }
die() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

at_terminal() { [ -t 0 ] && [ -t 1 ]; }

# as_root COMMAND…: as it is for root, by sudo for others. Without a terminal sudo must not ask for a password.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif ! command -v sudo >/dev/null; then
    die "needs root for: $* (there is no sudo: run it as root)"
  elif at_terminal; then
    sudo "$@"
  else
    sudo -n "$@"
  fi
}

# packages_in LIST…: the names in packaging/packages.LIST that this machine has use for, one a line.
packages_in() {
  local list name unless command rest
  for list in "$@"; do
    while read -r name unless command rest; do
      case $name in '' | '#'*) continue ;; esac
      if [ "$unless" = unless ] && command -v "$command" >/dev/null; then continue; fi
      printf '%s\n' "$name"
    done <"$root/packaging/packages.$list"
  done | awk '!seen[$0]++'
}

is_installed() {
  [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

missing_packages() {
  local name
  packages_in "$@" | while read -r name; do
    is_installed "$name" || printf '%s\n' "$name"
  done
}

# confirm QUESTION: asks when a person sits there, says yes for everybody else. assume_yes=1 never asks.
confirm() {
  local answer
  if [ "${assume_yes:-0}" = 1 ] || ! at_terminal; then return 0; fi
  read -r -p "$1 [Y/n] " answer || return 1
  case $answer in '' | [Yy]*) return 0 ;; *) return 1 ;; esac
}

policy_file=/usr/sbin/policy-rc.d
policy_mark='amends: no service starts while packages are being installed'

# Debian starts a server as soon as its package is there, unless policy-rc.d says 101 (invoke-rc.d(8)). Somebody else's
# policy stays untouched; ours goes when the installation ends, however it ends, and a left-over of ours is ours.
install_quietly() (
  ours=0
  cleanup() { [ "$ours" = 0 ] || as_root rm -f "$policy_file"; }
  trap cleanup EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  if [ ! -e "$policy_file" ] || grep -qF "$policy_mark" "$policy_file"; then
    ours=1
    printf '#!/bin/sh\n# %s\nexit 101\n' "$policy_mark" | as_root tee "$policy_file" >/dev/null || exit 1
    as_root chmod 755 "$policy_file" || exit 1
  fi
  apt() { as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 "$@"; }
  apt update || say "the package lists could not be refreshed; trying with those that are there"
  apt install --no-install-recommends "$@"
)

# Postfix asks how it shall be set up; here it is not: the private server brings its own folder.
preseed_mail_server() {
  printf 'postfix postfix/main_mailer_type select No configuration\n' | as_root debconf-set-selections
}

# Keeps a server that was installed just now from starting at the next boot.
keep_off() {
  local service
  for service in "$@"; do
    if [ -d /run/systemd/system ]; then
      as_root systemctl --quiet disable --now "$service" 2>/dev/null || true
    elif command -v update-rc.d >/dev/null; then
      as_root update-rc.d "$service" disable >/dev/null 2>&1 || true
    fi
  done
}

# ensure_packages LIST…: says what will be installed, asks, installs. Nothing to do takes a blink and no root.
ensure_packages() {
  local missing installed_now=()
  command -v dpkg-query >/dev/null && command -v apt-get >/dev/null ||
    die "this is not Debian: install what packaging/packages.* name ($*), then configure with cmake --preset release"
  mapfile -t missing < <(missing_packages "$@")
  [ "${#missing[@]}" -gt 0 ] || return 0
  say "Debian packages that will be installed (${#missing[@]}, without recommended ones, no service started):"
  printf '  %s\n' "${missing[*]}" | fold -s -w 110 >&2
  confirm "Install them?" || die "nothing was installed"
  case " ${missing[*]} " in *' postfix '*)
    preseed_mail_server
    installed_now+=(postfix)
    ;;
  esac
  case " ${missing[*]} " in *' dovecot-'*)
    is_installed dovecot-core || installed_now+=(dovecot dovecot.socket)
    ;;
  esac
  case " ${missing[*]} " in *' mariadb-server '*) installed_now+=(mariadb) ;; esac
  case " ${missing[*]} " in *' mini-httpd '*) installed_now+=(mini-httpd) ;; esac
  install_quietly "${missing[@]}" || die "the packages could not be installed (apt's own words are above)"
  [ "${#installed_now[@]}" -eq 0 ] || keep_off "${installed_now[@]}"
}

# How many compilers at once: one a core, but no more than memory carries (about 1 GB each in the worst files).
build_jobs() {
  local cores memory
  cores=$(nproc)
  memory=$(awk '/^MemAvailable:/ {print int($2 / 1000000)}' /proc/meminfo)
  [ "${memory:-1}" -ge 1 ] || memory=1
  echo $((cores < memory ? cores : memory))
}

# build PRESET [TARGET…]: configures when there is no usable build folder, then builds; ninja shows the progress and does
# nothing when nothing changed. Without with_tests=1 a new folder is configured without the tests and what they need.
build() {
  local preset=$1 folder=$root/build/$1 arguments=() tests=OFF
  shift
  [ "${with_tests:-0}" = 0 ] || tests=ON
  cd "$root" || return
  "$root/third_party/sqlite/fetch" "$root/build/third_party/sqlite"
  local cache=$folder/CMakeCache.txt
  if [ ! -f "$folder/build.ninja" ] || ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$cache"; then
    cmake --fresh --preset "$preset" -DAMENDS_TESTS="$tests"
  elif [ "$tests" = ON ] && ! grep -qx 'AMENDS_TESTS:BOOL=ON' "$cache"; then
    cmake --preset "$preset" -DAMENDS_TESTS=ON
  fi
  [ $# -eq 0 ] || arguments=(--target "$@")
  cmake --build --preset "$preset" --parallel "$(build_jobs)" "${arguments[@]}"
}
