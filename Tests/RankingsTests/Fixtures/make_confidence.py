"""Writes confidence.json: tails, multiple tests and snapshot noise as scipy and numpy have them.

Needs numpy and scipy (1.17). Run: python3 make_confidence.py > confidence.json
"""
import itertools
import json

import numpy as np
import scipy.special as sp
import scipy.stats as st

rng = np.random.default_rng(5)


def holm(p):
    """By the closure: a hypothesis' adjusted p is the largest Bonferroni p of the intersections that hold it."""
    m = len(p)
    best = [0.0] * m
    for size in range(1, m + 1):
        for group in itertools.combinations(range(m), size):
            value = min(1.0, size * min(p[i] for i in group))
            for i in group:
                best[i] = max(best[i], value)
    return best


def conjunction(p, k):
    """The largest Bonferroni p of the intersections of m - k + 1 hypotheses."""
    m = len(p)
    if k > m:
        return 1.0
    return max(min(1.0, (m - k + 1) * min(group)) for group in itertools.combinations(p, m - k + 1))


def ar(rho, w):
    i = np.arange(w)
    return np.power(float(rho), np.abs(i[:, None] - i))


def centred(m):
    p = np.eye(len(m)) - 1 / len(m)
    return p @ m @ p


def ratio(rho, w):
    """Var(mean) / E(sample variance), both as quadratic forms."""
    c = ar(rho, w)
    return np.ones(w) @ c @ np.ones(w) / w**2 / (np.trace(centred(c)) / (w - 1))


def degrees(rho, w):
    e = np.linalg.eigvalsh(centred(ar(rho, w)))
    return e.sum() ** 2 / (e**2).sum()


def largest(s, series, white, beta, cap):
    """The same rule by a search of all steps; the cumulants from the eigenvalues."""
    w = len(s)
    p = np.eye(w) - 1 / w
    d = np.diff(np.eye(w), axis=0)
    if white >= np.trace(s) / (w - 1):
        return cap
    h = d.T @ d - np.trace(d.T @ d @ s) / np.trace(s) * p
    found = None
    for step in range(0, int(np.ceil(cap * 100)) + 1):
        rho = min(cap, step / 100)
        c = centred(ar(rho, w))
        sigma = (np.trace(s) - white * (w - 1)) / np.trace(c) * c + white * p
        e = np.linalg.eigvals(h @ sigma).real
        variance = 2 * (e**2).sum() / series
        z = -e.sum() / np.sqrt(variance)
        skew = 8 * (e**3).sum() / series**2 / variance**1.5
        tail = st.norm.sf(z) + max(0, skew / 6 * (z * z - 1) * st.norm.pdf(z))
        if tail >= beta:
            found = rho
    if found is None:
        return 0.01
    return min(cap, found + 0.01)


t_values = [0, 0.3, 1, 2, 4.2, 7, 30, 1e3, -1.5, 1e-9]
df_values = [0.3, 1, 2, 3, 9.5, 27, 189, 4999, 2e5, 9e6]
noise = []
for w in (4, 6, 8):
    for m in (2, 10, 64):
        for rho in (0, 0.4, 0.9):
            white = float(rng.choice([0, 0.5]))
            x = np.linalg.cholesky(ar(rho, w)) @ rng.standard_normal((w, m)) + white**0.5 * rng.standard_normal((w, m))
            r = x - x.mean(0) - x.mean(1, keepdims=True) + x.mean()
            s = r @ r.T / (m - 1)
            noise.append({"rows": s.tolist(), "series": m - 1, "white": white, "beta": 0.01, "cap": 0.95,
                          "rho": float(largest(s, m - 1, white, 0.01, 0.95))})
families = [rng.uniform(0, 0.2, n).tolist() for n in (1, 2, 3, 5, 8)] + [[0.01, 0.01, 0.5, 1.0], [0.0, 0.02, 0.02]]
print(json.dumps({
    "normal": [[z, float(st.norm.sf(z))] for z in (-9, -1, 0, 0.5, 1.96, 4.2, 8, 20, 37)],
    "student": [[t, v, float(st.t.sf(t, v))] for t in t_values for v in df_values],
    "beta": [[a, b, x, float(sp.betainc(a, b, x))] for a in (0.2, 1, 7, 300) for b in (0.5, 3, 90)
             for x in (0, 1e-6, 0.2, 0.5, 0.97, 1)],
    "families": [{"p": p, "holm": holm(p), "conjunctions": [conjunction(p, k) for k in range(1, len(p) + 2)]}
                 for p in families],
    "ar": [[w, rho, float(ratio(rho, w)), float(degrees(rho, w))] for w in (2, 4, 8, 20)
           for rho in (0, 0.3, 0.5, 0.9, 0.95, 0.99)],
    "noise": noise,
}))
