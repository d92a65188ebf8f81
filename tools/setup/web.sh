#!/usr/bin/env bash
# Builds the web client into web/app/dist when its sources are newer than the last build.
set -euo pipefail
cd "$(dirname "$0")/../../web"
if [ ! -d node_modules ] || [ package-lock.json -nt node_modules/.installed ]; then
  echo "Installing the web client's packages"
  npm ci --no-audit --no-fund --loglevel=error
  touch node_modules/.installed
fi
if [ ! -f app/dist/index.html ] || [ -n "$(find app packages package.json -newer app/dist/index.html -type f -not -path '*/dist/*' -not -path '*/node_modules/*' -print -quit)" ]; then
  echo "Building the web client"
  npm run build --silent
  touch app/dist/index.html
fi
