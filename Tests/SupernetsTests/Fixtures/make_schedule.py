"""Writes schedule.json: learning rates as PyTorch's schedulers give them, step after step.

Needs torch. Run: python3 make_schedule.py > schedule.json
Cosine: CosineAnnealingLR over `steps` steps. Restarted: CosineAnnealingWarmRestarts, T_0 = `period`. Warm-up:
the cosine rate times LambdaLR's max(0.01, min(1, f / share)), both run by PyTorch on an optimizer of rate 1.
"""
import json
import sys

import torch
from torch.optim import lr_scheduler as lr

torch.set_default_dtype(torch.float64)


def rates(start, steps, make):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=start)
    scheduler = make(optimizer)
    found = []
    for _ in range(steps):
        found.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return found


def cosine(start, end, steps):
    return rates(start, steps + 1, lambda o: lr.CosineAnnealingLR(o, T_max=steps, eta_min=end))


cases = []
for start, end, steps in ((0.025, 0.001, 40), (0.5, 0.0, 7), (0.1, 0.1, 5)):
    cases.append({"name": f"cosine {start} {end}", "start": start, "end": end, "shape": "cosine", "restart": "none",
                  "warmUp": 0, "period": steps, "rates": cosine(start, end, steps)})
for start, end, steps, period in ((0.025, 0.001, 36, 12),):
    found = rates(start, steps, lambda o: lr.CosineAnnealingWarmRestarts(o, T_0=period, eta_min=end))
    cases.append({"name": "restarted", "start": start, "end": end, "shape": "cosine", "restart": "round", "warmUp": 0,
                  "period": period, "rates": found})
for share, shape in ((0.25, "cosine"), (0.1, "constant")):
    steps = 40
    ramp = rates(1, steps + 1, lambda o: lr.LambdaLR(o, lambda k: max(0.01, min(1, k / steps / share))))
    base = cosine(0.025, 0.001, steps) if shape == "cosine" else [0.025] * (steps + 1)
    cases.append({"name": f"warm-up {share} {shape}", "start": 0.025, "end": 0.001, "shape": shape, "restart": "none",
                  "warmUp": share, "period": steps, "rates": [a * b for a, b in zip(base, ramp)]})
json.dump({"torch": torch.__version__, "cases": cases}, sys.stdout, separators=(",", ":"))
print()
