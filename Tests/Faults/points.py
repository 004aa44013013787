"""Kills the program before, inside and after every call that changes its files: while it creates a run, commits, ends a
round, sweeps what retention drops, compacts, forks, resumes, goes back, upgrades an old store, imports weights and tidies
up. Afterwards the name stands for nothing or for a whole run, what is left over is listed by `checkpoint gc --dry-run`, and
the run goes on to the same digest.

Which calls there are is read from a recorded run, so none is left out; a kill that does not come is a fault. The long form
takes all of them twice, the second time with another distance of checkpoints, another number of threads and other halves
of writes."""
import collections
import os
import shutil
import signal
import common
from common import Fault, counted, free, read_trace

harness = common.Harness("points", quick=1, long=2, options=lambda parser: parser.add_argument(
    "--only", help="one stage, by its name in the line of counts"))


class Conditions:
    """What may differ between two passes, and must not matter."""

    def __init__(self, every, threads, split):
        self.every, self.threads, self.split = every, threads, split
        self.recipe = harness.recipe(**harness.short(every=every))

    def __str__(self):
        return f"K = {self.every}, {self.threads} threads, split {self.split}"


def traced(root, words, now, environment=None):
    """The calls of a whole command, in order, and how it ended."""
    path = f"{harness.case('trace')}/trace"
    ending = harness.expect(harness.run(
        words, environment=dict(harness.shim(root, trace=path), **environment or {}), threads=now.threads), 0)
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


def points(calls, wanted, split):
    """(call number, mode, split) for each point at which to kill."""
    found = []
    for number, call in enumerate((call for call in calls if call.kind != "a"), 1):
        if number - 1 not in wanted:
            continue
        found += [(number, "before", 0), (number, "after", 0)]
        if call.kind == "w" and len(call.data) > 1:
            found.append((number, "half", split))
    return found


def check_whole(root, digest, begin, acknowledged=None, name="a", words=(), to_end=True):
    """Nothing under the name, or a whole run; to its end in either case. `begin()` begins again, and ends. With `to_end`
    false a run that is there is opened for writing, and no more."""
    if os.path.exists(root):
        harness.leftovers(root)
    if os.path.exists(f"{root}/{name}"):
        harness.verify(root, name)
        if acknowledged:
            newest = harness.newest(root, name)
            if newest < acknowledged[-1][0]:
                raise Fault(f"checkpoint {acknowledged[-1][0]} was acknowledged, the newest is {newest}")
        if to_end:
            harness.same_end(root, digest, name, words=words)
        else:
            # Its first commit is the end of it.
            opened = harness.resume(root, name, words, environment=harness.shim(root, kinds="s", at=6, mode="after"))
            harness.expect(opened, 0, -signal.SIGKILL)
    else:
        if acknowledged:
            raise Fault(f"checkpoint {acknowledged[-1][0]} was acknowledged, there is no run")
        ending = harness.expect(begin(), 0)
        if ending.digest != digest:
            raise Fault(f"a second beginning has digest {ending.digest} instead of {digest}")
    if harness.long:
        harness.verify(root, name)


class Pass:
    """All stages under one set of conditions."""

    def __init__(self, now, digest, done):
        self.now, self.digest, self.done = now, digest, done
        self.search = lambda root: ["search", "--checkpoints", root, "--recipe", now.recipe, "--run", "a"]
        self.resume = lambda root: ["resume", "a", "--checkpoints", root]

    def wants(self, *stages):
        return harness.arguments.only is None or harness.arguments.only in stages

    def each(self, stage, prepare, words, calls, wanted, after, environment=None):
        """Kills `words(root)` at each point, in a folder that `prepare` fills, and calls `after(root, ending)`."""
        def one(point):
            number, mode, split = point
            folder = harness.case(stage.replace(" ", "-"))
            root = f"{folder}/checkpoints"
            try:
                prepare(root)
                settings = harness.shim(root, at=number, mode=mode, split=split)
                ending = harness.run(words(root), environment=dict(settings, **environment or {}), threads=self.now.threads)
                if ending.status != -signal.SIGKILL:
                    raise Fault(f"call {number} was not reached: {ending}")
                after(root, ending)
            except Fault as fault:
                raise Fault(f"{stage}, {self.now}, killed {mode} call {number}: {fault}; {folder}") from None
            free(folder)

        found = points(calls, wanted, self.now.split)
        if not found:
            raise Fault(f"the recorded command has no stage {stage}")
        harness.each(found, one)
        self.done[stage] += len(found)

    def copied(self, source):
        root = f"{harness.case('trace')}/checkpoints"
        shutil.copytree(source, root)
        return root

    def upto(self, calls, acknowledged):
        """The places of the calls before that acknowledgement; all of them in the long form."""
        return set(range(counted(calls) if harness.long else counted(calls, acknowledged)))

    def whole(self):
        """A whole run. The stages of all its calls are known; the quick form takes each stage once."""
        root = f"{harness.case('whole')}/checkpoints"
        calls, ending = traced(root, self.search(root), self.now)
        if ending.digest != self.digest:
            raise Fault(f"{self.now}: another digest, {ending.digest} instead of {self.digest}")
        check_trace(calls)
        self.finished, self.total = root, counted(calls)
        parts = stretches(calls)
        # The last commit sweeps what retention drops, the first has nothing to sweep.
        chosen = {"create": [], "first commit": [], "commit with a sweep": [], "round end": []}
        for name, number in sorted(parts, key=lambda key: key[1]):
            places = parts[name, number]
            if name == "commit":
                if not chosen["first commit"]:
                    chosen["first commit"] = places
                else:
                    chosen["commit with a sweep"] = places + (chosen["commit with a sweep"] if harness.long else [])
            elif name in ("create", "round end"):
                chosen[name] = places + (chosen[name] if harness.long else [])
        for name, wanted in chosen.items():
            if self.wants(name):
                self.each(name, lambda root: None, self.search, calls, set(wanted), lambda root, ending: check_whole(
                    root, self.digest, lambda: harness.run(self.search(root)), ending.durable))

    def stopped(self):
        """A run that was stopped in the middle."""
        half = f"{harness.case('half')}/checkpoints"
        harness.expect(harness.run(self.search(half), environment=harness.shim(half, at=self.total * 2 // 3, mode="before"),
                                   threads=self.now.threads), -signal.SIGKILL)
        return half

    def going_on(self):
        half = self.stopped()
        fill = lambda root: shutil.copytree(half, root)
        if self.wants("resume"):
            copy = self.copied(half)
            calls, _ = traced(copy, self.resume(copy), self.now)
            self.each("resume", fill, self.resume, calls, self.upto(calls, 0), lambda root, ending: check_whole(
                root, self.digest, lambda: harness.run(self.search(root)), ending.durable))
        if self.wants("compact"):
            compact = lambda root: ["checkpoint", "compact", "a", "--checkpoints", root]
            copy = self.copied(half)
            calls, _ = traced(copy, compact(copy), self.now)
            self.each("compact", fill, compact, calls, set(range(counted(calls))), lambda root, ending: check_whole(
                root, self.digest, lambda: harness.run(self.search(root))))

    def fork(self):
        """A fork of a finished run: the source stays as it is, the fork is nothing or whole."""
        fork = lambda root: ["search", "--checkpoints", root, "--fork", "a@1", "--run", "b"]
        copy = self.copied(self.finished)
        calls, ending = traced(copy, fork(copy), self.now)
        if ending.digest != self.digest:
            raise Fault(f"a fork with nothing changed ends with {ending.digest} instead of {self.digest}")

        def check(root, ending):
            check_whole(root, self.digest, lambda: harness.run(fork(root)), ending.durable, name="b")
            harness.verify(root, "a")
            harness.same_end(root, self.digest, "a")

        self.each("fork", lambda root: shutil.copytree(self.finished, root), fork, calls, self.upto(calls, 0), check)

    def restart(self):
        """A finished run goes back to the end of its first round."""
        seq = min(harness.checkpoints(self.finished))
        restart = lambda root: self.resume(root) + ["--from", str(seq)]
        copy = self.copied(self.finished)
        calls, ending = traced(copy, restart(copy), self.now)
        if ending.digest != self.digest or not ending.batches:
            raise Fault(f"going back to checkpoint {seq} ends with {ending.digest} instead of {self.digest}: {ending}")
        self.each("restart", lambda root: shutil.copytree(self.finished, root), restart, calls, self.upto(calls, 0),
                  lambda root, ending: check_whole(root, self.digest, lambda: harness.run(self.search(root)), ending.durable))

    def upgrade(self):
        """A run that a program of schema 1 began. The copy of it that an upgrade leaves is what gc lists afterwards."""
        inexact = ["--allow-inexact"]
        upgrade = lambda root: ["resume", "part", "--checkpoints", root] + inexact
        copy = f"{harness.case('trace')}/checkpoints"
        harness.golden(copy)
        calls, ending = traced(copy, upgrade(copy), self.now)
        if not any(call.kind == "r" and call.to.endswith("/data.mdb.schema-1") for call in calls):
            raise Fault("a store of schema 1 was gone on with, and no copy of it was made")
        digest = ending.digest

        turns = iter(range(1 << 60))

        def check(root, ending):
            # It is a long run: in the quick form every fourth goes to its end.
            check_whole(root, digest, None, ending.durable, "part", inexact, harness.long or next(turns) % 4 == 0)
            if not os.path.exists(f"{root}/part/db/data.mdb.schema-1"):
                raise Fault("there is no copy of the store as it was before the upgrade")

        self.each("upgrade", harness.golden, upgrade, calls, self.upto(calls, 0), check)

    def importing(self):
        """A run whose first weights come from a file."""
        weights = f"{harness.case('weights')}/weights.safetensors"
        words = ["checkpoint", "export", "a", "--checkpoints", self.finished, "--out", weights]
        harness.expect(harness.run(words), 0)
        # In this process, where the shim looks, not in a child.
        begin = lambda root: ["checkpoint", "import", weights, "--checkpoints", root, "--recipe", self.now.recipe, "--run", "b"]
        copy = f"{harness.case('trace')}/checkpoints"
        calls, _ = traced(copy, begin(copy), self.now, harness.in_this_process())
        digest = harness.expect(harness.resume(copy, "b"), 0).digest
        if not digest or digest == self.digest:
            raise Fault(f"a run that begins with imported weights has digest {digest}")

        def again(root):
            harness.expect(harness.run(begin(root)), 0)
            return harness.resume(root, "b")

        self.each("import", lambda root: None, begin, calls, set(range(counted(calls))),
                  lambda root, ending: check_whole(root, digest, lambda: again(root), name="b"),
                  harness.in_this_process())

    def tidying(self):
        """Of each kind that can be left over there is one."""
        base = self.copied(self.finished)
        born = next(number for number in range(20, 40)
                    if self.leave_draft(base, number))
        for name in ("run.json.part", "db/data.mdb.schema-1", "db/data.mdb.schema-1.part"):
            with open(f"{base}/a/{name}", "w") as file:
                file.write("left over")
        os.makedirs(f"{base}/a/.compact/a/db")
        shutil.copy(f"{base}/a/db/data.mdb", f"{base}/a/.compact/a/db")
        gc = lambda root: ["checkpoint", "gc", "--checkpoints", root]
        copy = self.copied(base)
        if len(harness.leftovers(copy)) != 5:
            raise Fault(f"left over are {harness.leftovers(copy)}, killed at call {born}")
        calls, _ = traced(copy, gc(copy), self.now)
        if harness.leftovers(copy):
            raise Fault(f"`checkpoint gc` leaves {harness.leftovers(copy)}")

        def check(root, ending):
            check_whole(root, self.digest, None)
            harness.expect(harness.run(gc(root)), 0)
            if harness.leftovers(root):
                raise Fault(f"a second `checkpoint gc` leaves {harness.leftovers(root)}")
            harness.verify(root)

        self.each("gc", lambda root: shutil.copytree(base, root), gc, calls, set(range(counted(calls))), check)

    def leave_draft(self, root, number):
        """Kills a creation; whether it left a folder with everything in it."""
        words = [word if word != "a" else "draft" for word in self.search(root)]
        harness.expect(harness.run(words, environment=harness.shim(root, at=number, mode="after")), -signal.SIGKILL)
        drafts = [name for name in os.listdir(root) if name.startswith(".draft.tmp-")]
        is_full = len(drafts) == 1 and os.path.exists(f"{root}/{drafts[0]}/run.json")
        if not is_full:
            for name in drafts:
                shutil.rmtree(f"{root}/{name}")
        return is_full

    def all(self):
        self.whole()
        if self.wants("resume", "compact"):
            self.going_on()
        for stage, body in [("fork", self.fork), ("restart", self.restart), ("upgrade", self.upgrade),
                            ("import", self.importing), ("gc", self.tidying)]:
            if self.wants(stage):
                body()


def check_trace(calls):
    """That the shim still sees what a run does."""
    seen = collections.Counter(call.kind for call in calls)
    for kind, least in {"w": 50, "s": 20, "o": 5, "r": 3, "m": 3, "t": 1, "a": 10}.items():
        if seen[kind] < least:
            raise Fault(f"the shim saw {seen[kind]} calls of kind {kind}, expected at least {least}: {dict(seen)}")
    if not any(call.kind == "w" and call.flag & 1 for call in calls):
        raise Fault("the shim saw no write through a synchronous descriptor")


def body():
    done = collections.Counter()
    digest = harness.baseline(**harness.short()).digest
    passes = [Conditions(20 if harness.long else 8, 1, 128)]
    if harness.long:
        passes.append(Conditions(7, 2, harness.random.choice([16, 64, 192, 240])))
    for now in passes[:harness.count]:
        Pass(now, digest, done).all()
    if harness.arguments.only and not done:
        raise Fault(f"there is no stage {harness.arguments.only}")
    return (f"{sum(done.values())} kill points: " + ", ".join(f"{name} {count}" for name, count in done.items())
            + "; " + "; ".join(map(str, passes)))


harness.main(body)
