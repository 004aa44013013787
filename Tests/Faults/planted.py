"""Tests the harnesses: builds the program with five faults in its sources, each asleep until ESPALIER_PLANT names it, and
shows that the harness meant for it fails with the fault and passes without. A patch that no longer fits is a failure.

With --shim only the two faults that the shim can plant into the program as it is: syncs that do nothing, descriptors that
stay open. That takes seconds and needs no build."""
import os
import re
import shutil
import subprocess
import sys
import common
from common import Fault, HERE

REPOSITORY = os.path.dirname(os.path.dirname(HERE))
harness = common.Harness("planted", options=lambda parser: parser.add_argument(
    "--shim", action="store_true", help="only what the shim can plant"))


def asleep(name):
    return f'(getenv("ESPALIER_PLANT").map {{ String(cString: $0) }} == "{name}")'


# Name: (file, what stands there, what stands there instead, the harness that must fail and its options).
PLANTS = {
    "forgotten-counter": (
        "Sources/Searches/ProgressiveSearch+Open.swift",
        "        var state = state\n",
        "        var state = state\n"
        f"        if manifest != nil && {asleep('forgotten-counter')} {{ state.roundStart = state.spending }}\n",
        ["kills.py", "--count", "12"]),
    "early-acknowledgement": (
        "Sources/Searches/ProgressiveSearch+Durable.swift",
        "        let sequence = try waitingForRoom {",
        f"        if {asleep('early-acknowledgement')} {{ try observer.durable(sequence: durable.seq + 1, step: step) }}\n"
        "        let sequence = try waitingForRoom {",
        ["points.py", "--only", "commit with a sweep"]),
    "no-sync": (
        "Sources/Checkpoints/Environment.swift",
        "        var flags = UInt32(MDB_NOTLS)\n",
        "        var flags = UInt32(MDB_NOTLS)\n"
        f"        if {asleep('no-sync')} {{ flags |= UInt32(MDB_NOSYNC) }}\n",
        ["powerloss.py", "--count", "100"]),
    "unchecked-checksum": (
        "Sources/Checkpoints/Record.swift",
        "guard load(UInt32.self, at: 20) == crc32c(body)",
        f"guard load(UInt32.self, at: 20) == crc32c(body) || {asleep('unchecked-checksum')}",
        ["damage.py", "--count", "400"]),
    "inherited-lock": (
        "Sources/Checkpoints/RunLock.swift",
        "open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)",
        f"open(path, O_RDWR | O_CREAT | ({asleep('inherited-lock')} ? 0 : O_CLOEXEC) | O_NOFOLLOW, 0o600)",
        ["races.py", "--plant", "none"]),
}
SHIM = {
    "syncs that do nothing": ["powerloss.py", "--count", "100", "--plant", "nosync"],
    "descriptors that stay open": ["races.py", "--plant", "inherit"],
}


def try_harness(program, words, environment):
    """(fails, its last line)."""
    command = [sys.executable, f"{HERE}/{words[0]}", program, "--seed", str(harness.seed), *words[1:]]
    ended = subprocess.run(command, capture_output=True, text=True, env=dict(os.environ, **environment))
    lines = ended.stdout.strip().splitlines() or [ended.stderr.strip()]
    kept = re.search(r"kept in ([^)\s]*espalier-[^)\s]*)", lines[-1])
    if kept:
        shutil.rmtree(kept[1], ignore_errors=True)
    if ended.returncode and (not lines[-1].find("FAILED") > 0 or "the harness itself" in lines[-1]):
        raise Fault(f"{' '.join(words)} broke: {lines[-1]} {ended.stderr[-2000:]}")
    return ended.returncode != 0, lines[-1]


def must_fail(what, program, words, environment):
    failed, line = try_harness(program, words, environment)
    if not failed:
        raise Fault(f"{words[0]} does not notice {what}: {line}")
    print(f"  {what}: {line[:230]}", flush=True)


def build():
    """The program with all plants, in .build/planted, where the next build is a short one."""
    place = f"{REPOSITORY}/.build/planted"
    sources = f"{place}/sources"
    for folder in os.listdir(REPOSITORY):
        if folder[0] == "." or folder in ("checkpoints", "docs", "reports"):
            continue
        if os.path.isdir(f"{REPOSITORY}/{folder}"):
            shutil.copytree(f"{REPOSITORY}/{folder}", f"{sources}/{folder}", dirs_exist_ok=True, copy_function=copy)
        else:
            copy(f"{REPOSITORY}/{folder}", f"{sources}/{folder}")
    for folder, _, files in os.walk(f"{sources}/Sources"):
        for name in files:
            if not os.path.exists(f"{folder}/{name}".replace(sources, REPOSITORY, 1)):
                os.unlink(f"{folder}/{name}")
    for name, (path, before, after, _) in PLANTS.items():
        with open(f"{REPOSITORY}/{path}") as file:
            text = file.read()
        if text.count(before) != 1:
            raise Fault(f"the patch {name} does not fit: {text.count(before)} times {before.strip()!r} in {path}")
        changed = text.replace(before, after)
        if "import Glibc" not in changed and not re.search(r"^import Foundation$", changed, re.M):
            changed = "import Glibc\n" + changed
        write(f"{sources}/{path}", changed)
    # The build's own copies of packages save the way to the network.
    for name in ("repositories", "checkouts", "workspace-state.json"):
        source = f"{REPOSITORY}/.build/{name}"
        if os.path.isdir(source) and not os.path.exists(f"{place}/build/{name}"):
            shutil.copytree(source, f"{place}/build/{name}", symlinks=True)
        elif os.path.isfile(source) and not os.path.exists(f"{place}/build/{name}"):
            shutil.copy2(source, f"{place}/build/{name}")
    command = [os.environ.get("SWIFT", "swift"), "build", "-c", "release", "--product", "espalier", "--package-path", sources,
               "--scratch-path", f"{place}/build"]
    built = subprocess.run(command, capture_output=True, text=True)
    if built.returncode:
        raise Fault(f"{' '.join(command)}: {(built.stdout + built.stderr)[-3000:]}")
    return f"{place}/build/release/espalier"


def copy(source, target):
    """Leaves a file alone that is patched or has not changed, so that little is built again."""
    if any(source == f"{REPOSITORY}/{path}" for path, _, _, _ in PLANTS.values()):
        return
    with open(source, "rb") as file:
        write(target, file.read())


def write(path, content):
    content = content if isinstance(content, bytes) else content.encode()
    try:
        with open(path, "rb") as file:
            if file.read() == content:
                return
    except FileNotFoundError:
        os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(content)


def body():
    for what, words in SHIM.items():
        must_fail(what, harness.program, words, {})
    if harness.arguments.shim:
        return f"{len(SHIM)} faults planted by the shim, all noticed"
    program = build()
    for name, (_, _, _, words) in PLANTS.items():
        failed, line = try_harness(program, words, {})
        if failed:
            raise Fault(f"{words[0]} fails without a plant: {line}")
        must_fail(name, program, words, {"ESPALIER_PLANT": name})
    return f"{len(PLANTS)} faults planted in the sources and {len(SHIM)} by the shim, all noticed; none without"


harness.main(body)
