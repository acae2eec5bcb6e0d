#!/usr/bin/env bash
# The browser journeys need Chromium and a Korean font; Debian has both. Without them the journeys skip and say so.
set -euo pipefail
for name in chromium chromium-browser google-chrome; do
  command -v "$name" >/dev/null && exit 0
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing Chromium and fonts for the browser journeys …" >&2
  apt-get update -q >/dev/null && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends chromium fonts-nanum >/dev/null
else
  echo "No Chromium here: the browser journeys will be skipped (apt-get install chromium fonts-nanum)." >&2
fi
