import Architectures
import Foundations
import Policies
import Rankings

/// The rows of a round: what was decided, of whom, on what grounds and how surely.
extension ProgressiveSearch {
    func roundRow(_ ranking: Ranking, _ answer: Answer, _ regrouping: Regrouping) -> RoundRow {
        let verdict = answer.verdict
        let place = Dictionary(uniqueKeysWithValues: ranking.entries.enumerated().map { ($1.label, $0) })
        let sharing = regrouping.sharing
        let labels = membership(sharing).groups
        let report = sharing.isListed && labels.count > 1 ? GroupReport.sharedChoices(sharing.groups) : nil
        let choices = verdict.dropChoices
        return RoundRow(
            round: state.round, step: state.spending.steps, fraction: fraction, role: scoringRole.rawValue,
            measure: recipe.score.measure.rawValue, statistics: recipe.score.statistics.rawValue,
            scorings: state.snapshots.count, policy: answer.policy, policyVersion: answer.version,
            isHeld: answer.isHeld,
            images: state.spending.images, macs: state.spending.macs, executedMACs: state.spending.executedMACs,
            survivors: verdict.keep.sorted { place[$0]! < place[$1]! },
            dropped: verdict.dropped.map { .init(child: $0.child, reason: $0.reason) }
                .sorted { place[$0.child]! < place[$1.child]! },
            groups: labels, parents: sharing.isListed ? Array(regrouping.parents.prefix(labels.count)) : [],
            probation: verdict.probation.isEmpty ? nil : verdict.probation.sorted(),
            droppedChoices: choices.isEmpty
                ? nil : choices.map { .init(slot: $0.slot, choice: $0.choice, reason: $0.reason) },
            alive: sharing.restriction?.countText ?? (supernet.sharing.isListed ? nil : "\(sharing.children.count)"),
            cut: cut(ranking, verdict),
            model: recipe.score.model.label, looError: ranking.effects.looRMSE, agreement: ranking.agreement,
            grouping: regrouping.how,
            groupReport: report.map { groups in
                groups.indices.map { group in
                    .init(
                        size: groups[group].size, similarityWithin: groups[group].within,
                        similarityBetween: groups[group].between,
                        tauWithin: agreement(ranking, inside: Set(labels[group])))
                }
            }, notes: answer.notes.isEmpty ? nil : answer.notes,
            stamp: policy.stamp)
    }

    /// The middle between the worst score kept and the best one dropped.
    private func cut(_ ranking: Ranking, _ verdict: Verdict) -> Double? {
        let kept = Set(verdict.keep)
        let worst = ranking.entries.filter { kept.contains($0.label) }.map(\.score).min()
        let best = ranking.entries.filter { !kept.contains($0.label) }.map(\.score).max()
        return worst.flatMap { worst in best.map { (worst + $0) / 2 } }
    }

    /// Kendall tau-b between the newest scoring and the one before, inside a group.
    private func agreement(_ ranking: Ranking, inside labels: Set<String>) -> Double? {
        let before = state.earlier.last?.scores ?? [:]
        let members = ranking.entries.filter { labels.contains($0.label) }
        let earlier = members.map { $0.snapshots.count > 1 ? $0.snapshots.dropLast().last : before[$0.label] }
        return try? Rankings.agreement(earlier, members.map { $0.snapshots.last })
    }

    func scoreRows(_ row: RoundRow, _ ranking: Ranking) -> [ScoreRow] {
        let reasons = Dictionary(uniqueKeysWithValues: row.dropped.map { ($0.child, $0.reason) })
        let waiting = Set(state.probation + (row.probation ?? []))
        return ranking.entries.map { entry in
            let cost = cost(of: entry.child)
            let kept = reasons[entry.label] == nil
            let margin = row.cut.map { entry.score - $0 }
            return ScoreRow(
                child: entry.label, index: space.index(of: entry.child), group: entry.group, params: cost.params,
                macs: cost.macs, score: entry.score, standardError: entry.standardError, rank: entry.rank,
                snapshots: entry.snapshots, steps: entry.steps, losses: entry.losses, accuracies: entry.accuracies,
                images: entry.images, kept: kept, reason: reasons[entry.label],
                mean: entry.mean == entry.score ? nil : entry.mean, margin: margin,
                confidence: margin.flatMap { confidence(kept ? $0 : -$0, entry.standardError) },
                probation: waiting.contains(entry.label) ? true : nil)
        }
    }

    /// Phi(distance / error); nil where the error is 0.
    private func confidence(_ distance: Double, _ error: Double) -> Double? {
        error > 0 ? normalTail(-distance / error) : nil
    }
}
