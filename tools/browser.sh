#!/bin/sh
# Make sure that a Chromium is there for the browser tests: the system's, or Debian's package, or Playwright's own.
# Usage: sh tools/browser.sh path/to/playwright
set -eu

for name in chromium chromium-browser google-chrome; do
  command -v "$name" >/dev/null 2>&1 && exit 0
done

if command -v apt-get >/dev/null 2>&1; then
  as_root=""
  [ "$(id -u)" -eq 0 ] || as_root="sudo"
  $as_root apt-get update -qq
  DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null
else
  "$1" install chromium
fi
