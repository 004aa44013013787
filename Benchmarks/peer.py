"""The peer: PyTorch in float32, channels_last, the C allocator tuned. Works on request, so that two programs can take turns.

    python Benchmarks/peer.py [--threads 2] [--batch 256]

The first line it prints describes it. Then each line of standard input is a request, answered by one JSON line:

    warm train-compiled 222       does it once, untimed (torch.compile compiles here): {"ready": true}
    run train-compiled 222 3      does it three times: {"seconds": [...], "images": 256}

    train-eager CHILD, train-compiled CHILD    a training step on one batch
    score CHILD                                forward with running statistics, one batch
    score-all CHILDREN IMAGES                  the same for each child in turn, in batches; CHILDREN joined by commas
    calibrate CHILDREN IMAGES                  forward in training mode, likewise
    dense CHANNELS SIDE BATCH                  3x3 convolution: forward, gradient of the input, gradient of the weights
    nas-bench-201 CHILD BATCH                  a training step of the published net
"""
import argparse
import json
import os
import pathlib
import shutil
import sys
import time

# Without these glibc gives every large tensor back to the kernel and faults it in again at the next step.
TUNING = {
    "MALLOC_MMAP_THRESHOLD_": str(1 << 30), "MALLOC_TRIM_THRESHOLD_": str(1 << 34), "MALLOC_TOP_PAD_": str(1 << 28),
    "MALLOC_ARENA_MAX": "1"}


class Peer:
    """Nets and batches are made when they are first asked for, and kept."""

    def __init__(self, torch, nets, batch):
        self.torch, self.nets, self.batch = torch, nets, batch
        self.kept = {}

    def keep(self, key, make):
        if key not in self.kept:
            self.kept[key] = make()
        return self.kept[key]

    def images(self, count):
        torch = self.torch
        return self.keep(("images", count), lambda: (
            torch.randn(count, 3, 32, 32).contiguous(memory_format=torch.channels_last), torch.randint(0, 10, (count,))))

    def supernet(self):
        return self.keep("supernet", lambda: self.nets.DeeperInsights().to(memory_format=self.torch.channels_last).train())

    def stepper(self, net, loss, batch):
        torch = self.torch
        optimizer = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9, weight_decay=1e-3)
        x, y = self.images(batch)

        def step():
            optimizer.zero_grad(set_to_none=True)
            loss(x, y).backward()
            optimizer.step()
        return step

    def work(self, words):
        """What to time, and how many images it takes."""
        make = getattr(self, "make_" + words[0].replace("-", "_"))
        return self.keep(("work", *words), lambda: make(*words[1:]))

    def make_train_eager(self, label):
        net, child = self.supernet(), self.nets.DeeperInsights.parse(label)
        loss = lambda x, y: self.torch.nn.functional.cross_entropy(net(x, child), y)
        return self.stepper(net, loss, self.batch), self.batch

    def make_train_compiled(self, label):
        torch = self.torch
        net = self.nets.DeeperInsights(child=self.nets.DeeperInsights.parse(label))
        net = net.to(memory_format=torch.channels_last).train()
        loss = torch.compile(lambda x, y: torch.nn.functional.cross_entropy(net(x), y), dynamic=False)
        return self.stepper(net, loss, self.batch), self.batch

    def make_score(self, label):
        return self.forward(label, self.batch, training=False), self.batch

    def make_score_all(self, labels, images):
        return self.forward(labels, int(images), training=False), len(labels.split(",")) * int(images)

    def make_calibrate(self, labels, images):
        return self.forward(labels, int(images), training=True), len(labels.split(",")) * int(images)

    def forward(self, labels, images, training):
        net, children = self.supernet(), [self.nets.DeeperInsights.parse(label) for label in labels.split(",")]
        sizes = [min(self.batch, images - start) for start in range(0, images, self.batch)]

        def run():
            net.train(training)
            with self.torch.no_grad():
                for child in children:
                    for size in sizes:
                        net(self.images(size)[0], child)
            net.train()
        return run

    def make_dense(self, channels, side, batch):
        torch = self.torch
        channels, side, batch = int(channels), int(side), int(batch)
        conv = torch.nn.Conv2d(channels, channels, 3, padding=1, bias=False).to(memory_format=torch.channels_last)
        x, dz = (torch.randn(batch, channels, side, side).contiguous(memory_format=torch.channels_last)
                 for _ in range(2))
        x.requires_grad_()

        def run():
            torch.autograd.grad(conv(x), (x, conv.weight), dz)
        return run, batch

    def make_nas_bench_201(self, label, batch):
        net = self.nets.NasBench201(child=tuple(map(int, label)))
        net = net.to(memory_format=self.torch.channels_last).train()
        loss = lambda x, y: self.torch.nn.functional.cross_entropy(net(x), y)
        return self.stepper(net, loss, int(batch)), int(batch)


def answer(peer, words):
    if words[0] == "warm":
        peer.work(words[1:])[0]()
        return {"ready": True}
    run, images = peer.work(words[1:-1])
    seconds = []
    for _ in range(int(words[-1])):
        begin = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - begin)
    return {"seconds": seconds, "images": images}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--batch", type=int, default=256)
    options = parser.parse_args()
    wanted = TUNING | {"OMP_NUM_THREADS": str(options.threads)}
    if any(os.environ.get(name) != value for name, value in wanted.items()):
        os.execve(sys.executable, [sys.executable, *sys.argv], os.environ | wanted)

    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Tests" / "Peers"))
    import torch
    import nets

    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    peer = Peer(torch, nets, options.batch)
    # Only answers go to the real standard output; what libraries print goes to standard error.
    answers, sys.stdout = sys.stdout, sys.stderr
    print(json.dumps({"peer": f"PyTorch {torch.__version__}, channels_last, malloc tuned, {options.threads} threads",
                      "compiles": shutil.which("g++") is not None}), file=answers, flush=True)
    for line in sys.stdin:
        try:
            reply = answer(peer, line.split())
        except Exception as error:  # the other side decides what to do without this row
            reply = {"error": f"{type(error).__name__}: {error}".splitlines()[0]}
        print(json.dumps(reply), file=answers, flush=True)


if __name__ == "__main__":
    main()
