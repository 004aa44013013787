"""Writes pairs.json: variance components of paired scores, and the cut they lead to, as numpy and scipy have them.

Needs numpy and scipy (1.17). Run: python3 make_pairs.py > pairs.json
Everything is computed from the raw scores of each pair by itself; the Swift side sees sums over images only.
"""
import json

import numpy as np
import scipy.stats as st

rng = np.random.default_rng(11)


def components(d):
    """S_img^2 and S_fix^2 of one pair's differences [w, n] by a two-way analysis of variance without replication."""
    w, n = d.shape
    rest = d - d.mean(0) - d.mean(1, keepdims=True) + d.mean()
    img = (rest**2).sum() / ((n - 1) * (w - 1))
    fix = w * ((d.mean(0) - d.mean()) ** 2).sum() / (n - 1)
    return img, max(0.0, (fix - img) / w)


def case(w, m, n, k, rho, level, kind, slots):
    x = rng.standard_normal((w, m, 1)) * 0.02 + rng.standard_normal((1, m, n)) * 0.5
    x = x + rng.standard_normal((w, m, n)) * 0.4 + np.linspace(0, 1.2, m)[None, :, None] + rng.standard_normal((1, 1, n))
    if kind == "correct":
        x = (x > 0.4) * 1.0
    if kind == "far":
        x = x + 4096
    x = np.round(x * 1024) / 1024  # exact in float32
    img, fix, snap = np.zeros((m, m)), np.zeros((m, m)), []
    for c in range(m):
        for j in range(m):
            if c != j:
                d = x[:, j] - x[:, c]
                img[c, j], fix[c, j] = components(d)
                snap.append(d.mean(1).var(ddof=1))
    snapshot, share = np.mean(snap), img.sum() / (m * (m - 1)) / n
    i = np.arange(w)
    corr = float(rho) ** np.abs(i[:, None] - i)
    proj = np.eye(w) - 1 / w
    inner = proj @ corr @ proj
    ratio = corr.mean() / (np.trace(inner) / (w - 1))
    degrees = np.trace(inner) ** 2 / np.trace(inner @ inner)
    # Independent series: regress the residuals on the choices.
    choices = rng.integers(0, 2, (m, slots)) if slots else None
    means = x.mean(2)
    r = means - means.mean(0) - means.mean(1, keepdims=True) + means.mean()
    series = m - 1
    if slots:
        design = np.column_stack([np.ones(m), choices])
        rank = np.linalg.matrix_rank(design) - 1
        fit = design @ np.linalg.lstsq(design, r.T, rcond=None)[0]
        if 0 < rank < m - 1:
            a, b = (fit**2).sum() / rank, ((r.T - fit) ** 2).sum() / (m - 1 - rank)
            series = (rank * a + (m - 1 - rank) * b) ** 2 / (rank * a**2 + (m - 1 - rank) * b**2)
    mu = x.mean((0, 2))
    p = np.ones((m, m))
    for c in range(m):
        for j in range(m):
            if c == j:
                continue
            images = img[c, j] / (n * w) + fix[c, j] / n
            for part in [max(0, snapshot - theta * share) for theta in (1, 0.75, 0.5, 0)]:
                se2 = images + part * ratio
                df = se2**2 / (images**2 / (n - 1) + (snapshot * ratio) ** 2 / (degrees * series))
                p[c, j] = min(p[c, j], st.t.sf((mu[j] - mu[c]) / np.sqrt(se2), df))
                if df > 100:
                    break
    single = [min(1.0, (m - k) * np.sort(np.delete(p[c], c))[k - 1]) for c in range(m)]
    order = np.argsort(single)
    adjusted, largest = np.zeros(m), 0.0
    for place, c in enumerate(order):
        largest = max(largest, min(1.0, (m - place) * single[c]))
        adjusted[c] = largest
    return {"values": x.tolist(), "leaders": k, "rho": rho, "level": level, "img": img.tolist(), "fix": fix.tolist(),
            "snapshotVariance": snapshot, "imageShare": share, "means": mu.tolist(), "adjusted": adjusted.tolist(),
            "worse": (adjusted <= level).tolist(), "choices": choices.tolist() if slots else None, "series": series}


print(json.dumps([
    case(4, 6, 40, 2, 0.3, 0.05, "loss", 2),
    case(4, 2, 30, 1, 0.0, 0.2, "loss", 0),
    case(6, 5, 25, 1, 0.9, 0.1, "correct", 0),
    case(5, 8, 30, 3, 0.0, 0.05, "far", 3),
    case(4, 4, 9, 3, 0.5, 0.05, "loss", 3),
]))
