#!/bin/bash
# Checks against other programs, for `make peers`: against PyTorch our nets' sizes, an exported child, loss curves at the
# published size and the bench beside the peer's; TensorBoard reads our scalars, headless Chromium opens our
# reports. The curves want the test program: 'swift build -c release --build-tests'.
#
# Usage: Tests/Peers/run.sh [ESPALIER]
# ESPALIER defaults to the release build. PYTHON names an interpreter with torch, numpy, safetensors, tensorboard and html5lib;
# without it a virtual environment is made in .venv/peers.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
espalier=${1:-$root/.build/release/espalier}
if [ -z "${PYTHON:-}" ]; then
    PYTHON=$root/.venv/peers/bin/python
    if ! "$PYTHON" -c 'import torch, safetensors, numpy, tensorboard, html5lib' 2>/dev/null; then
        python3 -m venv "$root/.venv/peers"
        "$PYTHON" -m pip install --quiet torch numpy safetensors tensorboard html5lib
    fi
fi
if [ ! -x "$espalier" ]; then
    echo "peers: $espalier is not there; build it with 'swift build -c release'" >&2
    exit 2
fi
cd "$root"
echo "== nets"
"$PYTHON" Tests/Peers/nets.py
echo "== exported child"
"$PYTHON" Tests/Peers/check_export.py "$espalier"
echo "== TensorBoard"
"$PYTHON" Tests/Peers/check_tensorboard.py "$espalier"
echo "== reports in Chromium"
"$PYTHON" Tests/Peers/check_report.py "$espalier"
echo "== loss curves, published size, three seeds"
curves=$(mktemp)
"$PYTHON" Tests/SupernetsTests/Fixtures/make_curves.py --full "$curves"
ESPALIER_CURVES=$curves ESPALIER_PARITY_REPORT=1 "${SWIFT:-swift}" test -c release --skip-build --disable-xctest --filter CurveTests |
    grep -E '^parity|✘|Test run with|↳'
rm -f "$curves"
echo "== speed"
exec "$PYTHON" Benchmarks/compare.py "$espalier" --quick
