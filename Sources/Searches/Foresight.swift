import Architectures
import Datasets
import Foundations
import Policies
import Supernets

/// What a recipe is going to cost, worked out from its rounds before anything is run.
///
/// Children count as one of mean cost, a policy as the share it is known to keep, and a gate as open; a policy nobody can
/// foresee keeps everyone.
package struct Foresight: Sendable, Hashable {
    /// Charged multiply-adds and image passes of the whole run, and of its scorings.
    package private(set) var macs = 0.0
    package private(set) var images = 0.0
    package private(set) var scoringMACs = 0.0
    /// Children after each decision.
    package private(set) var survivors: [Int] = []

    /// What has to be known of a data set and a space.
    package struct Ground: Sendable {
        /// How many begin; of a space too large to list those of a sample.
        private(set) var children: Int
        /// Of the children, or of a sample where they are too many to list.
        let meanMACs: Double
        /// Learnt values of all of them together, and of one in the mean.
        package private(set) var params: Int
        private let meanParams: Int
        let counts: [Role: Int]

        /// - Throws: what a network at the size of the images throws.
        /// - Cost: a graph a child, microseconds each.
        package init(_ recipe: Recipe, space: SearchSpace, dataset: Dataset) throws {
            let images = dataset.training
            let input = FeatureShape(channels: images.channels, height: images.height, width: images.width)
            let restriction = Restriction(space)
            let listed = try recipe.listedChildren(of: space)
            let children = listed ?? restriction.spread(256)
            let graphs = try children.map { try space.graph(of: $0, input: input, classes: dataset.classes) }
            self.children = listed?.count ?? recipe.score.sample
            meanMACs = graphs.reduce(0) { $0 + Double($1.multiplyAdds) } / Double(graphs.count)
            params = graphs.reduce(0) { $0 + $1.parameterCount }
            meanParams = params / max(1, graphs.count)
            counts = Dictionary(uniqueKeysWithValues: Role.allCases.map { ($0, dataset.count(of: $0)) })
        }

        /// The same where one child of mean cost and size is trained alone.
        var alone: Ground {
            var ground = self
            ground.children = 1
            ground.params = meanParams
            return ground
        }
    }

    /// - Parameter trunk: what a run goes on from, where it is forked: the first decision is the trunk's, which keeps
    ///   everyone.
    package init(_ recipe: Recipe, _ ground: Ground, trunk: Recipe? = nil) {
        let budget = recipe.train.budget
        let batch = Double(recipe.train.batch)
        let stepsPerEpoch = (Double(ground.counts[.train] ?? 0) / batch).rounded(.up)
        /// One image of a mean child, trained `trained` or scored `scored` times, in the budget's unit.
        func amount(trained: Double, scored: Double, unit: Budget.Unit) -> Double {
            switch unit {
            case .images: trained + scored
            case .macs: (3 * trained + scored) * ground.meanMACs
            case .steps: trained / batch
            case .epochs: trained / batch / max(1, stepsPerEpoch)
            }
        }
        var alive = ground.children
        var start = 0.0
        let dues = recipe.dues(from: alive, after: trunk == nil ? 0 : 1)
        for (place, due) in dues.enumerated() {
            let unit = due.unit == .fraction ? budget.unit : due.unit == .steps ? .steps : .epochs
            let end = due.unit == .fraction ? due.amount * budget.amount : due.amount
            let isFinal = place == dues.count - 1
            let ofTrunk = place == 0 ? trunk : nil
            let scoring = ofTrunk ?? recipe
            let scored = Double(alive) * scoring.scoredImages(isFinal: isFinal, ground.counts)
            let one = amount(trained: 0, scored: scored, unit: unit)
            let window = Double(scoring.score.window)
            let scorings = one > 0 ? max(1, min(window, ((end - start) / one).rounded(.down))) : window
            let each = amount(trained: 1, scored: 0, unit: unit)
            let trained = max(0, end - start - scorings * one) / each
            images += trained + scorings * scored
            scoringMACs += scorings * scored * ground.meanMACs
            macs += (3 * trained + scorings * scored) * ground.meanMACs
            start = end
            guard !isFinal else { break }
            guard ofTrunk == nil else { continue }
            alive = recipe.policy.foreseen(of: alive) ?? alive
            survivors.append(alive)
        }
    }
}

extension Recipe {
    /// When decisions fall, and the end; successive halving plans its own after its first.
    ///
    /// - Parameter past: decisions at the beginning that are a trunk's.
    fileprivate func dues(from children: Int, after past: Int) -> [Due] {
        let all = rounds.map(\.at) + [.fraction(1)]
        guard rounds.count > past, rounds[past].at.unit == .fraction, let halving = policy.halving else { return all }
        var (dues, alive) = (Array(all[...past]), halving.kept(of: children))
        while alive > halving.least, dues.count < 1_000 {
            let spent = dues[dues.count - 1].amount
            dues.append(.fraction(spent + (1 - spent) / Double(halving.decisions(from: alive) + 1)))
            alive = halving.kept(of: alive)
        }
        return dues + [.fraction(1)]
    }

    /// What one scoring charges a child, in scored images: a probe's image counts three times.
    func scoredImages(isFinal: Bool, _ counts: [Role: Int]) -> Double {
        let picks = isFinal && score.role == .rank && (counts[.pick] ?? 0) > 0
        var images = counts[picks ? .pick : score.role] ?? 0
        if score.statistics == .calibrated { images += min(score.calibrationImages, counts[.calibrate] ?? 0) }
        return Double(images + 3 * score.probe.batches * min(train.batch, counts[.train] ?? 0))
    }
}

extension PolicySpecification {
    /// Successive halving, where this is it.
    var halving: SuccessiveHalving? {
        guard program == nil, use == "successive-halving" else { return nil }
        return (try? PolicyCatalogue.current.make(self)) as? SuccessiveHalving
    }

    /// The share that is kept at each decision whatever the scores; nil where that cannot be said beforehand.
    var keptShare: Double? {
        guard program == nil else { return nil }
        if let halving { return halving.least == 1 ? 1 / halving.eta : nil }
        if use == "keep-all" { return 1 }
        if use == "regret-guard", case .policy(let wrapped)? = parameters["wrap"] { return wrapped.keptShare }
        let sharing: Set = ["keep-fraction", "params", "macs", "random", "oracle", "inverse-oracle"]
        guard sharing.contains(use) else { return nil }
        return switch parameters["keep"] {
        case .number(let share): share
        case .integer(let share): Double(share)
        default: 0.5
        }
    }

    /// How many of n are going to be kept; nil where that cannot be said beforehand.
    func foreseen(of n: Int) -> Int? {
        if let halving { return halving.kept(of: n) }
        return keptShare.map { min(n, max(1, Int(($0 * Double(n) - 1e-9).rounded(.up)))) }
    }
}

extension Restriction {
    /// Some of the children, drawn once for all.
    func spread(_ count: Int) -> [Child] {
        var stream = RandomStream(seed: 0, purpose: .sample)
        return (0..<count).compactMap { _ in sample(using: &stream) }
    }
}
