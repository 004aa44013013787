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
        try checkRoom()
        loop: while true {
            switch pace().move(spent: spent, made: state.snapshots.count, trained: trainedSinceSnapshot) {
            case .step: try step()
            case .score: try score()
            case .decide: break loop
            }
        }
        try checkpoint(phase: .awaitDecision)
    }

    var alive: [Child] { supernet.sharing.children.sorted() }

    private var stepsPerEpoch: Int {
        let batch = recipe.train.batch
        return (dataset.count(of: .train) + batch - 1) / batch
    }

    private func amount(_ spending: Spending) -> Double {
        spending.amount(in: recipe.train.budget.unit, stepsPerEpoch: stepsPerEpoch)
    }

    var spent: Double { amount(state.spending) }

    /// The spent fraction of the budget; can end a little above 1.
    var fraction: Double { spent / recipe.train.budget.amount }

    private var trainedSinceSnapshot: Bool {
        state.spending.steps > (state.snapshots.last?.step ?? state.roundStart.steps)
    }

    /// The last round ranks for the final choice, on images no decision has seen where there are any.
    var scoringRole: Role { scoringRole(round: state.round) }

    private func scoringRole(round: Int) -> Role {
        let isFinal = round == recipe.rounds.count
        return isFinal && recipe.score.role == .rank && dataset.count(of: .pick) > 0 ? .pick : recipe.score.role
    }

    /// Every role the recipe uses holds images.
    func checkRoles() throws {
        for role in [recipe.score.role, .train] where dataset.count(of: role) == 0 {
            throw SearchError.emptyRole(role.rawValue)
        }
    }

    /// Whether this round's scorings fit before its decision; otherwise the run would spend more than its budget. What
    /// is certain of later rounds is looked at before the first step.
    func checkRoom() throws {
        guard state.snapshots.isEmpty, state.spending == state.roundStart else { return }
        let now = pace()
        // A later round may begin up to one step late, and then ends as late.
        let fits = state.round == 0 ? now.scoring + now.step <= now.due : now.start + now.scoring < now.due
        guard fits else { throw tooSmall(now, round: state.round) }
        guard state.round == 0 else { return }
        let children = alive
        let least = recipe.policy == .keepAll ? children : [children.min { multiplyAdds($0) < multiplyAdds($1) }!]
        for round in recipe.rounds.indices {
            var start = recipe.rounds[round].at * recipe.train.budget.amount
            // Where scoring is free, decisions fall on whole steps.
            if now.scoring == 0 { start = (start / now.step - 1e-9).rounded(.up) * now.step }
            let later = pace(round: round + 1, children: least, start: start)
            guard later.start + later.scoring < later.due else { throw tooSmall(later, round: round + 1) }
        }
    }

    private func tooSmall(_ pace: Pace, round: Int) -> SearchError {
        SearchError.budgetTooSmall(
            round: round, scoring: pace.scoring, room: max(0, pace.due - pace.start),
            unit: recipe.train.budget.unit.rawValue)
    }

    private func pace() -> Pace { pace(round: state.round, children: alive, start: amount(state.roundStart)) }

    private func pace(round: Int, children: [Child], start: Double) -> Pace {
        let macs = children.map(multiplyAdds)
        var step = Spending()
        step.chargeStep(images: recipe.train.batch, childMACs: [macs.reduce(0, +) / macs.count], executed: 0)
        var scoring = Spending()
        scoring.chargeScoring(scoringCost(children, round: round), executed: 0)
        let at = round < recipe.rounds.count ? recipe.rounds[round].at : 1
        return Pace(
            due: at * recipe.train.budget.amount, start: start, scoring: amount(scoring), step: amount(step),
            cycle: children.count, window: recipe.score.window)
    }

    func multiplyAdds(_ child: Child) -> Int { costs[child]!.macs }

    private func scoringCost(_ children: [Child], round: Int) -> ScoringCost {
        ScoringCost(
            childMACs: children.map(multiplyAdds), images: dataset.count(of: scoringRole(round: round)),
            calibrationImages: calibrationImages)
    }

    private var calibrationImages: Int {
        recipe.score.statistics == .calibrated
            ? min(recipe.score.calibrationImages, dataset.count(of: .calibrate)) : 0
    }

    /// One training step and, where it is due, a checkpoint.
    private func step() throws {
        let step = state.spending.steps
        let sampler = Sampler(recipe.train.sampling, living: Living(alive), seeds: recipe.seeds, macs: multiplyAdds)
        let children = sampler.children(round: state.round, step: step - state.roundStart.steps)
        let batch = batches.batch(step: step)
        let began = ContinuousClock.now
        let result: StepResult
        do {
            result = try SearchError.explaining {
                try supernet.step(
                    children, batch: batch, optimizer: recipe.train.optimizer,
                    rate: recipe.train.schedule.rate(at: fraction), normMomentum: Float(recipe.train.normMomentum))
            }
        } catch let error as Diverged {
            throw SearchError.diverged(
                run: name, step: step, child: space.label(of: error.child),
                rate: recipe.train.schedule.rate(at: fraction))
        }
        state.spending.chargeStep(
            images: batch.count, childMACs: children.map(multiplyAdds), executed: result.executedMultiplyAdds)
        journal.trained(step: step, loss: result.losses.reduce(0, +) / Double(result.losses.count))
        journal.seconds += (ContinuousClock.now - began).seconds
        try observer.stepped(
            SearchProgress(
                run: name, round: state.round, rounds: recipe.rounds.count + 1, step: state.spending.steps,
                fraction: min(fraction, 1), survivors: supernet.sharing.children.count,
                loss: result.losses[0], doing: .training))
        if observer.shouldStop {
            try checkpoint(phase: .train)
            throw SearchStopped(signal: observer.signal)
        }
        if journal.isDue(recipe.checkpoint, step: state.spending.steps) { try checkpoint(phase: .train) }
    }

    /// One scoring of every living child; the state before it is durable.
    private func score() throws {
        try checkpoint(phase: .evaluate)
        let children = alive
        let began = ContinuousClock.now
        let calibration =
            recipe.score.statistics == .calibrated
            ? dataset.calibration(
                images: recipe.score.calibrationImages, batch: recipe.train.batch, round: state.round,
                seeds: recipe.seeds, augmentation: recipe.data.augmentation) : []
        let result = try SearchError.explaining {
            try Evaluator(supernet).score(
                children, on: dataset.batches(of: scoringRole, batch: recipe.train.batch),
                statistics: recipe.score.statistics, calibration: calibration
            ) { done in
                try observer.stepped(
                    SearchProgress(
                        run: name, round: state.round, rounds: recipe.rounds.count + 1, step: state.spending.steps,
                        fraction: min(fraction, 1), survivors: children.count, loss: nil, doing: .scoring(done)))
                // Nothing is lost: the scoring is computed again from the checkpoint made before it.
                if observer.shouldStop { throw SearchStopped(signal: observer.signal) }
            }
        }
        if let odd = result.scores.firstIndex(where: { !$0.loss.isFinite || !$0.lossDeviation.isFinite }) {
            throw SearchError.notFinite(
                run: name, what: "the score of child \(space.label(of: children[odd]))", step: state.spending.steps)
        }
        state.spending.chargeScoring(scoringCost(children, round: state.round), executed: result.executedMultiplyAdds)
        state.snapshots.append(
            Snapshot(
                step: state.spending.steps, role: scoringRole.rawValue,
                scores: zip(children, result.scores).map { child, score in
                    .init(
                        child: space.label(of: child), images: score.images, correct: score.correct, loss: score.loss,
                        lossDeviation: score.lossDeviation)
                }))
        journal.seconds += (ContinuousClock.now - began).seconds
        try checkpoint(phase: .train)
    }
}
