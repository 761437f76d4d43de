# shellcheck shell=bash
# What the tests by JavaScript's clients want: Node and Chromium, and npm's packages of
# tests/e2e/node. Only the tests want it, and it is much.

node_directory=tests/e2e/node

# want_node: has install_packages install what is missing. By program and not by package: a Node
# that is not Debian's has an npm of its own, with which Debian's conflicts.
want_node() {
  local program package
  while read -r program package; do
    command -v "$program" >/dev/null || extra_packages+=("$package")
  done <<'LIST'
node nodejs
npm npm
chromium chromium
LIST
}

# install_node_packages: what the lock file says, unless it is there already.
install_node_packages() {
  local lock=$node_directory/package-lock.json installed=$node_directory/node_modules/.installed
  cmp -s -- "$lock" "$installed" && return
  detail "Installing what $lock lists"
  (cd -- "$node_directory" && npm ci --no-progress </dev/null) >var/test/npm.log 2>&1 || {
    show_tail var/test/npm.log 20
    fail "npm could not install what $lock lists."
  }
  cp -- "$lock" "$installed"
}
