# shellcheck shell=bash
# The development certificates, made by certs/generate.

make_certificates() { certs/generate | sed 's/^/      /'; }
