"""Writes effects.json: additive ridge fits as numpy makes them, by ways that Espalier does not use.

Needs numpy. Run: python3 make_effects.py > effects.json
A case is {name, choices, counts, scores (null: missing), weights (or null), lambda, intercept, effects (null: absent),
fitted, loo (null: missing), looRMSE, edf, variance, error: [[choices, standard error]], chosen: {lambda, errors}}.
The fit: weighted centring takes the intercept out, then the penalised normal equations are solved through the singular value
decomposition. Leave-one-out residuals are n real refits. The standard error is that of the Bayesian linear model: the
posterior covariance over *all* choices, absent ones too, from an augmented least squares problem. `chosen` looks over the
grid 2^-10 ... 2^20 by refits.
"""
import json
import sys

import numpy as np

rng = np.random.default_rng(7)


def design(choices, counts):
    offsets = np.concatenate([[0], np.cumsum(counts)])
    x = np.zeros((len(choices), offsets[-1]))
    for i, row in enumerate(choices):
        for s, c in enumerate(row):
            x[i, offsets[s] + c] = 1
    return x, offsets


def ridge(x, y, w, lam):
    """Intercept and coefficients, penalty lam on the coefficients, weights w."""
    mx, my = w @ x / w.sum(), w @ y / w.sum()
    u, d, vt = np.linalg.svd(np.sqrt(w)[:, None] * (x - mx), full_matrices=False)
    beta = vt.T @ (d / (d * d + lam) * (u.T @ (np.sqrt(w) * (y - my))))
    return my - mx @ beta, beta


def errors(x, y, w, lam):
    found = []
    for i in range(len(y)):
        keep = np.arange(len(y)) != i
        b, beta = ridge(x[keep], y[keep], w[keep], lam)
        found.append(y[i] - b - x[i] @ beta)
    return np.array(found)


def number(v):
    return None if v is None or not np.isfinite(v) else float(v)


def case(name, counts, choices, scores, weights=None, lam=None):
    x, offsets = design(choices, counts)
    known = np.array([s is not None for s in scores])
    xs, y = x[known], np.array([s for s in scores if s is not None], float)
    w = np.ones(len(y)) if weights is None else np.array(weights, float)[known]
    w = w / w.mean()
    n = len(y)
    chosen = None
    if lam is None:
        grid = [2.0 ** k for k in range(-10, 21)]
        by = [float(w @ errors(xs, y, w, g) ** 2 / w.sum()) for g in grid]
        lam = grid[int(np.argmin(by))]
        chosen = {"lambda": lam, "errors": by}
    b, beta = ridge(xs, y, w, lam)
    loo = errors(xs, y, w, lam) if n > 1 else [None]
    # The hat matrix column by column: the fit of a unit vector.
    hat = np.array([ridge(xs, e, w, lam)[0] + xs @ ridge(xs, e, w, lam)[1] for e in np.eye(n)]).T
    edf = np.trace(hat)
    rss = w @ (y - b - xs @ beta) ** 2
    variance = rss / (n - edf) if n - edf > 1e-9 * n else None
    tried = [[int(rng.integers(c)) for c in counts] for _ in range(6)] + [list(r) for r in choices[:3]]
    xt, _ = design(tried, counts)
    # Augmented rows: sqrt(w) x and sqrt(lambda) I; the covariance of their least squares solution.
    p = xs.shape[1]
    rows = np.vstack([np.hstack([np.sqrt(w)[:, None], np.sqrt(w)[:, None] * xs]),
                      np.hstack([np.zeros((p, 1)), np.sqrt(lam) * np.eye(p)])])
    pinv = np.linalg.pinv(rows)
    cov = pinv @ pinv.T
    ones = np.hstack([np.ones((len(tried), 1)), xt])
    se = None if variance is None else np.sqrt(variance * np.einsum("ij,jk,ik->i", ones, cov, ones))
    present = xs.sum(0) > 0
    slots = [slice(offsets[s], offsets[s + 1]) for s in range(len(counts))]
    loo_all = iter(loo)
    return {
        "name": name, "counts": counts, "choices": choices, "scores": scores, "weights": weights, "lambda": lam,
        "intercept": float(b), "effects": [[float(v) if q else None for v, q in zip(beta[s], present[s])] for s in slots],
        "fitted": (b + x @ beta).tolist(), "loo": [number(next(loo_all)) if k else None for k in known],
        "looRMSE": float(np.sqrt(w @ np.array(loo, float) ** 2 / w.sum())) if n > 1 else None,
        "edf": float(edf), "variance": number(variance),
        "error": [[t, number(se[i]) if se is not None else None] for i, t in enumerate(tried)], "chosen": chosen}


def short(values):
    return [float(f"{v:.5g}") for v in values]


def random_case(name, counts, n, noise, lam=None, missing=0, weighted=False):
    choices = [[int(rng.integers(c)) for c in counts] for _ in range(n)]
    x, _ = design(choices, counts)
    y = short(0.4 + x @ rng.normal(0, 0.05, x.shape[1]) + rng.normal(0, noise, n))
    scores = [None if i < missing else v for i, v in enumerate(y)]
    weights = short(rng.uniform(0.2, 5, n)) if weighted else None
    return case(name, counts, choices, scores, weights, lam)


full = [[a, b, c] for a in range(4) for b in range(4) for c in range(4)]
x64, _ = design(full, [4, 4, 4])
cases = [
    case("64 children", [4, 4, 4], full, short(-1.2 + x64 @ rng.normal(0, 0.1, 12) + rng.normal(0, 0.05, 64))),
    case("64 children, noise only", [4, 4, 4], full, short(rng.normal(0, 1, 64))),
    random_case("sampled", [5] * 6, 120, 0.03),
    random_case("fewer children than choices", [7] * 8, 30, 0.02),
    random_case("weights", [3, 4, 2], 40, 0.05, weighted=True),
    random_case("weights, given", [3, 4, 2], 25, 0.05, lam=0.5, weighted=True),
    random_case("missing scores and absent choices", [6, 5, 4], 14, 0.03, lam=2, missing=4),
    random_case("one choice in a slot", [1, 4, 1, 3], 20, 0.05),
    random_case("one slot", [3], 9, 0.05),
    case("duplicates", [2, 2], [[0, 1], [0, 1], [1, 0], [0, 1]], [0.5, 0.7, 0.1, 0.6], None, 1.0),
    case("two children", [2, 3], [[0, 2], [1, 2]], [0.3, 0.9], None, 1.0),
    case("two equal children", [2, 3], [[0, 2], [0, 2]], [0.3, 0.9], None, 1.0),
    case("one child", [2, 3], [[0, 2], [1, 1]], [0.25, None], None, 4.0),
]
sizes = {"scores": short(rng.normal(0.5, 0.1, 12)), "params": [int(v) for v in rng.integers(1000, 90000, 12)]}
logs, s = np.log(sizes["params"]), np.array(sizes["scores"])
fit = np.polyfit(logs, s, 1)
sizes["residual"] = (s - np.polyval(fit, logs)).tolist()
sizes["weight"] = 0.75
sizes["prior"] = ((s - s.mean()) / s.std() + 0.75 * (logs - logs.mean()) / logs.std()).tolist()
json.dump({"numpy": np.__version__, "cases": cases, "sizes": sizes}, sys.stdout, separators=(",", ":"))
print()
