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
    package var sharing: SharingChoice
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
        return copy.text(policy: policy.identity) + space.sourceText
    }

    /// One line for tables: space, data and policy.
    package var title: String {
        "\(space.use) on \(data.set), \(policy.use), \(Int(train.budget.amount)) \(train.budget.unit.rawValue)"
    }

    /// A built-in space or a space file, with parameters of its own.
    package struct SpaceChoice: Hashable, Sendable {
        package var use: String
        package var parameters: [String: Int]
        /// The labels of the children a run begins with; empty stands for all.
        package var only: [String]

        package init(use: String, parameters: [String: Int], only: [String] = []) {
            self.use = use
            self.parameters = parameters
            self.only = only
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

    /// Who shares weights, and with which budget.
    package struct SharingChoice: Hashable, Sendable {
        package enum Mode: Hashable, Sendable {
            /// One group.
            case all
            /// Groups from the start.
            case groups(Grouping)
            /// Every child alone but for the stem and the first cells.
            case prefix(cells: Int)
            /// Every child alone but for the parameters whose name holds one of these words.
            case keyword([String])
            /// Every child alone.
            case none
            /// One group, split as survivors grow few: none above `below` survivors, and never under `least` children a
            /// group.
            case adaptive(Grouping, below: Int, least: Int)
        }

        package var mode: Mode
        /// Each group has the whole budget and a schedule of its own, as in the paper; otherwise all groups share one.
        package var independent: Bool

        package static let all = SharingChoice(mode: .all, independent: false)
    }

    package struct Scoring: Hashable, Sendable {
        package var role: Role
        package var statistics: NormStatistics
        package var calibrationImages: Int
        package var measure: Measure
        /// A decision uses the mean over the last so many scorings.
        package var window: Int
        package var model: RankingModel
        /// Where two successive rankings agree less (Kendall tau-b), nobody is dropped; nil never asks.
        package var gate: Double?
        /// Of more living children than this only a sample of so many is scored.
        package var sample: Int
        package var probe: ProbeChoice
    }

    /// Fine-tuning of each child alone before it is scored; none where there are no batches.
    package struct ProbeChoice: Hashable, Sendable {
        package var batches: Int
        package var rate: Double
    }

    package enum Measure: String, Sendable, CaseIterable {
        case accuracy
        case loss
    }

    /// What is made of the mean scores before anybody is ranked.
    package struct RankingModel: Hashable, Sendable {
        package enum Smoothing: String, Sendable, CaseIterable {
            case none
            /// The ridge fit on one effect a slot and operator.
            case mainEffects = "main-effects"
        }

        package var smoothing: Smoothing
        /// The scores are what is left of them after a line on log(params).
        package var afterParams: Bool
        /// The weight of z-scored log(params) beside the z-scored score; 0 is no prior.
        package var sizePrior: Double
    }

    /// A decision, and the groups after it.
    package struct Round: Hashable, Sendable {
        package var at: Due
        /// Nil leaves groups as they are.
        package var regroup: Grouping?
    }

    /// When a decision is due.
    package struct Due: Hashable, Sendable, Codable {
        package enum Unit: String, Hashable, Sendable, Codable, CaseIterable {
            /// Of the budget.
            case fraction = "at"
            case steps
            case epochs
        }

        package var unit: Unit
        package var amount: Double

        package static func fraction(_ amount: Double) -> Due { Due(unit: .fraction, amount: amount) }
    }

    package struct CheckpointRule: Hashable, Sendable {
        package var everyBatches: Int
        package var everySeconds: Double
        package var keep: Int
    }
}
