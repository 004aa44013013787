"""Exports a child, loads it into a PyTorch net with strict=True and compares its accuracy with `espalier evaluate`.

    python check_export.py ESPALIER            makes a small run of its own on CIFAR-10-shaped files
    python check_export.py ESPALIER --checkpoints DIR --run RUN --child C --data FOLDER [--limit N]

FOLDER holds CIFAR-10 in its binary layout. Statistics are the running ones, which the file carries.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import torch
import torch.nn.functional as F
from safetensors import safe_open
from safetensors.torch import load_file

from nets import SPACES, NasBench201

MEAN = np.array([0.49139968, 0.48215827, 0.44653124])
STD = np.array([0.24703233, 0.24348505, 0.26158768])
LIMIT = 1000


def espalier(program, *words):
    done = subprocess.run([program, *words], capture_output=True, text=True, timeout=600)
    if done.returncode:
        sys.exit(f"espalier {' '.join(words)} ended with {done.returncode}:\n{done.stderr}{done.stdout}")
    return done.stdout


def write_images(folder):
    """CIFAR-10's six files with images that have something to learn: a label's colour under noise."""
    folder = folder / "cifar-10-batches-bin"
    folder.mkdir(parents=True)
    draw = np.random.default_rng(1)
    colours = draw.integers(60, 196, (10, 3, 4, 4))
    for name in [f"data_batch_{k}.bin" for k in range(1, 6)] + ["test_batch.bin"]:
        labels = draw.integers(0, 10, 10_000, dtype=np.uint8)
        images = colours[labels].repeat(8, 2).repeat(8, 3) + draw.integers(-60, 60, (10_000, 3, 32, 32))
        rows = np.concatenate([labels[:, None], images.clip(0, 255).astype(np.uint8).reshape(10_000, -1)], 1)
        (folder / name).write_bytes(rows.tobytes())
    (folder / "batches.meta.txt").write_text("".join(f"class{k}\n" for k in range(10)))


def read_test(folder, limit):
    path = next(pathlib.Path(folder).rglob("test_batch.bin"))
    rows = np.fromfile(path, np.uint8).reshape(-1, 3073)[:limit]
    images = (rows[:, 1:].reshape(-1, 3, 32, 32) / 255 - MEAN[:, None, None]) / STD[:, None, None]
    return torch.from_numpy(images.astype(np.float32)), torch.from_numpy(rows[:, 0].astype(np.int64))


def load(path):
    """The net a file describes, and the file's metadata."""
    with safe_open(path, "pt") as file:
        metadata = file.metadata()
    tensors = load_file(path)
    kind = SPACES[metadata["space"]]
    child = kind.parse(metadata["genotype"] if kind is NasBench201 else metadata["label"])
    cells = 1 + max(int(name.split("cells.")[1].split(".")[0]) for name in tensors if "cells." in name)
    if kind is NasBench201:
        net = kind(tensors["stem.0.weight"].shape[0], (cells - 2) // 3, tensors["classifier.bias"].numel(), child)
    else:
        net = kind(tensors["net.stem.0.weight"].shape[0] // 3, cells, tensors["net.linear.bias"].numel(), child)
    net.load_state_dict(tensors, strict=True)
    return net.eval(), metadata


def check(program, store, run, child, data, limit):
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/child.safetensors"
        espalier(program, "checkpoint", "export", run, "--child", child, "--out", path, "--checkpoints", store)
        net, metadata = load(path)
    images, labels = read_test(data, limit)
    with torch.no_grad():
        logits = torch.cat([net(part) for part in images.split(256)])
    correct = int((logits.argmax(1) == labels).sum())
    loss = float(F.cross_entropy(logits, labels))
    answer = json.loads(espalier(
        program, "evaluate", run, child, "--data", data, "--split", "test", "--limit", str(limit), "--bn", "running",
        "--checkpoints", store, "--json"))
    print(f"child {child}: PyTorch {correct} of {limit}, loss {loss:.5f}; espalier {answer['correct']}, "
          f"loss {answer['loss']:.5f}; metadata {metadata}")
    assert answer["n"] == limit and answer["bn"] == "running", answer
    assert abs(answer["correct"] - correct) <= 0.002 * limit, "accuracies differ by more than 0.2 points"
    assert abs(answer["loss"] - loss) <= 1e-3 * loss, "losses differ"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("espalier")
    parser.add_argument("--checkpoints", default="checkpoints")
    parser.add_argument("--run")
    parser.add_argument("--child", default="434")
    parser.add_argument("--data")
    parser.add_argument("--limit", type=int, default=LIMIT)
    options = parser.parse_args()
    torch.set_num_threads(2)
    if options.run:
        check(options.espalier, options.checkpoints, options.run, options.child, options.data, options.limit)
        return
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        write_images(folder / "data")
        recipe = folder / "recipe.yaml"
        recipe.write_text(f"""\
schema: espalier.recipe/1
space: deeper-insights
data:
  set: cifar10
  folder: {folder / "data"}
  hold-out: {{rank: 128, pick: 128}}
  augment: [crop-4, flip]
seed: 3
train:
  batch: 128
  budget: {{images: 36000}}
  optimizer: {{lr: 0.025, lr-end: 0.001, momentum: 0.9, weight-decay: 1.0e-3, schedule: cosine, unsampled: decay}}
  bn-momentum: 0.4
  sampling: shuffled-cycle
score: {{on: rank, bn: running, measure: accuracy, window: 1}}
rounds:
  - {{at: 0.6}}
policy: {{use: keep-fraction, keep: 0.5}}
""")
        store = str(folder / "runs")
        done = json.loads(espalier(
            options.espalier, "search", "--recipe", str(recipe), "--run", "peer", "--threads", "2", "--json",
            "--checkpoints", store))
        check(options.espalier, store, "peer", done["best"], str(folder / "data"), options.limit)


if __name__ == "__main__":
    main()
