import Architectures
import Foundations
import Policies
import Rankings
import Supernets

extension ProgressiveSearch {
    /// What the policy sees of the run.
    func standing(_ ranking: Ranking) throws -> Standing {
        let inOrder = ranking.entries.sorted { $0.child < $1.child }
        let probation = probation
        return Standing(
            run: name, round: state.round, seed: recipe.seeds[.policy], budget: budgetSeen(),
            space: spaceSeen(),
            survivors: inOrder.map { survivor($0, isOnProbation: probation.contains($0.child)) },
            operators: try operatorsSeen(inOrder, effects: ranking.effects), state: state.policy,
            pairs: try pairsSeen(inOrder))
    }

    private func budgetSeen() -> Standing.Budget {
        let budget = recipe.train.budget
        return Standing.Budget(
            macsSpent: Double(state.spending.macs),
            macsTotal: budget.unit == .macs && !recipe.sharing.independent
                ? budget.amount : Double(state.spending.macs) / max(fraction, 1e-9),
            imagesSpent: state.spending.images, fraction: min(1, fraction),
            roundsLeft: state.decisions.count - state.round - 1, nextFraction: nextFraction)
    }

    /// When the next decision is due, for policies that ask for more than every standing holds.
    private var nextFraction: Double? {
        guard !policy.needs.isEmpty, state.round + 1 < state.decisions.count else { return nil }
        let due = due(state.round + 1)
        return due.unit == .fraction ? due.amount : nil
    }

    /// Slots list what may still be chosen: of a listed space everything, children are dropped there one by one.
    private func spaceSeen() -> Standing.Space {
        let allowed = supernet.sharing.restriction?.allowed
        let count = supernet.sharing.restriction?.count ?? living.list?.count
        return Standing.Space(
            name: space.name, children: space.count ?? .max, alive: count ?? .max,
            slots: space.slots.enumerated().map { place, slot in
                let indices = allowed?[place].map(Int.init) ?? Array(slot.choices.indices)
                return Standing.Slot(name: slot.name, choices: indices.map { slot.choices[$0] }, indices: indices)
            })
    }

    private func survivor(_ entry: Ranking.Entry, isOnProbation: Bool) -> Survivor {
        let cost = cost(of: entry.child)
        let inclusion = supernet.sharing.restriction == nil ? 1 : Double(scored.count) / livingCount
        return Survivor(
            child: entry.label, index: space.index(of: entry.child), group: entry.group, params: cost.params,
            macs: cost.macs, genotype: space.genotype(of: entry.child), choices: entry.child.choices.map(Int.init),
            scores: entry.snapshots.indices.map { k in
                Policies.Score(
                    step: entry.steps[k], round: state.round, kind: recipe.score.measure.rawValue,
                    value: entry.snapshots[k], loss: entry.losses[k], n: entry.images,
                    bn: recipe.score.statistics.rawValue, inclusion: inclusion)
            }, mean: entry.score, standardError: entry.standardError, probation: isOnProbation)
    }

    /// Mean, additive effect and weight angle of every choice some child has.
    private func operatorsSeen(_ entries: [Ranking.Entry], effects: MainEffects) throws -> [Standing.OperatorMeasure] {
        let angles = try WeightAngles(supernet, seed: recipe.seeds[.initialisation])
            .byChoice(children: entries.map(\.child))
        let scores = effects.operatorScores(
            choices: entries.map { $0.child.choices.map(Int.init) }, scores: entries.map(\.score))
        return scores.flatMap { score in
            let slot = space.slots[score.slot]
            let kinds = [("mean", score.mean), ("effect", score.effect), ("angle", angles[score.slot][score.choice])]
            return kinds.map {
                Standing.OperatorMeasure(slot: slot.name, choice: slot.choices[score.choice], kind: $0.0, value: $0.1)
            }
        }
    }

    /// Every image's score of this round's scorings, for a policy that asked for it.
    private func pairsSeen(_ entries: [Ranking.Entry]) throws -> PairedScores? {
        guard policy.needs.contains(.pairs), pairs.count == state.snapshots.count else { return nil }
        return try PairedScores(
            pairs, children: entries.map(\.label), steps: state.snapshots.map(\.step),
            cycle: (samplers.map(\.cycleSteps).max() ?? 1) * samplers.count)
    }
}
