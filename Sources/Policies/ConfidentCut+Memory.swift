import Foundation

extension ConfidentCut {
    /// What is remembered from look to look, as JSON in the verdict's `state`.
    struct Memory: Sendable, Hashable, Codable {
        /// k, fixed at the first decision.
        var leaders: Int
        /// What all looks have spent of alpha.
        var spent = 0.0
        /// The round of the last look; nil before the first.
        var round: Int?
        /// alpha_r of that round.
        var share = 0.0
        /// What its looks have spent of it.
        var used = 0.0
        /// What the snapshots so far tell of their correlation.
        var evidence: SnapshotEvidence?
        /// What the last decision did, in words.
        var statement = ""

        /// Nothing spent yet.
        init(leaders: Int) { self.leaders = leaders }

        /// Nil for text that this policy did not write: then it has not looked yet.
        init?(_ text: String?) {
            guard let text, let memory = try? JSONDecoder().decode(Memory.self, from: Data(text.utf8)),
                memory.leaders >= 1, memory.spent >= 0
            else { return nil }
            self = memory
        }

        /// All that is known of the snapshots' correlation with this look's, remembered for the next; nil where there is no
        /// noise to learn from.
        mutating func add(_ components: PairedComponents, steps: [Int]) -> SnapshotEvidence? {
            guard let first = steps.first, let last = steps.last else { return nil }
            if let fresh = SnapshotEvidence(components, until: last) {
                evidence = evidence?.joined(with: fresh, from: first) ?? fresh
            }
            return evidence
        }

        /// The JSON, with its keys in order.
        var text: String? {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) }
        }

        /// The level of a look, taken from what is left of alpha: half of what is left of the round's share.
        mutating func spend(of alpha: Double, round: Int, roundsLeft: Int) -> Double {
            if self.round != round {
                self.round = round
                share = max(0, alpha - spent) / Double(max(0, roundsLeft) + 1)
                used = 0
            }
            let level = (share - used) / 2
            used += level
            spent += level
            return level
        }
    }
}
