/// One idx file of bytes: a magic number 0x0000 08 rank, `rank` big-endian 32-bit dimensions, then the values, the last
/// dimension fastest.
///
/// Source: http://yann.lecun.com/exdb/mnist/, "the IDX file format".
struct IdxFile {
    let dimensions: [Int]
    let values: [UInt8]

    /// - Parameter ranks: the numbers of dimensions that are welcome: [1] labels, [3, 4] images.
    /// - Throws: ``DatasetError`` on a wrong magic number, a zero dimension or a size that is not header + product.
    init(path: String, ranks: [Int], hint: String) throws(DatasetError) {
        let file = try DataFile(path: path, hint: hint)
        let start = try file.bytes(0..<min(4, file.size))
        if start.starts(with: [0x1f, 0x8b]) {
            throw DatasetError(
                path, "is compressed with gzip, expected the plain idx file", hint: "unpack it first: gunzip \(path)")
        }
        let magics = ranks.map { hexadecimal(0x0800 + $0) }.joined(separator: " or ")
        guard start.count == 4 else {
            throw DatasetError(path, "holds \(file.size) bytes, too few for an idx file", hint: hint)
        }
        let magic = bigEndian(start[...])
        guard let rank = ranks.first(where: { 0x0800 + $0 == magic }) else {
            throw DatasetError(path, "starts with \(hexadecimal(magic)), expected \(magics)", hint: hint)
        }
        let header = 4 + 4 * rank
        guard file.size >= header else {
            throw DatasetError(path, "holds \(file.size) bytes, expected a header of \(header)", hint: hint)
        }
        let words = try file.bytes(4..<header)
        dimensions = (0..<rank).map { bigEndian(words[4 * $0..<4 * $0 + 4]) }
        let shape = dimensions.map(String.init).joined(separator: " x ")
        var product = 1
        for dimension in dimensions {
            let (next, overflow) = product.multipliedReportingOverflow(by: dimension)
            guard dimension > 0, !overflow else {
                throw DatasetError(
                    path, "has dimensions \(shape), expected \(dimension > 0 ? "fewer values" : "no zero")", hint: hint)
            }
            product = next
        }
        guard file.size - header == product else {
            throw DatasetError(
                path, "has dimensions \(shape), so \(product) values after the header; found \(file.size - header)",
                hint: "the file is cut off or damaged; fetch it again")
        }
        values = try file.bytes(header..<file.size)
    }
}

private func bigEndian(_ bytes: ArraySlice<UInt8>) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }

private func hexadecimal(_ value: Int) -> String {
    let digits = String(value, radix: 16)
    return "0x" + String(repeating: "0", count: max(0, 8 - digits.count)) + digits
}
