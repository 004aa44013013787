import Rankings

/// The truth a run is held against.
package struct RunTruth: Sendable {
    package let table: TruthTable
    /// A part of the children to look at alone, such as the 27 without pooling.
    package let subset: (name: String, children: [String])?
    /// T*: children that may truly be the best; see ``likelyBest(_:standardErrors:draws:seed:)``.
    package let likelyBest: [String]?
    /// Rankings that cost nothing, over the table's children in its order; parameters and MACs are taken from the run.
    package let free: [FreeRanking]

    package init(
        _ table: TruthTable, subset: (name: String, children: [String])? = nil, likelyBest: [String]? = nil,
        free: [FreeRanking] = []
    ) {
        self.free = free
        self.table = table
        self.subset = subset
        self.likelyBest = likelyBest
    }

    /// The free rankings of some of the table's children, in the order given.
    package func free(of children: [String]) -> [FreeRanking] {
        free.map { ranking in
            let values = Dictionary(uniqueKeysWithValues: zip(table.labels, ranking.values))
            return FreeRanking(ranking.name, values: children.map { values[$0] ?? 0 })
        }
    }
}

/// What a run's ranking is worth by the truth, with the free baselines beside it, over the run's children.
package struct RunFigures: Sendable {
    /// The truth of the run's children, in the truth's order.
    package let truth: TruthTable
    /// The run's composite first, then parameters, MACs and the other free rankings.
    package let summaries: [RankingSummary]
    package let concordance: ConcordanceSplit
    /// Of the chosen child: its rank from 1 among the run's children, and points lost; nil before the end.
    package let pickRank: Int?
    package let pickRegret: Double?

    /// - Throws: ``RankingsError`` naming children of the run without a truth; ``ReportsError`` for a broken record.
    package init(_ record: RunRecord, _ given: RunTruth) throws {
        let ranking = try record.compositeRanking()
        let truth = try given.table.restricted(to: ranking.children)
        let subset = try given.subset.map { subset in
            try truth.places(of: subset.children.filter { truth[$0] != nil })
        }
        let values = Dictionary(uniqueKeysWithValues: zip(ranking.children, ranking.values))
        let rows = record.lastScored
        func summary(_ name: String, _ value: (String) -> Double) throws -> RankingSummary {
            try RankingSummary(name, values: truth.labels.map(value), truth: truth, inside: subset)
        }
        summaries =
            try [
                try summary("this run") { values[$0] ?? 0 },
                try summary("parameters (free)") { Double(rows[$0]?.params ?? 0) },
                try summary("MACs (free)") { Double(rows[$0]?.macs ?? 0) },
            ]
            + given.free(of: truth.labels).map {
                try RankingSummary("\($0.name) (free)", values: $0.values, truth: truth, inside: subset)
            }
        let truths = Dictionary(uniqueKeysWithValues: zip(truth.labels, truth.means))
        concordance = try ConcordanceSplit(ranking, truth: truths)
        pickRank = try record.best.flatMap { best in
            try truth.labels.firstIndex(of: best).map { Int(try ranks(truth.means, ties: .minimum)[$0]) }
        }
        pickRegret = try record.best.map { try regret(pick: $0, truth: truth) }
        self.truth = truth
    }
}
