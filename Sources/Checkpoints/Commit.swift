import Foundations

/// A named piece of a checkpoint, e.g. `arena/0/weights`.
package struct Blob {
    enum Content {
        case memory(UnsafeRawBufferPointer)
        case array([UInt8])
        case unchanged(BlobReference)
    }
    package let name: String
    let content: Content

    /// Bytes that are read during the commit; they must stay valid and unchanged until it returns.
    package init(_ name: String, _ bytes: UnsafeRawBufferPointer) {
        self.name = name
        content = .memory(bytes)
    }

    package init(_ name: String, _ bytes: [UInt8]) {
        self.name = name
        content = .array(bytes)
    }

    /// A blob known not to have changed since the head: neither read nor hashed.
    package init(unchanged reference: BlobReference) {
        name = reference.name
        content = .unchanged(reference)
    }
}

/// A recorded fact that reports are made of. Keys are unique: a later row replaces an earlier one of equal key.
package enum Row: Sendable, Equatable {
    /// - Parameter child: at most 500 bytes of UTF-8.
    case score(round: Int, child: String, json: String)
    case round(Int, json: String)
    case metric(series: String, step: Int, value: Double)
    /// Numbered by the store in the order of commits. Clocks belong here, outside the digest.
    case event(json: String)
}

/// What one checkpoint makes durable, all of it or nothing.
package struct Commit {
    package var phase: Phase
    package var round: Int
    package var step: Int
    package var digest: String
    package var fingerprint: String
    package var state: [UInt8]
    package var blobs: [Blob]
    package var rows: [Row]
    /// Kept for good, and the floor below which the store must not fall back.
    package var isRoundEnd: Bool

    package init(
        phase: Phase, round: Int = 0, step: Int = 0, digest: String = "", fingerprint: String = "",
        state: [UInt8] = [], blobs: [Blob] = [], rows: [Row] = [], isRoundEnd: Bool = false
    ) {
        self.phase = phase
        self.round = round
        self.step = step
        self.digest = digest
        self.fingerprint = fingerprint
        self.state = state
        self.blobs = blobs
        self.rows = rows
        self.isRoundEnd = isRoundEnd
    }
}
