# shellcheck shell=bash
# Formatting of C++ and the pitfalls of shell, over every file that git knows or would take.

command_lint() {
  local sources scripts bad=
  expect_steps 3
  step 'Looking for missing Debian packages'
  install_packages
  mapfile -t sources < <(checkout_files | grep -E '\.(cpp|cc|hpp|h)$')
  mapfile -t scripts < <(shell_scripts)
  step "Checking the format of ${#sources[@]} C++ files"
  if [ ${#sources[@]} -gt 0 ]; then
    clang-format --dry-run -Werror -- "${sources[@]}" || bad=yes
  fi
  step "Checking ${#scripts[@]} shell scripts"
  shellcheck -x -- "${scripts[@]}" || bad=yes
  if [ -n "$bad" ]; then
    fail 'Lint found faults. clang-format -i mends those of format.'
  fi
  say "Lint found no faults in ${#sources[@]} C++ files and ${#scripts[@]} shell scripts."
}

# safe.directory: a checkout may belong to another user than the one who looks at it.
checkout_files() {
  local file
  git -c safe.directory='*' ls-files --cached --others --exclude-standard |
    while IFS= read -r file; do [ ! -f "$file" ] || printf '%s\n' "$file"; done
}

shell_scripts() {
  local file first
  while IFS= read -r file; do
    case $file in
      *.sh) printf '%s\n' "$file" ;;
      *)
        IFS= read -r -n 64 first <"$file" 2>/dev/null || true
        if [[ $first =~ ^#!.*[/\ ](ba)?sh ]]; then printf '%s\n' "$file"; fi
        ;;
    esac
  done < <(checkout_files)
}
