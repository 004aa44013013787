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
    /// Every child a decision named, in the order of first appearance: of a listed space all children.
    package var children: [String] {
        var seen: Set<String> = []
        return rounds.flatMap { $0.survivors + $0.dropped.map(\.child) }.filter { seen.insert($0).inserted }
    }

    /// The children alive after the last decision.
    package var survivors: [String] { rounds.last?.survivors ?? [] }

    /// The last recorded row of each child: its group, parameters and multiply-adds.
    package var lastScored: [String: Scored] {
        var last: [String: Scored] = [:]
        for row in rounds.flatMap(\.scores) { last[row.child] = row }
        return last
    }

    /// The run's composite ranking; empty before the first decision. A child that came back from probation has not left;
    /// of a space too large to list it covers the children that were scored.
    ///
    /// - Throws: ``ReportsError`` where a round names a child twice, scores a child it does not name, or leaves out one that
    ///   no round dropped (a new sample of a space too large to list may).
    package func compositeRanking() throws -> CompositeRanking {
        var alive: Set<String> = []
        var seen: Set<String> = []
        return try CompositeRanking(
            covering: children,
            outcomes: try rounds.map { round in
                let named = round.survivors + round.dropped.map(\.child)
                let scored = Set(round.scores.map(\.child))
                guard Set(named).count == named.count, scored.isEmpty || scored == Set(named) else {
                    let twice = Dictionary(grouping: named) { $0 }.filter { $0.value.count > 1 }.keys
                    let odd = scored.symmetricDifference(named).union(twice).sorted().map(\.debugDescription)
                    throw ReportsError(
                        "round \(round.round) of run \(run) contradicts itself about \(odd.joined(separator: ", "))")
                }
                let lost = alive.subtracting(named)
                if let first = lost.sorted().first, seen.isSuperset(of: named) {
                    throw ReportsError("round \(round.round) of run \(run) has lost \(first.debugDescription)")
                }
                seen.formUnion(named)
                alive = alive.union(round.survivors).subtracting(round.dropped.map(\.child))
                var scores: [String: Double] = [:]
                for row in round.scores { scores[row.child] = row.score.finite }
                return RoundOutcome(
                    round: round.round, scores: scores, kept: round.survivors, dropped: round.dropped.map(\.child))
            })
    }
}
