import Checkpoints
import Reports

extension RecordedRun {
    /// Curves and scorings for a report, as of the newest checkpoint: what a search at work has recorded since is left out.
    ///
    /// - Throws: ``StoreError``. Cost: a double a step, and every score once more.
    package func trace(_ store: CheckpointStore) throws -> RunTrace {
        let points = try store.metrics("train.loss").filter { $0.step < head.step }
        return RunTrace(
            setting: .init(
                space: space.name, children: recipe.space.only.isEmpty ? space.count : recipe.space.only.count,
                images: recipe.data.set, batch: recipe.train.batch),
            fraction: fractionSpent, step: head.step, round: rounds.count, rounds: state.decisions.count + 1,
            trainLoss: .init(
                steps: points.map(\.step), values: points.map { $0.value.isFinite ? $0.value : nil }),
            scorings: rounds.flatMap(scorings) + undecided, seconds: secondsByRound, genotype: genotype)
    }

    /// Scorings whose decision is still to come.
    private var undecided: [RunTrace.Scoring] {
        guard head.phase != .done else { return [] }
        return state.snapshots.map { $0.told(round: state.round, measure: recipe.score.measure) }
    }

    private var genotype: String? {
        best.flatMap { try? space.child(label: $0) }.map { space.genotype(of: $0) }
    }

    private var fractionSpent: Double {
        if head.phase == .done { return 1 }
        let budget = recipe.train.budget
        // Epochs are not known without the images, and the last decision is near enough.
        guard budget.unit != .epochs, !recipe.sharing.independent else { return rounds.last?.fraction ?? 0 }
        return min(1, spending.amount(in: budget.unit, stepsPerEpoch: 1) / budget.amount)
    }

    /// The scorings a decided round rests on.
    private func scorings(_ row: RoundRow) -> [RunTrace.Scoring] {
        var samples: [Int: [RunTrace.Sample]] = [:]
        for child in scores[row.round] ?? [] {
            for (place, step) in child.steps.enumerated()
            where place < child.snapshots.count && place < child.losses.count && place < child.accuracies.count {
                samples[step, default: []].append(
                    .init(
                        child: child.child, score: child.snapshots[place], loss: child.losses[place],
                        accuracy: child.accuracies[place], images: child.images))
            }
        }
        return samples.keys.sorted().map { step in
            .init(round: row.round, step: step, role: row.role, samples: samples[step] ?? [])
        }
    }

    private var secondsByRound: [Double] {
        var seconds = [Double](repeating: 0, count: rounds.count)
        for event in events {
            guard let spent = event.seconds, let step = event.step,
                let place = rounds.firstIndex(where: { step <= $0.step })
            else { continue }
            seconds[place] += spent
        }
        return seconds
    }
}

extension Snapshot {
    /// For a report and for whoever watches.
    func told(round: Int, measure: Recipe.Measure) -> RunTrace.Scoring {
        .init(
            round: round, step: step, role: role,
            samples: scores.map { score in
                .init(
                    child: score.child, score: Ranking.value(of: score, measure), loss: score.loss,
                    accuracy: Double(score.correct) / Double(max(1, score.images)), images: score.images)
            })
    }
}

extension RoundRow {
    func told(_ scores: [ScoreRow]) -> RunRecord.Round {
        RunRecord.Round(
            round: round, policy: policy, images: images, macs: macs, survivors: survivors,
            dropped: dropped.map { .init(child: $0.child, reason: $0.reason) },
            scores: scores.sorted { ($0.rank, $0.child) < ($1.rank, $1.child) }.map {
                .init(
                    child: $0.child, score: $0.score, rank: $0.rank, group: $0.group, params: $0.params, macs: $0.macs)
            })
    }
}
