"""Kills the program before, inside and after every call that changes its files: while it creates a run, commits, ends a
round, sweeps what retention drops, compacts, forks and resumes. Afterwards the name stands for nothing or for a whole run,
what is left over is listed by `checkpoint gc --dry-run`, and the run goes on to the same digest.

Which calls there are is read from a recorded run, so none is left out; a kill that does not come is a fault."""
import collections
import os
import shutil
import signal
import common
from common import Fault, free, read_trace

harness = common.Harness("points", quick=1, long=2, options=lambda parser: parser.add_argument(
    "--only", help="one stage: create, first commit, commit with a sweep, round end"))


def traced(root, words):
    """The calls of a whole command, in order, and how it ended."""
    path = f"{harness.case('trace')}/trace"
    ending = harness.expect(harness.run(words, environment=harness.shim(root, trace=path)), 0)
    return read_trace(path), ending


def stretches(calls):
    """What the calls are for: {(stage, number): [places of counted calls]}, the stage create, commit or round end. A stretch
    ends where its checkpoint is acknowledged; creation ends with the sync that follows the birth of the run's folder."""
    found, stretch, number, place, born = {}, [], 0, 0, None

    def end(name):
        nonlocal stretch, number
        if stretch:
            found[name, number] = [place for place, _ in stretch]
        stretch, number = [], number + 1

    for call in calls:
        if call.kind == "a":
            is_round = any(it.kind == "r" and it.to.endswith("/run.json") for _, it in stretch)
            end("round end" if is_round else "commit")
            continue
        stretch.append((place, call))
        place += 1
        if born is None and call.kind == "r" and call.to.endswith("/a"):
            born = False
        elif born is False and call.kind == "s":
            born = True
            end("create")
    end("close")
    return found


def points(calls, wanted, splits):
    """(call number, mode, split) for each point at which to kill."""
    found = []
    counted = [call for call in calls if call.kind != "a"]
    for number, call in enumerate(counted, 1):
        if number - 1 not in wanted:
            continue
        found += [(number, "before", 0), (number, "after", 0)]
        if call.kind == "w" and len(call.data) > 1:
            found += [(number, "half", split) for split in splits]
    return found


def killed(root, words, point):
    number, mode, split = point
    ending = harness.run(words, environment=harness.shim(root, at=number, mode=mode, split=split))
    if ending.status != -signal.SIGKILL:
        raise Fault(f"call {number} was not reached: {ending}")
    return ending


def check_whole(root, digest, start, acknowledged=None, name="a"):
    """Nothing under the name, or a whole run; to its end in either case."""
    if os.path.exists(root):
        harness.leftovers(root)
    if os.path.exists(f"{root}/{name}"):
        harness.verify(root, name)
        newest = harness.newest(root, name)
        if acknowledged and newest < acknowledged[-1][0]:
            raise Fault(f"checkpoint {acknowledged[-1][0]} was acknowledged, the newest is {newest}")
        harness.same_end(root, digest, name)
    else:
        if acknowledged:
            raise Fault(f"checkpoint {acknowledged[-1][0]} was acknowledged, there is no run")
        ending = harness.expect(harness.run(start), 0)
        if ending.digest != digest:
            raise Fault(f"a second beginning has digest {ending.digest} instead of {digest}")
    harness.verify(root, name)


def each(label, prepare, words, calls, wanted, after):
    """Kills `words(root)` at each point, in a folder that `prepare` fills, and calls `after(root, ending)`."""
    def one(point):
        folder = harness.case(label)
        root = f"{folder}/checkpoints"
        try:
            prepare(root)
            after(root, killed(root, words(root), point))
        except Fault as fault:
            raise Fault(f"{label}, killed {point[1]} call {point[0]} (split {point[2]}): {fault}; {folder}") from None
        free(folder)

    found = points(calls, wanted, splits)
    harness.each(found, one)
    return len(found)


def body():
    done = collections.Counter()
    digest = harness.baseline().digest
    recipe = harness.recipe()
    search = lambda root: ["search", "--checkpoints", root, "--recipe", recipe, "--run", "a"]
    resume = lambda root: ["resume", "a", "--checkpoints", root]

    # A whole run. The stages of all its calls are known; the quick form takes each stage once.
    root = f"{harness.case('whole')}/checkpoints"
    calls, _ = traced(root, search(root))
    check_trace(calls)
    finished, total = root, sum(call.kind != "a" for call in calls)
    parts = stretches(calls)
    # The last commit sweeps what retention drops, the first has nothing to sweep.
    chosen = {"create": [], "first commit": [], "commit with a sweep": [], "round end": []}
    for name, number in sorted(parts, key=lambda key: key[1]):
        places = parts[name, number]
        if name == "commit":
            if harness.long:
                chosen["commit with a sweep"] += places
            else:
                chosen["first commit"] = chosen["first commit"] or places
                chosen["commit with a sweep"] = places
        elif name in ("create", "round end"):
            chosen[name] = places + (chosen[name] if harness.long else [])
    for name, wanted in chosen.items():
        if harness.arguments.only not in (None, name):
            continue
        if not wanted and not (harness.long and name == "first commit"):
            raise Fault(f"the recorded run has no stage {name}: {[(key, len(parts[key])) for key in parts]}")
        done[name] += each(name.replace(" ", "-"), lambda root: None, search, calls, set(wanted),
                           lambda root, ending: check_whole(root, digest, search(root), ending.durable))

    if harness.arguments.only:
        return f"{sum(done.values())} kill points of {harness.arguments.only}"

    # Going on with a run that was stopped in the middle, to its second commit.
    half = f"{harness.case('half')}/checkpoints"
    stopped = harness.run(search(half), environment=harness.shim(half, at=total * 2 // 3, mode="before"))
    if stopped.status != -signal.SIGKILL:
        raise Fault(f"no run that was stopped in the middle: {stopped}")
    copy = f"{harness.case('trace')}/checkpoints"
    shutil.copytree(half, copy)
    calls, _ = traced(copy, resume(copy))
    marks = [i for i, call in enumerate(calls) if call.kind == "a"]
    wanted = set(range(marks[1] - 1 if not harness.long else len(calls)))
    done["resume"] += each("resume", lambda root: shutil.copytree(half, root), resume, calls, wanted,
                           lambda root, ending: check_whole(root, digest, search(root), ending.durable))

    # Compaction of a run in the middle.
    compact = lambda root: ["checkpoint", "compact", "a", "--checkpoints", root]
    copy = f"{harness.case('trace')}/checkpoints"
    shutil.copytree(half, copy)
    calls, _ = traced(copy, compact(copy))
    done["compact"] += each("compact", lambda root: shutil.copytree(half, root), compact, calls, set(range(len(calls))),
                            lambda root, ending: check_whole(root, digest, search(root)))

    # A fork of a finished run: the source stays as it is, the fork is nothing or whole.
    fork = lambda root: ["search", "--checkpoints", root, "--fork", "a@1", "--run", "b"]
    copy = f"{harness.case('trace')}/checkpoints"
    shutil.copytree(finished, copy)
    calls, ending = traced(copy, fork(copy))
    if ending.digest != digest:
        raise Fault(f"a fork with nothing changed ends with {ending.digest} instead of {digest}")
    marks = [i for i, call in enumerate(calls) if call.kind == "a"]
    wanted = set(range(marks[0] - 1 if not harness.long else len(calls)))

    def check_fork(root, ending):
        check_whole(root, digest, fork(root), ending.durable, name="b")
        harness.verify(root, "a")
        harness.same_end(root, digest, "a")

    done["fork"] += each("fork", lambda root: shutil.copytree(finished, root), fork, calls, wanted, check_fork)
    return f"{sum(done.values())} kill points: " + ", ".join(f"{name} {count}" for name, count in done.items())


def check_trace(calls):
    """That the shim still sees what a run does."""
    seen = collections.Counter(call.kind for call in calls)
    for kind, least in {"w": 50, "s": 20, "o": 5, "r": 3, "m": 3, "t": 1, "a": 10}.items():
        if seen[kind] < least:
            raise Fault(f"the shim saw {seen[kind]} calls of kind {kind}, expected at least {least}: {dict(seen)}")
    if not any(call.kind == "w" and call.flag & 1 for call in calls):
        raise Fault("the shim saw no write through a synchronous descriptor")


splits = [128] if not harness.long else [128, harness.random.randrange(1, 256)]
harness.main(body)
