import Datasets
import Foundations
import Supernets

/// How a stand-alone training is scored when it has ended.
package struct FinalScore: Hashable, Sendable {
    package var role: Role
    package var statistics: NormStatistics

    /// All test images, with batch-norm statistics calibrated on training images: the child's own, and without the noise
    /// of running statistics, which at a momentum of 0.4 are those of the last few batches.
    package init(role: Role = .test, statistics: NormStatistics = .calibrated) {
        self.role = role
        self.statistics = statistics
    }
}

extension Recipe {
    /// This recipe for children that train alone: its space, images, training and budget, which is that of one child. What
    /// is only for several children is put aside: sharing, decisions, the policy, the sampling, and how scores are made
    /// into rankings. One score is taken, at the end.
    package func alone(scored final: FinalScore) -> Recipe {
        var copy = self
        copy.space.only = []
        copy.seeds = Seeds(0)
        copy.train.sampling = Sampling(.shuffledCycle)
        copy.sharing = .all
        copy.rounds = []
        copy.policy = .keepAll
        copy.score = Scoring(
            role: final.role, statistics: final.statistics, calibrationImages: score.calibrationImages,
            measure: .accuracy, window: 1,
            model: RankingModel(smoothing: .none, afterParams: false, sizePrior: 0), gate: nil, sample: score.sample,
            probe: ProbeChoice(batches: 0, rate: score.probe.rate))
        copy.checkpoint.keep = 1
        return copy
    }

    /// Keys of a recipe that ``alone(scored:)`` puts aside, and what stands in for them; the start of a path.
    package static let putAside: [(path: String, instead: String)] = [
        ("seed", "--seeds"), ("seeds", "--seeds"), ("score.on", "--on"), ("score.bn", "--bn"),
        ("train.sampling", ""), ("sharing", ""), ("rounds", ""), ("policy", ""), ("score", ""),
    ]
}
