import Foundation

/// A record as one JSON document: sorted keys, two blanks a level, numbers with full precision, a line end at the end.
///
/// - Throws: `EncodingError` for a number that is not finite where the record has no `null` for it.
package func jsonText(_ record: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(record), as: UTF8.self) + "\n"
}
