import Checkpoints
import Foundations
import Supernets

/// The scores of single images lie in checkpoints until their round is decided, so that a resumed run decides on the same.
extension ProgressiveSearch {
    /// One blob a scoring: floats, child after child.
    func pairBlobs() -> [ArenaBlob] {
        pairs.enumerated().map { scoring, children in
            ArenaBlob(name: "pairs/\(scoring)", bytes: children.joined().withContiguousBytes())
        }
    }

    static func restorePairs(
        _ state: RunState, _ manifest: Manifest?, _ store: CheckpointStore
    ) throws -> [[[Float]]] {
        guard let manifest else { return [] }
        var pairs: [[[Float]]] = []
        for (scoring, snapshot) in state.snapshots.enumerated() {
            guard let blob = manifest.blob("pairs/\(scoring)") else { break }
            let floats = try store.read(blob).withUnsafeBytes { bytes in
                (0..<bytes.count / 4).map { bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) }
            }
            let images = floats.count / max(1, snapshot.scores.count)
            pairs.append(snapshot.scores.indices.map { Array(floats[($0 * images)..<(($0 + 1) * images)]) })
        }
        return pairs
    }
}

extension Sequence<Float> {
    fileprivate func withContiguousBytes() -> [UInt8] { Array(self).withUnsafeBytes { Array($0) } }
}
