import Rankings

extension AuditSummary {
    /// Of cuts made on paper, from the record alone, in which everyone leaves by name; nil before the first decision.
    ///
    /// - Parameter top: n of the true top n; nil takes an eighth of the children.
    /// - Throws: `RankingsError` naming children without a truth.
    package init?(paper record: RunRecord, _ given: RunTruth, top: Int? = nil) throws {
        let cuts = record.best == nil ? record.rounds[...] : record.rounds.dropLast()
        guard let first = cuts.first else { return nil }
        self.init(
            try RegretAudit(
                truth: try given.table.restricted(to: first.scores.map(\.child)),
                outcomes: cuts.map { cut in
                    let gone = Set(cut.dropped.map(\.child))
                    return RoundOutcome(
                        round: cut.round, scores: [:],
                        kept: cut.scores.map(\.child).filter { !gone.contains($0) },
                        dropped: cut.dropped.map(\.child))
                }, likely: given.likelyBest, top: top))
    }
}
