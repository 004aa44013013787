"""Espalier and PyTorch in turns, as one table with the targets: `make bench`.

    python Benchmarks/compare.py ESPALIER [--quick] [--turns 3] [--threads 2] [--seed 1] [--only train,dense] [--json]

In every turn each section runs on one side, then on the other; whoever does not run waits. Figures are medians over all
turns. PyTorch's process (Benchmarks/peer.py) stays alive, so torch.compile compiles each child once, before the first turn.
With --quick: no torch.compile, and only the sections train, score and dense. Ctrl-C ends early with what has been measured.
"""
import argparse
import json
import os
import pathlib
import random
import statistics
import subprocess
import sys
import tempfile
import time

from table import Table

HERE = pathlib.Path(__file__).resolve().parent
CHILDREN = ["111", "222", "333", "444"]
SCORED, CALIBRATED = 1_280, 328  # images a child; as 10,000 and 2,560
PEER_SCORED = ["111", "124", "142", "213", "231", "324", "333", "444"]
DENSE = [(16, 32), (32, 16), (64, 8)]
PAUSE = 0.3  # seconds between sides, for threads to fall asleep


class Espalier:
    """One call of `espalier bench` a section and turn; keeps every row's rates."""

    def __init__(self, program, threads):
        self.program, self.threads = program, threads
        self.rates, self.documents = {}, []

    def bench(self, prefix, *arguments):
        command = [self.program, "bench", "--json", "--threads", str(self.threads), *arguments]
        document = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
        self.documents.append(document)
        for row in document["rows"]:
            self.rates.setdefault(prefix + row["name"], []).append(row)
        time.sleep(PAUSE)

    def rate(self, name, key="imagesPerSecond"):
        found = [row[key] for row in self.rates.get(name, []) if row[key] is not None]
        return statistics.median(found) if found else None

    def peak_bytes(self):
        """A search of its own: full-size nets, batch 256, with its scorings and checkpoints."""
        with tempfile.TemporaryDirectory() as folder:
            command = [
                self.program, "search", "--run", "memory", "--checkpoints", folder, "--threads", str(self.threads),
                "--set", "space=deeper-insights", "--set", "train.batch=256", "--set", "train.budget={images: 20000}",
                "--set", "rounds=[{at: 0.5}]", "--set",
                "data={set: synthetic, synthetic: {train: 3000, test: 16, side: 32}, "
                "hold-out: {rank: 64, pick: 64}, augment: [crop-4, flip]}"]
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            errors = process.stderr.read()
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode:
                sys.exit(f"compare: {' '.join(command)}\n{errors}")
            return usage.ru_maxrss * 1024


class Peer:
    """The other process, and every row's seconds an image."""

    def __init__(self, threads):
        command = [sys.executable, str(HERE / "peer.py"), "--threads", str(threads)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.about = json.loads(self.process.stdout.readline())
        self.seconds, self.failures = {}, {}

    def ask(self, request):
        self.process.stdin.write(request + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def warm(self, request):
        reply = self.ask("warm " + request)
        if "error" in reply:
            self.failures[request] = reply["error"]

    def run(self, request, times):
        if request in self.failures:
            return
        reply = self.ask(f"run {request} {times}")
        self.seconds.setdefault(request, []).extend(second / reply["images"] for second in reply["seconds"])

    def rate(self, request):
        found = self.seconds.get(request)
        return 1 / statistics.median(found) if found else None

    def end(self):
        """The largest resident set of the process, bytes."""
        self.process.stdin.close()
        _, status, usage = os.wait4(self.process.pid, 0)
        self.process.returncode = os.waitstatus_to_exitcode(status)
        return usage.ru_maxrss * 1024


class Section:
    """What both sides do in a turn: arguments of `espalier bench`, and requests to the peer with their repeats."""

    def __init__(self, name, own, requests, prefix=""):
        self.name, self.own, self.requests, self.prefix = name, own, requests, prefix

    def turn(self, own, peer):
        own.bench(self.prefix, *self.own)
        for request, times in self.requests:
            peer.run(request, times)
        time.sleep(PAUSE)


def sections(options, compiles, drawn):
    children = ["--children", ",".join(CHILDREN)]
    kinds = ["train-eager"] + (["train-compiled"] if compiles else [])
    found = [
        Section("train", ["--rows", "train", "--repeats", "4", *children],
                [(f"{kind} {child}", 2) for kind in kinds for child in CHILDREN]),
        Section("score", ["--rows", ",".join("score " + child for child in CHILDREN), "--repeats", "5", *children],
                [(f"score {child}", 3) for child in CHILDREN]),
        Section("dense", ["--rows", ",".join(f"op dense 3x3 {channels} {way}" for channels, _ in DENSE
                                           for way in ("forward", "backward")), "--batch", "128", "--repeats", "9"],
                [(f"dense {channels} {side} 128", 9) for channels, side in DENSE])]
    if not options.quick:
        peer_all = ",".join(PEER_SCORED)
        found += [
            Section("score-all", ["--rows", "score all", "--images", str(SCORED), "--repeats", "1"],
                    [(f"score-all {peer_all} {SCORED}", 1)]),
            Section("score-all-calibrated",
                    ["--rows", "score all calibrated", "--images", str(SCORED), "--repeats", "1"],
                    [(f"calibrate {peer_all} {CALIBRATED}", 1)]),
            Section("nas-bench-201",
                    ["--space", "nas-bench-201", "--children", ",".join(drawn), "--batch", "128", "--rows", "train",
                     "--repeats", "2"], [(f"nas-bench-201 {child} 128", 1) for child in drawn], prefix="201 "),
            Section("variants",
                    ["--rows", "variant base,variant threads,variant kernels", "--repeats", "3", *children], [])]
    only = options.only.split(",") if options.only else [section.name for section in found]
    return [section for section in found if section.name in only]


def mean_rate(rates):
    """Images a second of children that take turns, step by step; None where one is missing."""
    return statistics.harmonic_mean(rates) if rates and None not in rates else None


def fill(table, own, peer, drawn):
    trained = [(own.rate(f"train {c}"), peer.rate(f"train-eager {c}"), peer.rate(f"train-compiled {c}")) for c in CHILDREN]
    for child, (mine, eager, compiled) in zip(CHILDREN, trained):
        table.speed(f"train {child}", mine, eager, compiled)
    table.speed("train, mean of the four", *(mean_rate([row[k] for row in trained]) for k in range(3)),
                eager_target=(5.5, 9), compiled_target=(4, 6.5))
    for child in CHILDREN:
        table.speed(f"score {child}", own.rate(f"score {child}"), peer.rate(f"score {child}"))
    labels = ",".join(PEER_SCORED)
    eager, calibration = peer.rate(f"score-all {labels} {SCORED}"), peer.rate(f"calibrate {labels} {CALIBRATED}")
    table.speed("score all", own.rate("score all"), eager, eager_target=(7, 10))
    both = 1 / (1 / eager + CALIBRATED / SCORED / calibration) if eager and calibration else None
    table.speed("score all calibrated", own.rate("score all calibrated"), both, eager_target=(6, 9))
    for channels, side in DENSE:
        ways = [own.rate(f"op dense 3x3 {channels} {way}") for way in ("forward", "backward")]
        mine = 1 / (1 / ways[0] + 1 / ways[1]) if None not in ways else None
        table.speed(f"dense 3x3, {channels} channels", mine, peer.rate(f"dense {channels} {side} 128"),
                    eager_target=(1.3, 2))
    table.speed("nas-bench-201 step", mean_rate([own.rate(f"201 train {c}") for c in drawn]),
                mean_rate([peer.rate(f"nas-bench-201 {c} 128") for c in drawn]), eager_target=(1.5, 3))
    base = own.rate("variant base")
    table.ratio("2 threads against 1", base, own.rate("variant threads 1"), (1.75, 1.95))
    table.ratio("v3 kernels against v4", own.rate("variant kernels v3"), base, (0.8, 0.92))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("espalier")
    parser.add_argument("--quick", action="store_true", help="fewer rows, no torch.compile")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1, help="which ten children of NAS-Bench-201")
    parser.add_argument("--only", help="sections, separated by commas")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    drawn = ["".join(random.Random(options.seed * 1_000 + k).choices("01234", k=6)) for k in range(10)]

    def say(text):
        print(text, file=sys.stderr, flush=True)

    load = os.getloadavg()[0]
    own, table = Espalier(options.espalier, options.threads), Table()
    memory = None
    if not options.quick and (not options.only or "memory" in options.only.split(",")):
        say("peak memory of a search ...")
        memory = own.peak_bytes()
    peer = Peer(options.threads)
    compiles = peer.about["compiles"] and not options.quick
    chosen = sections(options, compiles, drawn)
    for section in chosen:
        say(f"{section.name}: warming up ...")
        for request, _ in section.requests:
            peer.warm(request)
    try:
        for turn in range(options.turns):
            for section in chosen:
                say(f"turn {turn + 1} of {options.turns}: {section.name} ...")
                section.turn(own, peer)
    except KeyboardInterrupt:
        say(f"stopped in turn {turn + 1}; what was measured until then:")
        options.turns = turn
        peer.process.kill()
    fill(table, own, peer, drawn)
    peer_memory = peer.end()
    table.memory(memory)

    notes = [f"images/s, medians of {options.turns} turns; batch 256, 128 for dense and nas-bench-201; "
             f"peer: {peer.about['peer']}"]
    if any(section.name.startswith("score-all") for section in chosen):
        notes.append(
            f"score all: espalier all 64 children on {SCORED} images, calibrated on {CALIBRATED}; eager one child at a time, "
            f"8 of them ({', '.join(PEER_SCORED)}) on as many images. Both are linear in children and images: "
            "10,000 scored and 2,560 calibrated images a child give the same images/s")
        notes += table.scaled(64 * 10_000, ["score all", "score all calibrated"])
    if any(section.name == "nas-bench-201" for section in chosen):
        notes.append(f"nas-bench-201: seed {options.seed}, children {', '.join(drawn)}; harmonic mean")
    if memory:
        notes.append(f"peak memory: of a search with batch 256, {memory / 1e6:.0f} MB = {memory / 2**20:.0f} MiB; "
                     f"PyTorch's process after everything above, {peer_memory / 1e6:.0f} MB")
    if not peer.about["compiles"]:
        notes.append("torch.compile: not measured, it needs g++ (Debian: apt-get install g++)")
    if load > 0.5:
        notes.append(f"BUSY: the load was {load:.1f} before the first turn. PyTorch's threads wait for each other by spinning and "
                     "lose far more to company than ours, so these ratios flatter espalier: measure again alone")
    notes += [f"{request}: {error}" for request, error in peer.failures.items()]
    last = own.documents[-1]
    if options.json:
        return print(json.dumps(table.document(last, own, memory, notes), indent=1))
    print(f"{last['machine']}")
    print(table.text())
    print("\n".join(notes))


if __name__ == "__main__":
    main()
