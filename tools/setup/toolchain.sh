#!/usr/bin/env bash
# Checks for what a fresh machine must bring: the .NET 10 SDK and Node 20 or later.
set -euo pipefail
if ! command -v dotnet >/dev/null || ! dotnet --list-sdks | grep -q '^10\.'; then
  echo "The .NET 10 SDK is missing. Get it from https://dotnet.microsoft.com/download/dotnet/10.0 or, where your" >&2
  echo "distribution has it: apt-get install dotnet-sdk-10.0" >&2
  exit 1
fi
if ! command -v node >/dev/null || [ "$(node -p 'process.versions.node.split(".")[0]')" -lt 20 ]; then
  echo "Node.js 20 or later is missing. Get it from https://nodejs.org/en/download or: apt-get install nodejs npm" >&2
  exit 1
fi
