import Foundations
import FoundationEssentials

/// Where a run stands; resuming switches on it.
package enum Phase: String, Codable, Sendable, CaseIterable {
    case train = "TRAIN"
    case evaluate = "EVAL"
    case awaitDecision = "AWAIT_DECISION"
    case done = "DONE"

    var code: UInt8 { UInt8(Self.allCases.firstIndex(of: self)! + 1) }
}

/// Which manifest, and its SHA-256: a link of the chain.
package struct ManifestLink: Codable, Sendable, Equatable {
    package let seq: Int
    package let sha256: Digest
}

/// A blob by content: its bytes lie in the store once, however many manifests name it.
package struct BlobReference: Codable, Sendable, Hashable {
    package let name: String
    package let bytes: Int
    package let sha256: Digest

    /// How many records hold it; one for an empty blob.
    var chunks: Int { max(1, (bytes + Table.chunkBytes - 1) / Table.chunkBytes) }
}

/// One checkpoint: everything a resume needs, by value or by reference.
package struct Manifest: Codable, Sendable, Equatable {
    package let seq: Int
    /// The checkpoint before this one, which retention may have dropped; nil for the first.
    package let parent: ManifestLink?
    /// The newest round end before this one; round ends are never dropped, so this chain has no gaps.
    package let anchor: ManifestLink?
    package let phase: Phase
    package let round: Int
    package let step: Int
    package let isRoundEnd: Bool
    /// The run digest, in hexadecimal; opaque here.
    package let digest: String
    /// What numbers depended on (CPU, kernels, lanes); opaque here.
    package let fingerprint: String
    /// The agent's own state; opaque here.
    package let state: Data
    package let blobs: [BlobReference]

    /// The blob of that name, nil where the checkpoint has none.
    package func blob(_ name: String) -> BlobReference? { blobs.first { $0.name == name } }
}

/// The newest durable checkpoint.
package struct Head: Sendable, Equatable {
    package let seq: Int
    package let sha256: Digest
    package let phase: Phase
    package let round: Int
    package let step: Int

    /// seq u64, SHA-256, phase u8, round u32, step u64, big-endian: 53 bytes.
    var encoded: [UInt8] {
        UInt64(seq).bigEndianBytes + sha256.bytes + [phase.code] + UInt32(round).bigEndianBytes
            + UInt64(step).bigEndianBytes
    }

    init(seq: Int, sha256: Digest, phase: Phase, round: Int, step: Int) {
        self.seq = seq
        self.sha256 = sha256
        self.phase = phase
        self.round = round
        self.step = step
    }

    init?(encoded bytes: [UInt8]) {
        guard bytes.count == 53, let sha256 = Digest(bytes: bytes[8..<40]),
            let phase = Phase.allCases.first(where: { $0.code == bytes[40] })
        else { return nil }
        self.init(
            seq: Int(truncatingIfNeeded: UInt64(bigEndian: bytes[..<8])), sha256: sha256, phase: phase,
            round: Int(UInt64(bigEndian: bytes[41..<45])),
            step: Int(truncatingIfNeeded: UInt64(bigEndian: bytes[45..<53])))
    }
}
