"""Writes seeds.json: tables of stand-alone runs with gaps, and what numpy and scipy make of them.

Needs numpy and scipy (1.17). Run: python3 make_seeds.py > seeds.json
"""
import json

import numpy as np
from scipy.stats import kendalltau

rng = np.random.default_rng(11)


def tau(a, b):
    value = kendalltau(a, b).statistic
    return None if np.isnan(value) else float(value)


def mean(values):
    return None if not values or any(v is None for v in values) else float(np.mean(values))


def case(children, seeds, noise, gaps, ties):
    worth = rng.normal(0.8, 0.02, children)
    table = worth + rng.normal(0, noise, (seeds, children))
    if ties:
        table = np.round(table, 2)
    table[rng.random(table.shape) < gaps] = np.nan
    whole = [s for s in range(seeds) if not np.isnan(table[s]).any()]
    rows = table[whole]
    pairs = [tau(rows[i], rows[j]) for i in range(len(rows)) for j in range(i)]
    single = []
    if len(rows) > 1:
        single = [tau(rows[i], np.delete(rows, i, axis=0).mean(axis=0)) for i in range(len(rows))]
    columns = [c for c in range(children) if not np.isnan(table[:, c]).all()]
    return {
        "values": [[None if np.isnan(v) else v for v in row] for row in table.tolist()],
        "known": columns,
        "means": [float(np.nanmean(table[:, c])) for c in columns],
        "stds": [float(np.nanstd(table[:, c])) for c in columns],
        "runs": [int((~np.isnan(table[:, c])).sum()) for c in columns],
        "whole": whole,
        "sTau": mean(pairs),
        "perSeed": single,
        "gtTau": mean(single),
    }


cases = []
for children, seeds, noise, gaps, ties in [
    (1, 3, 0.01, 0, False), (2, 1, 0.01, 0, False), (5, 2, 0.02, 0, True), (64, 3, 0.004, 0, False),
    (64, 10, 0.004, 0, False), (8, 3, 0.01, 0.1, False), (8, 4, 0.01, 0.6, True), (3, 2, 0.01, 1.0, False),
]:
    cases += [case(children, seeds, noise, gaps, ties) for _ in range(3)]
print(json.dumps(cases))
