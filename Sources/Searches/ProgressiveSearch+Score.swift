import Architectures
import Checkpoints
import Datasets
import Foundation
import Foundations
import Networks
import Supernets

extension ProgressiveSearch {
    /// One scoring of the children of this round; the state before it is durable.
    func score() throws {
        try checkpoint(phase: .evaluate)
        enter(.score)
        defer { enter(.train) }
        let children = scored
        let began = ContinuousClock.now
        let result: Evaluator.Result
        do {
            result = try SearchError.explaining { try evaluate(children) }
        } catch let error as Diverged {
            throw SearchError.diverged(
                run: name, step: state.spending.steps, child: "\(space.label(of: error.child)), in its probe",
                rate: Float(recipe.score.probe.rate))
        }
        if let odd = result.scores.firstIndex(where: { !$0.loss.isFinite || !$0.lossDeviation.isFinite }) {
            throw SearchError.notFinite(
                run: name, what: "the score of child \(space.label(of: children[odd]))", step: state.spending.steps)
        }
        charge(children, executed: result.executedMultiplyAdds)
        state.snapshots.append(
            Snapshot(
                step: state.spending.steps, role: scoringRole.rawValue,
                scores: zip(children, result.scores).map { child, score in
                    .init(
                        child: space.label(of: child), images: score.images, correct: score.correct, loss: score.loss,
                        lossDeviation: score.lossDeviation)
                }))
        if let perImage = result.perImage { keep(perImage) }
        prepare()
        journal.seconds += (ContinuousClock.now - began).seconds
        try checkpoint(phase: .train)
        if let made = state.snapshots.last {
            try observer.scored(made.told(round: state.round, measure: recipe.score.measure))
        }
    }

    private func evaluate(_ children: [Child]) throws -> Evaluator.Result {
        let score = recipe.score
        let calibration =
            score.statistics == .calibrated
            ? dataset.calibration(
                images: score.calibrationImages, batch: recipe.train.batch, round: state.round, seeds: recipe.seeds,
                augmentation: recipe.data.augmentation) : []
        let images = dataset.batches(of: scoringRole, batch: recipe.train.batch)
        func watch(_ done: Double) throws {
            try observer.stepped(progress(.scoring(done)))
            // Nothing is lost: the scoring is computed again from the checkpoint made before it.
            if observer.shouldStop { throw SearchStopped(signal: observer.signal) }
        }
        guard score.probe.batches > 0 else {
            return try Evaluator(supernet).score(
                children, on: images, statistics: score.statistics, calibration: calibration, perImage: needsPairs,
                progress: watch)
        }
        let batches = dataset.probe(
            batches: score.probe.batches, batch: recipe.train.batch, round: state.round, scoring: state.snapshots.count,
            seeds: recipe.seeds, augmentation: recipe.data.augmentation)
        return try Probe(
            supernet, rate: Float(score.probe.rate), optimizer: recipe.train.optimizer,
            normMomentum: Float(recipe.train.normMomentum), batches: batches
        ).score(
            children, on: images, statistics: score.statistics, calibration: calibration, perImage: needsPairs,
            progress: watch)
    }

    /// On images no decision has seen for the final choice, where there are any.
    var scoringRole: Role { scoringRole(round: state.round) }

    private func scoringRole(round: Int) -> Role {
        let isFinal = round >= state.decisions.count
        return isFinal && recipe.score.role == .rank && dataset.count(of: .pick) > 0 ? .pick : recipe.score.role
    }

    /// What a scoring is charged: 1 x MACs an image scored or calibrated on, 3 x MACs an image of a probe.
    func scoringCost(_ children: [Child], round: Int) -> ScoringCost {
        let score = recipe.score
        return ScoringCost(
            childMACs: children.map(multiplyAdds), images: dataset.count(of: scoringRole(round: round)),
            calibrationImages: score.statistics == .calibrated
                ? min(score.calibrationImages, dataset.count(of: .calibrate)) : 0,
            probeImages: score.probe.batches * min(recipe.train.batch, dataset.count(of: .train)))
    }

    private func charge(_ children: [Child], executed: Int) {
        state.spending.chargeScoring(scoringCost(children, round: state.round), executed: executed)
        for group in state.meters.indices {
            let members = Set(supernet.sharing.groups[group])
            let share = children.filter(members.contains)
            state.meters[group].chargeScoring(
                scoringCost(share, round: state.round), executed: executed * share.count / children.count)
        }
    }

    /// Policies that compare children image by image are given every image's score of this round's scorings.
    private var needsPairs: Bool { !isFinal && policy.needs.contains(.pairs) }

    private func keep(_ perImage: [ImageScores]) {
        pairs.append(
            perImage.map { child in
                recipe.score.measure == .loss ? child.losses.map { -$0 } : child.correct.map { Float($0) }
            })
    }
}
