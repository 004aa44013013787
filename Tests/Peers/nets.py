"""Both built-in spaces as plain PyTorch modules, with the parameter names Espalier exports.

A net built with `child=` holds that child's operators only, so an exported file loads with strict=True; without it the
net holds every operator, as a supernet does, and `forward` is told which child to run.
"""
import torch
from torch import nn
import torch.nn.functional as F


def norm(channels, affine, momentum):
    return nn.BatchNorm2d(channels, affine=affine, momentum=momentum)


class Body(nn.Module):
    """Layers under the name `net`: the names of the authors' code."""

    def __init__(self, *layers):
        super().__init__()
        self.net = nn.Sequential(*layers)

    def forward(self, x):
        return self.net(x)


class PoolNorm(nn.Module):
    def __init__(self, channels, momentum):
        super().__init__()
        self.bn = norm(channels, False, momentum)

    def forward(self, x):
        return self.bn(F.max_pool2d(x, 3, 1, 1))


def depthwise_separable(channels, kernel, dilation, momentum):
    padding = dilation * (kernel - 1) // 2
    return Body(
        nn.ReLU(),
        nn.Conv2d(channels, channels, kernel, 1, padding, dilation, groups=channels, bias=False),
        nn.Conv2d(channels, channels, 1, bias=False),
        norm(channels, False, momentum))


class Mixed(nn.Module):
    """The operators of one edge that this net holds, by digit 0...3."""

    def __init__(self, channels, digits, momentum):
        super().__init__()
        def twice(kernel):
            return Body(*(depthwise_separable(channels, kernel, 1, momentum) for _ in range(2)))
        makers = [
            lambda: PoolNorm(channels, momentum), lambda: twice(3), lambda: twice(5),
            lambda: depthwise_separable(channels, 5, 2, momentum)]
        self._ops = nn.ModuleDict({str(d): makers[d]() for d in digits})

    def forward(self, x, digit):
        return self._ops[str(digit)](x)


class DeeperInsightsCell(nn.Module):
    def __init__(self, inputs, channels, child, momentum):
        super().__init__()
        edges = [[d] for d in child] if child else [range(4)] * 3
        self.preproc = Body(nn.ReLU(), nn.Conv2d(inputs, channels, 1, bias=False), norm(channels, False, momentum))
        first, second, third = (Mixed(channels, digits, momentum) for digits in edges)
        self.dag = nn.ModuleList([nn.ModuleList([first]), nn.ModuleList([second, third])])

    def forward(self, x, child):
        x = self.preproc(x)
        one = self.dag[0][0](x, child[0])
        two = self.dag[1][0](x, child[1]) + self.dag[1][1](one, child[2])
        return torch.cat([one, two], 1)


class DeeperInsights(nn.Module):
    """Stem without ReLU, equal cells on three edges, global average pool, linear. A child is three digits 0...3."""

    def __init__(self, channels=16, cells=4, classes=10, child=None, momentum=0.4):
        super().__init__()
        self.child = child
        wide = 3 * channels
        body = nn.Module()
        body.stem = nn.Sequential(
            nn.Conv2d(3, wide, 3, 1, 1, bias=False), norm(wide, True, momentum),
            nn.Conv2d(wide, wide, 3, 1, 1, bias=False), norm(wide, True, momentum))
        body.cells = nn.ModuleList(
            DeeperInsightsCell(2 * channels if i else wide, channels, child, momentum) for i in range(cells))
        body.linear = nn.Linear(2 * channels if cells else wide, classes)
        self.net = body

    def forward(self, x, child=None):
        x = self.net.stem(x)
        for cell in self.net.cells:
            x = cell(x, child or self.child)
        return self.net.linear(x.mean((2, 3)))

    @staticmethod
    def parse(label):
        return tuple(int(digit) - 1 for digit in label)


def relu_conv_norm(inputs, outputs, kernel, stride, momentum):
    body = nn.Module()
    body.op = nn.Sequential(
        nn.ReLU(), nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False), norm(outputs, True, momentum))
    body.forward = body.op.forward
    return body


class Reduction(nn.Module):
    """Two ReLU-conv3x3-BN, the first with stride 2, beside average pool 2x2 and a 1x1 convolution without BN."""

    def __init__(self, inputs, outputs, momentum):
        super().__init__()
        self.conv_a = relu_conv_norm(inputs, outputs, 3, 2, momentum)
        self.conv_b = relu_conv_norm(outputs, outputs, 3, 1, momentum)
        self.downsample = nn.Sequential(nn.AvgPool2d(2, 2), nn.Conv2d(inputs, outputs, 1, bias=False))

    def forward(self, x, child):
        return self.downsample(x) + self.conv_b(self.conv_a(x))


class NasBench201Cell(nn.Module):
    """Nodes 0...3; node j is the sum over i < j of operator (i, j) of node i; the output is node 3.

    Operators: 0 none, 1 skip, 2 conv 1x1, 3 conv 3x3, 4 average pool 3x3. What does not reach node 3 is not run, so its
    statistics and gradients stay as they are.
    """
    EDGES = [(1, 0), (2, 0), (2, 1), (3, 0), (3, 1), (3, 2)]

    def __init__(self, channels, child, momentum):
        super().__init__()
        self.edges = nn.ModuleDict()
        for k, (j, i) in enumerate(self.EDGES):
            held = [child[k]] if child else range(5)
            self.edges[f"{j}<-{i}"] = nn.ModuleDict(
                {str(d): relu_conv_norm(channels, channels, 2 * d - 3, 1, momentum) for d in held if d in (2, 3)})

    def forward(self, x, child):
        known = {0: x}
        def value(j):
            if j not in known:
                total = None
                for (to, i), op in zip(self.EDGES, child):
                    if to != j or op == 0:
                        continue
                    term = value(i)
                    if term is None:
                        # A convolution of zeros still runs: its batch norm adds a shift.
                        term = torch.zeros_like(x)
                    if op == 4:
                        term = F.avg_pool2d(term, 3, 1, 1, count_include_pad=False)
                    elif op in (2, 3):
                        term = self.edges[f"{j}<-{i}"][str(op)](term)
                    total = term if total is None else total + term
                known[j] = total
            return known[j]
        result = value(3)
        return torch.zeros_like(x) if result is None else result


class NasBench201(nn.Module):
    """Three stages of equal cells, residual reductions between. A child is six digits 0...4 in arch-string order."""

    def __init__(self, channels=16, cells=5, classes=10, child=None, momentum=0.1):
        super().__init__()
        self.child = child
        self.stem = nn.Sequential(nn.Conv2d(3, channels, 3, 1, 1, bias=False), norm(channels, True, momentum))
        self.cells = nn.ModuleList()
        for stage in range(3):
            wide = channels << stage
            if stage:
                self.cells.append(Reduction(wide // 2, wide, momentum))
            self.cells.extend(NasBench201Cell(wide, child, momentum) for _ in range(cells))
        self.lastact = nn.Sequential(norm(4 * channels, True, momentum), nn.ReLU())
        self.classifier = nn.Linear(4 * channels, classes)

    def forward(self, x, child=None):
        x = self.stem(x)
        for cell in self.cells:
            x = cell(x, child or self.child)
        return self.classifier(self.lastact(x).mean((2, 3)))

    OPERATORS = ["none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3"]

    @staticmethod
    def parse(arch):
        """`|op~0|+|op~0|op~1|+|op~0|op~1|op~2|` to six digits."""
        return tuple(
            NasBench201.OPERATORS.index(item.split("~")[0])
            for node in arch.split("+") for item in node.strip("|").split("|"))


SPACES = {"deeper-insights": DeeperInsights, "nas-bench-201": NasBench201}


def count(net):
    return sum(p.numel() for p in net.parameters())


if __name__ == "__main__":
    sizes = {"111": 24858, "222": 34458, "333": 40602, "444": 32730}
    for label, expected in sizes.items():
        assert count(DeeperInsights(child=DeeperInsights.parse(label))) == expected, label
    assert count(DeeperInsights()) == 58074
    best = "|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|skip_connect~0|nor_conv_3x3~1|nor_conv_1x1~2|"
    print(count(NasBench201(child=NasBench201.parse(best))))
