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

    /// Both header pages, checked: magic, version, page size, flags, that the file is as long as they say, and that the
    /// newer one points inside it.
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
                let pages = [first, try read(file, path, at: first.pageBytes)]
                let newest = pages.map(\.transaction).max()
                // Where LMDB fails to write a header, it gives that page its old number back, but not its old trees.
                for page in pages where page.transaction == newest && !page.isInside {
                    throw StoreError(
                        .corrupt, cannot: "open", path, because: "its header points outside the file")
                }
                return pages
            } catch let error as StoreError {
                // A commit of another process may be half-way through the header.
                attempts -= 1
                if attempts == 0 { throw error }
                usleep(2000)
            }
        }
    }

    /// Whether the trees begin inside the file.
    private var isInside: Bool {
        [free, main].allSatisfy { $0.root == Tree.noRoot || ($0.root >= 2 && $0.root <= lastPage) }
    }

    private static func read(_ file: Int32, _ path: String, at offset: Int) throws -> MetaPages {
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
            guard meta.free.flags == 0x08, meta.main.flags == 0, load(24, UInt64.self) == 0 else {
                throw damage("unknown flags in its header")
            }
            var status = stat()
            guard fstat(file, &status) == 0 else { throw StoreError.system(cannot: "open", path) }
            guard meta.lastPage >= 1, meta.lastPage <= UInt64(status.st_size) / UInt64(pageBytes) else {
                throw damage(
                    "the file is cut off: \(status.st_size) bytes, expected at least \(meta.lastPage) pages"
                        + " of \(pageBytes)")
            }
            return meta
        }
    }
}
