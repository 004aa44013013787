"""Writes metrics.json: thousands of random and adversarial tables and what scipy, numpy and direct formulas make of them.

Needs numpy and scipy (1.17). Run: python3 make_metrics.py > metrics.json

A table is not stored but named by (kind, n, index): both sides draw it from the same generator, a linear congruential
one modulo 2^31 (`Stream` below and `PortableStream` in MetricsReferenceTests.swift). What is stored of each is a list of
figures, null where undefined:

    x against y   tau-b, p, rho, weighted tau          scipy.stats.kendalltau, spearmanr, weightedtau
                  tau-a, precision top k, bottom k     counted pair by pair; mean over ALL orders of ties is the
                                                       product of chances, written here as sums of fractions
                  RBO                                  by its definition, depth by depth, O(n^2)
    values        mean, std (ddof 0)                   numpy
    x chooses, y  sparse tau, steps of .1 point        kendalltau of y in whole steps
    is the truth  regret of the first of the largest   by its definition
                  Top-1-Rank, Top-k-Rank of the paper  stable sorts, ordinal ranks
and for tables of several rows: S-Tau and its jackknife, mean RBO, Phi (the formula of Nogueira, Sechidis and Brown as they
print it, on 0/1 rows, and for ties the mean over pairs of rows) and its jackknife, each set left out in turn, and the tau
without noise of S-Tau and the mean tau-b with the base.
`flips` holds sign-flip p-values and intervals by brute force in whole numbers: the interval as the hull of the candidate
means (all subset means) that the test does not reject.
"""
import itertools
import json
import sys
import warnings
from fractions import Fraction

import numpy as np
import scipy.stats as st

warnings.simplefilter("ignore")
KINDS = ["normal", "ties", "binary", "constant", "reversed", "huge", "tiny", "shifted", "one out", "negative"]


class Stream:
    def __init__(self, seed):
        self.state = (seed * 2654435761 + 12345) % (1 << 31)
        for _ in range(4):
            self.next()

    def next(self):
        self.state = (self.state * 1103515245 + 12345) % (1 << 31)
        return self.state

    def below(self, n):
        return (self.next() >> 8) * n >> 23


def values(stream, kind, n):
    """n numbers; every step is exact in binary, so both sides get the same bits."""
    raw = [stream.below(1 << 20) - (1 << 19) for _ in range(n)]
    if kind == "ties":
        return [float(r % 5) for r in raw]
    if kind == "binary":
        return [float(r % 2) for r in raw]
    if kind == "constant":
        return [float(raw[0])] * n
    if kind == "reversed":
        return [float(-i) for i in range(n)]
    if kind == "huge":
        return [float(r) * 2.0 ** 1000 for r in raw]
    if kind == "tiny":
        return [float(r) * 2.0 ** -1060 for r in raw]
    if kind == "shifted":
        return [float(1 << 40) + float(r % 64) for r in raw]
    if kind == "one out":
        return [float(i == raw[0] % n) for i in range(n)]
    if kind == "negative":
        return [-abs(float(r % 100)) / 64 for r in raw]
    return [float(r) / 1024 for r in raw]


def number(v):
    v = float(v)
    return None if not np.isfinite(v) else v


def members(k, v):
    """The chance of each to be among the k largest, ties drawn at random."""
    cut = sorted(v, reverse=True)[k - 1]
    above = sum(a > cut for a in v)
    share = Fraction(k - above, sum(a == cut for a in v))
    return [Fraction(1) if a > cut else share if a == cut else Fraction(0) for a in v]


def rbo(x, y, p=0.9):
    n = len(x)
    total, agreement = 0.0, 0.0
    for d in range(1, n + 1):
        agreement = float(sum(a * b for a, b in zip(members(d, x), members(d, y)) if a and b)) / d
        total += agreement * p ** d
    return agreement * p ** n + (1 - p) / p * total


def pair(seed, kind, other, n):
    s = Stream(seed)
    x, y = values(s, kind, n), values(s, other, n)
    score = sum(int(np.sign(x[i] - x[j])) * int(np.sign(y[i] - y[j])) for i in range(n) for j in range(i))
    tau, p = st.kendalltau(x, y)
    rho = st.spearmanr(x, y).statistic if len(set(x)) > 1 and len(set(y)) > 1 else np.nan
    k = max(1, n // 4)
    top = sum(a * b for a, b in zip(members(k, x), members(k, y))) / k
    low = sum(a * b for a, b in zip(members(k, [-a for a in x]), members(k, [-a for a in y]))) / k
    sane = kind not in ("huge", "tiny")
    return [number(tau), number(p), number(rho), number(st.weightedtau(x, y).statistic), score / (n * (n - 1) / 2),
            float(top), float(low), rbo(x, y) if n <= 40 else None,
            number(np.mean(x)) if sane else None, number(np.std(x)) if sane else None] + chosen(x, y)


def chosen(x, y):
    """Sparse tau, regret in points, Top-1-Rank and Top-k-Rank by index order."""
    n = len(x)
    k = max(1, n // 4)
    unit = 100 if all(0 <= b <= 1 for b in y) else 1
    steps = [np.floor(b * unit / 0.1 + 0.5 + 1e-9) for b in y]
    order = sorted(range(n), key=lambda i: -x[i])
    places = {child: place + 1 for place, child in enumerate(sorted(range(n), key=lambda i: -y[i]))}
    return [number(st.kendalltau(x, steps)[0]), (max(y) - y[order[0]]) * unit, min(places[i] for i in order[:1]),
            min(places[i] for i in order[:k])]


def nogueira(z):
    """Phi by the formula of the paper (equation 4) for 0/1 rows; for chances the mean overlap of two rows, beyond chance."""
    m, d = len(z), len(z[0])
    p = [sum(r[i] for r in z) / Fraction(m) for i in range(d)]
    kbar = sum(p)
    chance = (kbar / d) * (1 - kbar / d)
    if m < 2 or chance == 0:
        return None
    if all(a.denominator == 1 for r in z for a in r):
        return 1 - sum(Fraction(m, m - 1) * q * (1 - q) for q in p) / d / chance
    overlap = sum(sum(a * b for a, b in zip(z[i], z[j])) for i in range(m) for j in range(i)) / Fraction(m * (m - 1), 2)
    return (overlap - kbar * kbar / d) / (kbar - kbar * kbar / d)


def block(seed, kind, m, n, k):
    s = Stream(seed)
    base = values(s, "normal", n)
    rows = []
    for _ in range(m):
        noise = values(s, kind, n)
        rows.append([b / 256 + e for b, e in zip(base, noise)] if kind == "normal" else noise)
    taus = np.full((m, m), np.nan)
    for i, j in itertools.permutations(range(m), 2):
        taus[i, j] = st.kendalltau(rows[i], rows[j])[0]
    off = ~np.eye(m, dtype=bool)
    stau = taus[off].mean()
    deleted = np.array([taus[np.ix_(c, c)][~np.eye(m - 1, dtype=bool)].mean()
                        for c in ([j for j in range(m) if j != i] for i in range(m))]) if m >= 4 else None
    se = half = None
    if deleted is not None and np.isfinite(stau):
        se = float(np.sqrt((m - 1) / m * np.sum((deleted - deleted.mean()) ** 2)))
        half = float(st.t.ppf(.975, m - 1) * se)
    z = [members(k, r) for r in rows]
    phi = nogueira(z)
    spread = None
    if m >= 4 and phi is not None:
        left = np.array([float(nogueira(z[:i] + z[i + 1:])) for i in range(m)])
        spread = float(np.sqrt((m - 1) / m * np.sum((left - left.mean()) ** 2)))
    between = [rbo(rows[i], rows[j]) for i in range(m) for j in range(i)]
    against = np.mean([st.kendalltau(r, base)[0] for r in rows])
    pure = None
    if np.isfinite(stau) and np.isfinite(against) and stau > 0:
        ratio = np.sin(np.pi / 2 * against) / np.sqrt(np.sin(np.pi / 2 * stau))
        pure = float(2 / np.pi * np.arcsin(np.clip(ratio, -1, 1)))
    return [number(stau), se, half, float(np.mean(between)), None if phi is None else float(phi), spread, number(against), pure]


def flip(seed, n):
    s = Stream(seed)
    d = [s.below(41) - 14 + (0 if seed % 3 else s.below(2)) for _ in range(n)]
    if seed % 7 == 0:
        d = [0] * n
    signs = np.array(list(itertools.product([1, -1], repeat=n)), dtype=np.int64)

    def p(numerator, denominator):
        e = np.array([v * denominator - numerator for v in d], dtype=np.int64)
        return np.mean(np.abs(signs @ e) >= abs(int(e.sum())))
    ends = []
    subsets = {(sum(c), len(c)) for r in range(1, n + 1) for c in itertools.combinations(d, r)}
    ordered = sorted({Fraction(a, b) for a, b in subsets})
    for alpha in (0.05, 0.1):
        kept = [f for f in ordered if p(f.numerator, f.denominator) > alpha]
        # Beyond all subset means the test has its smallest p; if that does not reject, there is no end.
        bounded = 2.0 ** (1 - n) <= alpha
        ends += [float(min(kept)), float(max(kept))] if bounded else [None, None]
    return [d, float(p(0, 1))] + ends


pairs = []
seed = 1
for kind in KINDS:
    for other in ("normal", "ties", "reversed", "constant"):
        for n in (2, 3, 5, 8, 20, 33, 34):
            for _ in range(8 if n < 20 else 4):
                pairs.append([seed, KINDS.index(kind), KINDS.index(other), n] + pair(seed, kind, other, n))
                seed += 1
for n in (64, 200):
    for kind in ("normal", "ties", "shifted"):
        for _ in range(4):
            pairs.append([seed, KINDS.index(kind), 0, n] + pair(seed, kind, "normal", n))
            seed += 1
blocks = []
for m in (2, 3, 4, 5, 10):
    for kind in ("normal", "ties", "binary", "one out"):
        for n, k in ((4, 1), (12, 3), (12, 12), (30, 5)):
            for _ in range(3):
                blocks.append([seed, KINDS.index(kind), m, n, k] + block(seed, kind, m, n, k))
                seed += 1
flips = [[seed + i] + flip(seed + i, n) for i, n in enumerate([1, 2, 3, 4, 5, 5, 6, 6, 6, 7, 7, 8, 8, 8, 9, 9] * 3)]


def slim(v):
    if isinstance(v, list):
        return [slim(a) for a in v]
    return float(f"{v:.14g}") if isinstance(v, float) else v


json.dump({"scipy": __import__("scipy").__version__, "pairs": slim(pairs), "blocks": slim(blocks), "flips": slim(flips)},
          sys.stdout, separators=(",", ":"))
print()
