import Rankings

/// What a run's cuts cost by the truth, who made them and why, and which features its scores favour.
///
/// Pure: of recorded rows, a truth, and what the children are made of.
package struct RunAudit: Sendable, Hashable {
    /// One of the truly best children, as it left.
    package struct Loss: Sendable, Hashable, Codable {
        package let round: Int
        package let child: String
        /// From 1, the best, over the children the run began with; and the true value.
        package let trueRank: Int
        package let truth: Double
        /// Among those that may truly be the best.
        package let isLikelyBest: Bool
        /// The name and version of who decided.
        package let decidedBy: String
        /// `name` for a child dropped by name, `choice` for one that had a dropped choice, `probation`.
        package let through: Way
        package let reason: String?
        /// Among the scored children of the round, from 1; nil where it was not scored.
        package let rank: Int?
        package let scored: Int
        /// Score less cut, and the confidence that its score without noise lies below the cut.
        package let margin: Double?
        package let confidence: Double?

        package enum Way: String, Sendable, Hashable, Codable { case name, choice, probation }
    }

    /// One scoring's biases.
    package struct Bias: Sendable, Hashable, Codable {
        package let round: Int
        /// Whether it only ranked, and nobody was dropped by it.
        package let isFinal: Bool
        package let test: BiasTest
    }

    /// How they changed, on the children of both scorings.
    package struct Change: Sendable, Hashable, Codable {
        package let earlier: Int
        package let later: Int
        package let change: BiasChange
    }

    package let run: String
    package let regret: RegretAudit
    package let losses: [Loss]
    package let biases: [Bias]
    package let changes: [Change]
    /// Of the chosen child, points; nil before the end.
    package let pickRegret: Double?

    package var summary: AuditSummary { AuditSummary(regret) }

    /// - Parameters:
    ///   - truth: of all children of the run; for a space too large to list, the children audited are those it names.
    ///   - top: n of the true top n; nil takes an eighth of the children.
    ///   - withBias: false leaves ``biases`` and ``changes`` empty, which take most of the time.
    /// - Throws: ``RankingsError`` naming children without a truth.
    package init(
        _ ledger: RunLedger, truth: RunTruth, anatomy: SpaceAnatomy, best: String? = nil, top: Int? = nil,
        withBias: Bool = true
    ) throws {
        let members = AuditedChildren(ledger, truth.table, anatomy)
        let table = try truth.table.restricted(to: members.children)
        let cuts = ledger.rounds.filter { $0.decider != .finalRanking }
        regret = try RegretAudit(
            truth: table, outcomes: cuts.map { members.outcome($0) }, likely: truth.likelyBest, top: top,
            free: Self.free(table, anatomy, truth))
        let trueRanks = try ranks(table.means, ties: .minimum)
        let place = Dictionary(uniqueKeysWithValues: zip(table.labels, trueRanks))
        let likely = Set(regret.likely ?? [])
        losses = zip(cuts, regret.rounds).flatMap { round, audited in
            audited.left.map { child in
                let entry = round.entries.first { $0.child == child }
                let choice = round.droppedChoices.first { anatomy.has(child, choice: $0.choice, atSlot: $0.slot) }
                return Loss(
                    round: round.round, child: child, trueRank: Int(place[child] ?? 0), truth: table[child] ?? 0,
                    isLikelyBest: likely.contains(child), decidedBy: round.decision,
                    through: choice != nil ? .choice : entry?.fate == .probation ? .probation : .name,
                    reason: choice?.words ?? entry?.reason, rank: entry?.rank, scored: round.entries.count,
                    margin: entry?.margin, confidence: entry?.confidence)
            }
        }
        pickRegret = try best.map { try Rankings.regret(pick: $0, truth: table) }
        run = ledger.run
        (biases, changes) = withBias ? try Self.biases(ledger, table, anatomy) : ([], [])
    }

    /// Larger first by parameters and multiply-adds, then the truth's own.
    private static func free(
        _ table: TruthTable, _ anatomy: SpaceAnatomy, _ truth: RunTruth
    ) throws -> [(name: String, values: [Double])] {
        guard table.labels.allSatisfy({ anatomy.children[$0] != nil }) else { return [] }
        func values(_ value: (SpaceAnatomy.Child) -> Int) -> [Double] {
            table.labels.map { Double(anatomy.children[$0].map(value) ?? 0) }
        }
        return [("parameters (free)", values(\.params)), ("MACs (free)", values(\.macs))]
            + truth.free(of: table.labels).map { ("\($0.name) (free)", $0.values) }
    }
}
