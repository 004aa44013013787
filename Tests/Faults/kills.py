"""Kills a small search at random moments with SIGKILL, resumes it, and compares the digest of each finished run with that
of one that nothing disturbed. After every kill: what was acknowledged is in the store, the store has not gone back, and no
more than K batches are trained again, K being the distance of checkpoints."""
import signal
import common
from common import Fault, free

harness = common.Harness("kills", quick=40, long=1000)
IMAGES = 6000


def one_run(case):
    """Kills one run until it ends; returns (kills, ended before its kill, batches trained again)."""
    number, every, random = case
    folder = harness.case("killed")
    root = folder + "/checkpoints"
    recipe = harness.recipe(images=IMAGES, every=every)
    kills = again = 0
    acknowledged, newest, trained = None, -1, 0
    while True:
        words = (["resume", "a", "--checkpoints", root] if newest >= 0
                 else ["search", "--checkpoints", root, "--recipe", recipe, "--run", "a"])
        ending = harness.run(words, threads=random.randint(1, 3),
                             kill=(signal.SIGKILL, random.random() * spans[every]))
        where = f"{folder}, K = {every}, kill {kills}"
        if ending.status not in (0, -signal.SIGKILL):
            raise Fault(f"{where}: {ending}")
        if ending.batches and trained:
            repeated = trained - ending.batches[0] + 1
            again = max(again, repeated)
            # The last finished batch is known where its line is; a batch that ended just before the kill has none.
            if repeated > every:
                raise Fault(f"{where}: batches {ending.batches[0]} to {trained} were trained again")
            if acknowledged and ending.batches[0] <= acknowledged[1]:
                raise Fault(f"{where}: batch {ending.batches[0]} was trained again, {acknowledged} was acknowledged")
        trained = max([trained] + ending.batches)
        if ending.durable:
            acknowledged = ending.durable[-1]
        if ending.status == 0:
            spans[every] *= 0.9
            break
        kills += 1
        spans[every] *= 1.04
        sequences = existing(root)
        now = max(sequences, default=-1)
        if now < newest:
            raise Fault(f"{where}: the store went back from checkpoint {newest} to {now}")
        if acknowledged and now < acknowledged[0]:
            raise Fault(f"{where}: checkpoint {acknowledged[0]} was acknowledged, the newest is {now}")
        newest = now
    if ending.digest != digests[every]:
        raise Fault(f"{folder}: ended with digest {ending.digest} instead of {digests[every]}, K = {every}")
    harness.verify(root)
    free(folder)
    return kills, again


def existing(root):
    import os
    return harness.checkpoints(root) if os.path.exists(root + "/a") else []


def body():
    for every in (1, 7, 100):
        whole = harness.baseline(images=IMAGES, every=every)
        digests[every] = whole.digest
        spans[every] = whole.seconds / 2
    if len(set(digests.values())) != 1:
        raise Fault(f"the digest follows the distance of checkpoints: {digests}")
    kills = runs = 0
    most = {1: 0, 7: 0, 100: 0}
    while kills < harness.count:
        cases = [(runs + i, (1, 7, 100)[(runs + i) % 3], common.random.Random(f"{harness.seed} {runs + i}"))
                 for i in range(6)]
        for case, (killed, again) in zip(cases, harness.each(cases, one_run)):
            kills += killed
            most[case[1]] = max(most[case[1]], again)
        runs += len(cases)
    # Every run ends once; the others of its processes were killed.
    if runs > kills:
        raise Fault(f"{runs} of {runs + kills} processes ended before their kill")
    return (f"{kills} kills in {runs} runs, batches trained again at most "
            + ", ".join(f"{count} of {every}" for every, count in most.items()))


digests, spans = {}, {}
harness.main(body)
