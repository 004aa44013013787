import Architectures
import Policies
import Reports

extension RecordedRun {
    /// What the run would have chosen had a policy dropped children at its decisions: training and scores are this run's,
    /// the cuts are made on paper among those that are left. Where the gate held, everyone stays, and in the rounds a
    /// fork has from its origin: a trunk's decisions are nobody's own.
    ///
    /// Averaging many scorings helps whoever is ranked by them; this is that help without the rest.
    ///
    /// - Parameter policy: one that looks at nothing but scores, sizes and draws.
    /// - Throws: ``PolicyError`` where the policy refuses.
    package func eliminated(by policy: any PruningPolicy, storeBytes: Int) async throws -> RunRecord {
        var record = record(storeBytes: storeBytes)
        var alive: Set<String>?
        var memory: String?
        var probation: Set<String> = []
        let inherited = origin?.run == nil ? 0 : origin?.round ?? 0
        for (place, row) in rounds.enumerated() {
            let named = scores[row.round] ?? []
            let left = named.filter { alive?.contains($0.child) ?? true }
            guard !left.isEmpty else { break }
            let isFinal = head.phase == .done && place == rounds.count - 1
            let verdict: Verdict
            let standing = try standing(row, left, probation: probation, state: memory)
            let isCut = !isFinal && row.isHeld != true && row.round >= inherited
            if isCut {
                verdict = try await policy.decide(standing)
                try verdict.validate(against: standing)
            } else {
                verdict = .keepingEveryone(of: standing)
            }
            let order = left.sorted { ($0.rank, $0.child) < ($1.rank, $1.child) }.map(\.child)
            let kept = Set(verdict.keep)
            record.rounds[place].policy = isCut ? policy.name : row.policy
            record.rounds[place].survivors = order.filter(kept.contains)
            record.rounds[place].dropped = verdict.dropped.map { .init(child: $0.child, reason: $0.reason) }
            let stay = Set(order)
            record.rounds[place].scores.removeAll { !stay.contains($0.child) }
            probation = Set(verdict.probation)
            alive = kept.union(probation)
            memory = verdict.state
        }
        if record.best != nil { record.best = record.rounds.last?.survivors.first }
        return record
    }

    private func standing(
        _ row: RoundRow, _ left: [ScoreRow], probation: Set<String>, state: String?
    ) throws -> Standing {
        let measured = left.map { score in (score, try? space.child(label: score.child)) }
        return Standing(
            run: name, round: row.round, seed: recipe.seeds[.policy],
            budget: .init(
                macsSpent: Double(row.macs), macsTotal: Double(row.macs) / max(row.fraction, 1e-9),
                imagesSpent: row.images, fraction: min(1, row.fraction),
                roundsLeft: max(0, recipe.rounds.count - row.round - 1)),
            space: .init(
                name: space.name, children: space.count ?? .max, alive: left.count,
                slots: space.slots.map {
                    .init(name: $0.name, choices: $0.choices, indices: Array($0.choices.indices))
                }),
            survivors: measured.map { score, child in
                Survivor(
                    child: score.child, index: score.index, group: score.group, params: score.params,
                    macs: score.macs, genotype: child.map { space.genotype(of: $0) } ?? score.child,
                    choices: child?.choices.map(Int.init) ?? [],
                    scores: score.snapshots.indices.map { k in
                        Score(
                            step: score.steps[k], round: row.round, kind: row.measure, value: score.snapshots[k],
                            loss: score.losses[k], n: score.images, bn: row.statistics, inclusion: 1)
                    }, mean: score.score, standardError: score.standardError,
                    probation: probation.contains(score.child))
            }, state: state)
    }
}
