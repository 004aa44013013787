#!/usr/bin/env python3
"""Writes paired.json: tests of paired differences by scipy 1.17 and by counting, and simulated powers.

usage: Tests/RankingsTests/Fixtures/make_paired.py        (a minute; scipy and numpy)
"""
import itertools
import json
import pathlib

import numpy as np
from scipy import stats

rng = np.random.default_rng(20240607)


def brute_wilcoxon(d):
    """Exact with ties: all patterns of signs of the average ranks, zeros left out."""
    d = d[d != 0]
    if len(d) == 0:
        return None, None
    ranks = stats.rankdata(np.abs(d))
    signs = np.array(list(itertools.product([0, 1], repeat=len(d))))
    sums = signs @ ranks
    w = ranks[d > 0].sum()
    p = 2 * min((sums <= w + 1e-9).mean(), (sums >= w - 1e-9).mean())
    return float(w), float(min(1.0, p))


def case(name, d):
    d = np.asarray(d, dtype=float)
    flip = stats.permutation_test(
        (d,), lambda x, axis: x.mean(axis=axis), permutation_type="samples", n_resamples=np.inf, vectorized=True)
    statistic, wilcoxon = brute_wilcoxon(d)
    known = d[d != 0]
    if len(known) and len(np.unique(np.abs(known))) == len(known):
        exact = stats.wilcoxon(d, method="exact", zero_method="wilcox").pvalue
        assert abs(exact - wilcoxon) < 1e-12, (name, exact, wilcoxon)
    sign = stats.binomtest(int((d > 0).sum()), len(known)).pvalue if len(known) else None
    return {"name": name, "differences": d.tolist(), "flip": float(flip.pvalue), "statistic": statistic,
            "wilcoxon": wilcoxon, "sign": None if sign is None else float(sign)}


cases = []
for n in (2, 3, 5, 6, 8, 10, 12):
    for k in range(6):
        d = rng.normal(0.4 * (k % 3), 1, n)
        if k == 3:
            d = np.round(d)
        if k == 4:
            d = np.round(2 * d) / 2
        if k == 5:
            d = rng.choice([-0.25, 0, 0, 0.5], n)
        cases.append(case(f"n {n} kind {k}", d))
cases.append(case("all equal", [0.3] * 8))
cases.append(case("all zero", [0.0] * 8))
cases.append(case("one loss", [1, 2, 3, 4, 5, 6, 7, -0.5]))

# Above 100 differences: the normal tail, ties in it.
large = [rng.normal(0.1, 1, 150), np.round(rng.normal(0.1, 1, 150), 1)]
approximate = [
    {"differences": d.tolist(),
     "wilcoxon": float(stats.wilcoxon(d, method="asymptotic", zero_method="wilcox", correction=False).pvalue)}
    for d in large]

# Two arms and a table: the error of the effect by drawing the table anew.
means, se = rng.normal(70, 3, 6), np.abs(rng.normal(0.2, 0.05, 6))
a, b = [0, 1, 1, 2, 0, 3], [0, 2, 2, 2, 5, 5]
theta = means + se * rng.standard_normal((400_000, 6))
effects = theta[:, a].mean(axis=1) - theta[:, b].mean(axis=1)
table = {"means": means.tolist(), "se": se.tolist(), "a": a, "b": b, "error": float(effects.std())}


def power(n, d, draws):
    x = rng.standard_normal((draws, n)) + d
    if n <= 12:
        signs = np.array(list(itertools.product([1, -1], repeat=n - 1)))
        signs = np.c_[np.ones(len(signs)), signs]
    else:
        signs = rng.choice([1, -1], size=(2000, n))
        signs[0] = 1
    hits = 0
    for part in np.array_split(x, 40):
        p = (np.abs(part @ signs.T) >= np.abs(part.sum(1))[:, None] - 1e-9).mean(1)
        hits += (p <= 0.05).sum()
    return hits / draws


def detectable(n):
    low, high = 0.3, 2.5
    for _ in range(9):
        middle = (low + high) / 2
        low, high = (middle, high) if power(n, middle, 12_000) < 0.8 else (low, middle)
    return (low + high) / 2


powers = {str(n): round(detectable(n), 3) for n in (6, 7, 8, 9, 10, 12, 14, 16)}
text = json.dumps({"cases": cases, "approximate": approximate, "table": table, "detectable": powers}, indent=1)
(pathlib.Path(__file__).parent / "paired.json").write_text(text + "\n")
