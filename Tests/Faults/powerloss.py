"""Cuts the power at random moments of recorded work: a run that is created, killed, resumed to its end and compacted; a
fork; a run that goes back; an old store that is upgraded, with the copy of it that stays; a run that begins with imported
weights. Each image of the disk (images.py) must hold what was acknowledged, pass `checkpoint verify --full`, and go on to
the same digest."""
import collections
import os
import shutil
import signal
import common
from common import Fault, free, read_trace
from images import Disk, read_tree

harness = common.Harness("powerloss", quick=300, long=2000, options=lambda parser: parser.add_argument(
    "--plant", help="a fault of the disk to plant, as in shim.c"))


class Recording:
    """Work on the run `name` in a folder that `fill(root)` made, call by call."""

    def __init__(self, label, name="a", fill=lambda root: None, resume=()):
        self.label, self.name, self.resume, self.calls, self.digest = label, name, resume, [], None
        self.work = harness.case("recorded")
        self.root = f"{self.work}/checkpoints"
        fill(self.root)
        self.tree = read_tree(self.work)
        self.is_born = os.path.exists(f"{self.root}/{name}")

    def record(self, words, status, environment=None, **settings):
        path = f"{harness.folder}/trace"
        settings = harness.shim(self.work, trace=path, plant=harness.arguments.plant, **settings)
        harness.expect(harness.run(words, environment=dict(settings, **environment or {})), status)
        self.calls += read_trace(path)

    def end(self):
        """The digest at the end of what was recorded."""
        self.digest = harness.expect(harness.resume(self.root, self.name, self.resume), 0).digest
        if not self.calls or not self.digest:
            raise Fault(f"{self.label}: nothing was recorded")
        return self

    def first(self, wanted):
        return next((i for i, call in enumerate(self.calls) if wanted(call)), len(self.calls))


def recordings(digest):
    recipe = harness.recipe()
    run = Recording("run")
    run.record(["search", "--checkpoints", run.root, "--recipe", recipe, "--run", "a"], -signal.SIGKILL, at=110, mode="after")
    run.record(["resume", "a", "--checkpoints", run.root], 0)
    finished = f"{harness.case('finished')}/checkpoints"
    shutil.copytree(run.root, finished)
    run.record(["checkpoint", "compact", "a", "--checkpoints", run.root], 0)
    if sum(call.kind == "a" for call in run.calls) < 10:
        raise Fault("fewer than 10 checkpoints were acknowledged in the recorded run")
    copied = lambda root: shutil.copytree(finished, root)

    # Of what follows the first commits the run above tells.
    fork = Recording("fork", "b", copied)
    fork.record(["search", "--checkpoints", fork.root, "--fork", "a@1", "--run", "b"], -signal.SIGKILL, at=45, mode="after")
    restart = Recording("restart", "a", copied)
    seq = min(harness.checkpoints(finished))
    restart.record(["resume", "a", "--checkpoints", restart.root, "--from", str(seq)], -signal.SIGKILL, at=35, mode="after")
    upgrade = Recording("upgrade", "part", harness.golden, ["--allow-inexact"])
    words = ["resume", "part", "--checkpoints", upgrade.root, "--allow-inexact"]
    upgrade.record(words, -signal.SIGKILL, at=45, mode="after")
    # A program that writes the new schema before the copy is safe is caught by the earlier of the two.
    calls = upgrade.calls
    made = upgrade.first(lambda call: call.kind == "r" and call.to.endswith("/data.mdb.schema-1"))
    synced = next((i for i in range(made, len(calls)) if calls[i].kind == "s" and calls[i].path.endswith("/part/db")), None)
    written = upgrade.first(lambda call: call.kind == "w" and call.path.endswith("/data.mdb") and call.flag & 1)
    if synced is None and not harness.arguments.plant:
        raise Fault("the copy of an old store was not made, or not synced")
    upgrade.copied_from = min(written, synced or 0)
    upgrade.record(["checkpoint", "gc", "--checkpoints", upgrade.root], 0)
    upgrade.copied_to = upgrade.first(lambda call: call.kind == "u" and call.path.endswith("/data.mdb.schema-1"))
    if os.path.exists(f"{upgrade.root}/part/db/data.mdb.schema-1") or upgrade.copied_to == len(calls):
        raise Fault("`checkpoint gc` left the copy of the old store")
    weights = f"{harness.case('weights')}/weights.safetensors"
    harness.expect(harness.run(["checkpoint", "export", "a", "--checkpoints", finished, "--out", weights]), 0)
    importing = Recording("import", "b")
    importing.record(["checkpoint", "import", weights, "--checkpoints", importing.root, "--recipe", recipe, "--run", "b"], 0,
                     environment=harness.in_this_process())
    found = [it.end() for it in (run, fork, restart, upgrade, importing)]
    for it in found[:3]:
        if it.digest != digest:
            raise Fault(f"the recorded {it.label} ends with {it.digest} instead of {digest}")
    return found


def body():
    baseline = harness.baseline()
    recorded = recordings(baseline.digest)

    def one(number):
        random = common.random.Random(f"{harness.seed} {number}")
        # Every moment has its turn before any has a second.
        recording, cut = order[number % len(order)]
        calls = recording.calls
        disk = Disk(recording.work, recording.tree)
        for call in calls[:cut]:
            disk.apply(call)
        if cut < len(calls):
            disk.apply(calls[cut], is_over=False)
        folder = f"{harness.folder}/image-{number}"
        how = disk.image(random, folder)
        try:
            end = check(recording, cut, folder, random.random() < share)
        except Fault as fault:
            before = next((call for call in reversed(calls[:cut]) if call.kind != "a"), None)
            raise Fault(f"image {number} ({how}) of {recording.label}, after call {cut} of {len(calls)} ({before}): {fault}; "
                        f"{folder}") from None
        free(folder)
        return recording.label, how, end

    order = [(recording, cut) for recording in recorded for cut in range(1, len(recording.calls) + 1)]
    harness.random.shuffle(order)
    share = 1.0 if harness.long else 0.25
    labels, hows, ends = map(collections.Counter, zip(*harness.each(range(harness.count), one)))
    words = lambda counter: ", ".join(f"{count} {what}" for what, count in sorted(counter.items()))
    return f"{harness.count} images of {len(order)} moments ({words(labels)}; {words(hows)}): {words(ends)}"


def check(recording, cut, folder, is_resumed):
    root, name = f"{folder}/checkpoints", recording.name
    acknowledged = [int(call.data.split()[1][4:]) for call in recording.calls[:cut] if call.kind == "a"]
    if is_resumed and os.path.exists(root):
        harness.leftovers(root)
    for other in {path.split("/")[1] for path in recording.tree if path.count("/") == 1}:
        if not os.path.exists(f"{root}/{other}"):
            raise Fault(f"run {other} is gone, which was there before")
    if recording.label == "upgrade":
        check_copy(recording, cut, folder, is_resumed)
    if not os.path.exists(f"{root}/{name}"):
        if acknowledged:
            raise Fault(f"checkpoint {acknowledged[-1]} was acknowledged, there is no run")
        return "not born"
    if acknowledged:
        newest = harness.newest(root, name)
        if newest < acknowledged[-1]:
            raise Fault(f"checkpoint {acknowledged[-1]} was acknowledged, the newest is {newest}")
    harness.verify(root, name)
    if not is_resumed:
        return "whole"
    harness.same_end(root, recording.digest, name, words=recording.resume)
    return "whole, with the same digest at the end"


def check_copy(recording, cut, folder, is_opened):
    """The store as it was before the upgrade, which must be there from before the new one is until it is removed."""
    path = f"{folder}/checkpoints/part/db/data.mdb.schema-1"
    if not os.path.exists(path):
        if recording.copied_from < cut < recording.copied_to:
            raise Fault("the store was upgraded, and the copy of the old one is gone")
        return
    before = recording.tree["checkpoints/part/db/data.mdb"]
    with open(path, "rb") as file:
        copy = file.read()
    # LMDB's copy differs from the file in what no page uses.
    if len(copy) != len(before):
        raise Fault(f"the copy of the old store has {len(copy)} bytes instead of {len(before)}")
    if is_opened:
        other = f"{folder}/opened"
        harness.golden(other)
        shutil.copy(path, f"{other}/part/db/data.mdb")
        harness.verify(other, "part")
        shutil.rmtree(other)


harness.main(body)
