"""Writes ops.json: inputs, outputs and gradients of each op by PyTorch in float32, for FixtureTests.swift.

Run: python make_ops.py   (needs torch and numpy; made with 2.15)
"""

import json
import os

import torch
import torch.nn.functional as F

torch.manual_seed(20)
torch.set_num_threads(1)
records = []


def floats(tensor):
    """The shortest decimals that read back as the same float32, at most seven digits."""
    return [float(f"{float(str(value)):.7g}") for value in tensor.detach().flatten().numpy()]


def record(op, case, inputs, function):
    """Stores the inputs, a random dy, the output and the gradient of every input."""
    inputs = [x.clone().requires_grad_() for x in inputs]
    y = function(*inputs)
    dy = random(*y.shape)
    y.backward(dy)
    records.append({"op": op, "case": case, "inputs": [floats(x) for x in inputs], "dy": floats(dy),
                    "output": floats(y), "gradients": [floats(x.grad) for x in inputs]})


def case(n=1, cin=1, cout=1, h=1, w=1, kernel=1, stride=1, dilation=1, padding=0):
    return dict(locals())


def random(*shape):
    """Uniform in [-1, 1], in thousandths: short to store."""
    return torch.randint(-1000, 1001, shape) / 1000


for c in [case(cin=3, cout=20, h=7, w=9, kernel=3, padding=1),
          case(cin=17, cout=16, h=6, w=6, kernel=1),
          case(cin=18, cout=4, h=9, w=8, kernel=3, stride=2, padding=1),
          case(cin=2, cout=17, h=8, w=9, kernel=3, dilation=2, padding=2),
          case(cin=4, cout=3, h=8, w=8, kernel=5, stride=2, padding=2)]:
    record("convolution", c, [random(1, c["cin"], c["h"], c["w"]), random(c["cout"], c["cin"], c["kernel"], c["kernel"])],
           lambda x, w: F.conv2d(x, w, stride=c["stride"], padding=c["padding"], dilation=c["dilation"]))

for c in [case(cin=17, h=8, w=7, kernel=3, padding=1), case(cin=3, h=9, w=9, kernel=5, stride=2, padding=2),
          case(cin=3, h=11, w=12, kernel=5, dilation=2, padding=4)]:
    record("depthwise", c, [random(1, c["cin"], c["h"], c["w"]), random(c["cin"], 1, c["kernel"], c["kernel"])],
           lambda x, w: F.conv2d(x, w, stride=c["stride"], padding=c["padding"], dilation=c["dilation"],
                                 groups=c["cin"]))

for c in [case(cin=17, h=5, w=6, kernel=3, padding=1), case(cin=3, h=8, w=8, kernel=3, stride=2, padding=1),
          case(cin=2, h=9, w=7, kernel=2, stride=2)]:
    record("max pool", c, [random(1, c["cin"], c["h"], c["w"])],
           lambda x: F.max_pool2d(x, c["kernel"], c["stride"], c["padding"]))
    record("average pool", c, [random(1, c["cin"], c["h"], c["w"])],
           lambda x: F.avg_pool2d(x, c["kernel"], c["stride"], c["padding"], count_include_pad=False))

for c in [case(n=3, cin=17, h=5, w=4), case(n=2, cin=3, h=8, w=8)]:
    mean, variance = torch.zeros(c["cin"]), torch.ones(c["cin"])
    record("batch norm", c, [random(c["n"], c["cin"], c["h"], c["w"]) + 0.5, random(c["cin"]), random(c["cin"])],
           lambda x, g, b: F.batch_norm(x, mean, variance, g, b, training=True, momentum=1.0))
    # With momentum 1 the running statistics are those of the batch; the variance is the unbiased one.
    records[-1]["mean"] = floats(mean)
    records[-1]["variance"] = floats(variance)

c = case(cin=20, h=5, w=7)
record("pixel mean", c, [random(1, 20, 5, 7)], lambda x: x.mean(dim=(2, 3)))

for c in [case(n=7, cout=10), case(n=3, cout=100)]:
    labels = torch.tensor([i * 7 % c["cout"] for i in range(c["n"])])
    record("cross entropy", c, [random(c["n"], c["cout"]) * 5],
           lambda x: F.cross_entropy(x, labels, reduction="none"))

c = case(n=5, cin=17, cout=10)
record("linear", c, [random(5, 17), random(10, 17)], F.linear)

# Three steps of SGD; the gradients are given, not computed.
settings = dict(rate=0.05, momentum=0.9, decay=3e-3)
w = random(37).requires_grad_()
sgd = dict(settings, weights=floats(w), gradients=[], after=[])
optimizer = torch.optim.SGD([w], lr=settings["rate"], momentum=settings["momentum"], weight_decay=settings["decay"])
for _ in range(3):
    w.grad = random(37)
    sgd["gradients"].append(floats(w.grad))
    optimizer.step()
    sgd["after"].append(floats(w))

path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "ops.json")
with open(path, "w") as file:
    json.dump({"torch": torch.__version__.split("+")[0], "records": records, "sgd": sgd}, file, separators=(",", ":"))
    file.write("\n")
