import Architectures
import Datasets
import Foundations
import Policies
import Supernets

/// Everything that decides a run: with the data set it is the run. Two runs of equal recipes have equal bytes.
package struct Recipe: Hashable, Sendable {
    package var space: SpaceChoice
    package var data: DataChoice
    package var seeds: Seeds
    package var train: Training
    package var sharing: SharingMode
    package var score: Scoring
    package var rounds: [Round]
    package var policy: PolicySpecification
    package var checkpoint: CheckpointRule

    package static let schema = "espalier.recipe/1"
}

extension Recipe {
    /// What the digest of a run starts from: all that decides its bytes. Where data lie and how often a checkpoint is
    /// made do not.
    func identity(space: SearchSpace) -> String {
        var copy = self
        copy.data.folder = nil
        copy.checkpoint = CheckpointRule(everyBatches: 1, everySeconds: 1, keep: 1)
        copy.space.use = space.name
        return copy.text + space.sourceText
    }

    /// One line for tables: space, data and policy.
    package var title: String {
        "\(space.use) on \(data.set), \(policy.use), \(Int(train.budget.amount)) \(train.budget.unit.rawValue)"
    }

    /// A built-in space or a space file, with parameters of its own.
    package struct SpaceChoice: Hashable, Sendable {
        package var use: String
        package var parameters: [String: Int]

        package init(use: String, parameters: [String: Int]) {
            self.use = use
            self.parameters = parameters
        }
    }

    package struct DataChoice: Hashable, Sendable {
        /// synthetic, cifar10, cifar100 or idx.
        package var set: String
        /// Where the files are; the command line's `--data` goes before.
        package var folder: String?
        package var holdOut: HoldOut
        /// The wanted side, half of the present one; nil leaves images as they are.
        package var resize: Int?
        package var augmentation: Augmentation
        /// Of the built-in set.
        package var synthetic: SyntheticRecipe
    }

    package struct Training: Hashable, Sendable {
        package var batch: Int
        package var budget: Budget
        package var optimizer: Optimizer
        package var schedule: Schedule
        package var normMomentum: Double
        package var sampling: Sampling
    }

    package enum SharingMode: Hashable, Sendable {
        /// One group.
        case all
        /// So many groups of similar children from the start.
        case groups(count: Int)
    }

    package struct Scoring: Hashable, Sendable {
        package var role: Role
        package var statistics: NormStatistics
        package var calibrationImages: Int
        package var measure: Measure
        /// A decision uses the mean over the last so many scorings.
        package var window: Int
    }

    package enum Measure: String, Sendable, CaseIterable {
        case accuracy
        case loss
    }

    /// A decision when the fraction `at` of the budget is spent.
    package struct Round: Hashable, Sendable {
        package var at: Double
        /// Similar groups after the decision; nil leaves groups as they are.
        package var regroup: Int?
    }

    package struct CheckpointRule: Hashable, Sendable {
        package var everyBatches: Int
        package var everySeconds: Double
        package var keep: Int
    }
}
