import Foundations

/// A CSV file as text, before it is taken for a table: a regular file of UTF-8 of at most 16 MiB, without control
/// characters.
package enum CommaSeparatedFile {
    /// Twice what a table of all 423,624 networks of the largest published benchmark needs.
    package static let byteLimit = 16 << 20
    /// As many children as a space that can be numbered may have, and a header.
    package static let lineLimit = 1_000_001
    package static let fieldLimit = 100_001

    /// - Throws: ``RankingsError``, exit status 2, with the path and what was expected.
    package static func text(_ path: String) throws -> String {
        let bytes: [UInt8]
        do {
            bytes = try RegularFile.read(path, limit: byteLimit)
        } catch {
            throw RankingsError("\(path): \(error.text)")
        }
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            throw RankingsError("\(path): the file is UTF-16, expected UTF-8")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw RankingsError("\(path): not UTF-8 text")
        }
        return text
    }

    /// Refuses what no table holds, before a line of it is kept in memory. Cost: one pass over the bytes.
    static func inspect(_ text: String, path: String) throws {
        guard text.utf8.count <= byteLimit else { throw RankingsError("\(path): the file is larger than 16 MiB") }
        var line = 1
        var fields = 1
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\n"):
                line += 1
                fields = 1
                guard line <= lineLimit + 1 else {
                    throw RankingsError.at(path, line, "more than \(lineLimit) lines")
                }
            case UInt8(ascii: ","):
                fields += 1
                guard fields <= fieldLimit else { throw RankingsError.at(path, line, "more than \(fieldLimit) fields") }
            case 0..<32 where byte != 9 && byte != 13, 127:
                throw RankingsError.at(path, line, "a control character (byte \(byte))")
            default: break
            }
        }
    }
}
