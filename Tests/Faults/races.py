"""Processes that meet at one run: starters that race for it, owners that die, are stopped and go on, readers that are killed
or stopped in the middle. One writer wins, nobody waits for the dead, and the digest at the end is the same."""
import glob
import os
import shutil
import signal
import time
import common
from common import POLICY, Fault, free, has_line, until

harness = common.Harness("races", quick=50, long=400, options=lambda parser: parser.add_argument(
    "--plant", help="only look at the descriptors of a running search, with a fault planted as in shim.c, or `none`"))

def long_recipe():
    return harness.recipe(images=400_000, every=100)


def starters(count):
    """Many processes begin one new run, then go on with it, at once: one writes, the others leave, with little work."""
    root = harness.case("starters") + "/checkpoints"
    lost = []
    for words, statuses in [
        (["search", "--checkpoints", root, "--recipe", long_recipe(), "--run", "a"], (2, 7)),
        (["resume", "a", "--checkpoints", root], (7,)),
    ]:
        running = [harness.start(words) for _ in range(count)]
        until(lambda: sum(process.poll() is None for process in running) <= 1, "all starters but one to leave", 120)
        winners = [process for process in running if process.poll() is None]
        if len(winners) != 1:
            raise Fault(f"{words[0]}: no starter got the run: {[str(harness.said(p)) for p in running[:3]]}")
        for process in running:
            if process is winners[0]:
                continue
            ending = harness.expect(harness.finish(process), *statuses)
            lost.append(ending.status)
        until(lambda: has_line(winners[0], "durable "), "the winner to commit")
        winners[0].send_signal(signal.SIGTERM)
        harness.expect(harness.finish(winners[0]), 143)
        harness.verify(root)
    # Alone, the work of a loser: its own processor time, not the wait for its turn.
    holder = harness.start(["resume", "a", "--checkpoints", root])
    until(lambda: has_line(holder, "batch "), "the owner to train")
    before = os_children_seconds()
    ending = harness.expect(harness.resume(root), 7)
    used = os_children_seconds() - before
    if str(holder.pid) not in ending.out + ending.err:
        raise Fault(f"status 7 does not name process {holder.pid}: {ending.out} {ending}")
    if used > 1:
        raise Fault(f"a second writer was refused after {used:.2f} s of work")
    check_descriptors(holder, root)
    holder.kill()
    harness.expect(harness.finish(holder), -signal.SIGKILL)
    harness.verify(root)
    return f"{2 * count} starters, {lost.count(7)} refused with 7 and {lost.count(2)} with 2"


def os_children_seconds():
    times = os.times()
    return times.children_user + times.children_system


def check_descriptors(process, root):
    """That no file of the run would stay open, and no lock held, in a program that the process starts."""
    seen = 0
    for path in glob.glob(f"/proc/{process.pid}/fd/*"):
        try:
            target = os.readlink(path)
            with open(path.replace("/fd/", "/fdinfo/")) as file:
                flags = int(next(line for line in file if line.startswith("flags:")).split()[1], 8)
        except OSError:
            continue
        if target.startswith(root):
            seen += 1
            if not flags & os.O_CLOEXEC:
                raise Fault(f"descriptor {os.path.basename(path)} ({target}) would stay open in a child")
    if seen < 3:
        raise Fault(f"a running search has only {seen} files of its run open")


def descriptors():
    """As in `starters`, alone: this is what the planted fault is tried with."""
    root = harness.case("descriptors") + "/checkpoints"
    words = ["search", "--checkpoints", root, "--recipe", long_recipe(), "--run", "a"]
    owner = harness.start(words, environment=harness.shim(root, plant=harness.arguments.plant))
    until(lambda: has_line(owner, "batch "), "the owner to train")
    try:
        check_descriptors(owner, root)
    finally:
        owner.kill()
        harness.finish(owner)
    return "all descriptors close on exec"


def widows(count):
    """The owner is killed while its policy program works. The program lives on, and the run is free at once."""
    folder = harness.case("widows")
    root, program = f"{folder}/checkpoints", f"{folder}/policy.py"
    with open(program, "w") as file:
        file.write(POLICY)
    os.chmod(program, 0o755)
    search = lambda run: ["search", "--checkpoints", root, "--recipe", harness.recipe(), "--policy", program, "--run", run]
    whole = harness.expect(harness.run(search("whole"), folder=folder), 0)
    for number in range(count):
        run = f"widow-{number}"
        for name in ("wait", "waiting"):
            if os.path.exists(f"{folder}/{name}"):
                os.unlink(f"{folder}/{name}")
        open(f"{folder}/wait", "w").close()
        owner = harness.start(search(run), folder=folder)
        until(lambda: os.path.exists(f"{folder}/waiting"), "the policy program to be asked")
        owner.kill()
        harness.expect(harness.finish(owner), -signal.SIGKILL)
        with open(f"{folder}/waiting") as file:
            child = int(file.read())
        if not os.path.exists(f"/proc/{child}"):
            raise Fault("the policy program did not outlive its owner, so nothing was tried")
        os.unlink(f"{folder}/wait")
        try:
            harness.same_end(root, whole.digest, run)
        finally:
            os.kill(child, signal.SIGKILL)
        harness.verify(root, run)
    return f"{count} owners killed while their policy lived on"


def preemptions(count):
    """SIGTERM, SIGCONT, SIGTERM again, as Slurm does when it takes a machine away; also to a stopped process."""
    digest = harness.baseline(images=6000).digest
    stopped = 0
    for number in range(count):
        root = harness.case("preempted") + "/checkpoints"
        owner = harness.start(["search", "--checkpoints", root, "--recipe", harness.recipe(images=6000), "--run", "a"])
        wanted = harness.random.randrange(1, 60)
        until(lambda: has_line(owner, "batch ", wanted) or owner.poll() is not None, "some batches")
        signals = [signal.SIGTERM, signal.SIGCONT, signal.SIGTERM]
        for number in [signal.SIGSTOP] * harness.random.randrange(2) + signals:
            owner.send_signal(number)
            time.sleep(harness.random.random() * 0.003)
        ending = harness.expect(harness.finish(owner), 0, 143)
        if ending.status == 143:
            stopped += 1
            if ending.durable[-1][1] != ending.batches[-1]:
                raise Fault(f"batch {ending.batches[-1]} was trained, {ending.durable[-1]} is durable")
            again = harness.same_end(root, digest)
            if again.batches and again.batches[0] != ending.batches[-1] + 1:
                raise Fault(f"batches {again.batches[0]} to {ending.batches[-1]} were trained again after SIGTERM")
        elif ending.digest != digest:
            raise Fault(f"another digest: {ending.digest}")
        harness.verify(root)
    if stopped * 2 < count:
        raise Fault(f"only {stopped} of {count} runs were stopped before their end")
    return f"{stopped} of {count} pre-emptions before the end"


def readers(count):
    """Readers are killed, and stopped and woken, while a search writes: the search, the store and the woken do not mind."""
    digest = harness.baseline(images=20_000, every=5).digest
    root = harness.case("readers") + "/checkpoints"
    verbs = [["checkpoint", "verify", "a", "--full"], ["show", "a"], ["checkpoint", "list", "a"], ["checkpoint", "list", "a", "--json"]]
    killed = held = done = 0
    owner, asleep = None, []
    while killed < count or held < count // 4:
        if owner is None or owner.poll() is not None:
            if owner:
                done += 1
                ending = harness.expect(harness.finish(owner), 0)
                if ending.digest != digest:
                    raise Fault(f"a run that is read while it is written ends with {ending.digest}")
                for reader in asleep:
                    reader.send_signal(signal.SIGCONT)
                    harness.expect(harness.finish(reader), 0)
                asleep = []
                harness.verify(root)
                shutil.rmtree(root)
            words = ["search", "--checkpoints", root, "--recipe", harness.recipe(images=20_000, every=5), "--run", "a"]
            owner = harness.start(words)
            until(lambda: has_line(owner, "durable "), "the first checkpoint")
        reader = harness.start(harness.random.choice(verbs) + ["--checkpoints", root])
        time.sleep(harness.random.random() * 0.06)
        if harness.random.random() < 0.25 and len(asleep) < 5:
            reader.send_signal(signal.SIGSTOP)
            asleep.append(reader)
            held += 1
        else:
            reader.kill()
            ending = harness.expect(harness.finish(reader), 0, -signal.SIGKILL)
            killed += ending.status != 0
    ending = harness.expect(harness.finish(owner), 0)
    for reader in asleep:
        reader.send_signal(signal.SIGCONT)
        harness.expect(harness.finish(reader), 0)
    if ending.digest != digest:
        raise Fault(f"a run that is read while it is written ends with {ending.digest}")
    harness.verify(root)
    return f"{killed} readers killed and {held} stopped in {done + 1} runs"


def body():
    if harness.arguments.plant:
        return descriptors()
    few = max(1, harness.count // 10)
    return ", ".join([starters(50), widows(few), preemptions(few * 2), readers(few * 4)])


harness.main(body)
