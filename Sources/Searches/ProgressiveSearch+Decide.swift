import Architectures
import Checkpoints
import Datasets
import Foundations
import Policies
import Supernets

/// A verdict carried out: who shares with whom from now on, and which arena each group inherits.
struct Regrouping {
    let sharing: Sharing
    let parents: [Int]
}

extension ProgressiveSearch {
    /// The living children by this round's scorings.
    func rank() -> Ranking {
        Ranking(
            state.snapshots, measure: recipe.score.measure,
            children: alive.map { ($0, space.label(of: $0), supernet.sharing.arena(of: $0)!) }
        ) { child in
            tieDraw(seed: recipe.seeds[.policy], round: state.round, choices: child.choices.map(Int.init))
        }
    }

    /// Asks the policy, and takes only an answer that names every survivor exactly once.
    func decide(_ ranking: Ranking) async throws -> Verdict {
        let standing = self.standing(ranking)
        let verdict: Verdict
        do {
            verdict = try await policy.decide(standing)
        } catch let error as any Complaint {
            throw error
        } catch {
            throw PolicyError("\(policy.name) failed in round \(state.round): \(error)")
        }
        try verdict.validate(against: standing)
        try refuseUnsupported(verdict)
        return verdict
    }

    /// What the contract has and this loop cannot do yet is refused, never passed over.
    private func refuseUnsupported(_ verdict: Verdict) throws {
        let asked: [(name: String, isAsked: Bool)] = [
            ("dropChoices", !verdict.dropChoices.isEmpty), ("probation", !verdict.probation.isEmpty),
            ("regroup by random", verdict.regroup?.by == "random"),
            ("nextBudgetFraction", verdict.nextBudgetFraction != nil), ("stop", verdict.stop),
        ]
        guard let first = asked.first(where: \.isAsked) else { return }
        throw PolicyError("\(policy.name) asks for \(first.name), which this version cannot do")
    }

    /// What the policy sees of the run.
    private func standing(_ ranking: Ranking) -> Standing {
        let inOrder = ranking.entries.sorted { $0.child < $1.child }
        let budget = recipe.train.budget
        return Standing(
            run: name, round: state.round, seed: recipe.seeds[.policy],
            budget: Standing.Budget(
                macsSpent: Double(state.spending.macs),
                macsTotal: budget.unit == .macs ? budget.amount : Double(state.spending.macs) / max(fraction, 1e-9),
                imagesSpent: state.spending.images, fraction: min(1, fraction),
                roundsLeft: recipe.rounds.count - state.round - 1),
            space: Standing.Space(
                name: space.name, children: space.count ?? .max, alive: inOrder.count,
                slots: space.slots.map { Standing.Slot(name: $0.name, choices: $0.choices) }),
            survivors: inOrder.map { entry in
                Survivor(
                    child: entry.label, index: space.index(of: entry.child), group: entry.group,
                    params: costs[entry.child]!.params, macs: costs[entry.child]!.macs,
                    genotype: space.genotype(of: entry.child), choices: entry.child.choices.map(Int.init),
                    scores: entry.snapshots.indices.map { k in
                        Policies.Score(
                            step: entry.steps[k], round: state.round, kind: recipe.score.measure.rawValue,
                            value: entry.snapshots[k],
                            loss: entry.losses[k], n: entry.images, bn: recipe.score.statistics.rawValue,
                            inclusion: 1)
                    }, mean: entry.score, standardError: entry.standardError)
            }, state: state.policy)
    }

    /// Keeps the verdict's children and splits their groups where the recipe or the policy asks for it.
    func regroup(keeping verdict: Verdict) throws -> Regrouping {
        let survivors = Set(try verdict.keep.map { try space.child(label: $0) })
        let asked = verdict.regroup
        let wanted = asked.map { $0.by == "none" ? nil : $0.count } ?? recipe.rounds[state.round].regroup
        do {
            let (sharing, parents) = try supernet.sharing.split(
                keeping: survivors, into: wanted.map { Grouping(count: $0) })
            return Regrouping(sharing: sharing, parents: parents)
        } catch let refused as Sharing.MergeRefused {
            throw SearchError.mergeRefused(round: state.round, wanted: refused.wanted, alive: refused.alive)
        }
    }

    /// Makes the round durable in one transaction: decision, scores, groups, weights and the advanced digest.
    func commit(_ ranking: Ranking, _ verdict: Verdict, _ regrouping: Regrouping) throws {
        let row = roundRow(
            ranking, survivors: verdict.keep,
            dropped: verdict.dropped.map { .init(child: $0.child, reason: $0.reason) },
            groups: regrouping.sharing.groups, parents: regrouping.parents)
        // Groups that nobody inherits leave with their children; their arenas stay in this round's checkpoint.
        let gone = Set(supernet.weights.arenas.indices).subtracting(regrouping.parents).sorted()
        let left = gone.flatMap { supernet.weights.blobs(of: $0, as: "left/\($0)") }
        try supernet.split(regrouping.sharing, parents: regrouping.parents)
        let round = state.round
        let rows = advance(row, ranking, dropped: verdict.dropped.map { ($0.child, $0.reason) })
        state.round += 1
        state.snapshots = []
        state.roundStart = state.spending
        state.groups = labels(regrouping.sharing.groups)
        state.policy = verdict.state
        try checkpoint(phase: .train, rows: rows, left: left, endsRound: true)
        try observer.note(
            "round \(round): kept \(row.survivors.count) of \(ranking.entries.count) by \(policy.name), "
                + "\(row.groups.count) group\(row.groups.count == 1 ? "" : "s"); best so far \(ranking.entries[0].label)"
        )
    }

    /// Records the final ranking; the run is done.
    func conclude(_ ranking: Ranking) throws {
        let groups = supernet.sharing.groups
        let row = roundRow(
            ranking, survivors: ranking.entries.map(\.label), dropped: [], groups: groups,
            parents: Array(groups.indices))
        let rows = advance(row, ranking, dropped: [])
        state.round += 1
        try checkpoint(phase: .done, rows: rows, endsRound: true)
        try observer.note("done: best \(ranking.entries[0].label), \(space.genotype(of: ranking.entries[0].child))")
    }

    func labels(_ groups: [[Child]]) -> [[String]] { groups.map { $0.map { space.label(of: $0) } } }

    private func roundRow(
        _ ranking: Ranking, survivors: [String], dropped: [RoundRow.Dropped], groups: [[Child]], parents: [Int]
    ) -> RoundRow {
        let place = Dictionary(uniqueKeysWithValues: ranking.entries.enumerated().map { ($1.label, $0) })
        return RoundRow(
            round: state.round, step: state.spending.steps, fraction: fraction, role: scoringRole.rawValue,
            measure: recipe.score.measure.rawValue, statistics: recipe.score.statistics.rawValue,
            scorings: state.snapshots.count, policy: state.round < recipe.rounds.count ? policy.name : "final ranking",
            policyVersion: policy.version, images: state.spending.images, macs: state.spending.macs,
            executedMACs: state.spending.executedMACs, survivors: survivors.sorted { place[$0]! < place[$1]! },
            dropped: dropped.sorted { place[$0.child]! < place[$1.child]! }, groups: labels(groups), parents: parents)
    }

    /// Advances the digest and gives the round's rows.
    private func advance(
        _ row: RoundRow, _ ranking: Ranking, dropped: [(child: String, reason: String)]
    ) -> [Row] {
        let reasons = Dictionary(uniqueKeysWithValues: dropped.map { ($0.child, $0.reason) })
        let scores = ranking.entries.map { entry in
            ScoreRow(
                child: entry.label, index: space.index(of: entry.child), group: entry.group,
                params: costs[entry.child]!.params, macs: costs[entry.child]!.macs, score: entry.score,
                standardError: entry.standardError, rank: entry.rank, snapshots: entry.snapshots, steps: entry.steps,
                losses: entry.losses, accuracies: entry.accuracies, images: entry.images,
                kept: reasons[entry.label] == nil, reason: reasons[entry.label])
        }
        state.digest = RoundDigest.advance(state.digest, row: row, scores: scores, weights: supernet.weights)
        return [.round(row.round, json: JSON.text(row))]
            + scores.map { .score(round: row.round, child: $0.child, json: JSON.text($0)) }
    }
}
