# shellcheck shell=bash
# Debian's packages: which of the lists' are missing, and how they are installed.

package_lists=(.dev/packages.txt)
extra_packages=()

packages_listed() {
  sed -e 's/#.*//' -e 's/[[:space:]]//g' -e '/^$/d' -- "${package_lists[@]}"
  [ ${#extra_packages[@]} -eq 0 ] || printf '%s\n' "${extra_packages[@]}"
}

packages_missing() {
  local listed
  mapfile -t listed < <(packages_listed)
  comm -23 <(printf '%s\n' "${listed[@]}" | LC_ALL=C sort) \
    <(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "${listed[@]}" 2>/dev/null |
      sed -n 's/^installed //p' | LC_ALL=C sort -u)
}

# install_packages: quick when nothing is missing.
install_packages() {
  local missing as_root=()
  if ! command -v dpkg-query >/dev/null; then
    detail "This is not Debian: what must be here is listed in ${package_lists[*]}."
    return
  fi
  mapfile -t missing < <(packages_missing)
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null ||
      fail "Packages are missing and I am not root; run: apt-get install ${missing[*]}"
    as_root=(sudo)
  fi
  detail "Installing ${missing[*]}"
  "${as_root[@]}" apt-get update -q ||
    fail "apt-get update failed, so that these packages are still missing: ${missing[*]}"
  without_main_cluster_begin
  apt_install_without_services "${missing[@]}" || {
    without_main_cluster_end
    fail "apt-get could not install these packages: ${missing[*]}"
  }
  without_main_cluster_end
}

# Some packages start a server at once, but all that we run we start ourselves. By this file Debian
# asks whether it may; one that is there already is left alone.
services_switch=/usr/sbin/policy-rc.d

# In a subshell, so that the file goes away whatever happens.
apt_install_without_services() (
  if [ ! -e "$services_switch" ]; then
    trap '"${as_root[@]}" rm -f "$services_switch"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$services_switch" >/dev/null
    "${as_root[@]}" chmod 0755 "$services_switch"
  fi
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -q -o Dpkg::Use-Pty=0 --no-install-recommends "$@" </dev/null
)

# Debian's package makes and starts a cluster of its own on port 5432, which nobody here needs. We
# ask it not to while it is installed for the first time, and leave all else as it is.
main_cluster_switch=/etc/postgresql-common/createcluster.d/trunkline.conf

without_main_cluster_begin() {
  [ ! -e /etc/postgresql-common ] && [ ! -e /etc/postgresql ] || return 0
  "${as_root[@]}" mkdir -p "${main_cluster_switch%/*}"
  echo 'create_main_cluster = false' | "${as_root[@]}" tee "$main_cluster_switch" >/dev/null
}

without_main_cluster_end() {
  [ ! -e "$main_cluster_switch" ] || "${as_root[@]}" rm -f "$main_cluster_switch"
}
