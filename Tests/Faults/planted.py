"""Tests the harnesses: builds the program with faults in its sources, each asleep until ESPALIER_PLANT names it, and shows
that the harness meant for it fails with the fault, and says what is wrong, and passes without. A patch that no longer fits
is a failure.

With --shim only the faults that the shim can plant into the program as it is: syncs that do nothing, syncs whose failure
nobody hears of, descriptors that stay open. That takes seconds and needs no build."""
import os
import re
import shutil
import subprocess
import sys
import common
from common import Fault, HERE

REPOSITORY = os.path.dirname(os.path.dirname(HERE))
harness = common.Harness("planted", options=lambda parser: (
    parser.add_argument("--shim", action="store_true", help="only what the shim can plant"),
    parser.add_argument("--only", help="one plant in the sources")))


def asleep(name):
    return f'(getenv("ESPALIER_PLANT").map {{ String(cString: $0) }} == "{name}")'


# Name: (file, what stands there, what stands there instead, the harness that must fail and its options, and what it must
# then say, as a regular expression).
PLANTS = {
    "forgotten-counter": (
        "Sources/Searches/ProgressiveSearch+Parts.swift",
        "            described.describe(dataset)\n",
        "            described.describe(dataset)\n"
        f"            if manifest != nil && {asleep('forgotten-counter')} {{ described.roundStart = described.spending }}\n",
        ["kills.py", "--count", "12"], "digest"),
    "early-acknowledgement": (
        "Sources/Searches/ProgressiveSearch+Durable.swift",
        "        let sequence = try waitingForRoom {",
        f"        if {asleep('early-acknowledgement')} {{ try observer.durable(sequence: durable.seq + 1, step: step) }}\n"
        "        let sequence = try waitingForRoom {",
        ["points.py", "--only", "commit with a sweep"], "was acknowledged, the newest is"),
    "no-sync": (
        "Sources/Checkpoints/LMDB.swift",
        "            var flags = UInt32(MDB_NOTLS)\n",
        "            var flags = UInt32(MDB_NOTLS)\n"
        f"            if {asleep('no-sync')} {{ flags |= UInt32(MDB_NOSYNC) }}\n",
        ["powerloss.py", "--count", "100"], "image"),
    "unchecked-checksum": (
        "Sources/Checkpoints/Record.swift",
        "guard load(UInt32.self, at: 20) == crc32c(body)",
        f"guard load(UInt32.self, at: 20) == crc32c(body) || {asleep('unchecked-checksum')}",
        ["damage.py", "--count", "400"], "another digest|calls it whole|tells something else|ends with"),
    "inherited-lock": (
        "Sources/Checkpoints/RunLock.swift",
        "open(path, O_RDWR | O_CREAT | O_CLOEXEC |",
        f"open(path, O_RDWR | O_CREAT | ({asleep('inherited-lock')} ? 0 : O_CLOEXEC) |",
        ["races.py", "--plant", "none"], "would stay open in a child"),
    "ignored-sync": (
        "Sources/Checkpoints/Files.swift",
        "        guard fsync(file) == 0 else { throw StoreError.system(cannot: \"sync\", path) }\n",
        f"        guard fsync(file) == 0 || {asleep('ignored-sync')} else {{ throw StoreError.system(cannot: \"sync\", path) }}\n",
        ["failures.py", "--only", "search"], "after a failed sync of .*, which nothing made good"),
    "kept-everything": (
        "Sources/Checkpoints/CheckpointStore+Committing.swift",
        "filter { !kept.contains($0.seq) && !$0.isRoundEnd }",
        f"filter {{ !kept.contains($0.seq) && !$0.isRoundEnd && !{asleep('kept-everything')} }}",
        ["growth.py"], "(store|mapped files) grew"),
    "impatience": (
        "Sources/Searches/ProgressiveSearch+Durable.swift",
        "catch let error as StoreError where error.isFull && tries < 3",
        f"catch let error as StoreError where error.isFull && !{asleep('impatience')} && tries < 3",
        ["full.py"], "never said that the disk is full"),
    "full-is-fine": (
        "Sources/Searches/ProgressiveSearch+Durable.swift",
        "        let sequence = try waitingForRoom { try store.commit(commit, keep: recipe.checkpoint.keep) }\n",
        f"        let isFine = {asleep('full-is-fine')}\n"
        "        let sequence = try waitingForRoom {\n"
        "            do { return try store.commit(commit, keep: recipe.checkpoint.keep) } catch {\n"
        "                if isFine, (error as? StoreError)?.isFull == true { return durable.seq + 1 }\n"
        "                throw error\n"
        "            }\n"
        "        }\n",
        ["full.py"], "never said that the disk is full|was acknowledged"),
    "counted-checkpoints": (
        "Sources/Searches/ProgressiveSearch+Commit.swift",
        "RoundDigest.advance(state.digest,",
        f"RoundDigest.advance({asleep('counted-checkpoints')} ? state.digest + String(durable.seq) : state.digest,",
        ["intervals.py"], "digests differ"),
    "rate-after-checkpoint": (
        "Sources/Searches/ProgressiveSearch+Train.swift",
        "optimizer: recipe.train.optimizer, rate: rate,",
        f"optimizer: recipe.train.optimizer, rate: rate * ({asleep('rate-after-checkpoint')} && durable.seq % 2 == 1 ? 1.01 : 1),",
        ["intervals.py"], "digests differ"),
    "deaf": (
        "Sources/Commands/Watch.swift",
        "    var shouldStop: Bool { signal != 0 }\n",
        f"    var shouldStop: Bool {{ signal != 0 && !(signal == SIGTERM && {asleep('deaf')}) }}\n",
        ["signals.py", "--count", "24"], "SIGTERM was lost"),
}
SHIM = {
    "syncs that do nothing": (["powerloss.py", "--count", "100", "--plant", "nosync"], "image"),
    "descriptors that stay open": (["races.py", "--plant", "inherit"], "would stay open in a child"),
    "syncs whose failure nobody hears of": (
        ["failures.py", "--only", "resume", "--plant", "deaf"], "after a failed sync of .*, which nothing made good"),
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


def must_fail(what, program, words, said, environment):
    failed, line = try_harness(program, words, environment)
    if not failed:
        raise Fault(f"{words[0]} does not notice {what}: {line}")
    if not re.search(said, line):
        raise Fault(f"{words[0]} fails with {what}, but not for it: {line}")
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
    texts = {}
    for name, (path, before, after, _, _) in PLANTS.items():
        if path not in texts:
            with open(f"{REPOSITORY}/{path}") as file:
                texts[path] = file.read()
        text = texts[path]
        if text.count(before) != 1:
            raise Fault(f"the patch {name} does not fit: {text.count(before)} times {before.strip()!r} in {path}")
        texts[path] = text.replace(before, after)
    for path, text in texts.items():
        if not re.search(r"^import (Glibc|Foundation)$", text, re.M):
            text = "import Glibc\n" + text
        write(f"{sources}/{path}", text)
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
    if any(source == f"{REPOSITORY}/{path}" for path, *_ in PLANTS.values()):
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
    for what, (words, said) in SHIM.items():
        if not harness.arguments.only:
            must_fail(what, harness.program, words, said, {})
    if harness.arguments.shim:
        return f"{len(SHIM)} faults planted by the shim, all noticed"
    if harness.arguments.only not in (None, *PLANTS):
        raise Fault(f"there is no plant {harness.arguments.only}; there are {', '.join(PLANTS)}")
    program = build()
    sound = set()
    for name, (_, _, _, words, said) in PLANTS.items():
        if harness.arguments.only not in (None, name):
            continue
        if tuple(words) not in sound:
            failed, line = try_harness(program, words, {})
            if failed:
                raise Fault(f"{words[0]} fails without a plant: {line}")
            sound.add(tuple(words))
        must_fail(name, program, words, said, {"ESPALIER_PLANT": name})
    if harness.arguments.only:
        return f"{harness.arguments.only} in the sources is noticed; none without"
    return f"{len(PLANTS)} faults planted in the sources and {len(SHIM)} by the shim, all noticed; none without"


harness.main(body)
