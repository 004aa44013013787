import Architectures
import Reports

extension RecordedRun {
    /// Every decision with its grounds, for `show --round`, `explain` and reports.
    package var ledger: RunLedger {
        let isDone = head.phase == .done
        return RunLedger(
            run: name, isDone: isDone,
            rounds: rounds.map { row in
                let isFinal = isDone && row.round == rounds.last?.round
                return RunLedger.Round(
                    round: row.round, fraction: row.fraction, step: row.step, images: row.images, macs: row.macs,
                    decider: isFinal ? .finalRanking : decider(row), policy: row.policy, version: row.policyVersion,
                    measurement: .init(
                        measure: row.measure, role: row.role, statistics: row.statistics, scorings: row.scorings,
                        model: row.model, looError: row.looError, agreement: row.agreement),
                    cut: row.cut, notes: row.notes ?? [], stamp: row.stamp,
                    droppedChoices: (row.droppedChoices ?? []).map {
                        .init(slot: $0.slot, choice: $0.choice, reason: $0.reason)
                    }, alive: row.alive, grouping: row.grouping, groups: groups(of: row),
                    entries: (scores[row.round] ?? []).sorted { ($0.rank, $0.child) < ($1.rank, $1.child) }
                        .map { entry($0, row, isFinal: isFinal) })
            })
    }

    /// What became of a child, by label or genotype.
    ///
    /// - Throws: `ArchitectureError` with the nearest label for a child that the space does not have.
    package func story(of name: String) throws -> ChildStory {
        let child = try space.child(named: name)
        return ChildStory(
            ledger, child: space.label(of: child), genotype: space.genotype(of: child), best: best
        ) { slot, choice in
            space.slots.indices.contains {
                space.slots[$0].name == slot && space.choice(of: child, atSlot: $0) == choice
            }
        }
    }

    private func decider(_ row: RoundRow) -> RunLedger.Decider {
        if row.isHeld == true { return .gate }
        // A policy that took another's place says so in a note.
        let took = (row.notes ?? []).contains { $0.hasPrefix("\(row.policy) decided in its place") }
        return took ? .fallback : .policy
    }

    private func groups(of row: RoundRow) -> [RunLedger.Group] {
        row.groups.enumerated().map { place, members in
            let report = row.groupReport?[place]
            return RunLedger.Group(
                members: members, parent: place < row.parents.count ? row.parents[place] : nil,
                within: report?.similarityWithin, between: report?.similarityBetween, tauWithin: report?.tauWithin)
        }
    }

    private func entry(_ row: ScoreRow, _ round: RoundRow, isFinal: Bool) -> RunLedger.Entry {
        let waits = (round.probation ?? []).contains(row.child)
        let isMarked = row.probation == true
        let fate: RunLedger.Fate =
            isFinal ? .final : row.kept ? (isMarked ? .returned : .kept) : waits ? .probation : .dropped
        return RunLedger.Entry(
            child: row.child, score: row.score, standardError: row.standardError, mean: row.mean, rank: row.rank,
            margin: row.margin, confidence: row.confidence, group: row.group, params: row.params, macs: row.macs,
            fate: fate, reason: row.reason)
    }
}
