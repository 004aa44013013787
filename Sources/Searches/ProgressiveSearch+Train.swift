import Architectures
import Checkpoints
import Datasets
import Foundation
import Foundations
import Networks
import Supernets

extension ProgressiveSearch {
    /// Trains and scores until this round's decision is due.
    func train() throws {
        loop: while true {
            let move =
                state.isStopped
                ? (state.snapshots.isEmpty ? Pace.Move.score : .decide)
                : pace().move(
                    spent: spent(in: due(state.round).unit), made: state.snapshots.count, trained: trainedSinceSnapshot)
            switch move {
            case .step: try step()
            case .score: try score()
            case .decide: break loop
            }
        }
        try checkpoint(phase: .awaitDecision)
    }

    /// A step has been made since the last scoring (or since the round began), by every independent group.
    private var trainedSinceSnapshot: Bool {
        let steps = state.spending.steps
        return steps > (state.snapshots.last?.step ?? state.roundStart.steps)
            && (steps - state.roundStart.steps) % samplers.count == 0
    }

    /// The children of the next step, the batch's place in the data order, and whose turn it is.
    ///
    /// Independent groups take turns. Each goes through the data and its children as if it were alone.
    private func turn() -> (children: [Child], batch: Int, group: Int?) {
        let steps = state.spending.steps - state.roundStart.steps
        let groups = independentGroups
        let turn = steps % samplers.count
        let children = samplers[turn].children(round: state.round, step: steps / samplers.count)
        guard !groups.isEmpty else { return (children, state.spending.steps, nil) }
        return (children, state.meters[groups[turn]].steps, groups[turn])
    }

    /// One training step and, where it is due, a checkpoint.
    private func step() throws {
        let step = state.spending.steps
        let (children, place, group) = turn()
        let batch = batches.batch(step: place)
        let spent = fractions(group: group)
        let rate = recipe.train.schedule.rate(at: spent.whole, inRound: spent.inRound)
        let began = ContinuousClock.now
        let result: StepResult
        do {
            result = try SearchError.explaining {
                try supernet.step(
                    children, batch: batch, optimizer: recipe.train.optimizer, rate: rate,
                    normMomentum: Float(recipe.train.normMomentum))
            }
        } catch let error as Diverged {
            throw SearchError.diverged(run: name, step: step, child: space.label(of: error.child), rate: rate)
        }
        let macs = children.map(multiplyAdds)
        state.spending.chargeStep(images: batch.count, childMACs: macs, executed: result.executedMultiplyAdds)
        if let group {
            state.meters[group].chargeStep(
                images: batch.count, childMACs: macs, executed: result.executedMultiplyAdds)
        }
        let loss = result.losses.reduce(0, +) / Double(result.losses.count)
        journal.trained(step: step, loss: loss)
        journal.seconds += (ContinuousClock.now - began).seconds
        try observer.stepped(progress(.training, loss: loss, rate: Double(rate)))
        if observer.shouldStop {
            try checkpoint(phase: .train)
            throw SearchStopped(signal: observer.signal)
        }
        if journal.isDue(recipe.checkpoint, step: state.spending.steps) { try checkpoint(phase: .train) }
    }

    func progress(_ doing: SearchProgress.Doing, loss: Double? = nil, rate: Double? = nil) -> SearchProgress {
        SearchProgress(
            run: name, round: state.round, rounds: state.decisions.count + 1, step: state.spending.steps,
            fraction: min(fraction, 1), survivors: scored.count, loss: loss, rate: rate,
            images: state.spending.images, doing: doing)
    }
}
