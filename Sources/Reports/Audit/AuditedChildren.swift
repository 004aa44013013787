import Rankings

/// Who a run's decisions were about, by label.
struct AuditedChildren {
    /// Of a listed space all that were scored; of one too large to list all that have a truth.
    let children: [String]
    private let anatomy: SpaceAnatomy

    init(_ ledger: RunLedger, _ truth: TruthTable, _ anatomy: SpaceAnatomy) {
        var seen: Set<String> = []
        let scored = ledger.rounds.flatMap { $0.entries.map(\.child) }.filter { seen.insert($0).inserted }
        let isListed = ledger.rounds.allSatisfy { $0.alive == nil }
        let known = truth.labels.filter { anatomy.children[$0] != nil && !seen.contains($0) }
        children = isListed ? scored : scored + known
        self.anatomy = anatomy
    }

    /// What a decision did, those included that left through a choice and were not scored.
    func outcome(_ round: RunLedger.Round) -> RoundOutcome {
        let gone = round.entries.filter { $0.fate == .dropped || $0.fate == .probation }.map(\.child)
        var out = Set(gone)
        let unnamed = children.filter { child in
            round.droppedChoices.contains { anatomy.has(child, choice: $0.choice, atSlot: $0.slot) }
                && out.insert(child).inserted
        }
        return RoundOutcome(
            round: round.round, scores: [:], kept: round.entries.map(\.child).filter { !out.contains($0) },
            dropped: gone + unnamed)
    }
}
