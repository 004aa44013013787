import Architectures
import Datasets
import Foundations
import Reports

/// Arms run over the same seeds at equal charged cost: every pair of an arm and a seed is one run, and all are kept as
/// runs of their own.
///
/// Arms are interleaved seed by seed, so that a comparison cut short still compares; started again under the same name it
/// goes on where it stopped.
package struct Comparison: Sendable {
    package let name: String
    package let arms: [Arm]
    package let seeds: [UInt64]
    package let stage: SeedStage
    /// All arms of a seed go on from one run's state at this fraction of the budget; nil begins each from nothing.
    package let trunk: Double?

    package struct Arm: Sendable {
        package let name: String
        /// What comparing with it shows, for people.
        package let purpose: String?
        package let recipe: Recipe
        /// The arm from whose runs this one is worked out; it has none of its own.
        package let paperOf: String?

        package init(name: String, recipe: Recipe, purpose: String? = nil, paperOf: String? = nil) {
            self.name = name
            self.purpose = purpose
            self.recipe = recipe
            self.paperOf = paperOf
        }
    }

    /// The uniform twin of a recipe: the same loop, scored at the same times, that keeps everyone in one group.
    package static func uniform(_ recipe: Recipe) -> Recipe {
        var twin = recipe
        twin.policy = .keepAll
        twin.sharing = .all
        twin.rounds = recipe.rounds.map { Recipe.Round(at: $0.at, regroup: nil) }
        return twin
    }

    /// - Throws: ``SearchError`` where budgets are not equal multiply-adds, where arms see different images, where
    ///   decisions or the final choice would rest on different roles, where development and verdict seeds are mixed,
    ///   where an arm decides before its trunk ends, and where it cannot go on from the trunk.
    package init(name: String, arms: [Arm], seeds: [UInt64], trunk: Double? = nil) throws {
        self.name = name
        self.arms = arms
        self.seeds = seeds
        self.trunk = trunk
        stage = try SeedStage(seeds)
        try checkNames()
        try checkCost()
        try checkImages()
        try checkRoles()
        try checkTrunk()
    }

    /// The arms that have runs.
    package var running: [Arm] { arms.filter { $0.paperOf == nil } }

    package func run(arm: String, seed: UInt64) -> String { "\(name).\(arm).s\(seed)" }

    /// What a run of an arm is made with.
    package func recipe(of arm: Arm, seed: UInt64) -> Recipe {
        var recipe = arm.recipe
        recipe.seeds = Seeds(seed)
        if let trunk { recipe.rounds.insert(Recipe.Round(at: .fraction(trunk), regroup: nil), at: 0) }
        return recipe
    }
}

extension Comparison {
    private func checkNames() throws {
        let names = arms.map(\.name)
        if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
            throw SearchError.unequalArms("two arms are called \(twice)")
        }
        if trunk != nil, names.contains(Self.trunkName) {
            throw SearchError.unequalArms("an arm is called \(Self.trunkName), as the common beginnings are")
        }
    }

    /// Groups with budgets of their own spend the budget once a group.
    private func checkCost() throws {
        let costs = try running.map { arm in
            let budget = arm.recipe.train.budget
            guard budget.unit == .macs else {
                throw SearchError.unequalArms(
                    "\(arm.name): the budget is \(budget.text), expected macs: equal \(budget.unit.rawValue) are no "
                        + "equal cost")
            }
            return try budget.amount * Double(arm.recipe.budgets())
        }
        guard let least = costs.min(), let most = costs.max(), most > least * (1 + ComparisonRecord.allowedGap) else {
            return
        }
        let texts = zip(running, costs).map { "\($0.name) \(Budget(.macs, $1).text)" }
        throw SearchError.unequalArms("the arms spend unequal budgets: \(texts.joined(separator: ", "))")
    }

    private func checkRoles() throws {
        try checkRoles("score") { $0.score.role }
        try checkRoles("make the final choice") { $0.choosingRole }
    }

    private func checkRoles(_ what: String, _ role: (Recipe) -> Role) throws {
        guard Set(arms.map { role($0.recipe) }).count > 1 else { return }
        let texts = arms.map { "\($0.name) on \(role($0.recipe).rawValue)" }
        throw SearchError.unequalArms("the arms \(what) on different roles: \(texts.joined(separator: ", "))")
    }

    private func checkTrunk() throws {
        guard let trunk else { return }
        guard trunk > 0, trunk < 1 else {
            throw SearchError.unequalArms("a trunk up to \(trunk) of the budget, expected between 0 and 1")
        }
        for arm in running {
            if let early = Self.decidesEarly(arm.recipe, trunk) {
                throw SearchError.unequalArms("\(arm.name) \(early)")
            }
            if let why = try Self.obstacle(arm.recipe, trunkOf: arms[0].recipe, until: trunk) {
                throw SearchError.offTrunk(arm: arm.name, first: arms[0].name, why: why)
            }
        }
    }
}

/// What seeds are for: settings are tried on some, and judged on others that nobody has seen.
package enum SeedStage: String, Sendable, Codable {
    /// Seeds below 1000. Whoever tries ten settings and reports the best has chosen luck too.
    case development
    /// Seeds from 1000 on, with the arms fixed before the first run.
    case verdict

    package static let firstVerdictSeed: UInt64 = 1000

    /// - Throws: ``SearchError/mixedSeeds(development:verdict:)``.
    init(_ seeds: [UInt64]) throws {
        let below = seeds.filter { $0 < Self.firstVerdictSeed }
        let above = seeds.filter { $0 >= Self.firstVerdictSeed }
        if let low = below.first, let high = above.first {
            throw SearchError.mixedSeeds(development: low, verdict: high)
        }
        self = above.isEmpty ? .development : .verdict
    }
}

extension Recipe {
    /// How many budgets a run spends: one, or one for each group it begins with.
    fileprivate func budgets() throws -> Int {
        guard sharing.independent else { return 1 }
        let space = try space.resolve()
        guard let children = try listedChildren(of: space) else { return 1 }
        return try sharing.initial(children, space: space).groups.count
    }
}

extension Recipe {
    /// The children a run begins with; nil where they are more than a scoring's sample.
    func listedChildren(of space: SearchSpace) throws -> [Child]? {
        try self.space.children(of: space) ?? Restriction(space).list(limit: score.sample)
    }
}

extension Budget {
    /// `300000 images`, `6.34e+12 macs`.
    package var text: String {
        amount < 1e9 && amount == amount.rounded() ? "\(Int(amount)) \(unit.rawValue)" : "\(amount) \(unit.rawValue)"
    }
}
