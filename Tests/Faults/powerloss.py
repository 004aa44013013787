"""Cuts the power at random moments of a recorded run: created, killed, resumed to its end, compacted. Each image of the disk
(images.py) must hold what was acknowledged, pass `checkpoint verify --full`, and go on to the same digest."""
import collections
import os
import signal
import common
from common import Fault, free, read_trace
from images import Disk

harness = common.Harness("powerloss", quick=300, long=2000, options=lambda parser: parser.add_argument(
    "--plant", help="a fault of the disk to plant, as in shim.c"))


def body():
    baseline = harness.baseline()
    recipe = harness.recipe()
    work = harness.case("recorded")
    root = f"{work}/checkpoints"
    calls = []

    def recorded(words, status, **settings):
        path = f"{harness.folder}/trace"
        environment = harness.shim(work, trace=path, plant=harness.arguments.plant, **settings)
        harness.expect(harness.run(words, environment=environment), status)
        calls.extend(read_trace(path))

    search = ["search", "--checkpoints", root, "--recipe", recipe, "--run", "a"]
    recorded(search, -signal.SIGKILL, at=110, mode="after")
    recorded(["resume", "a", "--checkpoints", root], 0)
    recorded(["checkpoint", "compact", "a", "--checkpoints", root], 0)
    if sum(call.kind == "a" for call in calls) < 10:
        raise Fault("fewer than 10 checkpoints were acknowledged in the recorded run")

    def one(number):
        random = common.random.Random(f"{harness.seed} {number}")
        # Every moment has its turn before any has a second.
        cut = order[number % len(order)]
        disk = Disk(work)
        for call in calls[:cut]:
            disk.apply(call)
        if cut < len(calls):
            disk.apply(calls[cut], is_over=False)
        acknowledged = [int(call.data.split()[1][4:]) for call in calls[:cut] if call.kind == "a"]
        folder = f"{harness.folder}/image-{number}"
        how = disk.image(random, folder)
        try:
            end = check(folder, recipe, baseline.digest, acknowledged, random.random() < share)
        except Fault as fault:
            before = next((call for call in reversed(calls[:cut]) if call.kind != "a"), None)
            raise Fault(f"image {number} ({how}) after call {cut} of {len(calls)} ({before}): {fault}; {folder}") from None
        free(folder)
        return how, end

    order = list(range(1, len(calls) + 1))
    harness.random.shuffle(order)
    share = 1.0 if harness.long else 0.25
    results = harness.each(range(harness.count), one)
    hows = collections.Counter(how for how, _ in results)
    ends = collections.Counter(end for _, end in results)
    return (f"{harness.count} images of {len(order)} moments ({', '.join(f'{hows[how]} {how}' for how in sorted(hows))}): "
            + ", ".join(f"{count} {end}" for end, count in sorted(ends.items())))


def check(folder, recipe, digest, acknowledged, is_resumed):
    root = f"{folder}/checkpoints"
    if is_resumed and os.path.exists(root):
        harness.leftovers(root)
    if not os.path.exists(f"{root}/a"):
        if acknowledged:
            raise Fault(f"checkpoint {acknowledged[-1]} was acknowledged, there is no run")
        return "not born"
    newest = harness.newest(root)
    if acknowledged and newest < acknowledged[-1]:
        raise Fault(f"checkpoint {acknowledged[-1]} was acknowledged, the newest is {newest}")
    harness.verify(root)
    if not is_resumed:
        return "whole"
    harness.same_end(root, digest)
    return "whole, with the same digest at the end"


harness.main(body)
