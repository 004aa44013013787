"""Makes hundreds of checkpoints of one size and watches the memory of the process and the size of its store: after a warm-up
both are flat within 5 %. The rows of metrics grow with the steps, by what the store says; the state is chosen so large that
they hide nothing."""
import os
import time
import common
from common import Fault

harness = common.Harness("growth", quick=150, long=600)
# One group throughout and one score at the end, so that every checkpoint has the same size.
SETTINGS = ["--set", "policy=keep-all", "--set", "rounds=[]", "--set", "space.channels=24"]


def memory(pid):
    """Anonymous memory and mapped files, in KiB."""
    values = {}
    with open(f"/proc/{pid}/status") as file:
        for line in file:
            key, _, rest = line.partition(":")
            if key in ("RssAnon", "RssFile"):
                values[key] = int(rest.split()[0])
    return values.get("RssAnon", 0), values.get("RssFile", 0)


def body():
    root = harness.case("growth") + "/checkpoints"
    recipe = harness.recipe(images=8 * harness.count + 600, every=1)
    process = harness.start(["search", "--checkpoints", root, "--recipe", recipe, "--run", "a"] + SETTINGS)
    database, samples = f"{root}/a/db/data.mdb", []
    while process.poll() is None:
        try:
            anonymous, mapped = memory(process.pid)
            with open(f"/proc/self/fd/{process.files[1].fileno()}", "rb") as file:
                made = file.read().count(b"\ndurable ")
            samples.append((made, anonymous, mapped, os.path.getsize(database)))
        except (OSError, ValueError):
            pass
        time.sleep(0.02)
    harness.expect(harness.finish(process), 0)
    made = harness.newest(root)
    if made < harness.count:
        raise Fault(f"{made} checkpoints, expected {harness.count}")
    # A quarter is warm-up; the end has the final ranking, which is no steady state.
    steady = [sample for sample in samples if made * 0.25 <= sample[0] <= harness.count * 0.95]
    if len(steady) < 20 or not steady[0][1]:
        raise Fault(f"only {len(steady)} samples of the steady state")
    third = len(steady) // 3
    early, late = steady[:third], steady[-third:]
    words = []
    for name, column, unit in (("anonymous memory", 1, 1024), ("mapped files", 2, 1024), ("store", 3, 1)):
        # Typical values: pages of a transaction come and go.
        before, after = (sorted(sample[column] for sample in part)[len(part) // 2] for part in (early, late))
        change = after / before - 1
        words.append(f"{name} {before * unit / 1e6:.1f} -> {after * unit / 1e6:.1f} MB ({change:+.1%})")
        if change > 0.05:
            raise Fault(f"{name} grew from {before * unit} to {after * unit} bytes, {change:.1%}, in {root}")
    return f"{made} checkpoints, {len(steady)} samples: " + ", ".join(words)


harness.main(body)
