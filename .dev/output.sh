# shellcheck shell=bash
# What the person at the terminal reads: sentences, steps and errors.

say() { printf '%s\n' "$*"; }

complain() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }

# fail SENTENCE: something did not work.
fail() {
  complain "$*"
  exit 1
}

# refuse SENTENCE: we were asked for something that we do not do.
refuse() {
  complain "$*"
  exit 2
}

# expect_steps N, then step SENTENCE for each: "[3/7] Building ...".
expect_steps() {
  steps_expected=$1
  steps_done=0
}

step() {
  steps_done=$((steps_done + 1))
  if [ -t 1 ]; then
    printf '\033[1m[%d/%d]\033[0m %s\n' "$steps_done" "$steps_expected" "$*"
  else
    printf '[%d/%d] %s\n' "$steps_done" "$steps_expected" "$*"
  fi
}

# detail SENTENCE: a line below a step.
detail() { printf '      %s\n' "$*"; }

# show_tail FILE [LINES]: the end of a log, set off from our own words.
show_tail() {
  [ -s "$1" ] || return 0
  printf 'The end of %s:\n' "$1" >&2
  tail -n "${2:-20}" -- "$1" | sed 's/^/  | /' >&2
}
