"""Sends SIGTERM, SIGINT and SIGHUP to searches: in the first 100 ms, from the moment on at which they are taken, at random
moments, SIGINT twice, and while a policy program is asked; also to a search that is resumed. The program leaves with 143, 130 or 129, and the run goes on to the same
digest with no batch trained again; after a second SIGINT at most K and the running one.

Before the program has come to take signals it may die by the signal, with no run or a whole one. A signal that is lost, so
that the run goes on as if nothing had been said, is a fault."""
import collections
import os
import signal
import time
import common
from common import POLICY, Fault, free, lines, until

harness = common.Harness("signals", quick=60, long=600)
EVERY, IMAGES = 100, 6_000
NUMBERS = [signal.SIGTERM, signal.SIGINT, signal.SIGHUP]
# How much of a run may still be trained after its signal; a batch takes less than a millisecond.
LATE = 0.25
# What the harness was started with is not what the program is to meet.
for number in NUMBERS:
    signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)


def judge(root, ending, number, sent, whole, name="a", before=0, twice=False):
    """What has become of a process that was sent a signal when it had trained `sent` batches, and of its run; `before` was
    the last batch of the session before it. Returns how it ended."""
    total = whole.batches[-1]
    is_there = os.path.exists(f"{root}/{name}")
    if ending.status == 0:
        after = (ending.batches[-1] if ending.batches else 0) - max(sent, before)
        if after > LATE * total:
            raise Fault(f"{number.name} was lost: {after} batches were trained after it, and the run came to its end")
        if ending.digest != whole.digest:
            raise Fault(f"came to its end with another digest, {ending.digest}")
        return "ended before"
    if ending.status == -number:
        if ending.batches or ending.durable:
            raise Fault(f"died by {number.name} after it had trained {len(ending.batches)} batches")
        how = "died before it took signals"
    else:
        harness.expect(ending, 128 + number)
        how = "left with " + str(128 + number)
    if not is_there:
        if before or ending.batches or ending.durable:
            raise Fault(f"there is no run any more: {ending}")
        return how + ", no run"
    harness.verify(root, name)
    trained = max([before] + ending.batches)
    if not twice and ending.batches and (not ending.durable or ending.durable[-1][1] != ending.batches[-1]):
        raise Fault(f"batch {ending.batches[-1]} was trained, durable is {ending.durable[-1:]}")
    again = harness.same_end(root, whole.digest, name)
    if again.batches and trained:
        repeated = trained - again.batches[0] + 1
        if repeated > (EVERY if twice else 0):
            raise Fault(f"batches {again.batches[0]} to {trained} were trained again after {number.name}: {ending}")
    harness.verify(root, name)
    return how


def one(case):
    place, kind, number = case
    random = common.random.Random(f"{harness.seed} {place}")
    folder = harness.case(kind.replace(" ", "-"))
    root = f"{folder}/checkpoints"
    search = ["search", "--checkpoints", root, "--recipe", recipe(), "--run", "a"]
    try:
        if kind == "policy":
            return kind, policy(folder, root, number)
        before = 0
        words = search
        if kind == "resume":
            stopped = harness.run(search, environment=harness.shim(root, at=40 + random.randrange(20), mode="after"))
            harness.expect(stopped, -signal.SIGKILL)
            # What is not durable is trained again whoever ends the second session.
            before = stopped.durable[-1][1] if stopped.durable else 0
            words = ["resume", "a", "--checkpoints", root]
        early = kind in ("start", "taken", "resume") or kind == "twice" and random.random() < 0.5
        moment = random.random() * (0.1 if early else 0.5 * wholes["plain"].seconds)
        process = harness.start(words, threads=random.randint(1, 2))
        if kind == "taken" or kind == "resume" and random.random() < 0.5:
            # From where on it would not die by the signal: the moment at which one is most easily lost.
            while not takes(process, number) and process.poll() is None:
                time.sleep(0.0002)
            moment *= random.choice([0, 0.01, 0.1, 1])
        elif not early:
            until(lambda: lines(process, "batch ") or process.poll() is not None, "the first batch")
        time.sleep(moment)
        sent = lines(process, "batch ") + before
        process.send_signal(number)
        if kind == "twice":
            time.sleep(random.random() * 0.005)
            process.send_signal(number)
        ending = harness.finish(process)
        result = kind, judge(root, ending, number, sent, wholes["plain"], before=before, twice=kind == "twice")
    except Fault as fault:
        raise Fault(f"case {place}, {kind}, {number.name}: {fault}; {folder}") from None
    free(folder)
    return result


def takes(process, number):
    """Whether the process catches or ignores the signal, by what the system says."""
    try:
        with open(f"/proc/{process.pid}/status") as file:
            masks = [int(line.split()[1], 16) for line in file if line.startswith(("SigIgn:", "SigCgt:"))]
    except OSError:
        return False
    return any(mask >> number - 1 & 1 for mask in masks)


def recipe():
    return harness.recipe(images=IMAGES, every=EVERY)


def write_policy(folder):
    with open(f"{folder}/policy.py", "w") as file:
        file.write(POLICY)
    os.chmod(f"{folder}/policy.py", 0o755)
    return f"{folder}/policy.py"


def policy(folder, root, number):
    """While the policy program is asked: it is ended with the search, and asked again afterwards."""
    program = write_policy(folder)
    open(f"{folder}/wait", "w").close()
    owner = harness.start(["search", "--checkpoints", root, "--recipe", harness.recipe(), "--policy", program, "--run", "a"],
                          folder=folder)
    until(lambda: os.path.exists(f"{folder}/waiting") or owner.poll() is not None, "the policy program to be asked")
    sent = lines(owner, "batch ")
    with open(f"{folder}/waiting") as file:
        child = int(file.read())
    began = time.monotonic()
    owner.send_signal(number)
    ending = harness.finish(owner, timeout=30)
    if ending.status == 0 or time.monotonic() - began > 10:
        raise Fault(f"{number.name} in the policy's wait: {time.monotonic() - began:.1f} s later {ending}")
    until(lambda: not os.path.exists(f"/proc/{child}"), "the policy program to be ended", 10)
    os.unlink(f"{folder}/wait")
    how = judge(root, ending, number, sent, wholes["policy"])
    free(folder)
    return how


wholes = {}


def body():
    wholes["plain"] = harness.baseline(images=IMAGES, every=EVERY)
    folder = harness.case("policy")
    program = write_policy(folder)
    wholes["policy"] = harness.expect(harness.run(
        ["search", "--checkpoints", f"{folder}/checkpoints", "--recipe", harness.recipe(), "--policy", program, "--run", "a"],
        folder=folder), 0)
    kinds = ["start", "taken", "taken", "anywhere", "anywhere", "resume", "twice", "policy"]
    cases = []
    for place in range(harness.count):
        kind = kinds[place % len(kinds)]
        number = signal.SIGINT if kind == "twice" else NUMBERS[(place % len(kinds) + place // len(kinds)) % len(NUMBERS)]
        cases.append((place, kind, number))
    results = collections.Counter(harness.each(cases, one))
    ended = sum(count for (_, how), count in results.items() if how == "ended before")
    if ended * 2 > len(cases):
        raise Fault(f"{ended} of {len(cases)} runs ended before their signal")
    parts = collections.defaultdict(list)
    for (kind, how), count in sorted(results.items()):
        parts[kind].append(f"{count} {how}")
    return f"{len(cases)} signals: " + "; ".join(f"{kind}: {', '.join(words)}" for kind, words in parts.items())


harness.main(body)
