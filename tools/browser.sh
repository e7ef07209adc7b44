#!/bin/sh
# Make sure that a Chromium is there for the browser tests: Debian's headless shell, which takes half the time, or the
# system's browser, or Debian's, or Playwright's own.
# Usage: sh tools/browser.sh path/to/playwright
set -eu

command -v chromium-headless-shell >/dev/null 2>&1 && exit 0

as_root=""
[ "$(id -u)" -eq 0 ] || as_root="sudo"

add() {
  $as_root apt-get update -qq && DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# Beside a browser that is there only where nobody's own machine changes by it: as root in a container, or on a CI server.
if command -v apt-get >/dev/null 2>&1; then
  if [ -n "${CI:-}" ] || { [ "$(id -u)" -eq 0 ] && [ ! -d /run/systemd/system ]; }; then
    add chromium-headless-shell fonts-dejavu-core 2>/dev/null && exit 0
  fi
fi

for name in chromium chromium-browser google-chrome; do
  command -v "$name" >/dev/null 2>&1 && exit 0
done

if command -v apt-get >/dev/null 2>&1; then
  add chromium fonts-dejavu-core
else
  "$1" install chromium
fi
