import Foundations
import Glibc

/// What one of the two header pages of a `data.mdb` (LMDB 0.9, 64-bit, little-endian) says.
///
/// Read with `pread` before LMDB maps the file: LMDB trusts its header, and a cut-off file would end the process.
struct MetaPages {
    /// The 48 bytes LMDB keeps of a tree.
    struct Tree {
        let depth: Int
        let branchPages, leafPages, overflowPages, entries: UInt64
        let root: UInt64
        let flags: UInt16

        static let bytes = 48
        static let noRoot = UInt64.max

        init(_ bytes: UnsafeRawBufferPointer) {
            flags = bytes.loadUnaligned(fromByteOffset: 4, as: UInt16.self)
            depth = Int(bytes.loadUnaligned(fromByteOffset: 6, as: UInt16.self))
            func word(_ offset: Int) -> UInt64 { bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self) }
            branchPages = word(8)
            leafPages = word(16)
            overflowPages = word(24)
            entries = word(32)
            root = word(40)
        }
    }

    private static let magic: UInt32 = 0xBEEF_C0DE

    let pageBytes: Int
    let free, main: Tree
    let lastPage: UInt64
    let transaction: UInt64

    /// The header pages, checked: magic, version, page size, flags, and that the file is as long as they say.
    ///
    /// One whose writing was cut short in the middle is left out. LMDB passes it over too: it always writes over the older
    /// one, and the number of the transaction comes last.
    /// - Throws: exit 5 for damage, 6 for the file of another LMDB.
    static func read(_ folder: String) throws -> [MetaPages] {
        let path = folder + "/data.mdb"
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else {
            if errno == ENOENT { throw StoreError(.corrupt, cannot: "open", path, because: "the file is missing") }
            throw StoreError.system(cannot: "open", path)
        }
        defer { close(file) }
        return try read(file, path)
    }

    static func read(_ file: Int32, _ path: String) throws -> [MetaPages] {
        var attempts = 3
        while true {
            do {
                let first = try read(file, path, at: 0)
                let both = [first, try read(file, path, at: first.meta.pageBytes)]
                let numbers = both.map(\.meta.transaction)
                // Transactions take turns: even ones write the first page, odd ones the second, and none is left out.
                guard numbers[0] % 2 == 0, numbers[1] % 2 == 1,
                    max(numbers[0], numbers[1]) - min(numbers[0], numbers[1]) == 1
                else {
                    throw StoreError(
                        .corrupt, cannot: "open", path,
                        because: "its header pages are of transactions \(numbers[0]) and \(numbers[1])")
                }
                if let problem = both[numbers[0] > numbers[1] ? 0 : 1].problem { throw problem }
                return both.filter { $0.problem == nil }.map(\.meta)
            } catch let error as StoreError {
                // A commit of another process may be half-way through the header.
                attempts -= 1
                if attempts == 0 { throw error }
                usleep(2000)
            }
        }
    }

    /// - Returns: one header page, and what is wrong with the trees it names.
    private static func read(
        _ file: Int32, _ path: String, at offset: Int
    ) throws -> (meta: MetaPages, problem: StoreError?) {
        func damage(_ cause: String) -> StoreError { StoreError(.corrupt, cannot: "open", path, because: cause) }
        var page = [UInt8](repeating: 0, count: 152)
        guard pread(file, &page, page.count, offset) == page.count else {
            throw damage("the file ends inside its header")
        }
        return try page.withUnsafeBytes { page in
            func load<T: FixedWidthInteger>(_ offset: Int, _ type: T.Type) -> T {
                page.loadUnaligned(fromByteOffset: offset, as: type)
            }
            func foreign(_ machine: String) -> StoreError {
                StoreError(
                    .version, cannot: "open", path,
                    because: "it was written on \(machine) machine, and stores are read on their own kind only",
                    hint: "go on with the run there; results travel by `\(ProgramName.current) checkpoint export`")
            }
            // There the header of a page is 4 bytes shorter.
            if load(12, UInt32.self) == magic, load(6, UInt16.self) == 0x08 { throw foreign("a 32-bit") }
            if load(16, UInt32.self) == magic.byteSwapped || load(12, UInt32.self) == magic.byteSwapped {
                throw foreign("a big-endian")
            }
            guard load(10, UInt16.self) == 0x08, load(16, UInt32.self) == magic else {
                throw damage("it is not an LMDB file")
            }
            let version = load(20, UInt32.self)
            guard version == 1 else {
                throw StoreError(
                    .version, cannot: "open", path, because: "it has LMDB format \(version), expected 1")
            }
            let pageBytes = Int(load(40, UInt32.self))
            guard 4096...65536 ~= pageBytes, pageBytes.nonzeroBitCount == 1 else {
                throw damage("page size \(pageBytes), expected a power of two from 4096 to 65536")
            }
            let meta = MetaPages(
                pageBytes: pageBytes, free: Tree(UnsafeRawBufferPointer(rebasing: page[40..<88])),
                main: Tree(UnsafeRawBufferPointer(rebasing: page[88..<136])), lastPage: load(136, UInt64.self),
                transaction: load(144, UInt64.self))
            guard load(24, UInt64.self) == 0 else { throw damage("unknown flags in its header") }
            var status = stat()
            guard fstat(file, &status) == 0 else { throw StoreError.system(cannot: "open", path) }
            return (meta, meta.problem(fileBytes: Int(status.st_size)).map(damage))
        }
    }

    /// What cannot be true of a file of that length, nil where all can.
    private func problem(fileBytes: Int) -> String? {
        guard free.flags == 0x08, main.flags == 0 else { return "unknown flags in its header" }
        guard lastPage >= 1, lastPage <= UInt64(fileBytes) / UInt64(pageBytes) else {
            return "the file is cut off: \(fileBytes) bytes, expected at least \(lastPage) pages of \(pageBytes)"
        }
        let isInside = [free, main].allSatisfy { tree in
            tree.root == Tree.noRoot || (tree.root >= 2 && tree.root <= lastPage)
        }
        return isInside ? nil : "its header points outside the file"
    }
}
