import Rankings

extension RunAudit {
    /// The biases of every round's plain mean scores, among the children that trained until then, and their changes.
    static func biases(
        _ ledger: RunLedger, _ truth: TruthTable, _ anatomy: SpaceAnatomy
    ) throws -> ([Bias], [Change]) {
        var waiting: Set<String> = []
        let rounds = ledger.rounds.map { round in
            defer { waiting = Set(round.entries.filter { $0.fate == .probation }.map(\.child)) }
            return (
                number: round.round, isFinal: round.decider == .finalRanking,
                scores: scores(round, without: waiting, truth, anatomy)
            )
        }
        func columns(_ children: [String]) -> (truth: [Double], errors: [Double]?, features: [BiasFeature]) {
            (
                children.map { truth[$0] ?? 0 }, truth.pooledStandardErrors(of: children),
                features(children, anatomy)
            )
        }
        let biases = try rounds.map { round in
            let children = round.scores.map(\.child)
            let given = columns(children)
            return Bias(
                round: round.number, isFinal: round.isFinal,
                test: try BiasTest(
                    scores: round.scores.map(\.score), truth: given.truth, errors: given.errors,
                    features: given.features, lane: round.number))
        }
        let changes = try zip(rounds, rounds.dropFirst()).map { earlier, later in
            let before = Dictionary(uniqueKeysWithValues: earlier.scores)
            let both = later.scores.filter { before[$0.child] != nil }
            let given = columns(both.map(\.child))
            return Change(
                earlier: earlier.number, later: later.number,
                change: try BiasChange(
                    earlier: both.map { before[$0.child] ?? 0 }, later: both.map(\.score), truth: given.truth,
                    errors: given.errors, features: given.features, lane: later.number))
        }
        return (biases, changes)
    }

    /// By child, without those on probation, which did not train with the others. What a model made of the scores is left out: smoothing spreads one child's noise over all that share an
    /// operator with it, which a null of independent noise would take for bias; a size prior is one by design.
    private static func scores(
        _ round: RunLedger.Round, without waiting: Set<String>, _ truth: TruthTable, _ anatomy: SpaceAnatomy
    ) -> [(child: String, score: Double)] {
        round.entries.compactMap { entry in
            let score = entry.mean ?? entry.score
            let isKnown = truth[entry.child] != nil && anatomy.children[entry.child] != nil
            return score.isFinite && isKnown && !waiting.contains(entry.child) ? (entry.child, score) : nil
        }
    }

    /// Parameters, multiply-adds and depth, as one where they are the same but for their unit, then every choice at every slot.
    static func features(_ children: [String], _ anatomy: SpaceAnatomy) -> [BiasFeature] {
        let known = children.compactMap { anatomy.children[$0] }
        let amounts: [(String, (SpaceAnatomy.Child) -> Int)] = [
            ("parameters", \.params), ("MACs", \.macs), ("depth", \.depth),
        ]
        return merged(amounts.map { name, value in .amount(name, known.map { Double(value($0)) }) })
            + anatomy.slots.enumerated().flatMap { place, slot in
                slot.choices.enumerated().map { choice, name in
                    .choice("\(name) on \(slot.name)", known.map { $0.choices[place] == choice })
                }
            }
    }

    private static func merged(_ amounts: [BiasFeature]) -> [BiasFeature] {
        amounts.reduce(into: [BiasFeature]()) { kept, next in
            let twin = kept.firstIndex { zip($0.values, next.values).allSatisfy { abs($0 - $1) < 1e-9 } }
            guard let twin else { return kept.append(next) }
            kept[twin] = BiasFeature(
                name: "\(kept[twin].name) and \(next.name)", values: next.values, isChoice: false)
        }
    }
}
