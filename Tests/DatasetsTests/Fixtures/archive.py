"""Packs the files of FOLDER into the tar OUT, made wrong as WAY says.

    python3 archive.py WAY FOLDER OUT
"""
import io
import pathlib
import sys
import tarfile

way, folder, out = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3]


def entry(name, data=b"", kind=tarfile.REGTYPE, link=""):
    info = tarfile.TarInfo(name)
    info.size, info.type, info.linkname, info.mode = len(data), kind, link, 0o4777
    tar.addfile(info, io.BytesIO(data))


with tarfile.open(out, "w:gz") as tar:
    if way == "parent":
        entry("../evil", b"evil")
        entry("inner/../../evil", b"evil")
    if way == "absolute":
        entry(str(folder.parent / "evil"), b"evil")
    if way == "stranger":
        entry("inner", kind=tarfile.DIRTYPE)
        entry("inner/readme.html", b"hello")
        entry("inner/pipe", kind=tarfile.FIFOTYPE)
    for path in sorted(folder.iterdir()):
        name = "inner/" + path.name
        if path.name != "test_batch.bin" or way in ("good", "parent", "absolute", "stranger"):
            entry(name, path.read_bytes())
        elif way == "symlink":
            entry(name, kind=tarfile.SYMTYPE, link=str(path))
        elif way == "hardlink":
            entry(name, kind=tarfile.LNKTYPE, link="inner/data_batch_1.bin")
        elif way == "folder":
            entry(name, kind=tarfile.DIRTYPE)
        elif way == "larger":
            entry(name, path.read_bytes() + b"more")
        elif way == "smaller":
            entry(name, path.read_bytes()[:-1])
        elif way == "label":
            entry(name, b"\xff" + path.read_bytes()[1:])
        else:
            assert way == "missing", way
