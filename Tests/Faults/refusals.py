"""Single cases in which the program must refuse, or must not wait: a run's folder that is replaced under a process at work,
FIFOs for lock files, tidying up on a full disk, crash loops in a namespace of processes, going back where the machine
computes other bits. A case that this system does not allow is said in the line of counts."""
import os
import re
import shutil
import signal
import subprocess
import sys
import common
from common import Fault, digest_of_file, has_line, until

harness = common.Harness("refusals", options=lambda parser: (
    parser.add_argument("--inside", action="store_true", help="this process has a user namespace of its own: the full disk"),
    parser.add_argument("--only", help="one case, by its function's name")))


def begin(root, name="a", **settings):
    return ["search", "--checkpoints", root, "--recipe", harness.recipe(**settings), "--run", name]


def replaced_folder():
    """The run is removed while a process works on it, and another begins under its name."""
    whole = harness.baseline(images=6000)
    for how in ("removed", "moved"):
        root = harness.case("replaced") + "/checkpoints"
        old = harness.start(begin(root, images=400_000, every=100))
        until(lambda: has_line(old, "durable ", 3) or old.poll() is not None, "some checkpoints")
        if how == "removed":
            shutil.rmtree(f"{root}/a")
        else:
            os.rename(f"{root}/a", f"{root}/b")
        new = harness.start(begin(root, images=6000))
        ending = harness.finish(old, timeout=60)
        fresh = harness.expect(harness.finish(new), 0)
        if ending.status != 11:
            raise Fault(f"its run was {how}, and another begun under its name: expected status 11, found {ending}; {root}")
        # With --json an error is the document on standard output.
        told = ending.err + ending.out
        if not re.search(r"removed|replaced|moved|gone|no longer|another run|disappeared", told.split("durable ")[-1]):
            raise Fault(f"status 11 does not say that the run's folder was {how}: {ending} {ending.out}")
        if fresh.digest != whole.digest:
            raise Fault(f"the new run ends with {fresh.digest} instead of {whole.digest}")
        harness.verify(root)
        harness.same_end(root, whole.digest)
        if how == "moved":
            harness.verify(root, "b")
    return "2 replaced folders"


def fifos():
    """A FIFO where a lock file is looked for: an opening of it would wait for somebody at its other end."""
    base = harness.case("fifo") + "/checkpoints"
    digest = harness.expect(harness.run(begin(base)), 0).digest
    tried = 0
    for words in (["checkpoint", "gc", "--dry-run"], ["checkpoint", "gc"], ["checkpoint", "list", "a"], ["show", "a"],
                  ["checkpoint", "verify", "a"], ["checkpoint", "compact", "a"], ["resume", "a"]):
        for place in ("a/run.lock", ".b.tmp-3c9a1c1e-1111-2222-3333-444455556666/run.lock", "a/db/lock.mdb"):
            root = harness.case("fifo") + "/checkpoints"
            shutil.copytree(base, root)
            for name in ("run.json.part", "db/data.mdb.schema-1"):
                open(f"{root}/a/{name}", "w").close()
            os.makedirs(os.path.dirname(f"{root}/{place}"), exist_ok=True)
            if os.path.exists(f"{root}/{place}"):
                os.unlink(f"{root}/{place}")
            os.mkfifo(f"{root}/{place}")
            ending = harness.run(words + ["--checkpoints", root], timeout=20)
            harness.expect(ending, 0, 2, 5, 7, 11)
            if ending.status and "error" not in ending.err + ending.out:
                raise Fault(f"{' '.join(words)} with a FIFO as {place}: status {ending.status} without an error")
            os.unlink(f"{root}/{place}")
            harness.same_end(root, digest)
            tried += 1
    return f"{tried} FIFOs"


def full_disk():
    """Whoever tidies up does so because the disk is full."""
    if not harness.arguments.inside:
        words = ["unshare", "-Urm", sys.executable, os.path.abspath(__file__), harness.program, "--seed", str(harness.seed),
                 "--only", "full_disk", "--inside"]
        try:
            ended = subprocess.run(words, capture_output=True, text=True)
        except FileNotFoundError:
            return "NO FULL DISK: there is no unshare here"
        if ended.returncode and "FAILED" not in ended.stdout:
            return "NO FULL DISK: there are no user namespaces here"
        if ended.returncode:
            raise Fault("inside: " + ended.stdout.strip().splitlines()[-1])
        return "1 full disk"
    disk = harness.case("disk")
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", disk], capture_output=True)
    if mounted.returncode:
        sys.exit(3)
    root = f"{disk}/checkpoints"
    digest = harness.expect(harness.run(begin(root)), 0).digest
    draft = f"{root}/.b.tmp-3c9a1c1e-1111-2222-3333-444455556666"
    os.makedirs(f"{draft}/db")
    shutil.copy(f"{root}/a/db/data.mdb", f"{draft}/db")
    shutil.copy(f"{root}/a/db/data.mdb", f"{root}/a/db/data.mdb.schema-1")
    with open(f"{disk}/ballast", "wb") as file:
        try:
            while True:
                file.write(bytes(1 << 16))
                file.flush()
        except OSError:
            pass
    with open(f"{disk}/rest", "wb", buffering=0) as file:
        try:
            while file.write(b"x"):
                file.write(bytes(511))
        except OSError:
            pass
    status = os.statvfs(disk)
    if status.f_bavail:
        raise Fault(f"{status.f_bavail} pages are free on a full disk")
    ending = harness.expect(harness.run(["checkpoint", "gc", "--checkpoints", root]), 0)
    if harness.leftovers(root):
        raise Fault(f"on a full disk `checkpoint gc` left {harness.leftovers(root)}: {ending}")
    if not os.statvfs(disk).f_bavail:
        raise Fault("`checkpoint gc` gave no room back")
    harness.verify(root)
    harness.same_end(root, digest)
    subprocess.run(["umount", "-l", disk], check=True)
    return "1 full disk"


def crash_loop():
    """Three sessions that SIGABRT ends at the same point: the fourth is refused. In a namespace of processes each of them
    has the same number."""
    script = ('"$@" > "$TOLD.out" 2> "$TOLD" & p=$!; n=0; '
              'while kill -0 $p 2> /dev/null && ! grep -q "^batch " "$TOLD" && [ $n -lt 3000 ]; do sleep 0.02; n=$((n+1)); done; '
              'kill -ABRT $p 2> /dev/null; wait $p; echo "$p $?"')
    spaces = [("alone", [])]
    try:
        if subprocess.run(["unshare", "-Urpf", "--mount-proc", "true"], capture_output=True).returncode == 0:
            spaces.append(("in a namespace", ["unshare", "-Urpf", "--mount-proc"]))
    except FileNotFoundError:
        pass
    for label, before in spaces:
        folder = harness.case("crashes")
        root, numbers = f"{folder}/checkpoints", set()
        for session in range(5):
            words = begin(root, images=400_000, every=10 ** 6) if session == 0 else ["resume", "a", "--checkpoints", root]
            told = f"{folder}/session-{session}"
            ended = subprocess.run(
                before + ["bash", "-c", script, "bash", harness.program, *words, "--threads", "1", "--verbose"],
                env=dict(os.environ, TOLD=told, SWIFT_BACKTRACE="enable=no"), capture_output=True, text=True, timeout=120)
            number, status = ended.stdout.split()[-2:]
            numbers.add(number)
            with open(told) as file:
                text = " | ".join(line for line in file.read().splitlines() if not line.startswith("batch "))
            if session < 3 and status != "134":
                raise Fault(f"{label}, session {session + 1}: expected the end by SIGABRT, found status {status}: {text[-300:]}")
            if session >= 3 and (status != "1" or "--retry" not in text):
                raise Fault(f"{label}, session {session + 1} after three crashes: expected to be refused with status 1, found "
                            f"{status}: {text[-300:]}; {root}")
        if before and len(numbers) != 1:
            raise Fault(f"the processes of a namespace have the numbers {sorted(numbers)}, so nothing was tried")
        process = harness.start(["resume", "a", "--retry", "--checkpoints", root])
        until(lambda: has_line(process, "batch ") or process.poll() is not None, "a session with --retry to train")
        process.send_signal(signal.SIGTERM)
        harness.expect(harness.finish(process), 143)
        harness.verify(root)
    return f"{len(spaces)} crash loops" + ("" if len(spaces) > 1 else ", NO NAMESPACE OF PROCESSES HERE")


def refused_restart():
    """Going back is refused where the machine computes other bits: nothing of the run changes then."""
    other = {"OPENBLAS_CORETYPE": "Nehalem"}
    root = harness.case("refused") + "/checkpoints"
    digest = harness.expect(harness.run(begin(root)), 0).digest
    files = [f"{root}/a/db/data.mdb", f"{root}/a/run.json"]
    tried = 0
    for words in (["--from", str(min(harness.checkpoints(root)))], ["--from", str(harness.newest(root))], ["--from", "9999"]):
        before = [digest_of_file(path) for path in files]
        ending = harness.run(["resume", "a", "--checkpoints", root] + words, environment=other)
        if ending.status == 0:
            return "NO REFUSED RESTART: another core type changes nothing here"
        harness.expect(ending, 2 if "9999" in words else 9)
        if [digest_of_file(path) for path in files] != before:
            raise Fault(f"resume {' '.join(words)} was refused with {ending.status}, and the run was changed; {root}")
        harness.verify(root)
        tried += 1
    # A run that is not finished, and an old one: nothing is upgraded on the way to the refusal.
    half = harness.case("refused") + "/checkpoints"
    harness.expect(harness.run(begin(half), environment=harness.shim(half, at=100, mode="before")), -signal.SIGKILL)
    harness.golden(half)
    for name in ("a", "part"):
        path = f"{half}/{name}/db/data.mdb"
        before = digest_of_file(path)
        ending = harness.expect(harness.resume(half, name, environment=other), 9)
        if digest_of_file(path) != before:
            raise Fault(f"resume of {name} was refused with {ending.status}, and its store was changed; {half}")
        tried += 1
    harness.same_end(half, digest)
    harness.same_end(root, digest)
    harness.expect(harness.resume(root, words=["--from", str(min(harness.checkpoints(root)))]), 0)
    harness.same_end(root, digest)
    return f"{tried} refused resumes"


def body():
    cases = [replaced_folder, fifos, full_disk, crash_loop, refused_restart]
    wanted = [case for case in cases if harness.arguments.only in (None, case.__name__)]
    done, failed = [], []
    for case in wanted:
        # One that fails hides nothing of the others.
        try:
            done.append(case())
        except Fault as fault:
            failed.append(f"{case.__name__}: {fault}")
    if failed:
        raise Fault("; ".join(failed))
    return ", ".join(done)


harness.main(body)
