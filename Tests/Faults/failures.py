"""Lets every call that changes files fail once: writes, syncs, truncations, renames, removals, new folders and openings,
with ENOSPC and with EIO, and writes that are cut short; in a search, and in all that resumes, goes back, forks, imports,
upgrades and compacts. The program ends well or with status 11, never by a signal; what it acknowledged is in the store; and
the run goes on to the same digest.

After an error on a sync nobody knows what is on disk: the system may hold a page for written that is not, and say so once
only. The program then ends with 11, or it changes and syncs the same file or folder anew before it acknowledges anything,
ends well, or writes the header that names the pages."""
import collections
import errno
import os
import shutil
import signal
import common
from common import Fault, counted, free, read_trace

harness = common.Harness("failures", options=lambda parser: (
    parser.add_argument("--plant", help="a fault to plant, as in shim.c"),
    parser.add_argument("--only", help="one command, by its name in the line of counts")))


class Command:
    """One command that is tried: `words(root)` in a folder that `fill(root)` made, about the run `name`, whose end has
    `digest`. `begin(root)` begins again where there is no run afterwards, and ends."""

    def __init__(self, label, words, digest, fill=lambda root: None, name="a", begin=None, resume=(), environment=None):
        self.label, self.words, self.digest, self.fill, self.name = label, words, digest, fill, name
        self.begin = begin or (lambda root: harness.run(words(root)))
        self.resume, self.environment = resume, environment or {}

    def run(self, root, **settings):
        return harness.run(self.words(root), environment=dict(
            harness.shim(root, **settings), ESPALIER_FULL_WAIT="0.1", **self.environment))


def commands():
    recipe = harness.recipe(**harness.short())
    search = lambda root: ["search", "--checkpoints", root, "--recipe", recipe, "--run", "a"]
    resume = lambda root: ["resume", "a", "--checkpoints", root]
    digest = harness.baseline(**harness.short()).digest
    finished, half, old = (f"{harness.case(name)}/checkpoints" for name in ("finished", "half", "old"))
    harness.expect(harness.run(search(finished)), 0)
    harness.expect(harness.run(search(half), environment=harness.shim(half, at=100, mode="before")), -signal.SIGKILL)
    weights = f"{harness.case('weights')}/weights.safetensors"
    harness.expect(harness.run(["checkpoint", "export", "a", "--checkpoints", finished, "--out", weights]), 0)
    begin = lambda root: ["checkpoint", "import", weights, "--checkpoints", root, "--recipe", recipe, "--run", "b"]
    harness.expect(harness.run(begin(old)), 0)
    imported = harness.expect(harness.resume(old, "b"), 0).digest
    harness.golden(old)
    upgraded = harness.expect(harness.resume(old, "part", ["--allow-inexact"]), 0).digest
    seq = min(harness.checkpoints(finished))
    copy = lambda source: lambda root: shutil.copytree(source, root)

    def import_and_go_on(root):
        harness.expect(harness.run(begin(root)), 0)
        return harness.resume(root, "b")

    return [
        Command("search", search, digest),
        Command("resume", resume, digest, copy(half)),
        Command("restart", lambda root: resume(root) + ["--from", str(seq)], digest, copy(finished)),
        Command("fork", lambda root: ["search", "--checkpoints", root, "--fork", "a@1", "--run", "b"], digest,
                copy(finished), "b"),
        Command("upgrade", lambda root: ["resume", "part", "--checkpoints", root, "--allow-inexact"], upgraded,
                harness.golden, "part", resume=["--allow-inexact"]),
        Command("import", begin, imported, name="b", begin=import_and_go_on, environment=harness.in_this_process()),
        Command("compact", lambda root: ["checkpoint", "compact", "a", "--checkpoints", root], digest, copy(half)),
    ]


def main():
    cases, calls_seen = [], collections.Counter()
    for command in commands():
        if harness.arguments.only not in (None, command.label):
            continue
        folder = harness.case("trace")
        root = f"{folder}/checkpoints"
        command.fill(root)
        harness.expect(command.run(root, trace=folder + "/trace"), 0)
        calls = read_trace(folder + "/trace")
        counted_calls = [call for call in calls if call.kind != "a"]
        if command.label == "search" and len(counted_calls) < 100:
            raise Fault(f"the shim saw only {len(counted_calls)} calls")
        # What follows the first commit is as in a search.
        if not harness.long and command.label not in ("search", "import", "compact"):
            counted_calls = counted_calls[:counted(calls, 0)]
        calls_seen[command.label] = len(counted_calls)
        for number, call in enumerate(counted_calls, 1):
            cases += [(command, number, call, "error", errno.ENOSPC), (command, number, call, "error", errno.EIO)]
            if call.kind == "w" and len(call.data) > 1:
                cases.append((command, number, call, "short", errno.EIO))
    endings = collections.Counter(harness.each(cases, one))
    kinds = collections.Counter(mode if mode == "short" else errno.errorcode[code] for _, _, _, mode, code in cases)
    return (f"{len(cases)} failures of {sum(calls_seen.values())} calls "
            f"({', '.join(f'{name} {count}' for name, count in calls_seen.items())}; "
            f"{', '.join(f'{kinds[k]} {k}' for k in kinds)}): "
            + ", ".join(f"{count} {how}" for how, count in sorted(endings.items())))


def one(case):
    command, number, call, mode, code = case
    folder = harness.case("failure")
    root, name = f"{folder}/checkpoints", command.name
    is_sync = call.kind == "s" and code == errno.EIO
    try:
        command.fill(root)
        ending = command.run(root, at=number, mode=mode, errno=code, trace=folder + "/trace", plant=harness.arguments.plant)
        harness.expect(ending, 0, 11)
        if is_sync:
            check_sync(read_trace(folder + "/trace"), ending)
        if ending.status == 0 and command.label not in ("import", "compact") and ending.digest != command.digest:
            raise Fault(f"ended well with another digest, {ending.digest}")
        if ending.status == 11 and not (ending.err + ending.out).strip():
            raise Fault("status 11 without a word")
        exists = os.path.exists(f"{root}/{name}")
        if exists:
            harness.verify(root, name)
            if ending.durable:
                newest = harness.newest(root, name)
                if newest < ending.durable[-1][0]:
                    raise Fault(f"checkpoint {ending.durable[-1][0]} was acknowledged, the newest is {newest}")
            # The old run is a long one: in the quick form every fourth goes to its end.
            if harness.long or command.label != "upgrade" or number % 4 == 0:
                harness.same_end(root, command.digest, name, words=command.resume)
        else:
            if ending.durable or ending.status == 0:
                raise Fault(f"acknowledged {ending.durable}, but there is no run")
            again = harness.expect(command.begin(root), 0)
            if again.digest != command.digest:
                raise Fault(f"a second beginning has digest {again.digest}")
        if harness.long:
            harness.verify(root, name)
        if command.label == "fork":
            harness.verify(root, "a")
    except Fault as fault:
        raise Fault(f"{command.label}, call {number} ({call.kind} {call.path.replace(root, '')}), {mode} "
                    f"{errno.errorcode[code]}: {fault}; {folder}") from None
    free(folder)
    if is_sync:
        return "failed syncs, " + ("made good" if ending.status == 0 else "ended with 11")
    return "ended well" if ending.status == 0 else "ended with 11" if exists else "ended with 11 before the run was born"


def check_sync(calls, ending):
    """That nothing was built on what a failed sync has left unknown."""
    place = next((i for i, call in enumerate(calls) if call.kind == "s" and call.failed), None)
    if place is None:
        raise Fault("the sync that was to fail was not reached")
    path = calls[place].path
    is_changed = False
    for call in calls[place + 1:]:
        if call.kind == "a":
            raise Fault(f"acknowledged {call.data.decode().strip()} after a failed sync of {path}, which nothing made good")
        if call.failed:
            continue
        if call.path == path and call.kind == "w" and call.flag & 1:
            raise Fault(f"a header was written after a failed sync of {path}, which nothing made good")
        if call.path == path and call.kind == "s" and is_changed:
            return
        # Of a folder the changes are those of its entries.
        changes = [call.path, call.to] if call.kind in "rumd" or call.kind == "o" and call.flag & 1 else []
        is_changed |= call.path == path and call.kind == "w" or any(os.path.dirname(it) == path for it in changes)
    if ending.status == 0:
        raise Fault(f"ended well after a failed sync of {path}, which nothing made good")


harness.main(main)
