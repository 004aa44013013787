"""The peer's speed: eager PyTorch in float32, channels_last, the C allocator tuned. Prints one JSON document.

    python Benchmarks/peer.py [--threads 2] [--batch 256] [--seconds 60] [--children 111,222,333,444]

Rows are named as those of `espalier bench`: `train CCC` and `score CCC` (forward with running statistics). Cases take
turns, so that a disturbance hits all of them, and each row is the median of its turns.
"""
import argparse
import json
import os
import pathlib
import resource
import statistics
import sys
import time

# Without these glibc gives every large tensor back to the kernel and faults it in again at the next step.
TUNING = {
    "MALLOC_MMAP_THRESHOLD_": str(1 << 30), "MALLOC_TRIM_THRESHOLD_": str(1 << 34), "MALLOC_TOP_PAD_": str(1 << 28),
    "MALLOC_ARENA_MAX": "1"}


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--children", default="111,222,333,444")
    return parser.parse_args()


def main():
    options = arguments()
    wanted = TUNING | {"OMP_NUM_THREADS": str(options.threads)}
    if any(os.environ.get(name) != value for name, value in wanted.items()):
        os.execve(sys.executable, [sys.executable, *sys.argv], os.environ | wanted)

    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Tests" / "Peers"))
    import torch
    import torch.nn.functional as F
    from nets import DeeperInsights

    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    net = DeeperInsights().to(memory_format=torch.channels_last).train()
    x = torch.randn(options.batch, 3, 32, 32).contiguous(memory_format=torch.channels_last)
    y = torch.randint(0, 10, (options.batch,))
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9, weight_decay=1e-3)

    def train(child):
        optimizer.zero_grad(set_to_none=True)
        F.cross_entropy(net(x, child), y).backward()
        optimizer.step()

    def score(child):
        net.eval()
        with torch.no_grad():
            net(x, child)
        net.train()

    children = [(label, DeeperInsights.parse(label)) for label in options.children.split(",")]
    cases = {f"{name} {label}": (run, child) for name, run in (("train", train), ("score", score))
             for label, child in children}
    times = {name: [] for name in cases}
    for run, child in cases.values():
        run(child)
    end = time.monotonic() + options.seconds
    while time.monotonic() < end or min(map(len, times.values())) < 3:
        for name, (run, child) in cases.items():
            begin = time.perf_counter()
            run(child)
            times[name].append(time.perf_counter() - begin)
    print(json.dumps({
        "schema": "espalier.bench-peer/1", "peer": f"PyTorch {torch.__version__} eager, channels_last, malloc tuned",
        "threads": options.threads, "batch": options.batch,
        "rows": [{"name": name, "imagesPerSecond": options.batch / statistics.median(t), "turns": len(t)}
                 for name, t in times.items()],
        "peakBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}, indent=1))


if __name__ == "__main__":
    main()
