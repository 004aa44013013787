"""Lets every call that changes files fail once: writes, syncs, truncations, renames, removals, new folders and openings,
with ENOSPC and with EIO, and writes that are cut short. The program ends well or with status 11, never by a signal; what
it acknowledged is in the store; and the run goes on to the same digest."""
import collections
import errno
import os
import common
from common import Fault, free, read_trace

harness = common.Harness("failures")


def main():
    baseline = harness.baseline()
    recipe = harness.recipe()
    words = lambda root: ["search", "--checkpoints", root, "--recipe", recipe, "--run", "a"]
    folder = harness.case("trace")
    root = f"{folder}/checkpoints"
    harness.expect(harness.run(words(root), environment=harness.shim(root, trace=folder + "/trace")), 0)
    calls = [call for call in read_trace(folder + "/trace") if call.kind != "a"]
    if len(calls) < 100:
        raise Fault(f"the shim saw only {len(calls)} calls")
    cases = []
    for number, call in enumerate(calls, 1):
        cases += [(number, call, "error", errno.ENOSPC), (number, call, "error", errno.EIO)]
        if call.kind == "w" and len(call.data) > 1:
            cases.append((number, call, "short", errno.EIO))
    endings = collections.Counter(harness.each(cases, lambda case: one(case, words, baseline.digest)))
    kinds = collections.Counter(mode if mode == "short" else errno.errorcode[code] for _, _, mode, code in cases)
    return (f"{len(cases)} failures of {len(calls)} calls ({', '.join(f'{kinds[k]} {k}' for k in kinds)}): "
            + ", ".join(f"{count} {how}" for how, count in sorted(endings.items())))


def one(case, words, digest):
    number, call, mode, code = case
    folder = harness.case("failure")
    root = f"{folder}/checkpoints"
    try:
        ending = harness.run(words(root), environment=dict(
            harness.shim(root, at=number, mode=mode, errno=code), ESPALIER_FULL_WAIT="0.1"))
        harness.expect(ending, 0, 11)
        if ending.status == 0 and ending.digest != digest:
            raise Fault(f"ended well with another digest, {ending.digest}")
        if ending.status == 11 and not (ending.err + ending.out).strip():
            raise Fault("status 11 without a word")
        exists = os.path.exists(root + "/a")
        if exists:
            harness.verify(root)
            newest = harness.newest(root)
            if ending.durable and newest < ending.durable[-1][0]:
                raise Fault(f"checkpoint {ending.durable[-1][0]} was acknowledged, the newest is {newest}")
            harness.same_end(root, digest)
        else:
            if ending.durable or ending.status == 0:
                raise Fault(f"acknowledged {ending.durable}, but there is no run")
            again = harness.expect(harness.run(words(root)), 0)
            if again.digest != digest:
                raise Fault(f"a second beginning has digest {again.digest}")
        harness.verify(root)
    except Fault as fault:
        raise Fault(f"call {number} ({call.kind} {call.path or ''}), {mode} {errno.errorcode[code]}: {fault}; {folder}") from None
    free(folder)
    return "ended well" if ending.status == 0 else "ended with 11" if exists else "ended with 11 before the run was born"


harness.main(main)
