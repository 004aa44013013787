"""Fills the disk under a running search, at a random moment of its growth. The program says so and waits. Room is made while
it waits: it goes on to the same digest. Room is not made: it ends with status 11, the store is whole, and `resume` with
room goes on to the same digest.

The disk is a tmpfs of its own, mounted in a user namespace (`unshare -Urm`), with a file that takes the room: there the
program sees in time that a commit will not fit. Then the shim plays a disk that is full in the middle of a write. Where the
system has no such namespaces there is only the shim, and the line of counts says so."""
import os
import subprocess
import sys
import time
import common
from common import Fault, free

MIB = 1 << 20
# What the program leaves free for others.
RESERVE = MIB
harness = common.Harness("full", quick=1, long=10, options=lambda parser: parser.add_argument(
    "--inside", action="store_true", help="this process has a user namespace of its own"))


class Tmpfs:
    """A disk of its own for one case."""

    def __init__(self, size):
        self.folder, self.size = harness.case("disk"), size
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", self.folder], check=True)
        self.ballast = f"{self.folder}/ballast"
        self.environment = {}

    def take_all_but(self, rest):
        with open(self.ballast, "wb") as file:
            os.posix_fallocate(file.fileno(), 0, self.size - rest)

    def make_room(self):
        os.unlink(self.ballast)

    def close(self):
        subprocess.run(["umount", "-l", self.folder], check=True)


class Injected:
    """From the n-th call on every write fails, until the file that stands for room is there."""

    def __init__(self, size):
        self.folder = harness.case("disk")
        self.room = f"{harness.folder}/room-{os.path.basename(self.folder)}"

    def take_all_but(self, rest):
        # A run is born in about 30 calls, and makes about 150.
        self.environment = harness.shim(f"{self.folder}/checkpoints", mode="full", room=self.room,
                                        at=40 + rest // 4096 % 90)

    def make_room(self):
        open(self.room, "w").close()

    def close(self):
        pass


def said_full(process):
    with open(f"/proc/self/fd/{process.files[1].fileno()}") as file:
        return "disk full:" in file.read()


def one_size(disks, digest, birth, end):
    """One size of what is left; with room made in time, and too late."""
    # Near the end the program helps itself: it sweeps older checkpoints sooner, and then all fits.
    rest = harness.random.randrange(birth + (end - birth) // 5, birth + (end - birth) // 2) // 4096 * 4096
    for is_in_time in (True, False):
        disk = disks(64 * MIB)
        disk.take_all_but(rest + RESERVE)
        root = f"{disk.folder}/checkpoints"
        words = ["search", "--checkpoints", root, "--recipe", harness.recipe(), "--run", "a"]
        wait = "12" if is_in_time else "1"
        where = f"{rest} bytes free, room {'in time' if is_in_time else 'too late'}: {disk.folder}"
        try:
            process = harness.start(words, environment=dict(disk.environment, ESPALIER_FULL_WAIT=wait))
            while not said_full(process) and process.poll() is None and time.monotonic() < process.began + 60:
                time.sleep(0.005)
            if is_in_time and not said_full(process):
                raise Fault(f"it never said that the disk is full: {harness.said(process)}")
            if is_in_time:
                time.sleep(0.2)
                if process.poll() is not None:
                    raise Fault(f"it did not wait: {harness.said(process)}")
                disk.make_room()
                ending = harness.expect(harness.finish(process), 0)
                if ending.digest != digest:
                    raise Fault(f"went on to another digest: {ending.digest}")
            else:
                ending = harness.expect(harness.finish(process), 11)
                if "disk full:" not in ending.err:
                    raise Fault(f"status 11, but it never said that the disk is full: {ending}")
                # Reading needs no room.
                harness.verify(root)
                if ending.durable and harness.newest(root) < ending.durable[-1][0]:
                    raise Fault(f"{ending.durable[-1]} was acknowledged, the newest is {harness.newest(root)}")
                disk.make_room()
                harness.same_end(root, digest)
            harness.verify(root)
        except Fault as fault:
            raise Fault(f"{where}: {fault}") from None
        disk.close()
    return rest


def body():
    digest = harness.baseline().digest
    root = harness.case("measured") + "/checkpoints"
    birth = end = 0
    process = harness.start(["search", "--checkpoints", root, "--recipe", harness.recipe(), "--run", "a"])
    while process.poll() is None:
        size = used(root)
        if os.path.exists(f"{root}/a") and not birth:
            birth = size
        time.sleep(0.001)
    harness.expect(harness.finish(process), 0)
    end = used(root)
    if not 0 < birth < end:
        raise Fault(f"a run of {birth} to {end} bytes")
    kinds = [Tmpfs, Injected] if harness.arguments.inside else [Injected]
    sizes = [one_size(disks, digest, birth, end) for _ in range(harness.count) for disks in kinds]
    how = ("a tmpfs of its own, and the shim" if harness.arguments.inside
           else "NO USER NAMESPACE HERE: only the shim played the full disk")
    return f"{2 * len(sizes)} full disks ({how}), {min(sizes)} to {max(sizes)} bytes for the run"


def used(folder):
    total = 0
    for place, _, files in os.walk(folder):
        for name in files:
            try:
                total += os.stat(f"{place}/{name}").st_blocks * 512
            except FileNotFoundError:
                pass
    return total


def can_unshare():
    try:
        return subprocess.run(["unshare", "-Urm", "mount", "-t", "tmpfs", "tmpfs", harness.folder],
                              capture_output=True).returncode == 0
    except FileNotFoundError:
        return False


if not harness.arguments.inside and can_unshare():
    os.rmdir(harness.folder)
    os.execvp("unshare", ["unshare", "-Urm", sys.executable, os.path.abspath(__file__), "--inside", *sys.argv[1:]])
harness.main(body)
