"""Makes the parity fixtures: what PyTorch computes in float32 and float64 from the weights and images of formula.py.

    python make_parity.py      (PyTorch, numpy, safetensors; about a minute)

For each case one .safetensors file holds
    gradient/CHILD/NAME   one step's gradient, computed in float64
    state/NAME            parameters and statistics after the `decay` steps (all, or those of the scored children)
    logits/CHILD/MODE     the first 32 test images' logits with that state, computed in float64
and the same-named .json what is small: sizes, losses, PyTorch's own float32 errors, hits on 1,000 test images.
"""
import copy
import json
import pathlib
import sys

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import save_file

HERE = pathlib.Path(__file__).resolve().parent
sys.path += [str(HERE), str(HERE.parent.parent / "Peers")]
import formula
import nets

BATCH, MOMENTUM, DECAY = 16, 0.9, 1e-3
GRADIENT_BATCH, GRADIENT_TRIES, PAIR_STEPS = 8, 100, 8
TESTED, TEST_BATCH, CALIBRATION = 1000, 128, [50, 50, 20]

CASES = {
    "deeper-insights": dict(
        space="deeper-insights", channels=16, cells=2, side=16, classes=10, gradients=["111", "234", "434"],
        cycle=["111", "234", "434", "343", "222"], steps=20, first=2240, rate=0.025, scored=["434", "234"]),
    # 12 channels: the concatenation does not meet at a block of 16.
    "unaligned": dict(
        space="deeper-insights", channels=12, cells=2, side=9, classes=7, gradients=["342"],
        cycle=["342", "414"], steps=6, first=0, rate=0.025, scored=["342"]),
    # A small rate: otherwise one flipped ReLU of these tiny batches grows a thousandfold in ten steps.
    "nas-bench-201": dict(
        space="nas-bench-201", channels=8, cells=1, side=12, classes=10, gradients=["321043", "023142", "000000"],
        cycle=["321043", "234120", "103421", "023142"], steps=20, first=1600, rate=0.005,
        scored=["321043", "021043"]),
}


def digits(space, label):
    return nets.DeeperInsights.parse(label) if space == "deeper-insights" else tuple(int(d) for d in label)


def start_net(case, double=False):
    net = nets.SPACES[case["space"]](case["channels"], case["cells"], case["classes"], momentum=0.4)
    with torch.no_grad():
        for name, parameter in net.named_parameters():
            parameter.copy_(torch.from_numpy(formula.start(name, tuple(parameter.shape))))
    return net.double() if double else net


def batch(case, numbers, double=False):
    x, y = formula.images(numbers, case["classes"], case["side"])
    x = torch.from_numpy(x)
    return x.double() if double else x, torch.from_numpy(y)


def margin(case, label, first):
    """The smallest distance of a value from a kink over the values' deviation: how safe it is from flips.

    Fresh nets are ill-conditioned because rounding flips a ReLU here and there; on images where no value is near a kink
    a gradient has nothing but rounding errors, and small ones can be told from mistakes.
    """
    net, nearest = start_net(case, double=True), [float("inf")]

    def relu(module, inputs):
        x = inputs[0]
        values = x[x != 0].abs()
        if len(values):
            nearest[0] = min(nearest[0], (values.min() / x.std()).item())

    def pool(module, inputs):
        x = inputs[0]
        windows = F.unfold(F.pad(x, (1, 1, 1, 1), value=-1e9), 3).view(len(x), x.shape[1], 9, -1)
        best = windows.topk(2, 2).values
        gaps = best[:, :, 0] - best[:, :, 1]
        # Equal values are copies of one value (a pool of a pool): rounding cannot part them.
        nearest[0] = min(nearest[0], (gaps[gaps > 0].min() / x.std()).item())

    for module in net.modules():
        if isinstance(module, torch.nn.ReLU):
            module.register_forward_pre_hook(relu)
        if isinstance(module, nets.PoolNorm):
            module.register_forward_pre_hook(pool)
    with torch.no_grad():
        net(batch(case, range(first, first + GRADIENT_BATCH), True)[0], digits(case["space"], label))
    return nearest[0]


def gradients(case, label, first, double=False, channels_last=False, one_dnn=True):
    net = start_net(case, double)
    x, y = batch(case, range(first, first + GRADIENT_BATCH), double)
    if channels_last:
        net, x = net.to(memory_format=torch.channels_last), x.contiguous(memory_format=torch.channels_last)
    with torch.backends.mkldnn.flags(enabled=one_dnn, allow_tf32=None):
        loss = F.cross_entropy(net(x, digits(case["space"], label)), y)
        loss.backward()
    return loss.item(), {n: p.grad.double() for n, p in net.named_parameters() if p.grad is not None}


def differences(a, b):
    """By parameter max |a - b| over max |b|; at least 1e-4 of the largest of all, since some are zero by algebra."""
    largest = max(g.abs().max().item() for g in b.values())
    return {n: (a[n] - g).abs().max().item() / max(g.abs().max().item(), 1e-4 * largest) for n, g in b.items()}


def train(case, variant, double=False):
    """The losses of the steps, one list a step (one child each; `pair`: two), and the net."""
    net = start_net(case, double).train()
    optimizer = torch.optim.SGD(net.parameters(), lr=case["rate"], momentum=MOMENTUM, weight_decay=DECAY)
    losses = []
    for step in range(PAIR_STEPS if variant == "pair" else case["steps"]):
        optimizer.zero_grad(set_to_none=variant != "decay")
        first = case["first"] + step * BATCH
        x, y = batch(case, range(first, first + BATCH), double)
        cycle = case["cycle"]
        children = [cycle[(step + k) % len(cycle)] for k in range(2 if variant == "pair" else 1)]
        losses.append([])
        for label in children:
            loss = F.cross_entropy(net(x, digits(case["space"], label)), y)
            loss.backward()
            losses[-1].append(loss.item())
        optimizer.step()
    return losses, net


def norms(net):
    return [m for m in net.modules() if isinstance(m, torch.nn.BatchNorm2d)]


def calibrate(net, case, child):
    """Mean of the per-batch means and of the unbiased variances, in training mode; set as running statistics."""
    seen = {}

    def note(module, inputs):
        z = inputs[0].double().transpose(0, 1).flatten(1)
        seen.setdefault(module, []).append((z.mean(1), z.var(1, unbiased=True)))

    hooks = [m.register_forward_pre_hook(note) for m in norms(net)]
    net.train()
    first = 0
    with torch.no_grad():
        for size in CALIBRATION:
            x, _ = batch(case, range(first, first + size), next(net.parameters()).dtype == torch.float64)
            net(x, child)
            first += size
    for hook in hooks:
        hook.remove()
    for module, moments in seen.items():
        module.running_mean.copy_(torch.stack([m for m, _ in moments]).mean(0))
        module.running_var.copy_(torch.stack([v for _, v in moments]).mean(0))


def score(net, case, label, mode):
    """Hits, mean loss and logits over the test images; the net is left as it was."""
    net = copy.deepcopy(net)
    child = digits(case["space"], label)
    double = next(net.parameters()).dtype == torch.float64
    if mode == "calibrated":
        calibrate(net, case, child)
    net.train(mode == "batch")
    logits, labels = [], []
    with torch.no_grad():
        for first in range(0, TESTED, TEST_BATCH):
            numbers = range(formula.TEST + first, formula.TEST + min(first + TEST_BATCH, TESTED))
            x, y = batch(case, numbers, double)
            logits.append(net(x, child))
            labels.append(y)
    logits, labels = torch.cat(logits), torch.cat(labels)
    loss = F.cross_entropy(logits, labels).item()
    return (logits.argmax(1) == labels).sum().item(), loss, logits[:32]


def make(name, case):
    tensors, info = {}, dict(
        case, batch=BATCH, tested=TESTED, testBatch=TEST_BATCH, calibration=CALIBRATION, gradient={}, losses={},
        spread={}, scores={})
    for label in case["gradients"]:
        first = max(range(GRADIENT_TRIES), key=lambda k: margin(case, label, k * GRADIENT_BATCH)) * GRADIENT_BATCH
        loss, exact = gradients(case, label, first, double=True)
        ways = [
            gradients(case, label, first, channels_last=last, one_dnn=one)[1]
            for last in (False, True) for one in (True, False)]
        errors = [differences(way, exact) for way in ways]
        info["gradient"][label] = dict(
            first=first, count=GRADIENT_BATCH, loss=loss, error={n: max(e[n] for e in errors) for n in exact})
        tensors |= {f"gradient/{label}/{n}": g.float() for n, g in exact.items()}
        print(name, label, "loss", loss, "margin", margin(case, label, first), "worst float32 error",
              [max(e.values()) for e in errors])
    for variant in ("decay", "skip", "pair"):
        losses, net = train(case, variant)
        exact, _ = train(case, variant, double=True)
        info["losses"][variant] = losses
        info["spread"][variant] = max(
            abs(a - b) / abs(b) for x, y in zip(losses, exact) for a, b in zip(x, y))
        print(name, variant, "losses", losses[0], "...", losses[-1], "float32 to float64", info["spread"][variant])
        if variant == "decay":
            final = net
    held = set(final.state_dict())
    if case["space"] == "nas-bench-201":
        held = set().union(*(
            nets.NasBench201(case["channels"], case["cells"], child=digits(case["space"], c)).state_dict()
            for c in case["scored"]))
    tensors |= {f"state/{n}": t.float() for n, t in final.state_dict().items() if n in held}
    for label in case["scored"]:
        for mode in ("batch", "running", "calibrated"):
            hits, loss, _ = score(final, case, label, mode)
            hits64, loss64, logits = score(copy.deepcopy(final).double(), case, label, mode)
            tensors[f"logits/{label}/{mode}"] = logits.float()
            info["scores"][f"{label}/{mode}"] = dict(correct=hits, loss=loss, correct64=hits64, loss64=loss64)
            print(name, label, mode, hits, hits64, loss, loss64)
    tensors = {n: t.detach().contiguous().clone() for n, t in tensors.items()}
    save_file(tensors, HERE / f"{name}.safetensors")
    (HERE / f"{name}.safetensors").chmod(0o644)
    (HERE / f"{name}.json").write_text(json.dumps(info, indent=1) + "\n")


if __name__ == "__main__":
    torch.set_num_threads(1)
    for name, case in CASES.items():
        make(name, case)
