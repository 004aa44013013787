"""Espalier and PyTorch in turns, as one table with the targets: `make bench`.

    python Benchmarks/compare.py ESPALIER [--quick] [--turns 3] [--threads 2] [--seed 1] [--only train,dense] [--json]

In every turn each section runs on one side, then on the other; whoever does not run waits. Figures are medians over all
turns. PyTorch's process (Benchmarks/peer.py) stays alive, so torch.compile compiles each child once, before the first turn.
With --quick: no torch.compile, and only the sections train, score, dense and operators. Ctrl-C ends early with what has been
measured; a row that could not be measured says why.
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

from company import Company
from table import Table

HERE = pathlib.Path(__file__).resolve().parent
CHILDREN = ["111", "222", "333", "444"]
SCORED, CALIBRATED = 1_280, 328  # images a child; as 10,000 and 2,560
PEER_SCORED = ["111", "124", "142", "213", "231", "324", "333", "444"]
DENSE = [(16, 32), (32, 16), (64, 8)]
LONG = 10_000  # images of the one long scoring
OPERATORS = ["separable 3x3", "separable 5x5", "dilated 5x5", "max pool 3x3", "average pool 3x3", "1x1 48->16", "dense 3x3 16",
             "dense 3x3 32", "dense 3x3 64", "head"]


class Espalier:
    """One call of `espalier bench` a section and turn; keeps every row's rates, and why a section has none."""

    def __init__(self, program, threads):
        self.program, self.threads = program, threads
        self.rates, self.documents, self.failures = {}, [], {}

    def call(self, *arguments):
        """The document, or a string: why there is none."""
        command = [self.program, "bench", "--json", "--threads", str(self.threads), *arguments]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            document = json.loads(done.stdout)
        except ValueError:
            document = {}
        if done.returncode == 0 and "rows" in document:
            return document
        said = document.get("error", {}).get("message") or (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        return f"espalier bench ended with {done.returncode}: {said}"

    def bench(self, section, prefix, *arguments):
        document = self.call(*arguments)
        if isinstance(document, str):
            self.failures[section] = document
            return
        self.documents.append(document)
        for row in document["rows"]:
            self.rates.setdefault(prefix + row["name"], []).append(row)

    def has(self, row):
        """Whether this machine has a row, found on the smallest batch."""
        found = self.call("--rows", row, "--children", "111", "--batch", "2", "--repeats", "1")
        return not isinstance(found, str)

    def peak(self, key):
        found = [document["peaks"][key] for document in self.documents]
        return statistics.median(found) if found else None

    def rate(self, name, key="imagesPerSecond"):
        found = [row[key] for row in self.rates.get(name, []) if row.get(key) is not None]
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
            try:
                errors = process.stderr.read()
            except KeyboardInterrupt:
                process.kill()
                process.wait()
                raise
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode:
                said = (errors.strip().splitlines() or ["it said nothing"])[-1]
                self.failures["memory"] = f"espalier search ended with {process.returncode}: {said}"
                return None
            return usage.ru_maxrss * 1024


class Peer:
    """The other process, and every row's seconds an image."""

    def __init__(self, threads):
        command = [sys.executable, str(HERE / "peer.py"), "--threads", str(threads)]
        # In a session of its own: Ctrl-C is for this program, which ends the other.
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True)
        self.seconds, self.failures = {}, {}
        first = self.process.stdout.readline()
        if not first:
            sys.exit("compare: Benchmarks/peer.py did not start; what it said is above")
        self.about = json.loads(first)

    def ask(self, request):
        try:
            self.process.stdin.write(request + "\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = ""
        return json.loads(line) if line else {"error": "the process has ended"}

    def warm(self, request):
        reply = self.ask("warm " + request)
        if "error" in reply:
            self.failures[request] = reply["error"]

    def run(self, request, times):
        if request in self.failures:
            return
        reply = self.ask(f"run {request} {times}")
        if "error" in reply:
            self.failures[request] = reply["error"]
            return
        self.seconds.setdefault(request, []).extend(second / reply["images"] for second in reply["seconds"])

    def rate(self, request):
        found = self.seconds.get(request)
        return 1 / statistics.median(found) if found else None

    def end(self):
        """The largest resident set of the process, bytes."""
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass
        _, status, usage = os.wait4(self.process.pid, 0)
        self.process.returncode = os.waitstatus_to_exitcode(status)
        return usage.ru_maxrss * 1024


class Section:
    """What both sides do in a turn: arguments of `espalier bench`, and requests to the peer with their repeats."""

    def __init__(self, name, own, requests, prefix="", once=False):
        self.name, self.own, self.requests, self.prefix = name, own, requests, prefix
        self.once = once  # in the first turn only

    def turn(self, own, peer, pause):
        own.bench(self.name, self.prefix, *self.own)
        pause()
        for request, times in self.requests:
            peer.run(request, times)
        if self.requests:
            pause()


def sections(options, compiles, drawn, variants):
    children = ["--children", ",".join(CHILDREN)]
    kinds = ["train-eager"] + (["train-compiled"] if compiles else [])
    found = [
        Section("train", ["--rows", "train", "--repeats", "4", *children],
                [(f"{kind} {child}", 2) for kind in kinds for child in CHILDREN]),
        Section("score", ["--rows", ",".join("score " + child for child in CHILDREN), "--repeats", "5", *children],
                [(f"score {child}", 3) for child in CHILDREN]),
        Section("dense", ["--rows", ",".join(f"op dense 3x3 {channels} {way}" for channels, _ in DENSE
                                           for way in ("forward", "backward")), "--batch", "128", "--repeats", "9"],
                [(f"dense {channels} {side} 128", 9) for channels, side in DENSE], prefix="128 "),
        Section("operators", ["--rows", ",".join(f"op {name} {way}" for name in OPERATORS for way in ("forward", "backward")),
                              "--repeats", "3"], [])]
    if not options.quick:
        peer_all = ",".join(PEER_SCORED)
        found += [
            Section("score-all", ["--rows", "score all", "--images", str(SCORED), "--repeats", "1"],
                    [(f"score-all {peer_all} {SCORED}", 1)]),
            Section("score-all-long", ["--rows", "score all", "--images", str(LONG), "--repeats", "1"], [],
                    prefix=f"{LONG} ", once=True),
            Section("score-all-calibrated",
                    ["--rows", "score all calibrated", "--images", str(SCORED), "--repeats", "1"],
                    [(f"calibrate {peer_all} {CALIBRATED}", 1)]),
            Section("nas-bench-201",
                    ["--space", "nas-bench-201", "--children", ",".join(drawn), "--batch", "128", "--rows", "train",
                     "--repeats", "2"], [(f"nas-bench-201 {child} 128", 1) for child in drawn], prefix="201 "),
            Section("variants", ["--rows", ",".join(["variant base", *variants]), "--repeats", "3", *children], [])]
    only = options.only.split(",") if options.only else [section.name for section in found]
    return [section for section in found if section.name in only]


def mean_rate(rates):
    """Images a second of children that take turns, step by step; None where one is missing."""
    return statistics.harmonic_mean(rates) if rates and None not in rates else None


def fill(table, own, peer, drawn, options, chosen):
    names = [section.name for section in chosen]

    def speed(section, name, mine, *others, row=None, **targets):
        """A line of the section, empty where this side has no figure; none where the section was not asked for."""
        if section in names:
            shares = [own.rate(row, key) for key in ("share", "bandwidthShare")] if row else []
            table.speed(name, mine, *others, shares=shares, why=own.failures.get(section, "not reached"), **targets)

    trained = [(own.rate(f"train {c}"), peer.rate(f"train-eager {c}"), peer.rate(f"train-compiled {c}")) for c in CHILDREN]
    for child, rates in zip(CHILDREN, trained):
        speed("train", f"train {child}", *rates, row=f"train {child}")
    speed("train", "train, mean of the four", *(mean_rate([row[k] for row in trained]) for k in range(3)),
          eager_target=(5.5, 9), compiled_target=(4, 6.5))
    for child in CHILDREN:
        speed("score", f"score {child}", own.rate(f"score {child}"), peer.rate(f"score {child}"), row=f"score {child}")
    labels = ",".join(PEER_SCORED)
    eager, calibration = peer.rate(f"score-all {labels} {SCORED}"), peer.rate(f"calibrate {labels} {CALIBRATED}")
    speed("score-all", "score all", own.rate("score all"), eager, row="score all", eager_target=(7, 10))
    both = 1 / (1 / eager + CALIBRATED / SCORED / calibration) if eager and calibration else None
    speed("score-all-calibrated", "score all calibrated", own.rate("score all calibrated"), both, eager_target=(6, 9))
    for channels, side in DENSE:
        ways = [own.rate(f"128 op dense 3x3 {channels} {way}") for way in ("forward", "backward")]
        mine = 1 / (1 / ways[0] + 1 / ways[1]) if None not in ways else None
        speed("dense", f"dense 3x3, {channels} channels", mine, peer.rate(f"dense {channels} {side} 128"),
              eager_target=(1.3, 2))
    speed("nas-bench-201", "nas-bench-201 step", mean_rate([own.rate(f"201 train {c}") for c in drawn]),
          mean_rate([peer.rate(f"nas-bench-201 {c} 128") for c in drawn]), eager_target=(1.5, 3))
    if "variants" in names:
        base, failed = own.rate("variant base"), own.failures.get("variants")
        table.ratio("2 threads against 1", base, own.rate("variant threads 1"), (1.75, 1.95),
                    why=failed or ("not reached" if options.threads > 1 else "--threads 1 has nothing to compare with"))
        best = own.documents[-1]["machine"].split()[-1] if own.documents else "none"
        table.ratio("v3 kernels against v4", own.rate("variant kernels v3"), base, (0.8, 0.92),
                    why=failed or ("not reached" if best == "v4" else f"the kernels here are {best}, without AVX-512"))
    if "operators" in names:
        for name in OPERATORS:
            table.operator(name, own.failures.get("operators", "not reached"), *(
                own.rate(f"op {name} {way}", key) for way in ("forward", "backward")
                for key in ("imagesPerSecond", "gflops", "share", "bandwidthShare")))


def measured(turns, wanted, stopped):
    """What the medians are of, in words."""
    whole = f"{turns} whole turn{'' if turns == 1 else 's'}"
    if stopped is None:
        return f"medians of {whole}"
    if turns == 0:
        return f"STOPPED in the first of {wanted} turns, in section {stopped}: no turn is whole, figures are single measurements"
    return (f"STOPPED in turn {turns + 1} of {wanted}, in section {stopped}: medians of {whole} and of what a partial one "
            "had measured")


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
    if options.turns < 1 or options.threads < 1:
        parser.error("--turns and --threads begin at 1")
    drawn = ["".join(random.Random(options.seed * 1_000 + k).choices("01234", k=6)) for k in range(10)]
    try:
        compare(options, drawn)
    except KeyboardInterrupt:
        sys.exit("compare: stopped before the first turn; nothing was measured")


def compare(options, drawn):
    def say(text):
        print(text, file=sys.stderr, flush=True)

    def wanted(section):
        return not options.quick and (not options.only or section in options.only.split(","))

    own, table = Espalier(options.espalier, options.threads), Table()
    memory = None
    if wanted("memory"):
        say("peak memory of a search ...")
        memory = own.peak_bytes()
    variants = [row for row in ("variant threads 1", "variant kernels v3") if own.has(row)] if wanted("variants") else []
    peer = Peer(options.threads)
    compiles = peer.about["compiles"] and not options.quick
    chosen = sections(options, compiles, drawn, variants)
    company = Company()
    turns, stopped, section = 0, None, None
    try:
        for section in chosen:
            say(f"{section.name}: warming up ...")
            for request, _ in section.requests:
                peer.warm(request)
        for turn in range(options.turns):
            company.pause(turn)
            for section in chosen:
                if turn > 0 and section.once:
                    continue
                say(f"turn {turn + 1} of {options.turns}: {section.name} ...")
                section.turn(own, peer, lambda: company.pause(turn))
            turns += 1
    except KeyboardInterrupt:
        stopped = section.name if section else "none"
        peer.process.kill()
        if not own.documents:
            peer.process.wait()
            raise
    fill(table, own, peer, drawn, options, chosen)
    peer_memory = peer.end()
    if wanted("memory"):
        table.memory(memory, own.failures.get("memory"))

    if not own.documents:
        sys.exit("compare: " + "; ".join(f"{name}: {why}" for name, why in own.failures.items()))
    last = own.documents[-1]
    peaks = (f"peaks: {own.peak('gflops'):.0f} GFLOP/s (threads' CPU time; rows are wall clock), memory "
             f"{own.peak('readGigabytesPerSecond'):.1f} GB/s read, {own.peak('triadGigabytesPerSecond'):.1f} GB/s triad, on 3 "
             f"arrays of {last['peaks']['arrayBytes'] >> 20} MiB (last cache {last['peaks']['lastCacheBytes'] >> 20} MiB)")
    notes = [f"images/s, {measured(turns, options.turns, stopped)}; batch 256, 128 for dense and nas-bench-201; "
             f"peer: {peer.about['peer']}",
             "of FLOP: executed operations over the FLOP peak; of GB/s: an upper estimate of the traffic, every buffer counted "
             "once a stage, over the larger memory rate"]
    if any(section.name == "score-all" for section in chosen):
        notes.append(
            f"score all: in every turn espalier all 64 children on {SCORED:,} images, calibrated on {CALIBRATED}; eager one child "
            f"at a time, 8 of them ({', '.join(PEER_SCORED)}) on as many images, scaled to 64 and {LONG:,}")
        notes += table.scaled(64 * LONG, ["score all", "score all calibrated"])
        long, short = own.rate(f"{LONG} score all"), own.rate("score all")
        if long and short:
            notes.append(f"score all: espalier's {LONG:,} images, really timed once: {64 * LONG / long:,.1f} s; "
                         f"{SCORED:,} images scaled to them: {64 * LONG / short:,.1f} s, a difference of {short / long - 1:+.1%}")
    if any(section.name == "nas-bench-201" for section in chosen):
        notes.append(f"nas-bench-201: seed {options.seed}, children {', '.join(drawn)}; harmonic mean")
    if memory:
        notes.append(f"peak memory: of a search with batch 256, {memory / 1e6:.0f} MB = {memory / 2**20:.0f} MiB; "
                     f"PyTorch's process after everything above, {peer_memory / 1e6:.0f} MB")
    if not peer.about["compiles"]:
        notes.append("torch.compile: not measured, it needs g++ (Debian: apt-get install g++)")
    notes += company.notes()
    notes += [f"{name}: {why}" for name, why in own.failures.items()]
    notes += [f"{request}: {error}" for request, error in peer.failures.items()]
    if options.json:
        return print(json.dumps(table.document(last, own, memory, notes), indent=1))
    print(f"{last['machine']}\n{peaks}")
    print(table.text())
    if table.operators:
        print("\noperators, espalier alone (nothing of the peer's is timed beside them), batch 256")
        print(table.operators_text())
    print("\n" + "\n".join(notes))


if __name__ == "__main__":
    main()
