"""What every fault harness needs: the small run, the program under test, the shim, and how a harness ends.

    harness = common.Harness("kills", quick=40, long=1000)
    ending = harness.run(["search", ...])
    harness.done("40 kills in 9 runs")

A harness takes the program's path, and --seed, --count and --long. It prints one line with its seed and its counts, and
exits with 1 after the first fault it finds, keeping the folder of that case and naming it.
"""
import argparse
import concurrent.futures
import hashlib
import json
import os
import random
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))

# Two decisions with a regrouping each, in a fraction of a second; in the store about 20 checkpoints of up to 105 KB.
RECIPE = """\
schema: espalier.recipe/1
space: {use: deeper-insights, cells: 1, channels: 4}
data:
  set: synthetic
  hold-out: {rank: %(rank)d, pick: 4}
  augment: [crop-1, flip]
  synthetic: {side: 8, distance: 4, jitter: 0, train: 48, test: 8}
seed: 5
train:
  batch: 8
  budget: {images: %(images)d}
  optimizer: {lr: 0.05, lr-end: 0.001, momentum: 0.9, weight-decay: 1.0e-3, unsampled: decay}
  bn-momentum: 0.4
  sampling: shuffled-cycle
score: {on: rank, bn: batch, measure: loss, window: %(window)d}
rounds:
  - {at: 0.5, regroup: {by: similarity, count: 2}}
  - {at: 0.7, regroup: {by: similarity, count: 4}}
policy: {use: keep-fraction, keep: 0.5}
checkpoint: {every-batches: %(every)d, every-seconds: 1.0e6, keep: %(keep)d}
"""

# Keeps the better half; while a file `wait` lies in its folder it says so in `waiting` and sleeps at each decision.
POLICY = """\
#!/usr/bin/env python3
import json, os, sys, time
request = json.load(sys.stdin)
answer = {"protocol": 1, "requestId": request["requestId"]}
if request["op"] == "hello":
    answer |= {"name": "keep the better half", "version": "1"}
else:
    if os.path.exists("wait"):
        with open("waiting.part", "w") as file:
            file.write(str(os.getpid()))
        os.rename("waiting.part", "waiting")
        time.sleep(300)
    order = sorted(request["survivors"], key=lambda s: (-(s["mean"] or 0), s["choices"]))
    half = (len(order) + 1) // 2
    answer["keep"] = [s["child"] for s in order[:half]]
    answer["dropped"] = [{"child": s["child"], "reason": "in the lower half"} for s in order[half:]]
json.dump(answer, sys.stdout)
"""

# A run that an older program began and left in round 1; its name is `part`.
GOLDEN = f"{HERE}/../SearchesTests/Fixtures/stores/d7f839c.tar.gz"

# Words that say that the program itself broke.
BROKEN = re.compile(r"fatal|assert|\btrap|Illegal instruction|Segmentation|unsupported call", re.I)


class Fault(Exception):
    """What a harness is there to find."""


class Ending:
    """How a process ended: its status (negative: the signal that killed it) and what it said."""

    def __init__(self, status, out, err, seconds):
        self.status, self.out, self.err, self.seconds = status, out, err, seconds

    @property
    def digest(self):
        try:
            return json.loads(self.out)["digest"]
        except (ValueError, KeyError, TypeError):
            return None

    @property
    def durable(self):
        """The acknowledged checkpoints: [(seq, batch)]."""
        return [(int(a), int(b)) for a, b in re.findall(r"^durable seq=(\d+) batch=(\d+)$", self.err, re.M)]

    @property
    def batches(self):
        return [int(b) for b in re.findall(r"^batch (\d+)$", self.err, re.M)]

    def __str__(self):
        lines = [line for line in self.err.splitlines() if not re.match(r"(batch|durable) ", line)]
        # With --json an error is the document on standard output.
        lines += [self.out.strip()[:500]] if self.out.startswith('{"error"') else []
        return f"status {self.status}: " + " | ".join(lines[-6:])


class Harness:
    def __init__(self, name, quick=0, long=0, options=None):
        parser = argparse.ArgumentParser(prog=name + ".py")
        parser.add_argument("program", help="the built espalier")
        parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4), "little"))
        parser.add_argument("--count", type=int, help=f"{quick}; with --long {long}")
        parser.add_argument("--long", action="store_true", help="the counts of `make soak`")
        if options:
            options(parser)
        self.arguments = parser.parse_args()
        self.name, self.seed, self.long = name, self.arguments.seed, self.arguments.long
        self.count = self.arguments.count or (long if self.long else quick)
        self.program = os.path.realpath(self.arguments.program)
        self.began = time.monotonic()
        self.random = random.Random(self.seed)
        # In memory where there is room for it: a killed process loses nothing that it gave to the kernel.
        memory = "/dev/shm"
        place = memory if os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 1 << 30 else None
        self.folder = os.path.realpath(tempfile.mkdtemp(prefix=f"espalier-{name}.", dir=place))
        self.stopping = threading.Event()
        self.processes = set()
        self.shim_path = self.golden_path = None
        self.numbers = iter(range(1 << 60))
        self.number_lock = threading.Lock()

    # Folders and recipes

    def case(self, name="case"):
        """A new empty folder."""
        with self.number_lock:
            path = f"{self.folder}/{name}-{next(self.numbers)}"
        os.makedirs(path)
        return path

    def short(self, **more):
        """Settings for half the work, with all that a run does; the long forms take the whole."""
        return more if self.long else dict({"images": 360, "rank": 2, "every": 8}, **more)

    def recipe(self, images=1000, every=20, keep=3, window=1, rank=4):
        path = f"{self.folder}/micro-{images}-{every}-{keep}-{window}-{rank}.yaml"
        if not os.path.exists(path):
            with open(path + f".{threading.get_ident()}", "w") as file:
                file.write(RECIPE % {"images": images, "every": every, "keep": keep, "window": window, "rank": rank})
            os.rename(path + f".{threading.get_ident()}", path)
        return path

    # The program

    def run(self, words, folder=None, environment=None, kill=None, timeout=120, threads=1, verbose=True):
        """Runs the program to its end, or sends it `kill`, a signal and the seconds to wait before it."""
        return self.finish(self.start(words, folder, environment, threads, verbose), kill, timeout)

    def start(self, words, folder=None, environment=None, threads=1, verbose=True, **more):
        words = [self.program] + list(words)
        if words[1] in ("search", "resume"):
            words += ["--threads", str(threads), "--json"] + ["--verbose"] * verbose
        out, err = tempfile.TemporaryFile(), tempfile.TemporaryFile()
        process = subprocess.Popen(
            words, cwd=folder or self.folder, stdin=subprocess.DEVNULL, stdout=out, stderr=err,
            env=dict(os.environ, **(environment or {})), **more)
        process.files, process.began, process.words = (out, err), time.monotonic(), words
        self.processes.add(process)
        return process

    def finish(self, process, kill=None, timeout=120):
        if kill and not ended(process, max(0.0, kill[1] - (time.monotonic() - process.began))):
            process.send_signal(kill[0])
        in_time = ended(process, timeout)
        if not in_time:
            process.send_signal(signal.SIGABRT)
        process.wait()
        self.processes.discard(process)
        if not in_time:
            raise Fault(f"did not end in {timeout} s: {' '.join(process.words[1:])}: {self.said(process)}")
        ending = self.said(process)
        for file in process.files:
            file.close()
        if BROKEN.search(ending.err):
            raise Fault(f"the program broke: {' '.join(process.words[1:])}: {ending}")
        return ending

    def said(self, process):
        texts = []
        for file in process.files:
            file.seek(0)
            texts.append(file.read().decode("utf-8", "replace"))
        return Ending(process.returncode, texts[0], texts[1], time.monotonic() - process.began)

    def search(self, root, name="a", recipe=None, **more):
        return self.run(["search", "--checkpoints", root, "--recipe", recipe or self.recipe(), "--run", name], **more)

    def resume(self, root, name="a", words=(), **more):
        return self.run(["resume", name, "--checkpoints", root, *words], **more)

    def in_this_process(self):
        """The environment in which a verb that opens files of others does so itself, not in a child of its own: where the
        shim looks at it, and where a crash must show as one."""
        return {"ESPALIER_OPENER": str(os.getpid())}

    def golden(self, root):
        """Puts the run `part` of schema 1 under the root. It goes on with --allow-inexact: another machine made it."""
        with self.number_lock:
            if not self.golden_path:
                self.golden_path = f"{self.folder}/golden"
                os.makedirs(self.golden_path)
                subprocess.run(["tar", "xzf", GOLDEN, "-C", self.golden_path], check=True)
        os.makedirs(root, exist_ok=True)
        shutil.copytree(self.golden_path, f"{root}/part")

    def expect(self, ending, *statuses):
        if ending.status not in statuses:
            raise Fault(f"expected status {' or '.join(map(str, statuses))}, found {ending}")
        return ending

    def baseline(self, **settings):
        """The digest of a run that nothing disturbs, and how it ended."""
        ending = self.expect(self.search(self.case("whole"), recipe=self.recipe(**settings)), 0)
        if not ending.digest:
            raise Fault(f"no digest in the answer of a whole run: {ending.out[:200]}")
        if not ending.durable or not ending.batches:
            raise Fault("--verbose prints no `durable` and `batch` lines, which this harness reads")
        return ending

    def checkpoints(self, root, name="a"):
        """The sequence numbers in the store."""
        ending = self.expect(self.run(["checkpoint", "list", name, "--checkpoints", root, "--json"]), 0)
        return [row["seq"] for row in json.loads(ending.out)["checkpoints"]]

    def newest(self, root, name="a"):
        return max(self.checkpoints(root, name))

    def verify(self, root, name="a"):
        words = ["checkpoint", "verify", name, "--full", "--checkpoints", root]
        return self.expect(self.run(words, environment=self.in_this_process()), 0)

    def same_end(self, root, digest, name="a", threads=1, words=()):
        """Goes on with the run to its end, which must be the digest's."""
        ending = self.expect(self.resume(root, name, words, threads=threads), 0)
        if ending.digest != digest:
            raise Fault(f"another digest: {ending.digest} instead of {digest}")
        return ending

    def leftovers(self, root):
        """What lies under the root and belongs to no run; `checkpoint gc --dry-run` must name all of it."""
        found = []
        for name in os.listdir(root):
            if name.startswith("."):
                found.append(f"{root}/{name}")
                continue
            inside = [f"{root}/{name}/{it}" for it in os.listdir(f"{root}/{name}")]
            if f"{root}/{name}/db" in inside:
                inside += [f"{root}/{name}/db/{it}" for it in os.listdir(f"{root}/{name}/db")]
            own = {f"{root}/{name}/{it}" for it in ("run.json", "run.lock", "db", "db/data.mdb", "db/lock.mdb")}
            found += [path for path in inside if path not in own]
        ending = self.expect(self.run(["checkpoint", "gc", "--dry-run", "--checkpoints", root]), 0) if found else None
        for path in found:
            if os.path.basename(path) not in ending.out + ending.err:
                raise Fault(f"`checkpoint gc --dry-run` does not list {path}: {ending.out} {ending}")
        return found

    # The shim

    def shim(self, root, **settings):
        """The environment in which the shim watches `root`; settings as in shim.c, in lower case."""
        with self.number_lock:
            if not self.shim_path:
                self.shim_path = build_shim(self.folder)
        values = {f"FAULTS_{key.upper()}": str(value) for key, value in settings.items() if value is not None}
        return dict(values, FAULTS_ROOT=root, LD_PRELOAD=self.shim_path)

    # Cases, two at a time

    def each(self, cases, body):
        """Calls `body(case)` for each, two at a time, and gives the results in order. The first Fault ends the harness,
        which keeps the folder that the Fault or the case names."""
        def guarded(case):
            if self.stopping.is_set():
                return None
            try:
                return body(case)
            except BaseException:
                self.stopping.set()
                raise

        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            futures = [pool.submit(guarded, case) for case in cases]
            try:
                failed = [future.exception() for future in futures if future.exception()]
                if failed:
                    raise failed[0]
                return [future.result() for future in futures]
            finally:
                self.stopping.set()
                self.stopping = threading.Event()

    def main(self, body):
        """Runs the harness: `body()` returns its counts in words."""
        try:
            counts = body()
        except Fault as fault:
            self.fail(str(fault))
            sys.exit(1)
        except BaseException:
            self.fail("the harness itself")
            raise
        shutil.rmtree(self.folder, ignore_errors=True)
        print(f"{self.name}: seed {self.seed}, {counts}, {time.monotonic() - self.began:.0f} s", flush=True)

    def fail(self, what):
        """Says what went wrong, and keeps the folder where it outlives a restart of the machine."""
        self.end_processes()
        self.stopping.set()
        kept, note = self.folder, ""
        if self.folder.startswith("/dev/shm/"):
            kept = os.path.realpath(tempfile.mkdtemp(prefix=f"espalier-{self.name}."))
            copied = subprocess.run(["cp", "-a", "--sparse=always", self.folder + "/.", kept], capture_output=True)
            if copied.returncode == 0:
                shutil.rmtree(self.folder, ignore_errors=True)
            else:
                shutil.rmtree(kept, ignore_errors=True)
                kept, note = self.folder, ", in memory: gone after a restart of the machine"
        what = what.replace(self.folder, kept).strip().replace("\n", " | ")
        print(f"{self.name}: FAILED: {what} (seed {self.seed}, kept in {kept}{note})", flush=True)

    def end_processes(self):
        for process in list(self.processes):
            if process.poll() is None:
                process.kill()
                process.wait()


def ended(process, seconds):
    """Waits so long for the end of a process; without `Popen.wait(timeout)`, which sleeps up to 50 ms too long."""
    if process.poll() is None:
        handle = os.pidfd_open(process.pid)
        try:
            poll = select.poll()
            poll.register(handle, select.POLLIN)
            poll.poll(seconds * 1000)
        finally:
            os.close(handle)
    return process.poll() is not None


def until(condition, what, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise Fault(f"waited {seconds} s for {what}")
        time.sleep(0.002)


def lines(process, beginning):
    """How many lines with this beginning a running process has said so far."""
    with open(f"/proc/self/fd/{process.files[1].fileno()}") as file:
        return sum(line.startswith(beginning) for line in file)


def has_line(process, beginning, count=1):
    return lines(process, beginning) >= count


def digest_of_file(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def counted(calls, acknowledged=None):
    """How many calls that the shim counts there are, or how many before the n-th acknowledgement, from 0."""
    marks = [i for i, call in enumerate(calls) if call.kind == "a"]
    if acknowledged is None:
        return len(calls) - len(marks)
    if len(marks) <= acknowledged:
        raise Fault(f"only {len(marks)} checkpoints were acknowledged in a recorded command")
    return marks[acknowledged] - acknowledged


def build_shim(folder):
    """Compiles shim.c with the clang beside `swift`, else with cc."""
    swift = shutil.which("swift")
    clang = os.path.join(os.path.dirname(os.path.realpath(swift)), "clang") if swift else ""
    compiler = clang if os.access(clang, os.X_OK) else "cc"
    path = f"{folder}/shim.so"
    command = [compiler, "-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", path, f"{HERE}/shim.c", "-lpthread"]
    built = subprocess.run(command, capture_output=True, text=True)
    if built.returncode:
        raise Fault(f"cannot build the shim: {' '.join(command)}: {built.stderr}")
    return path


class Call:
    """One recorded call, or with kind "a" an acknowledged line."""

    def __init__(self, kind, flag, path, to, number, data):
        self.kind, self.flag, self.path, self.to, self.number, self.data = kind, flag, path, to, number, data
        self.failed = kind != "a" and flag & 128 != 0

    def __repr__(self):
        return f"{self.kind} {self.path} {self.to} @{self.number} {len(self.data)} bytes, flag {self.flag}"


def read_trace(path):
    with open(path, "rb") as file:
        data = file.read()
    calls, at = [], 0
    while at < len(data):
        kind, flag, first, second, length, number = struct.unpack_from("<BBHHQQ", data, at)
        at += 22
        pieces = []
        for count in (first, second, length):
            pieces.append(data[at:at + count])
            at += count
        calls.append(Call(chr(kind), flag, pieces[0].decode(), pieces[1].decode(), number, pieces[2]))
    return calls


def free(path):
    """Removes a case that went well."""
    shutil.rmtree(path, ignore_errors=True)
