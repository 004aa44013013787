"""The digest of a run is the same whatever the distance of its checkpoints, the number of threads, and what it prints."""
import common
from common import Fault

harness = common.Harness("intervals")


def body():
    digests = {}
    cases = [(every, threads, verbose) for every in (1, 7, 100, 10 ** 9) for threads in (1, 2) for verbose in (False, True)]

    def one(case):
        every, threads, verbose = case
        root = harness.case("interval") + "/checkpoints"
        words = ["search", "--checkpoints", root, "--recipe", harness.recipe(every=every, images=6000, window=2),
                 "--run", "a"]
        ending = harness.expect(harness.run(words, threads=threads, verbose=verbose), 0)
        if bool(ending.batches) != verbose:
            raise Fault(f"--verbose {verbose}: {len(ending.batches)} batches were printed")
        return ending.digest, harness.newest(root)

    for case, (digest, newest) in zip(cases, harness.each(cases, one)):
        digests.setdefault(digest, []).append((case, newest))
    if len(digests) != 1 or None in digests:
        raise Fault(f"digests differ: {digests}")
    numbers = sorted({(case[0], newest) for case, newest in next(iter(digests.values()))})
    if len({newest for _, newest in numbers}) < 4:
        raise Fault(f"the distance of checkpoints changes nothing: {numbers}")
    return (f"{len(cases)} runs, one digest; checkpoints by distance: "
            + ", ".join(f"{every if every < 10 ** 9 else 'none'} -> {newest + 1}" for every, newest in numbers))


harness.main(body)
