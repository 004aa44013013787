"""Makes angles.json: weight angles of children by writing every path's weights down, one path after the other.

    python make_angles.py      (numpy)

Present weights are those of formula.py; the initial ones are present + 0.5 x (those of the name other/NAME). A pooling
is k x k values of 1 / k^2 a channel. The vectors string together all paths from the image to the logits.
"""
import itertools
import json
import pathlib
import sys

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import formula


def conv(name, *shape):
    """One weight: [initial, present]."""
    name += ".weight"
    now = formula.start(name, shape)
    return np.stack([now + np.float32(0.5) * formula.start("other/" + name, shape), now]).reshape(2, -1)


def pool(channels, kernel):
    return np.full((2, channels * kernel * kernel), 1 / kernel**2)


def deeper_insights(channels, cells, classes, child):
    """Blocks in order, each a list of paths, each path a list of weights."""
    wide = 3 * channels
    blocks = [[[conv("net.stem.0", wide, 3, 3, 3), conv("net.stem.2", wide, wide, 3, 3)]]]

    def operator(name, digit):
        name += f"._ops.{digit}"
        if digit == 0:
            return [pool(channels, 3)]
        if digit == 3:
            return [conv(f"{name}.net.1", channels, 1, 5, 5), conv(f"{name}.net.2", channels, channels, 1, 1)]
        side = 2 * digit + 1
        return [w for k in (0, 1) for w in (
            conv(f"{name}.net.{k}.net.1", channels, 1, side, side),
            conv(f"{name}.net.{k}.net.2", channels, channels, 1, 1))]

    for cell in range(cells):
        name = f"net.cells.{cell}"
        blocks.append([[conv(f"{name}.preproc.net.1", channels, 2 * channels if cell else wide, 1, 1)]])
        a, b, c = (operator(f"{name}.dag.{edge}", int(digit) - 1) for edge, digit in zip(("0.0", "1.0", "1.1"), child))
        # The cell's output joins node 1 and node 2.
        blocks.append([a, b, a + c])
    return blocks + [[[conv("net.linear", classes, 2 * channels)]]]


def nas_bench_201(channels, cells, classes, child):
    digits = dict(zip([(0, 1), (0, 2), (1, 2), (0, 3), (1, 3), (2, 3)], (int(d) for d in child)))
    blocks = [[[conv("stem.0", channels, 3, 3, 3)]]]
    number = 0
    for stage in range(3):
        width = channels << stage
        if stage:
            name = f"cells.{number}"
            blocks.append([
                [pool(width // 2, 2), conv(f"{name}.downsample.1", width, width // 2, 1, 1)],
                [conv(f"{name}.conv_a.op.1", width, width // 2, 3, 3), conv(f"{name}.conv_b.op.1", width, width, 3, 3)]])
            number += 1
        for _ in range(cells):
            paths = []
            for inner in ((), (1,), (2,), (1, 2)):
                stops = (0, *inner, 3)
                edges = list(zip(stops, stops[1:]))
                if any(digits[e] == 0 for e in edges):
                    continue
                path = []
                for i, j in edges:
                    name = f"cells.{number}.edges.{j}<-{i}.{digits[i, j]}.op.1"
                    if digits[i, j] in (2, 3):
                        side = 2 * digits[i, j] - 3
                        path.append(conv(name, width, width, side, side))
                    if digits[i, j] == 4:
                        path.append(pool(width, 3))
                paths.append(path)
            blocks.append(paths)
            number += 1
    return blocks + [[[conv("classifier", classes, 4 * channels)]]]


def angle(weights):
    if not weights:
        return 0.0
    first, now = np.concatenate(weights, axis=1).astype(np.float64)
    return float(np.arccos(np.clip(first @ now / np.sqrt((first @ first) * (now @ now)), -1, 1)))


SPACES = {"deeper-insights": deeper_insights, "nas-bench-201": nas_bench_201}
CASES = [
    ("deeper-insights", ["234", "111", "414", "343"]),
    ("nas-bench-201", ["321043", "403014", "111111", "234120", "023142", "444444", "000000"]),
]

if __name__ == "__main__":
    result = []
    for space, children in CASES:
        case = json.loads((HERE / f"{space}.json").read_text())
        for child in children:
            blocks = SPACES[space](case["channels"], case["cells"], case["classes"], child)
            whole = [w for paths in itertools.product(*blocks) for path in paths for w in path]
            result.append(dict(
                space=space, child=child, paths=int(np.prod([len(b) for b in blocks])), angle=angle(whole)))
            print(result[-1])
    (HERE / "angles.json").write_text(json.dumps(result, indent=1) + "\n")
