"""Makes similarity.json: cosines between children's gradients, by PyTorch in float64.

    python make_similarity.py      (PyTorch, numpy)

From the weights of formula.py; the gradient is the sum over the batches of that of the mean cross entropy; a cosine is
over the parameters both children have. `first` and `counts` say which training images each batch holds.
"""
import json

import torch
import torch.nn.functional as F

import make_parity as parity

CASES = {
    "deeper-insights": ["111", "234", "434", "343", "222"],
    "nas-bench-201": ["321043", "234120", "103421", "023142", "000000"],
}
FIRST, COUNTS = 0, [16, 9]


def gradient(case, label):
    net, first = parity.start_net(case, double=True), FIRST
    for count in COUNTS:
        x, y = parity.batch(case, range(first, first + count), double=True)
        F.cross_entropy(net(x, parity.digits(case["space"], label)), y).backward()
        first += count
    return {n: p.grad.flatten() for n, p in net.named_parameters() if p.grad is not None}


def cosine(a, b):
    shared = sorted(a.keys() & b.keys())
    if not shared:
        return 0.0
    x, y = (torch.cat([g[n] for n in shared]) for g in (a, b))
    return (x @ y / (x.norm() * y.norm())).item()


if __name__ == "__main__":
    torch.set_num_threads(1)
    result = []
    for space, children in CASES.items():
        gradients = [gradient(parity.CASES[space], label) for label in children]
        result.append(dict(
            space=space, children=children, first=FIRST, counts=COUNTS,
            similarity=[[cosine(a, b) for b in gradients] for a in gradients]))
        for row in result[-1]["similarity"]:
            print(*(f"{v:8.5f}" for v in row))
    (parity.HERE / "similarity.json").write_text(json.dumps(result, indent=1) + "\n")
