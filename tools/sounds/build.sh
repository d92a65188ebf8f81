#!/usr/bin/env bash
# Makes what callers hear: sounds/{lang}/prompts.txt spoken by espeak-ng, tones and music on hold by synth.py.
# Usage: build.sh [OUTPUT], default artifacts/sounds. Does nothing when nothing changed.
set -euo pipefail
here="$(cd "$(dirname "$0")/../.." && pwd)"
out="${1:-$here/artifacts/sounds}"
print=$(cat "$here"/sounds/*/prompts.txt "$here"/tools/sounds/*.{sh,py} | sha256sum | cut -d' ' -f1)
[ "$(cat "$out/.built" 2>/dev/null || true)" = "$print" ] && exit 0
"$here/tools/setup/packages.sh" espeak-ng python3
echo "Making sounds"
mkdir -p "$out"
rm -f "$out/.built"
speaker() { /usr/bin/env python3 "$here/tools/sounds/$1.py" "${@:2}"; }
speaker synth "$out/en" &
for prompts in "$here"/sounds/*/prompts.txt; do
  speaker speak "$prompts" "$out/$(basename "$(dirname "$prompts")")"
done
wait $!
echo "$print" >"$out/.built"
