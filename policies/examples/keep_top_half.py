#!/usr/bin/env python3
"""A policy: keeps the better half of the survivors by mean score.

It reads one request from standard input and writes one answer to standard output; policies/README.md has the rules.
"""
import hashlib
import json
import sys


def rank(survivor, seed, round_number):
    """Best first; a child without a score last. Ties by a draw that knows neither labels nor the order."""
    mean = survivor["mean"]
    draw = hashlib.sha256(json.dumps([seed, round_number, survivor["choices"]]).encode()).hexdigest()
    return (mean is None, -(mean or 0.0), draw)


def decide(request):
    ranked = sorted(request["survivors"], key=lambda s: rank(s, request["seed"], request["round"]))
    kept = ranked[: (len(ranked) + 1) // 2]
    words = lambda s: "no score" if s["mean"] is None else f"mean {s['mean']:.4f}"
    return {
        "keep": [s["child"] for s in kept],
        "dropped": [
            {"child": s["child"], "reason": f"{words(s)}, rank {place} of {len(ranked)}, cut after {len(kept)}"}
            for place, s in enumerate(ranked, 1)
            if place > len(kept)
        ],
    }


request = json.load(sys.stdin)
answer = {"protocol": 1, "requestId": request["requestId"]}
if request["op"] == "hello":
    answer.update({"name": "keep top half", "version": "1.0"})
else:
    answer.update(decide(request))
json.dump(answer, sys.stdout)
