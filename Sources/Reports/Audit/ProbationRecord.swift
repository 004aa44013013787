/// What became of one child after it was put on probation: what can be said of a cut without a truth.
package struct ProbationRecord: Sendable, Hashable, Codable {
    package enum End: Sendable, Hashable, Codable {
        case returned(round: Int)
        case dropped(round: Int)
        /// At the end of the recorded rounds.
        case waiting
    }

    package let child: String
    /// The round that took it out of training.
    package let since: Int
    /// How often it was scored afterwards.
    package let looks: Int
    /// The best of its later scores less the worst score kept in the same round; nil where it was not scored again or
    /// nobody else was kept. Above 0 it had overtaken a child that trained on.
    package let bestMargin: Double?
    package let end: End

    /// One for each time a child went on probation, in the order of the rounds.
    package static func all(_ ledger: RunLedger) -> [ProbationRecord] {
        ledger.rounds.enumerated().flatMap { place, round in
            round.entries.filter { entry in
                entry.fate == .probation
                    && !(place > 0
                        && ledger.rounds[place - 1].entries.contains {
                            $0.child == entry.child && $0.fate == .probation
                        })
            }.map { ProbationRecord($0.child, since: round.round, later: Array(ledger.rounds[(place + 1)...])) }
        }
    }

    private init(_ child: String, since: Int, later: [RunLedger.Round]) {
        var looks = 0
        var margin: Double?
        var end = End.waiting
        for round in later {
            // A final ranking leaves out those on probation.
            guard let entry = round.entries.first(where: { $0.child == child }), entry.fate != .final else { break }
            looks += 1
            let kept = round.entries.filter { ($0.fate == .kept || $0.fate == .returned) && $0.child != child }
            if let worst = kept.map(\.score).filter(\.isFinite).min(), entry.score.isFinite {
                margin = max(margin ?? -.infinity, entry.score - worst)
            }
            if entry.fate == .returned { end = .returned(round: round.round) }
            if entry.fate == .dropped { end = .dropped(round: round.round) }
            if entry.fate != .probation { break }
        }
        (self.child, self.since, self.looks, bestMargin, self.end) = (child, since, looks, margin, end)
    }
}
