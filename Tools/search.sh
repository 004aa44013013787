#!/bin/bash
# Runs the built-in search under the first free name (demo, demo-2, ...) and ends with the path of its report.
set -euo pipefail

espalier=${ESPALIER:-.build/release/espalier}
name=demo
number=1
while [ -e "checkpoints/$name" ] || [ -e "reports/$name.html" ]; do
    number=$((number + 1))
    name=demo-$number
done

"$espalier" search --checkpoints checkpoints --run "$name" "$@"
mkdir -p reports
"$espalier" report "$name" --checkpoints checkpoints --out "reports/$name.html" --out "reports/$name.md" >&2
echo "report: $PWD/reports/$name.html"
