#!/bin/sh
# Installs the Python tools that tests compare with, each in a virtual environment of its own: .venvs/NAME.
# usage: tools/peers/install-peers.sh [NAME...]    all of tools/peers/requirements-*.txt unless named
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
python=${PYTHON:-python3}

if [ $# -eq 0 ]; then
  set -- $(ls "$root"/tools/peers/requirements-*.txt | sed 's/.*requirements-\(.*\)\.txt/\1/')
fi

for name in "$@"; do
  requirements="$root/tools/peers/requirements-$name.txt"
  venv="$root/.venvs/$name"
  if [ ! -f "$requirements" ]; then
    echo "install-peers: there is no peer \"$name\"; there are:" >&2
    ls "$root"/tools/peers/requirements-*.txt | sed 's/.*requirements-\(.*\)\.txt/  \1/' >&2
    exit 1
  fi
  # The mark is written last: an environment that pip left half done is made anew.
  if [ -f "$venv/.installed" ] && cmp -s "$requirements" "$venv/.installed"; then
    echo "$name: there"
    continue
  fi
  rm -rf "$venv"
  "$python" -m venv "$venv"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r "$requirements"
  cp "$requirements" "$venv/.installed"
  echo "$name: installed in .venvs/$name"
done
