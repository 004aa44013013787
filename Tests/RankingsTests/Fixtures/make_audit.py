"""Writes audit.json: partial effects, cuts in expectation and hypergeometric chances as numpy, enumeration and scipy have them.

Needs numpy and scipy (1.17). Run: python3 make_audit.py > audit.json
"""
import itertools
import json

import numpy as np
import scipy.stats as st

rng = np.random.default_rng(11)


def table(n, kind):
    """Scores, truths and four features of n children; kinds differ in their ties."""
    truth = rng.normal(size=n)
    scores = 0.6 * truth + rng.normal(size=n)
    features = [rng.normal(size=n), rng.integers(0, 2, n).astype(float), truth + 0.3 * rng.normal(size=n), np.ones(n)]
    if kind == "ties":
        truth, scores = np.round(truth, 1), np.round(scores, 0)
    if kind == "reversed":
        scores = -truth
    if kind == "equal":
        scores = np.zeros(n)
    return [np.round(v, 3) for v in (scores, truth)], [np.round(f, 3) for f in features]


def partial(scores, truth, feature):
    """The third coefficient of least squares on (1, rank of the truth, feature); none where it is not determined."""
    x = np.column_stack([np.ones(len(truth)), st.rankdata(truth), feature])
    if np.linalg.matrix_rank(x) < 3:
        return None
    return float(np.linalg.lstsq(x, st.rankdata(scores), rcond=None)[0][2])


def partials():
    cases = []
    for number in range(120):
        kind = ["plain", "ties", "reversed", "equal"][number % 4] if number % 3 else "plain"
        (scores, truth), features = table(int(rng.integers(4, 24)), kind)
        cases.append({
            "scores": scores.tolist(), "truth": truth.tolist(), "features": [f.tolist() for f in features],
            "effects": [partial(scores, truth, f) for f in features],
        })
    return cases


def cut(values, truth, marked, kept):
    """Every order of equals is as likely: the mean over all sets that may stay."""
    order = sorted(values, reverse=True)
    edge = order[kept - 1]
    above = [i for i, v in enumerate(values) if v > edge]
    block = [i for i, v in enumerate(values) if v == edge]
    losses, regrets = [], []
    for chosen in itertools.combinations(block, kept - len(above)):
        stay = set(above) | set(chosen)
        losses.append(sum(m not in stay for m in marked))
        regrets.append(max(truth) - max(truth[i] for i in stay))
    return float(np.mean(losses)), float(np.mean(regrets))


def cuts():
    cases = []
    for number in range(120):
        n = int(rng.integers(1, 13))
        values = rng.integers(0, [1, 3, 100][number % 3], n).astype(float)
        truth = np.round(rng.normal(size=n), 2)
        marked = sorted(rng.choice(n, int(rng.integers(0, n + 1)), replace=False).tolist())
        kept = int(rng.integers(1, n + 1))
        lost, regret = cut(values.tolist(), truth.tolist(), marked, kept)
        cases.append({
            "values": values.tolist(), "truth": truth.tolist(), "marked": marked, "kept": kept, "lost": lost,
            "regret": regret,
        })
    return cases


def chances():
    cases = []
    for total, marked, drawn in [(64, 8, 32), (64, 8, 48), (64, 3, 60), (15625, 1953, 15000), (5, 5, 2), (7, 0, 3), (9, 4, 0)]:
        for x in sorted({-1, 0, 1, 2, marked // 2, marked - 1, marked, drawn}):
            p = float(st.hypergeom.cdf(x, total, marked, drawn))
            cases.append({"x": int(x), "marked": marked, "drawn": drawn, "total": total, "p": p})
    return cases


print(json.dumps({"partials": partials(), "cuts": cuts(), "chances": chances()}, separators=(",", ":")))
