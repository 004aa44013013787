"""Writes ranks.json: pairs of lists with what scipy makes of them, and S-Tau tables.

Needs numpy and scipy (1.17). Run: python3 make_ranks.py > ranks.json
A case is {name, x, y, tauB, p, rho, tauA, ranks}; null where scipy says NaN. tauA and the discordant count are
counted pair by pair; p is scipy's kendalltau(method="auto"), rho its spearmanr, ranks its rankdata(x) (average).
"""
import json
import sys
import warnings

import numpy as np
import scipy.stats as st

warnings.simplefilter("ignore")
rng = np.random.default_rng(20240607)


def number(v):
    v = float(v)
    return None if not np.isfinite(v) else v


def case(name, x, y):
    x = [float(v) for v in x]
    y = [float(v) for v in y]
    n = len(x)
    con = dis = 0
    for i in range(n):
        for j in range(i):
            s = (int(x[i] > x[j]) - int(x[i] < x[j])) * (int(y[i] > y[j]) - int(y[i] < y[j]))
            con += s > 0
            dis += s < 0
    tau, p = st.kendalltau(x, y)
    rho = st.spearmanr(x, y).statistic
    return {"name": name, "x": x, "y": y, "tauB": number(tau), "p": number(p), "rho": number(rho),
            "tauA": (con - dis) / (n * (n - 1) / 2), "discordant": int(dis), "ranks": st.rankdata(x).tolist()}


def short(values):
    return [float(f"{v:.4g}") for v in values]


cases = []
for n in (2, 3, 4, 10, 33, 34, 64):
    up = list(range(n))
    cases.append(case(f"sorted {n}", up, up))
    cases.append(case(f"reversed {n}", up, up[::-1]))
    cases.append(case(f"constant x {n}", [1] * n, up))
    cases.append(case(f"constant both {n}", [0.5] * n, [2] * n))
    swapped = up[:]
    swapped[0], swapped[1] = swapped[1], swapped[0]
    cases.append(case(f"one swap {n}", up, swapped))
    cases.append(case(f"reversed but one {n}", up, swapped[::-1]))
    cases.append(case(f"one tie {n}", up, [up[1]] + up[1:]))
    cases.append(case(f"two values {n}", [i % 2 for i in up], [i % 3 == 0 for i in up]))
for n, repeats in ((2, 12), (3, 24), (5, 24), (10, 40), (33, 10), (34, 10), (64, 24), (200, 8)):
    for k in range(repeats):
        kind = k % 4
        x = rng.standard_normal(n)
        y = x * rng.choice([-1, 0, 0.3, 1, 3]) + rng.standard_normal(n)
        if kind == 1:
            x, y = np.round(x * 2), np.round(y * 2)
        if kind == 2:
            y = np.round(y)
        if kind == 3:
            x = x * 10.0 ** rng.integers(-300, 300, n)
        cases.append(case(f"random {n} {kind} {k}", short(x), short(y)))
for k in range(12):
    n = int(rng.choice([3, 10, 40]))
    x = rng.choice([0.0, -0.0, 1e-308, -1e-308, 5e-324, 1e308, -1e308, 1.0, 1.0000000000000002], n)
    y = rng.choice([0.0, -0.0, 1.0], n)
    cases.append(case(f"edges {n} {k}", x, y))

tables = []
for rows, n in ((2, 2), (2, 10), (5, 10), (10, 64), (3, 3)):
    base = rng.standard_normal(n)
    table = [short(np.round(base + rng.standard_normal(n), 2)) for _ in range(rows)]
    truth = short(base)
    taus = [st.kendalltau(a, b)[0] for i, a in enumerate(table) for b in table[:i]]
    gt = [st.kendalltau(a, truth)[0] for a in table]
    tables.append({"rows": table, "truth": truth, "sTau": number(np.mean(taus)), "gt": [number(t) for t in gt],
                   "mean": number(np.mean(gt)), "std": number(np.std(gt)),
                   "lastMean": number(np.mean(gt[-2:])), "lastStd": number(np.std(gt[-2:]))})

json.dump({"scipy": __import__("scipy").__version__, "cases": cases, "tables": tables}, sys.stdout,
          separators=(",", ":"))
print()
