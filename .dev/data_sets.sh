# shellcheck shell=bash
# shellcheck disable=SC2034  # `dev` and its parts share their variables
# The data sets in backends/schema: which there are, and which files each is made of.

data_set_names='2015, demo, large'

# is_data_set NAME
is_data_set() {
  case $1 in
    2015 | demo | large) return 0 ;;
    *) return 1 ;;
  esac
}

# data_set_files NAME: its tables, then its rows.
data_set_files() {
  case $1 in
    2015) printf '%s\n' 2015.sql data/2015.sql ;;
    *) printf '%s\n' wazo.sql "data/$1.sql" ;;
  esac
}

# data_set_checksum SCHEMA_DIR NAME: changes when any file does that the data set is made of.
data_set_checksum() {
  local files
  mapfile -t files < <(data_set_files "$2")
  (cd "$1" && cat "${files[@]}" data/people.sql | sha256sum | cut -c1-16)
}
