import Foundations
import Rankings

/// A record that contradicts itself.
package struct ReportsError: Complaint, Equatable {
    package let message: String
    package let hint = ""
    package var exitCode: ExitCode { .corrupt }

    init(_ message: String) { self.message = message }
}

extension RunRecord {
    /// The children alive before the first decision, in that decision's order: survivors, then dropped.
    package var children: [String] {
        rounds.first.map { $0.survivors + $0.dropped.map(\.child) } ?? []
    }

    /// The children alive after the last decision.
    package var survivors: [String] { rounds.last?.survivors ?? [] }

    /// The last recorded row of each child: its group, parameters and multiply-adds.
    package var lastScored: [String: Scored] {
        var last: [String: Scored] = [:]
        for row in rounds.flatMap(\.scores) { last[row.child] = row }
        return last
    }

    /// The run's composite ranking; empty before the first decision.
    ///
    /// - Throws: ``ReportsError`` where a child comes back after it was dropped, or vanishes without a decision.
    package func compositeRanking() throws -> CompositeRanking {
        var alive = Set(children)
        var passages: [Passage] = []
        for (place, round) in rounds.enumerated() {
            let named = round.survivors + round.dropped.map(\.child)
            guard named.count == alive.count, Set(named) == alive else {
                let odd = alive.symmetricDifference(named).sorted().map(\.debugDescription).joined(separator: ", ")
                let which = odd.isEmpty ? "a child twice" : odd
                throw ReportsError("round \(round.round) of run \(run) does not follow from the round before: \(which)")
            }
            var scores: [String: Double] = [:]
            for row in round.scores { scores[row.child] = row.score.finite }
            passages += round.dropped.map {
                Passage(child: $0.child, leftInRound: round.round, score: scores[$0.child])
            }
            if place == rounds.count - 1 {
                passages += round.survivors.map { Passage(child: $0, leftInRound: nil, score: scores[$0]) }
            }
            alive = Set(round.survivors)
        }
        return try CompositeRanking(passages)
    }
}
