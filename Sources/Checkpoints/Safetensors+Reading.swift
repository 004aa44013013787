import Foundations
import Glibc

extension Safetensors {
    /// The most bytes of a header, as in every reader of the format.
    package static var headerLimit: Int { 100_000_000 }
    /// The most commas in a header: what it becomes in memory is many times its bytes.
    package static var itemLimit: Int { 4_000_000 }
    /// The most bytes of tensors in a file.
    package static var dataLimit: Int { 4 << 30 }

    /// Reads a file from a stranger: nothing in it is believed before it was checked, nothing is read twice.
    ///
    /// The header is strict JSON (no key twice) within its limits; its tensors are of type F32 or I64, of the bytes their
    /// shapes need, and cover the data exactly, in the order of their offsets, without holes or overlaps; floats are
    /// finite.
    /// - Returns: the tensors in the order of their data, and the texts of `__metadata__`.
    /// - Throws: ``SafetensorsError``, one rule each.
    /// - Cost: memory for the header (up to 60 bytes a byte) and the tensors.
    package static func read(_ path: String) throws -> (tensors: [Tensor], metadata: [String: String]) {
        func refuse(_ rule: SafetensorsError.Rule, _ tensor: String? = nil) -> SafetensorsError {
            SafetensorsError(operation: "read", subject: path, tensor: tensor, rule: rule)
        }
        // A FIFO would wait for its other end.
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard file >= 0 else { throw refuse(.unreadable(String(cString: strerror(errno)))) }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw refuse(.unreadable(String(cString: strerror(errno)))) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw refuse(.notAFile) }
        let size = Int(status.st_size)

        func load(_ count: Int, at offset: Int, _ tensor: String? = nil) throws -> [UInt8] {
            try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
                while filled < count {
                    let piece = pread(file, buffer.baseAddress! + filled, count - filled, off_t(offset + filled))
                    if piece < 0, errno == EINTR { continue }
                    guard piece > 0 else {
                        let cause = piece < 0 ? String(cString: strerror(errno)) : "it became shorter while it was read"
                        throw refuse(.unreadable(cause), tensor)
                    }
                    filled += piece
                }
            }
        }

        guard size >= 8 else { throw refuse(.tooShort(bytes: size)) }
        let length = try UInt64(bigEndian: load(8, at: 0).reversed())
        guard length <= UInt64(headerLimit) else { throw refuse(.headerTooLong(length)) }
        guard length <= UInt64(size - 8) else { throw refuse(.headerOutsideFile(length, bytes: size - 8)) }
        let data = 8 + Int(length)
        if let rule = excess(header: Int(length), data: size - data) { throw refuse(rule) }

        let (entries, metadata) = try header(load(Int(length), at: 8), refuse)
        var end = 0
        for entry in entries {
            guard entry.begin <= end else { throw refuse(.hole(begin: entry.begin, expected: end), entry.name) }
            guard entry.begin == end else { throw refuse(.overlap(begin: entry.begin, expected: end), entry.name) }
            guard entry.end <= size - data else {
                throw refuse(.outside(end: entry.end, bytes: size - data), entry.name)
            }
            end = entry.end
        }
        guard end == size - data else { throw refuse(.trailing(bytes: size - data, expected: end)) }
        let tensors = try entries.map { entry in
            let tensor = try Tensor(
                name: entry.name, shape: entry.shape, type: entry.type,
                checked: load(entry.end - entry.begin, at: data + entry.begin, entry.name))
            if let place = firstNonFinite(tensor) { throw refuse(.notFinite(place: place), entry.name) }
            return tensor
        }
        return (tensors, metadata)
    }

    static func excess(header: Int, data: Int) -> SafetensorsError.Rule? {
        if header > headerLimit { return .headerTooLong(UInt64(header)) }
        return data > dataLimit ? .tooMuch(bytes: data) : nil
    }

    static func excess(items header: [UInt8]) -> SafetensorsError.Rule? {
        header.count { $0 == UInt8(ascii: ",") } > itemLimit ? .tooManyItems : nil
    }

    /// The first value that is no number, nil where there is none.
    static func firstNonFinite(_ tensor: Tensor) -> Int? {
        guard tensor.type == "F32" else { return nil }
        return tensor.bytes.withUnsafeBytes { bytes in
            (0..<bytes.count / 4).first { place in
                let bits = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * place, as: UInt32.self))
                return bits & 0x7F80_0000 == 0x7F80_0000
            }
        }
    }

    // MARK: - The header

    private struct Place {
        let name: String
        let type: String
        let shape: [Int]
        let begin: Int
        let end: Int
    }

    private typealias Refusal = (SafetensorsError.Rule, String?) -> SafetensorsError

    /// The tensors a header names, in the order of their offsets, each for itself in order.
    private static func header(
        _ bytes: [UInt8], _ refuse: Refusal
    ) throws -> (places: [Place], metadata: [String: String]) {
        guard bytes.first == UInt8(ascii: "{") else { throw refuse(.headerStart, nil) }
        if let rule = excess(items: bytes) { throw refuse(rule, nil) }
        let tree: JSONTree
        do {
            tree = try StrictJSON.parse(bytes)
        } catch {
            throw refuse(.json(error.problem), nil)
        }
        guard case .object(let members) = tree else { throw refuse(.headerStart, nil) }
        var metadata: [String: String] = [:]
        var places: [Place] = []
        for member in members {
            guard member.key == "__metadata__" else {
                places.append(try place(member.key, member.value, refuse))
                continue
            }
            guard case .object(let texts) = member.value else { throw refuse(.metadata(member.value.found), nil) }
            for text in texts {
                guard let value = text.value.text else {
                    throw refuse(.metadata("an object with \(text.value.found)"), nil)
                }
                metadata[text.key] = value
            }
        }
        return (places.sorted { ($0.begin, $0.end, $0.name) < ($1.begin, $1.end, $1.name) }, metadata)
    }

    private static func place(_ name: String, _ entry: JSONTree, _ refuse: Refusal) throws -> Place {
        guard case .object(let members) = entry else {
            throw refuse(.entry("its entry is \(entry.found), expected an object"), name)
        }
        let expected = ["dtype", "shape", "data_offsets"]
        if let member = members.first(where: { !expected.contains($0.key) }) {
            throw refuse(.entry("its entry has the unknown key \(quoted(member.key))"), name)
        }
        if let missing = expected.first(where: { entry[$0] == nil }) {
            throw refuse(.entry("its entry has no \(missing)"), name)
        }
        let (type, shape, offsets) = (entry["dtype"]!, entry["shape"]!, entry["data_offsets"]!)
        guard let text = type.text, let width = ["F32": 4, "I64": 8][text] else {
            throw refuse(.unknownType(type.found), name)
        }
        let dimensions = try numbers(shape) { refuse(.shape($0), name) }
        var bytes = width
        for dimension in dimensions {
            let (product, overflows) = bytes.multipliedReportingOverflow(by: dimension)
            guard !overflows else { throw refuse(.shapeTooLarge, name) }
            bytes = product
        }
        let ends = try numbers(offsets) { refuse(.offsets($0), name) }
        guard ends.count == 2 else { throw refuse(.offsets("\(ends.count) numbers"), name) }
        guard ends[0] <= ends[1] else { throw refuse(.offsets("\(ends[0]) and \(ends[1])"), name) }
        guard ends[1] - ends[0] == bytes else { throw refuse(.size(bytes: ends[1] - ends[0], expected: bytes), name) }
        return Place(name: name, type: text, shape: dimensions, begin: ends[0], end: ends[1])
    }

    /// A list of whole numbers from 0; the closure makes the refusal from what was found instead.
    private static func numbers(_ tree: JSONTree, _ refuse: (String) -> SafetensorsError) throws -> [Int] {
        guard case .list(let items) = tree else { throw refuse(tree.found) }
        return try items.map { item in
            guard let number = item.integer, number >= 0, item != .number("-0") else {
                throw refuse("a list with \(item.found)")
            }
            return number
        }
    }
}
