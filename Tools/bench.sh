#!/bin/bash
# Measures this machine; where .venv has PyTorch, Benchmarks/peer.py measures the same work there in the same minutes
# and prints both, one beside the other.
set -euo pipefail

espalier=${ESPALIER:-.build/release/espalier}
python=${PYTHON:-.venv/bin/python}
if [ -x "$python" ] && "$python" -c 'import torch' 2>/dev/null; then
    rows=$(mktemp)
    trap 'rm -f "$rows"' EXIT
    "$espalier" bench --json "$@" >"$rows"
    "$python" Benchmarks/peer.py "$rows"
else
    "$espalier" bench "$@"
    echo "no PyTorch in .venv: run 'make peers' once to see it beside these numbers" >&2
fi
