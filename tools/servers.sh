#!/bin/sh
# The servers that the tests of deploy/ try, and wrk for the load: nginx, Caddy and Apache from Debian's packages.
# Without Debian's apt or the right to install, the tests say what they leave out; on a CI server (CI is set) they fail.
set -eu

missing=""
for pair in nginx:nginx caddy:caddy apache2:apache2-bin,media-types wrk:wrk; do
  PATH="$PATH:/usr/sbin" command -v "${pair%%:*}" >/dev/null 2>&1 || missing="$missing $(echo "${pair##*:}" | tr , " ")"
done
[ -n "$missing" ] || exit 0
command -v apt-get >/dev/null 2>&1 || exit 0

# Only where nobody's own machine changes by it: as root in a container, or on a CI server.
as_root=""
if [ -n "${CI:-}" ]; then
  [ "$(id -u)" -eq 0 ] || as_root="sudo"
elif [ "$(id -u)" -ne 0 ] || [ -d /run/systemd/system ]; then
  echo "Not installed, so not tried:$missing (apt-get install$missing)"
  exit 0
fi

# They are to be there, not to run.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' | $as_root tee "$policy" >/dev/null
  $as_root chmod 755 "$policy"
  trap '$as_root rm -f "$policy"' EXIT
fi
$as_root apt-get update -qq
# shellcheck disable=SC2086 # one package a word
DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null
