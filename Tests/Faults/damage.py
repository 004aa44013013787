"""Damages the files of a run: bits anywhere, in the header pages, in pages of keys and of values; truncations; pages of
zeros; run.json, run.lock and LMDB's own lock file. `checkpoint verify --full`, `resume`, and in turn `show`, `checkpoint
export`, `checkpoint compact`, `search --fork` and `resume --from` then say so with status 5 (2 or 6 where the header says
something else), or the damage is harmless and the digest at the end is the same. What `verify` calls whole must go on, and
tell the same at its end. Nobody dies by a signal."""
import collections
import json
import os
import re
import shutil
import signal
import common
from common import Fault, free

harness = common.Harness("damage", quick=300, long=5000)
PAGE = 4096


def pages(data):
    """The pages of keys and those of values, by LMDB's page flags; a page of values may have followers."""
    keys, values, at = [], [], 2
    while at * PAGE < len(data):
        flags = int.from_bytes(data[at * PAGE + 10:at * PAGE + 12], "little")
        number = int.from_bytes(data[at * PAGE:at * PAGE + 8], "little")
        count = int.from_bytes(data[at * PAGE + 12:at * PAGE + 16], "little")
        if number == at and flags & 4 and 0 < count <= len(data) // PAGE - at:
            values += range(at, at + count)
            at += count
            continue
        if number == at and flags & 3:
            keys.append(at)
        at += 1
    return keys, values


def flip(data, random, start, end):
    bit = random.randrange(start * 8, end * 8)
    data[bit // 8] ^= 1 << bit % 8
    return f"bit {bit % 8} of byte {bit // 8}"


def damage(kind, root, random):
    """Does it, and says what."""
    database, card = f"{root}/a/db/data.mdb", f"{root}/a/run.json"
    path = {"run.json": card, "run.lock": f"{root}/a/run.lock", "lock.mdb": f"{root}/a/db/lock.mdb"}.get(kind, database)
    with open(path, "rb") as file:
        data = bytearray(file.read())
    keys, values = pages(data) if path == database else ([], [])
    what = ""
    if kind == "anywhere":
        what = flip(data, random, 0, len(data))
    elif kind == "header":
        page = random.randrange(2) * PAGE
        what = flip(data, random, page, page + (152 if random.random() < 0.8 else PAGE))
    elif kind in ("keys", "values"):
        page = random.choice(keys if kind == "keys" else values)
        # The first bytes of a page of keys are where LMDB's pointers are.
        end = 64 if kind == "keys" and random.random() < 0.3 else PAGE
        what = flip(data, random, page * PAGE, page * PAGE + end)
    elif kind == "truncation":
        length = random.randrange(len(data) // PAGE) * PAGE if random.random() < 0.5 else random.randrange(len(data))
        del data[length:]
        what = f"cut to {length} bytes"
    elif kind == "zeroed page":
        page = random.randrange(len(data) // PAGE)
        data[page * PAGE:(page + 1) * PAGE] = bytes(PAGE)
        what = f"page {page} zeroed"
    else:
        choice = random.choice(["bit", "cut", "zeros", "noise", "gone" if kind != "run.json" else "bit"])
        if choice == "gone":
            os.unlink(path)
            return f"{kind}: gone"
        if choice == "bit":
            what = flip(data, random, 0, len(data))
        elif choice == "cut":
            del data[random.randrange(len(data)):]
        elif choice == "zeros":
            data = bytearray(len(data))
        else:
            data = bytearray(random.randbytes(len(data)))
        what = f"{choice} {what}"
    with open(path, "wb") as file:
        file.write(data)
    return f"{kind}: {what}"


# Kind, weight, and the statuses it may lead to beside 0.
KINDS = {
    "anywhere": (6, (5,)), "header": (5, (2, 5, 6)), "keys": (6, (5,)), "values": (4, (5,)), "truncation": (4, (5,)),
    "zeroed page": (3, (2, 5, 6)), "run.json": (2, (2, 5)), "run.lock": (1, ()), "lock.mdb": (1, ()),
}


def told(ending):
    """All that a finished run tells, but for how long things took and how much room they take."""
    document = json.loads(ending.out)
    return {key: value for key, value in document.items() if key not in ("imagesPerSecond", "wallSeconds", "storeBytes")}


class Verbs:
    """What is tried on a damaged run beside `verify` and `resume`, by turns; `is_damaged` says what `verify` has found."""

    def __init__(self, root, digest, best):
        sequences = harness.checkpoints(root)
        self.digest, self.best = digest, best
        self.seq = sequences[len(sequences) // 2]
        copy = f"{harness.case('export')}/checkpoints"
        shutil.copytree(root, copy)
        self.exported = self.export(copy, (), False)
        if not self.exported:
            raise Fault("nothing is exported of a whole run")

    def show(self, root, allowed, is_damaged):
        self.run(["show", "a"], root, allowed)

    def export(self, root, allowed, is_damaged):
        """The exported bytes; None where it was refused."""
        path = f"{root}.safetensors"
        ending = self.run(["checkpoint", "export", "a", "--child", self.best, "--out", path], root, allowed)
        if ending.status != 0:
            if os.path.exists(path):
                raise Fault(f"an export that ended with {ending.status} left a file")
            return None
        with open(path, "rb") as file:
            return file.read()

    def compact(self, root, allowed, is_damaged):
        if self.run(["checkpoint", "compact", "a"], root, allowed).status == 0:
            # It checks before it replaces.
            harness.verify(root)
            harness.same_end(root, self.digest)

    def fork(self, root, allowed, is_damaged):
        ending = self.run(["search", "--fork", "a@1", "--run", "b"], root, allowed)
        if ending.status == 0:
            self.compare("a fork", ending)
            harness.verify(root, "b")
        elif os.path.exists(f"{root}/b"):
            raise Fault(f"a fork that ended with {ending.status} left a run")

    def restart(self, root, allowed, is_damaged):
        whole = self.newest_whole(root) if is_damaged else None
        seq = self.seq if whole is None else whole
        # What `verify` calls whole can be gone on from.
        ending = self.run(["resume", "a", "--from", str(seq)], root, allowed if whole is None else ())
        if ending.status == 0:
            self.compare(f"going back to {seq}", ending)
            self.run(["show", "a"], root, ())
            # An older checkpoint whose blobs are damaged stays, and is told of.
            harness.expect(harness.run(["checkpoint", "verify", "a", "--full", "--checkpoints", root]),
                           *((0, 5) if is_damaged else (0,)))

    def newest_whole(self, root):
        """What `verify` says to go back to; None where it says nothing."""
        ending = harness.run(["checkpoint", "verify", "a", "--full", "--checkpoints", root], timeout=60)
        found = re.search(r"newest whole checkpoint: .* --from (\d+)", ending.err)
        return found and int(found[1])

    def compare(self, what, ending):
        if ending.digest != self.digest:
            raise Fault(f"{what} ends with {ending.digest} instead of {self.digest}")

    def run(self, words, root, allowed):
        ending = harness.expect(harness.run(words + ["--checkpoints", root], timeout=60), 0, *allowed)
        if ending.status != 0 and not ending.err.strip() and not ending.out.strip():
            raise Fault(f"{' '.join(words)}: status {ending.status} without a word")
        return ending

    def one(self, number):
        """`show`, the quickest, half of the time."""
        return [self.show, self.export, self.show, self.compact, self.show, self.fork, self.show, self.restart][number % 8]


def body():
    whole = harness.baseline()
    digest, best = whole.digest, json.loads(whole.out)["best"]
    base = f"{harness.case('base')}/checkpoints"
    recipe = harness.recipe()
    # Stopped late, so that going on is quick, but not at its end.
    words = ["search", "--checkpoints", base, "--recipe", recipe, "--run", "a"]
    trace = f"{harness.folder}/trace"
    scratch = f"{harness.case('trace')}/checkpoints"
    harness.expect(harness.run([scratch if word == base else word for word in words],
                               environment=harness.shim(scratch, trace=trace)), 0)
    total = sum(call.kind != "a" for call in common.read_trace(trace))
    harness.expect(harness.run(words, environment=harness.shim(base, at=total * 4 // 5, mode="before")), -signal.SIGKILL)
    with open(f"{base}/a/db/data.mdb", "rb") as file:
        found = pages(file.read())
    if len(found[0]) < 5 or len(found[1]) < 5:
        raise Fault(f"pages of keys and values: {found}")

    copy = f"{harness.case('copy')}/checkpoints"
    shutil.copytree(base, copy)
    records = harness.verify(copy).out.split(",")[0]
    expected = told(harness.same_end(copy, digest))
    verbs = Verbs(base, digest, best)

    tried = collections.Counter()

    def one(number):
        random = common.random.Random(f"{harness.seed} {number}")
        kind = random.choices(list(KINDS), [weight for weight, _ in KINDS.values()])[0]
        allowed = KINDS[kind][1]
        folder = harness.case("damaged")
        root = f"{folder}/checkpoints"
        shutil.copytree(base, root)
        what = damage(kind, root, random)
        try:
            options = ["--checkpoints", root]
            verify = harness.expect(harness.run(["checkpoint", "verify", "a", "--full"] + options, timeout=60), 0, *allowed)
            verb = verbs.one(number)
            other = f"{folder}/other"
            shutil.copytree(root, other)
            # A run that was rolled back has not every checkpoint; one with a foreign header may not even have the run.
            try:
                answer = verb(other, allowed + (2,) * (verify.status != 0), verify.status != 0)
            except Fault as fault:
                raise Fault(f"{verb.__name__}: {fault}") from None
            # The header's number of the newest transaction, less two: the store of one commit before, as after a power
            # cut in that commit. Nothing in LMDB's header tells the two apart; the end has to be the same.
            is_back = kind == "header" and verify.status == 0 and verify.out.split(",")[0] != records
            if verb == verbs.export and verify.status == 0 and not is_back and answer != verbs.exported:
                raise Fault("verify calls it whole, its export is " + ("other bytes" if answer else "refused"))
            resume = harness.expect(harness.run(["resume", "a"] + options, timeout=60), 0, *allowed)
            for ending in (verify, resume):
                if ending.status != 0 and not ending.err.strip() and not ending.out.strip():
                    raise Fault(f"status {ending.status} without a word")
            if resume.status == 0 and resume.digest != digest:
                raise Fault(f"went on to another digest, {resume.digest} instead of {digest}")
            if verify.status == 0 and not is_back and verify.out.split(",")[0] != records:
                raise Fault(f"verify calls it whole with {verify.out.strip()}, it was {records}")
            if resume.status == 0 and verify.status == 0 and told(resume) != expected:
                raise Fault(f"verify calls it whole, but the run tells something else at its end: {resume.out}")
            if verify.status == 0 and resume.status != 0:
                raise Fault(f"verify calls it whole, resume does not: {resume}")
        except Fault as fault:
            raise Fault(f"case {number}, {what}: {fault}; {folder}") from None
        free(folder)
        tried[verb.__name__] += 1
        if is_back:
            tried["a commit back"] += 1
        return kind, "detected" if verify.status != 0 or resume.status != 0 else "harmless"

    results = collections.Counter(harness.each(range(harness.count), one))
    parts = [f"{kind} {results[kind, 'detected']} detected {results[kind, 'harmless']} harmless" for kind in KINDS]
    verbs_tried = ", ".join(f"{count} {verb}" for verb, count in sorted(tried.items()))
    return f"{harness.count} damages: " + ", ".join(parts) + f"; tried on them beside verify and resume: {verbs_tried}"


harness.main(body)
