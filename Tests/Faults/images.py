"""What a disk may hold after the power is cut, from the calls a program made until then.

Synced is what an fsync or fdatasync of the file, or an fsync of the folder, has covered since, and what was written through
a synchronous descriptor. Of all else anything may be there or not: any pages of any write, any 512-byte sectors of a page,
any change of a file's length, any entry of a folder; independently of each other and of their order."""
import os
from common import Fault

PAGE, SECTOR = 4096, 512


class Node:
    def __init__(self, is_folder):
        self.is_folder = is_folder
        self.live = {}
        self.durable = {} if is_folder else bytearray()
        self.pending = []


def read_tree(root):
    """What lies below a folder: {path from there: bytes, None for a folder}, folders before what is in them."""
    found = {}
    for place, folders, files in os.walk(root):
        for name in folders:
            found[os.path.relpath(f"{place}/{name}", root)] = None
        for name in files:
            with open(f"{place}/{name}", "rb") as file:
                found[os.path.relpath(f"{place}/{name}", root)] = file.read()
    return found


class Disk:
    """Follows the calls below `root`, which is there from the beginning and synced, with what `read_tree` found in it."""

    def __init__(self, root, tree=None):
        self.root, self.top = root, Node(True)
        for path, content in (tree or {}).items():
            folder, name = self.place(f"{root}/{path}")
            node = Node(content is None)
            if content is not None:
                node.durable = bytearray(content)
            folder.live[name] = folder.durable[name] = node

    def find(self, path):
        node = self.top
        for name in path[len(self.root):].split("/")[1:]:
            node = node.live.get(name)
            if node is None:
                raise Fault(f"the trace names {path}, which no call has made")
        return node

    def place(self, path):
        folder, name = path.rsplit("/", 1)
        return self.find(folder), name

    def make(self, path, is_folder):
        folder, name = self.place(path)
        node = Node(is_folder)
        folder.live[name] = node
        folder.pending.append(("add", name, node))

    def apply(self, call, is_over=True):
        """Takes the call in; with `is_over` false it was under way when the power was cut, so nothing of it is synced."""
        if call.failed or call.kind == "a" or call.path.endswith(" (deleted)"):
            return
        if call.kind == "w":
            node = self.find(call.path)
            if call.flag & 1 and is_over:
                write(node.durable, call.number, call.data)
            else:
                node.pending.append(("write", call.number, call.data))
        elif call.kind == "t":
            self.find(call.path).pending.append(("length", call.number))
        elif call.kind == "o" and call.flag & 1:
            self.make(call.path, False)
        elif call.kind == "o" and call.flag & 2:
            self.find(call.path).pending.append(("length", 0))
        elif call.kind == "m":
            self.make(call.path, True)
        elif call.kind in "ud":
            folder, name = self.place(call.path)
            # What a child of the program has made, such as LMDB's lock file beside a copy that it checks, is not recorded.
            folder.live.pop(name, None)
            folder.pending.append(("remove", name))
        elif call.kind == "r":
            folder, name = self.place(call.path)
            other, new = self.place(call.to)
            other.live[new] = node = folder.live.pop(name)
            if folder is other:
                folder.pending.append(("move", name, new, node))
            else:
                # Each folder has its own half of the move, and a sync of one says nothing of the other.
                folder.pending.append(("remove", name))
                other.pending.append(("add", new, node))
        elif call.kind == "s" and is_over:
            node = self.find(call.path)
            for change in node.pending:
                if node.is_folder:
                    change_folder(node.durable, change)
                else:
                    change_file(node.durable, change)
            node.pending = []

    def image(self, random, to):
        """Writes one of the possible states of the disk into the new folder `to`; returns how it was chosen."""
        how = random.choice(["nothing", "everything", "subset", "prefix", "suffix", "torn"])
        self.write_folder(self.top, how, random, to)
        return how

    def write_folder(self, node, how, random, to):
        os.makedirs(to)
        entries = dict(node.durable)
        for change in chosen(node.pending, how, random):
            change_folder(entries, change)
        for name, child in entries.items():
            if child.is_folder:
                self.write_folder(child, how, random, f"{to}/{name}")
            else:
                with open(f"{to}/{name}", "wb") as file:
                    file.write(self.content(child, how, random))

    def content(self, node, how, random):
        content, size = bytearray(node.durable), len(node.durable)
        pieces = []
        for change in node.pending:
            if change[0] == "length":
                pieces.append(change)
                continue
            step = SECTOR if how == "torn" else PAGE
            offset, data = change[1:]
            at = 0
            while at < len(data):
                end = min(len(data), ((offset + at) // step + 1) * step - offset)
                pieces.append(("write", offset + at, data[at:end]))
                at = end
            size = max(size, offset + len(data))
        for piece in chosen(pieces, how, random):
            change_file(content, piece)
        # The new length may be there without the bytes.
        if len(content) < size and random.random() < 0.3:
            content.extend(bytes(random.randrange(size - len(content) + 1)))
        return content


def chosen(changes, how, random):
    if how == "nothing":
        return []
    if how == "everything":
        return changes
    if how == "prefix":
        return changes[:random.randrange(len(changes) + 1)]
    if how == "suffix":
        return changes[random.randrange(len(changes) + 1):]
    share = random.random()
    return [change for change in changes if random.random() < share]


def change_folder(entries, change):
    if change[0] == "add":
        entries[change[1]] = change[2]
    elif change[0] == "remove":
        entries.pop(change[1], None)
    else:
        _, old, new, node = change
        if entries.get(old) is node:
            del entries[old]
        entries[new] = node


def change_file(content, change):
    if change[0] == "write":
        write(content, change[1], change[2])
    elif len(content) > change[1]:
        del content[change[1]:]
    else:
        content.extend(bytes(change[1] - len(content)))


def write(content, offset, data):
    if len(content) < offset + len(data):
        content.extend(bytes(offset + len(data) - len(content)))
    content[offset:offset + len(data)] = data
