import Foundation
import Foundations

extension Standing {
    /// The survivors from best to worst by mean; those without a finite mean last; equals in the order of a draw.
    ///
    /// - Cost: O(n log n) and one draw each.
    public func bestFirst() -> [Survivor] { ranked(by: \.mean) }

    /// True where nobody has a finite mean, so that there is nothing to judge by.
    public var isUnscored: Bool { survivors.allSatisfy { $0.mean.finite == nil } }

    /// A number for a child that is a function of (seed, round, choices) alone: what a policy draws at random by.
    public func draw(for survivor: Survivor) -> UInt64 {
        tieDraw(seed: seed, round: round, choices: survivor.choices)
    }
}

/// The draw that orders children of equal score: a function of (seed, round, choices), so neither the order children are
/// named in nor their labels matter. Smaller goes first.
package func tieDraw(seed: UInt64, round: Int, choices: [Int]) -> UInt64 {
    let key = stableHash(choices)
    var stream = RandomStream(
        seed: seed, purpose: .policy, round: round & 0xFF_FFFF, step: Int(key >> 32), lane: Int(key & 0xFFFF_FFFF))
    return stream.next()
}

/// FNV-1a, 64 bits, over the choices as eight little-endian bytes each: the same on every machine and in every run,
/// unlike Swift's own hashes.
func stableHash(_ choices: [Int]) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for choice in choices {
        for shift in stride(from: UInt64(0), to: 64, by: 8) {
            hash = (hash ^ (UInt64(bitPattern: Int64(choice)) >> shift & 0xFF)) &* 0x100_0000_01B3
        }
    }
    return hash
}

extension Survivor {
    /// The mean as a reader knows it: "mean loss 1.4321" (no longer negated), "mean accuracy 0.6120", "no score".
    public var meanInWords: String {
        guard let mean = mean.finite else { return "no score" }
        let values = scores.compactMap(\.value.finite)
        let plain = values.reduce(0, +) / Double(max(1, values.count))
        // What the recipe's model made of the mean is no loss or accuracy any more.
        if !values.isEmpty, abs(plain - mean) > 1e-9 * max(1, abs(plain)) {
            return "score " + String(format: "%.4f", mean)
        }
        let kind = scores.last?.kind ?? "score"
        return "mean \(kind) " + String(format: "%.4f", kind == "loss" ? -mean : mean)
    }
}
