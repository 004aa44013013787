#!/bin/bash
# Builds the reference of the public surface in .build/docs from the modules of the release build; a broken link and a
# symbol without a comment are errors. Uses what comes with Swift alone.
set -euo pipefail
cd "$(dirname "$0")/.."
swift=$(readlink -f "$(command -v "${SWIFT:-swift}")")
tools=$(dirname "$swift")
build=$(readlink -f .build/release)
docs=.build/docs
rm -rf "$docs"
maps=()
for map in Sources/*/module.modulemap "$build"/C*.build/module.modulemap .build/checkouts/*/Sources/*/include/module.modulemap; do
    maps+=(-Xcc "-fmodule-map-file=$map")
done
# What Espalier hands on belongs to its reference.
extract() {
    mkdir -p "$docs/symbols/$1"
    "$tools/swift-symbolgraph-extract" -module-name "$1" -I "$build/Modules" "${maps[@]}" \
        -target "$(uname -m)-unknown-linux-gnu" -minimum-access-level public -skip-synthesized-members \
        -output-dir "$docs/symbols/$1" "${@:2}"
}
extract Espalier -experimental-allowed-reexported-modules=Policies
extract Commands
python3 Tools/check_symbols.py "$docs"/symbols/*/*.symbols.json
"$tools/docc" convert Sources/Espalier/Espalier.docc --additional-symbol-graph-dir "$docs/symbols/Espalier" \
    --fallback-display-name Espalier --fallback-bundle-identifier espalier --warnings-as-errors --output-dir "$docs/Espalier.doccarchive"
"$tools/docc" convert --additional-symbol-graph-dir "$docs/symbols/Commands" \
    --fallback-display-name Commands --fallback-bundle-identifier commands --warnings-as-errors --output-dir "$docs/Commands.doccarchive"
echo "the reference is in $docs"
