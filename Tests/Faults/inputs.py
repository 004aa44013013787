"""Mutates everything a user can hand to the program, and asserts that none of it can trap, hang or eat memory.

    python3 Tests/Faults/inputs.py .build/release/espalier [--count 300] [--seed 1] [--only data]

Valid recipes, policy files, space files, tables, image files, names, settings and labels are damaged (bytes flipped, cut,
lines doubled, tokens swapped, deep nesting, huge numbers, control characters, marks of direction) and given to the verbs
that read them. What must hold for each:

* the exit status is one that docs/command-line.md lists, never a signal; 0 for what was not damaged;
* a failure is one line `error: ...` and at most one `hint: ...`, and nothing that could move a cursor;
* it ends within SECONDS and inside MEMORY bytes of address space;
* what `recipe check` accepts can be searched with three training steps, and again only ends in the ways above, or, where
  that takes long, by SIGTERM or two SIGINTs with the status of those.

One line at the end with seed and counts; a failing input is kept, with the command that shows it. `--plants` puts programs
with a fault in the place of the real one (hang, trap, silence, ...), each of which must be caught: the test of this test.
"""
import argparse
import collections
import os
import random
import re
import resource
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
SECONDS = 20
MEMORY = 6 << 30
# The documented statuses that a wrong input may end with. 1 is a fault of ours, and so is any signal. A place that cannot be
# written to is one of the disk's.
WRONG = {2, 3, 4, 8, 10}
WRONG_PLACE = WRONG | {11}
# No control character but the newline, no mark of direction, no other invisible one.
HOSTILE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
NUMBERS = [
    "0", "-1", "1", "-0", "+1", "010", "0x10", "0o17", "0b1", "1_000", "1:30", "1.0", ".5", "1.", "1e400", "-1e400", "1e18",
    "1e-400", ".inf", "-.inf", ".nan", "NaN", "Infinity", "9223372036854775807", "9223372036854775808",
    "-9223372036854775809", "18446744073709551615", "18446744073709551616", "4294967296", "2147483648", "65536", "65537",
    "1000000", "99999999999999999999999999", "\"3\"", "'3'", "~", "null", "no", "yes", "on", "true", "", "[]", "{}", "[3]",
    "{a: 1}", "0.1e", "1e", "--1", "\u0661", "0.9999999999999999999", "5e-324", "*a", "&a 3", "!!int 3", "2024-01-01",
]
HOSTILES = ["\0", "\x01", "\x1b[2J", "\x7f", "\x80", "\x9b31m", "\u200e", "\u202e", "\u2066", "\u2028", "\ufeff", "\ud7ff",
            "\U000e0001", "\r", "\t", "\"", "'", "\\", "\n", "\u00a0", "\ufffd"]


class Fault(Exception):
    """A promise that was not kept."""


# Damage ---------------------------------------------------------------------------------------------------------------


def flip(draw, data):
    data = bytearray(data)
    for _ in range(draw.choice([1, 1, 2, 8])):
        if data:
            data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
    return bytes(data)


def cut(draw, data):
    place = draw.randrange(len(data) + 1)
    return draw.choice([data[:place], data[place:], data[:place] + data[place + draw.randrange(1, 40):]])


def extend(draw, data):
    return data + bytes(draw.randrange(256) for _ in range(draw.choice([1, 2, 40, 3073])))


def double(draw, data):
    lines = data.split(b"\n")
    place = draw.randrange(len(lines))
    return b"\n".join(lines[:place + 1] + lines[place:place + 1] * draw.choice([1, 1, 3, 300]) + lines[place + 1:])


def drop(draw, data):
    lines = data.split(b"\n")
    del lines[draw.randrange(len(lines))]
    return b"\n".join(lines)


def tokens(data):
    return [m.span() for m in re.finditer(rb"[A-Za-z0-9_.*+-]+", data)]


def swap(draw, data):
    spans = tokens(data)
    if len(spans) < 2:
        return data
    (a, b), (c, d) = sorted(draw.sample(spans, 2))
    return data[:a] + data[c:d] + data[b:c] + data[a:b] + data[d:]


def numbers(data):
    return [m.span() for m in re.finditer(rb"(?<![A-Za-z0-9_.])-?[0-9][0-9.e+-]*(?![A-Za-z0-9_])", data)]


def number(draw, data):
    spans = numbers(data)
    if not spans:
        return data
    a, b = draw.choice(spans)
    return data[:a] + draw.choice(NUMBERS).encode() + data[b:]


def value(draw, data):
    """Another value behind a colon."""
    places = [m.span(1) for m in re.finditer(rb": *([^\n,}\]]+)", data)]
    if not places:
        return data
    a, b = draw.choice(places)
    return data[:a] + draw.choice(NUMBERS + ["x" * 300, "/dev/zero", "../..", "demo", "none"]).encode() + data[b:]


def indent(draw, data):
    lines = data.split(b"\n")
    place = draw.randrange(len(lines))
    lines[place] = draw.choice([b" " + lines[place], b"\t" + lines[place], lines[place].lstrip(), b"  " + lines[place]])
    return b"\n".join(lines)


def nest(draw, data):
    depth = draw.choice([3, 63, 64, 65, 1000, 200_000])
    opening, closing = draw.choice([(b"[", b"]"), (b"{a: ", b"}"), (b"- ", b"")])
    return insert(draw, data, opening * depth + b"1" + closing * draw.choice([depth, 0]))


def bomb(draw, data):
    lines = [b"bomb0: &b0 [x, x, x, x, x, x, x, x, x]"]
    for k in range(1, draw.choice([2, 4, 9])):
        lines.append(b"bomb%d: &b%d [%s]" % (k, k, b", ".join([b"*b%d" % (k - 1)] * 9)))
    return data + b"\n" + b"\n".join(lines) + b"\n"


def hostile(draw, data):
    return insert(draw, data, draw.choice(HOSTILES).encode("utf-8", "surrogatepass"))


def quoted_hostile(draw, data):
    """In the place of a word, inside quotes, where YAML allows it."""
    spans = tokens(data)
    if not spans:
        return data
    a, b = draw.choice(spans)
    return data[:a] + b'"' + data[a:b] + draw.choice([b"\\e[31m", b"\\n", b"\\x9b", b"\\u202e", b"\\0"]) + b'"' + data[b:]


def large(draw, data):
    return insert(draw, data, draw.choice([b"#" * (1 << 20), b"x" * 70_000, b"\n" * 200_000, b"- 1\n" * 20_000]))


def encoding(draw, data):
    kind = draw.randrange(4)
    if kind == 0:
        return b"\xef\xbb\xbf" + data
    if kind == 1:
        return b"\xff\xfe" + data.decode("utf-8", "replace").encode("utf-16-le")
    if kind == 2:
        return data.replace(b"\n", b"\r\n")
    return insert(draw, data, b"\xc3\x28\xff")


def insert(draw, data, piece):
    place = draw.randrange(len(data) + 1)
    return data[:place] + piece + data[place:]


ANY = [flip, cut, extend]
TEXT = ANY + [double, drop, swap, number, number, value, value, value, indent, nest, bomb, hostile, quoted_hostile, large, encoding]


def damage(draw, data, kinds):
    names = []
    for _ in range(draw.choice([1, 1, 1, 2, 4])):
        kind = draw.choice(kinds)
        data = kind(draw, data)
        names.append(kind.__name__)
    return data, "+".join(names)


# Subjects -------------------------------------------------------------------------------------------------------------


def read(*parts):
    with open(os.path.join(ROOT, *parts), "rb") as file:
        return file.read()


def folder_of(part):
    return [(name, read(part, name)) for name in sorted(os.listdir(os.path.join(ROOT, part))) if name.endswith(".yaml")]


def idx(dimensions, values):
    return struct.pack(">I", 0x0800 + len(dimensions)) + b"".join(struct.pack(">I", n) for n in dimensions) + values


TABLE = b"label,gt_mean,gt_std,gt_runs\n" + b"".join(b"%d%d%d,%d.5,0.25,5\n" % (a, b, c, 70 + a * b % 9)
                                                     for a in (1, 2, 3, 4) for b in (1, 2, 3, 4) for c in (1, 2, 3, 4))
SCORES = b"step," + b",".join(line.split(b",")[0] for line in TABLE.split(b"\n")[1:-1]) + b"\n" \
    + b"".join(b"%d," % s + b",".join(b"0.%d" % (k * s % 97) for k in range(64)) + b"\n" for s in (1, 2))
TINY = """schema: espalier.recipe/1
space: {use: deeper-insights, cells: 1, channels: 4}
data:
  set: synthetic
  hold-out: {rank: 16, pick: 16}
  augment: [crop-1, flip]
  synthetic: {seed: 1, side: 8, distance: 4, jitter: 0, train: 96, test: 16, channels: 3, relation: 10, pairs: 2, noise: 40.5}
seeds: {init: 5, order: 5, data: 5, augment: 5}
train:
  batch: 8
  budget: {images: 6000}
  optimizer: {lr: 0.05, lr-end: 0.001, schedule: cosine, restart: none, warm-up: 0.1, momentum: 0.9, weight-decay: 1.0e-3}
  bn-momentum: 0.4
  sampling: {use: by-score, floor: 0.25}
sharing: {mode: groups, by: random, count: 2, partition: 42}
score: {on: rank, bn: calibrated, calibration-images: 64, measure: loss, window: 2, gate: 0.3, sample: 1000, size-prior: 0.1}
rounds:
  - {at: 0.5, regroup: {by: similarity, count: 4}}
  - {steps: 700}
policy: {use: regret-guard, wrap: {use: keep-fraction, keep: 0.5}, probation: 4, rounds: 1}
checkpoint: {every-batches: 7, every-seconds: 1.0e6, keep: 3}
""".encode()


class Case:
    """One damaged input: its files are in `folder`, its command line is `words`."""

    def __init__(self, folder, kind, words):
        self.folder, self.kind, self.words = folder, kind, words

    def path(self, name, data):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data)
        return path


class Inputs:
    def __init__(self):
        self.recipes = folder_of("recipes") + [("tiny.yaml", TINY)] * 3
        self.policies = folder_of("policies")
        self.spaces = folder_of("spaces")
        pixels = bytes(range(256)) * 3
        self.idx = {
            "train-images-idx3-ubyte": idx([12, 8, 8], pixels), "train-labels-idx1-ubyte": idx([12], bytes(range(10)) + b"\0\1"),
            "t10k-images-idx3-ubyte": idx([4, 8, 8], pixels[:256]), "t10k-labels-idx1-ubyte": idx([4], bytes(range(4))),
        }
        record = bytes(k * 7 % 256 for k in range(3072))
        self.cifar10 = {f"data_batch_{k}.bin": bytes([k]) + record + bytes([k + 1]) + record for k in range(1, 6)}
        self.cifar10["test_batch.bin"] = bytes([3]) + record
        self.runs = None
        self.cifar100 = {name: bytes([19, 99]) + record + bytes([0, 0]) + record for name in ("train.bin", "test.bin")}

    def recipe(self, draw, case):
        name, data = draw.choice(self.recipes)
        data, how = damage(draw, data, TEXT)
        path = case.path("recipe.yaml", data)
        if draw.random() < 0.5:
            case.words = ["recipe", "check", path]
        else:
            case.words = self.search(path)
        return f"{name} {how}"

    def search(self, path):
        """Three training steps at most, whatever the recipe says."""
        words = ["search", "--recipe", path, "--run", "r", "--checkpoints", "runs", "--threads", "1"]
        for setting in ("train.budget={steps: 3}", "rounds=[]", "data.set=synthetic"):
            words += ["--set", setting]
        return words

    def setting(self, draw, case):
        """A value for a key of the small recipe, over --set."""
        keys = [m for m in re.findall(r"[a-z][a-z-]*", TINY.decode())]
        path = draw.choice([
            "train.batch", "train.budget.images", "train.budget.macs", "train.optimizer.lr", "train.optimizer.weight-decay",
            "train.bn-momentum", "train.optimizer.warm-up", "train.sampling.floor", "seeds.init", "data.hold-out.rank",
            "data.synthetic.train", "data.synthetic.side", "data.synthetic.noise", "data.synthetic.relation", "score.window",
            "score.calibration-images", "score.sample", "score.gate", "score.size-prior", "score.probe.batches",
            "rounds.0.at", "rounds.1.steps", "rounds.0.regroup.count", "policy.probation", "policy.wrap.keep",
            "checkpoint.keep", "checkpoint.every-batches", "checkpoint.every-seconds", "sharing.count", "sharing.partition",
            "space.cells", "space.channels", "schema", "space", "policy", "data.set", "data.augment", "seed",
            ".".join(draw.choice(keys) for _ in range(draw.choice([1, 2, 3, 70]))),
        ])
        text = f"{path}={draw.choice(NUMBERS + HOSTILES[1:] + keys)}"
        if draw.random() < 0.1:
            text = draw.choice(["", "=", "a=", "=b", ".=1", "a..b=1", "rounds.-1.at=1", "rounds.99999999999999999999.at=1"])
        path = case.path("recipe.yaml", TINY)
        case.words = ["recipe", "check", path] if draw.random() < 0.5 else self.search(path)
        case.words += ["--set", text.replace("\0", "")]
        return f"--set {text!r}"

    def policy(self, draw, case):
        name, data = draw.choice(self.policies)
        data, how = damage(draw, data, TEXT)
        case.words = ["policy", draw.choice(["check", "show"]), case.path("policy.yaml", data)]
        return f"{name} {how}"

    def space(self, draw, case):
        name, data = draw.choice(self.spaces)
        data, how = damage(draw, data, TEXT)
        case.words = ["space", "show", case.path("space.yaml", data)]
        if name.startswith("nas"):
            # Not all 15,625 every time.
            case.words += ["--child", "|none~0|+|none~0|none~1|+|none~0|none~1|none~2|"]
        return f"{name} {how}"

    def table(self, draw, case):
        which = draw.random() < 0.5
        kinds = [k for k in TEXT if k is not bomb]
        damaged, how = damage(draw, TABLE if which else SCORES, kinds)
        truth = case.path("truth.csv", damaged if which else TABLE)
        scores = case.path("scores.csv", SCORES if which else damaged)
        case.words = ["metrics", "--scores", scores, "--truth", truth]
        return f"{'truth' if which else 'scores'}.csv {how}"

    def data(self, draw, case):
        name, files = draw.choice([("idx", self.idx), ("idx", self.idx), ("cifar10", self.cifar10), ("cifar100", self.cifar100)])
        files = dict(files)
        victim = draw.choice(sorted(files))
        kind = draw.randrange(10)
        how = victim
        if kind < 6:
            head = 20 if name == "idx" and draw.random() < 0.7 else len(files[victim])
            part, words = damage(draw, files[victim][:head], ANY + [extend])
            files[victim] = part + files[victim][head:]
            how += " " + words
        elif kind == 6:
            other = draw.choice(sorted(files))
            files[victim], files[other] = files[other], files[victim]
            how += f" for {other}"
        elif kind == 7 and name == "idx":
            words = [struct.pack(">I", draw.choice([0, 1, 0x0801, 0x0803, 0x0804, 0x1f8b0800, 2**31, 2**32 - 1])) for _ in range(4)]
            files[victim] = b"".join(words) + files[victim][16:]
            how += " header"
        elif kind == 7:
            files[victim] = draw.choice([b"\x1f\x8b\x08\0", b"", b"\xff" * 3073, b"PK\3\4"])
            how += " content"
        special = draw.choice(["fifo", "folder", "loop", "zero", "dangling"]) if kind > 7 else None
        for file, data in files.items():
            if file != victim or not special:
                case.path(f"data/{file}", data)
        if special:
            os.makedirs(os.path.join(case.folder, "data"), exist_ok=True)
            place = os.path.join(case.folder, "data", victim)
            if special == "fifo":
                os.mkfifo(place)
            elif special == "folder":
                os.mkdir(place)
            else:
                os.symlink({"loop": place, "zero": "/dev/zero", "dangling": "/nowhere"}[special], place)
            how += " " + special
        case.words = ["data", "verify", name, "--data", os.path.join(case.folder, "data")]
        return f"{name} {how}"

    def name(self, draw, case):
        word = draw.choice([
            "../x", "/abs", "a/b", "..", ".", "-rf", ".hidden", "a.", "", "x" * 65, "x" * 5000, "a b", "\u0430bc", "demo",
            "\U0001f600", "con", "a" + draw.choice(HOSTILES[1:]) + "b", "".join(draw.choice("ab./\\ -_\u202e\x1b") for _ in range(9)),
        ]).replace("\0", "")
        line = draw.choice([
            ["show", word], ["resume", word], ["report", word], ["explain", word, "111"], ["evaluate", word, "111"],
            ["checkpoint", "list", word], ["checkpoint", "verify", word], ["search", "--run", word, "--set", "train.batch=0"],
            ["search", "--recipe", word, "--set", "train.batch=0"], ["search", "--policy", word, "--set", "train.batch=0"],
            ["recipe", "check", word], ["policy", "show", word], ["space", "show", word], ["data", "verify", word],
            ["data", "verify", "idx", "--data", word], ["space", "show", "deeper-insights", "--child", word],
            ["space", "show", "deeper-insights", "--set", word], ["runs", "--checkpoints", word], [word], ["checkpoint", word],
            ["metrics", "--scores", word, "--truth", word], ["search", "--seed", word], ["compare", "--arms", word, "--set", "train.batch=0"],
            ["compare", "--arms", "demo", "--seeds", word, "--set", "train.batch=0"],
            ["truth", "--children", word, "--set", "train.batch=0"], ["truth", "--shard", word, "--set", "train.batch=0"], ["bench", "--rows", word],
        ])
        if line[0] == "bench" and word in ("", "demo"):
            line = ["bench", "--rows", "qqqq"]
        case.words = line + (["--checkpoints", "runs"] if line[0] in ("show", "resume", "explain", "search") else [])
        return f"name {word!r}"


    def out(self, draw, case):
        """A place for a file, of a run that is there."""
        word = draw.choice([
            "", "-", "--", ".", "..", "/", "//", "/.", "./", "./.", "a", "a/", "a//", "/a/b/c/", "b/c/d", "~", "~/", "\\", "*", "%", ":",
            "a:b", "file:///tmp/x", "x" * 255, "x" * 256, "x" * 250, "y/" * 600 + "y", "x" * 5000, "folder", "folder/", "folder/a",
            "file", "file/a", "file/", "loop", "loop/a", "dangling", "link", "secret/a", "/dev/null", "/dev/full", "/dev/stdout",
            "/proc/self/nothing", " ", "a b", "\U0001f600", "-rf", "--x", "a.html", ".html", ".json",
            "".join(draw.choice("ab./\\ -_~\u202e\x1b\n") for _ in range(draw.choice([1, 2, 9]))),
            "a" + draw.choice(HOSTILES[1:]) + "b", draw.choice(HOSTILES[1:]),
        ]).replace("\0", "")
        # Nothing may be written outside the case's folder.
        if word.startswith("/") and not word.startswith(("/dev/", "/proc/")) and word.strip("/."):
            word = case.folder + word
        if ".." in word.split("/") and word != "..":
            word = word.replace("..", "._")
        for name in ("folder", "secret"):
            os.mkdir(os.path.join(case.folder, name))
        os.chmod(os.path.join(case.folder, "secret"), 0o500)
        case.path("file", b"something else")
        for name, target in (("loop", "loop"), ("dangling", "nowhere/at/all"), ("link", "file")):
            os.symlink(target, os.path.join(case.folder, name))
        case.words = draw.choice([
            ["checkpoint", "export", "r"], ["checkpoint", "export", "r", "--child", "111"], ["checkpoint", "export", "r", "--group", "0"],
            ["checkpoint", "export", "r", "--history"], ["checkpoint", "export", "r", "--history"], ["report", "r"], ["report", "r"],
        ]) + ["--checkpoints", self.runs] + draw.choice([["--out", word], ["--out", word], [f"--out={word}"]])
        return f"--out {word[:80]!r}"


# The judge ------------------------------------------------------------------------------------------------------------


def limits():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def wait(process, searches):
    """The status at the end. A search that is valid may take its time: it is told to stop, and must do so as documented."""
    stops = [(3, signal.SIGTERM), (SECONDS, signal.SIGINT), (0, signal.SIGINT), (5, signal.SIGKILL)] if searches \
        else [(SECONDS, signal.SIGKILL)]
    for seconds, number in stops:
        try:
            return process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(number)
    process.wait()
    raise Fault(f"no end after {sum(seconds for seconds, _ in stops)} s")


def judge(program, case):
    """Runs the case; returns its status. Raises Fault where a promise was broken."""
    output, errors = (os.path.join(case.folder, name) for name in ("stdout", "stderr"))
    environment = dict(os.environ, SWIFT_BACKTRACE="enable=no", ESPALIER_FULL_WAIT="0")
    with open(output, "wb") as out, open(errors, "wb") as err:
        # A name may hold any byte a file system takes.
        words = [word.encode("utf-8", "surrogatepass") for word in case.words]
        process = subprocess.Popen([program, *words], cwd=case.folder, stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                                   env=environment, preexec_fn=limits)
        status = wait(process, case.words[0] == "search")
    with open(errors, "rb") as file:
        told = file.read()
    with open(output, "rb") as file:
        answered = file.read(1 << 22)
    if status < 0:
        raise Fault(f"signal {-status}: {told[:300]!r}")
    stopped = case.words[0] == "search" and status in (130, 143)
    if status != 0 and status not in (WRONG_PLACE if case.kind == "out" else WRONG) and not stopped:
        raise Fault(f"exit {status}: {told[:300]!r}")
    written = case.kind == "out" and "/dev/stdout" in " ".join(case.words)
    for name, data in (("standard error", told), ("standard output", b"" if written else answered)):
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            if len(data) == 1 << 22:
                continue
            raise Fault(f"{name} is not UTF-8: {data[:300]!r}")
        found = HOSTILE.search(text)
        if found:
            raise Fault(f"{name} holds {found.group()!r}: {text[max(0, found.start() - 80):found.end() + 20]!r}")
    lines = told.decode("utf-8").split("\n")
    wrong = [line for line in lines if line.startswith("error: ")]
    hints = [line for line in lines if line.startswith("hint: ")]
    if any(len(line) > 5000 for line in lines):
        raise Fault(f"a line of {max(map(len, lines))} characters")
    if stopped:
        return status
    if status == 0 and wrong or status != 0 and (len(wrong) != 1 or len(wrong[0]) < 12 or len(hints) > 1):
        raise Fault(f"exit {status} with {len(wrong)} lines of error and {len(hints)} hints: {told[:400]!r}")
    # A policy that does not pass its checks is told on standard output; a search tells of its progress before it fails.
    rest = [line for line in lines if line and line not in wrong + hints]
    if status != 0 and rest and case.words[0] != "search":
        raise Fault(f"exit {status} with more than an error and a hint: {told[:400]!r}")
    return status


def remove(folder):
    """Also folders thousands deep, which a case may have made."""
    subprocess.run(["rm", "-rf", "--", folder], check=True)


PLANTED = {
    "hang": "#!/bin/sh\nexec sleep 1000\n", "trap": "#!/bin/sh\nkill -ILL $$\n", "silent": "#!/bin/sh\nexit 3\n",
    "loud": "#!/bin/sh\nprintf 'error: \\033[31mred\\n' >&2\nexit 3\n", "status": "#!/bin/sh\necho 'error: our fault' >&2; exit 1\n",
    "memory": "#!/usr/bin/env python3\nimport sys\ntry:\n    bytes(7 << 30)\nexcept MemoryError:\n    sys.exit(139)\n",
}


def check_plants(options):
    """1 where one of the planted faults goes unseen."""
    missed = []
    for plant in sorted(PLANTED):
        words = [sys.executable, os.path.abspath(__file__), options.program, "--plant", plant, "--count", "2", "--seed", "1"]
        with tempfile.TemporaryDirectory(prefix="espalier-inputs-") as folder:
            done = subprocess.run(words, capture_output=True, env=dict(os.environ, TMPDIR=folder))
        if done.returncode != 1 or b"2 failed" not in done.stdout:
            missed.append(plant)
    print(f"inputs: {len(PLANTED)} planted faults ({', '.join(sorted(PLANTED))}), {len(missed)} missed"
          + (": " + ", ".join(missed) if missed else ""))
    return int(bool(missed))


def main():
    global SECONDS
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--count", type=int, help="300; with --long 10,000")
    parser.add_argument("--long", action="store_true", help="the count of `make soak`")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--only", default="", help="one of recipe, setting, policy, space, table, data, name, out")
    parser.add_argument("--case", type=int, help="only this case, whatever comes before it")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--plant", choices=sorted(PLANTED))
    parser.add_argument("--plants", action="store_true", help="that every planted fault is caught")
    options = parser.parse_args()
    options.count = options.count or (10_000 if options.long else 300)
    if options.plants:
        sys.exit(check_plants(options))
    program = os.path.abspath(options.program)
    base = tempfile.mkdtemp(prefix="espalier-inputs-")
    if options.plant:
        SECONDS = 2
        program = os.path.join(base, "planted")
        with open(program, "w") as file:
            file.write(PLANTED[options.plant])
        os.chmod(program, 0o755)
    inputs = Inputs()
    makers = [inputs.recipe, inputs.recipe, inputs.setting, inputs.policy, inputs.space, inputs.table, inputs.data, inputs.name,
              inputs.out]
    makers = [maker for maker in makers if options.only in maker.__name__]
    if inputs.out in makers:
        inputs.runs = os.path.join(base, "runs")
        with open(os.path.join(base, "tiny.yaml"), "wb") as file:
            file.write(TINY)
        words = [word for word in inputs.search(os.path.join(base, "tiny.yaml")) if word not in ("--checkpoints", "runs")]
        made = subprocess.run([options.program, *words, "--checkpoints", inputs.runs], capture_output=True, text=True)
        if made.returncode:
            sys.exit(f"inputs: FAILED: no run to export from: {made.stderr}")
    counts, statuses, faults = collections.Counter(), collections.Counter(), []
    slowest = (0, "")
    cases = iter([options.case] if options.case is not None else range(options.count))
    lock = threading.Lock()

    def work():
        nonlocal slowest
        while len(faults) < 10:
            with lock:
                number = next(cases, None)
            if number is None:
                return
            # Each case is a function of the seed and its number alone.
            draw = random.Random(f"{options.seed} {number}")
            maker = makers[number % len(makers)]
            case = Case(os.path.join(base, f"{number:05}"), maker.__name__, [])
            os.makedirs(case.folder)
            how = maker(draw, case)
            began = time.monotonic()
            try:
                status = judge(program, case)
                with lock:
                    statuses[status] += 1
                remove(case.folder)
            except Fault as fault:
                remove(os.path.join(case.folder, "runs"))
                with lock:
                    faults.append(number)
                    print(f"inputs: FAILED: case {number} ({how}): {fault}\n  kept in {case.folder}\n"
                          f"  {' '.join(case.words)!r}", file=sys.stderr, flush=True)
            with lock:
                counts[case.kind] += 1
                slowest = max(slowest, (time.monotonic() - began, f"case {number} ({how})"))

    began = time.monotonic()
    threads = [threading.Thread(target=work) for _ in range(options.jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kinds = ", ".join(f"{counts[kind]} {kind}" for kind in sorted(counts))
    ends = ", ".join(f"{statuses[status]} exit {status}" for status in sorted(statuses))
    print(f"inputs: seed {options.seed}, {sum(counts.values())} mutations ({kinds}): {ends}; {len(faults)} failed; "
          f"{time.monotonic() - began:.0f} s, slowest {slowest[0]:.1f} s {slowest[1]}")
    if not faults:
        remove(base)
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
