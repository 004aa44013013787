import Glibc

/// A walk over every page a transaction can reach, with `pread`, before LMDB follows a pointer.
///
/// LMDB 0.9 trusts its pages: a flipped bit can end the process or pass for an empty store. The walk checks that every
/// pointer stays inside the file, that no page is used twice or is both used and free, that keys ascend and that the
/// counts in the trees hold. What it does not read, the contents of values, is covered by ``Record``.
/// - Cost: one `pread` a page of keys; of a value that fills pages of its own only the header is read.
struct PageWalk {
    private let file: Int32
    private let meta: MetaPages
    private let pages: UInt64
    private var used: [Bool]
    private var counts = Counts()
    private var last: [UInt8]?

    private struct Counts: Equatable {
        var branch: UInt64 = 0
        var leaf: UInt64 = 0
        var overflow: UInt64 = 0
        var entries: UInt64 = 0
    }

    /// What the entries of a tree are.
    private enum Kind { case free, main, table }

    /// - Returns: false where the header no longer names the transaction: begin a new one and try again.
    /// - Throws: exit 5 naming the page.
    static func check(_ folder: String, transaction: UInt64) throws -> Bool {
        let path = folder + "/data.mdb"
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else { throw StoreError.system(cannot: "open", path) }
        defer { close(file) }
        guard let meta = try MetaPages.read(file, path).first(where: { $0.transaction == transaction }) else {
            return false
        }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw StoreError.system(cannot: "open", path) }
        var walk = PageWalk(file: file, meta: meta, bytes: Int(status.st_size))
        do {
            try walk.tree(meta.main, .main)
            try walk.tree(meta.free, .free)
        } catch let damage as Damage {
            throw StoreError(.corrupt, cannot: "open", path, because: damage.problem)
        }
        return true
    }

    private init(file: Int32, meta: MetaPages, bytes: Int) {
        self.file = file
        self.meta = meta
        pages = min(meta.lastPage + 1, UInt64((bytes + meta.pageBytes - 1) / meta.pageBytes))
        used = [Bool](repeating: false, count: Int(pages))
    }

    private mutating func tree(_ tree: MetaPages.Tree, _ kind: Kind) throws {
        let outer = (counts, last)
        (counts, last) = (Counts(), nil)
        if tree.root != MetaPages.Tree.noRoot {
            try page(tree.root, level: tree.depth, kind, from: nil, to: nil)
        } else if tree.depth != 0 {
            throw Damage("an empty tree has depth \(tree.depth)")
        }
        let expected = Counts(
            branch: tree.branchPages, leaf: tree.leafPages, overflow: tree.overflowPages, entries: tree.entries)
        guard counts == expected else { throw Damage("the counts of the tree at page \(tree.root) do not hold") }
        (counts, last) = outer
    }

    private mutating func use(_ number: UInt64, count: UInt64 = 1, by user: UInt64) throws {
        guard number >= 2, count >= 1, number < pages, count <= pages - number else {
            throw Damage("page \(user) points outside the file")
        }
        for page in Int(number)..<Int(number + count) {
            guard !used[page] else { throw Damage("page \(page) is used twice") }
            used[page] = true
        }
    }

    private func load(_ number: UInt64, count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        guard pread(file, &bytes, count, Int(number) * meta.pageBytes) == count else {
            throw Damage("page \(number) cannot be read")
        }
        return bytes
    }

    /// - Parameters:
    ///   - level: the height above the leaves plus one; all leaves are at level 1.
    ///   - from, to: keys k of the page satisfy from <= k < to.
    private mutating func page(_ number: UInt64, level: Int, _ kind: Kind, from: [UInt8]?, to: [UInt8]?) throws {
        guard 1...32 ~= level else { throw Damage("page \(number) lies too deep") }
        try use(number, by: number)
        let bytes = try load(number, count: meta.pageBytes)
        try bytes.withUnsafeBytes { bytes in
            func word<T: FixedWidthInteger>(_ offset: Int, _ type: T.Type) -> T {
                bytes.loadUnaligned(fromByteOffset: offset, as: type)
            }
            func damage(_ problem: String) -> Damage { Damage("page \(number): \(problem)") }
            let isLeaf = level == 1
            guard word(0, UInt64.self) == number else { throw damage("it is another page") }
            guard word(10, UInt16.self) == (isLeaf ? 2 : 1) else { throw damage("it is of another kind") }
            let lower = Int(word(12, UInt16.self)), upper = Int(word(14, UInt16.self))
            guard lower >= 16, lower <= upper, upper <= bytes.count, lower % 2 == 0 else { throw damage("bad bounds") }
            let count = (lower - 16) / 2
            guard count >= (isLeaf ? 1 : 2) else { throw damage("too few entries") }
            if isLeaf { counts.leaf += 1 } else { counts.branch += 1 }

            var children: [(page: UInt64, key: [UInt8])] = []
            var spans: [(start: Int, bytes: Int)] = []
            for i in 0..<count {
                let node = Int(word(16 + 2 * i, UInt16.self))
                guard node >= upper, node % 2 == 0, node + 8 <= bytes.count else { throw damage("entry out of bounds") }
                let low = UInt64(word(node, UInt16.self)), high = UInt64(word(node + 2, UInt16.self))
                let flags = word(node + 4, UInt16.self)
                let keyBytes = Int(word(node + 6, UInt16.self))
                guard node + 8 + keyBytes <= bytes.count, keyBytes <= 511 else { throw damage("key out of bounds") }
                let key = Array(bytes[(node + 8)..<(node + 8 + keyBytes)])
                if !isLeaf {
                    spans.append((node, 8 + keyBytes))
                    children.append((low | high << 16 | UInt64(flags) << 32, key))
                    continue
                }
                guard keyBytes > 0, kind != .free || keyBytes == 8 else { throw damage("bad key") }
                guard from.map({ !before(key, $0, kind) }) ?? true, to.map({ before(key, $0, kind) }) ?? true,
                    last.map({ before($0, key, kind) }) ?? true
                else { throw damage("keys out of order") }
                last = key
                counts.entries += 1
                let start = node + 8 + keyBytes, size = Int(low | high << 16)
                spans.append((node, 8 + keyBytes + (flags == 1 ? 8 : size)))
                if flags == 1 {
                    guard start + 8 <= bytes.count else { throw damage("value out of bounds") }
                    let value = try overflow(word(start, UInt64.self), size: size, by: number, whole: kind == .free)
                    if kind == .free { try free(value) }
                    if kind == .main { throw damage("bad table") }
                    continue
                }
                guard flags == (kind == .main ? 2 : 0), start + size <= bytes.count else {
                    throw damage("value out of bounds")
                }
                let value = UnsafeRawBufferPointer(rebasing: bytes[start..<start + size])
                if kind == .free { try free(Array(value)) }
                if kind == .main {
                    guard size == MetaPages.Tree.bytes, value.loadUnaligned(fromByteOffset: 4, as: UInt16.self) == 0
                    else { throw damage("bad table") }
                    try tree(MetaPages.Tree(value), .table)
                }
            }
            // Entries lie side by side to the end of the page, on even places. LMDB takes one away by its size: by a wrong one it
            // would move the wrong bytes.
            var place = upper
            for span in spans.sorted(by: { $0.start < $1.start }) + [(bytes.count, 0)] {
                guard span.start == place else { throw damage("entries overlap") }
                place += span.bytes + span.bytes % 2
            }
            for (i, child) in children.enumerated() {
                let start = i == 0 ? from : child.key
                let end = i + 1 < count ? children[i + 1].key : to
                try page(child.page, level: level - 1, kind, from: start, to: end)
            }
        }
    }

    /// A value on pages of its own: the header says how many. Returns its bytes where the whole of it is wanted.
    private mutating func overflow(_ number: UInt64, size: Int, by user: UInt64, whole: Bool) throws -> [UInt8] {
        guard number >= 2, number < pages else { throw Damage("page \(user) points outside the file") }
        let header = try load(number, count: 16)
        let (own, flags, count) = header.withUnsafeBytes {
            (
                $0.loadUnaligned(as: UInt64.self), $0.loadUnaligned(fromByteOffset: 10, as: UInt16.self),
                UInt64($0.loadUnaligned(fromByteOffset: 12, as: UInt32.self))
            )
        }
        guard own == number, flags == 4, UInt64(16 + size) <= count * UInt64(meta.pageBytes) else {
            throw Damage("page \(number): it does not hold the value of page \(user)")
        }
        try use(number, count: count, by: user)
        counts.overflow += count
        return whole ? Array(try load(number, count: 16 + size)[16...]) : []
    }

    /// A list of free pages: a count, then page numbers in descending order.
    private mutating func free(_ list: [UInt8]) throws {
        let words = list.withUnsafeBytes { list in
            (0..<list.count / 8).map { list.loadUnaligned(fromByteOffset: 8 * $0, as: UInt64.self) }
        }
        guard let count = words.first, count < UInt64(words.count) else { throw Damage("bad list of free pages") }
        for i in 1..<max(1, Int(count) + 1) {
            guard words[i] >= 2, words[i] <= meta.lastPage, i == 1 || words[i] < words[i - 1] else {
                throw Damage("bad list of free pages")
            }
            guard words[i] >= pages || !used[Int(words[i])] else { throw Damage("page \(words[i]) is used and free") }
            if words[i] < pages { used[Int(words[i])] = true }
        }
    }

    /// LMDB's order of keys: bytes, except that the free list is ordered by number.
    private func before(_ a: [UInt8], _ b: [UInt8], _ kind: Kind) -> Bool {
        if kind == .free {
            func number(_ key: [UInt8]) -> UInt64 { UInt64(bigEndian: key.reversed()) }
            return number(a) < number(b)
        }
        return a.lexicographicallyPrecedes(b)
    }
}
