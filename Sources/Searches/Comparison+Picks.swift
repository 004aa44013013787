import Architectures
import Checkpoints
import Foundations
import Policies

/// Without a truth: every seed's picks trained anew, alone, with a seed no arm has used, and tested.
///
/// Two arms that picked the same child share its training, so their difference is exactly 0. What is compared is the
/// children, each by one run: noise between runs is part of the differences' spread, which the test allows for.
package struct Retraining: Sendable {
    package let comparison: String
    /// Whose budget is that of one child.
    package let recipe: Recipe
    package let root: String

    package init(comparison: String, recipe: Recipe, root: String) {
        self.comparison = comparison
        self.recipe = recipe
        self.root = root
    }

    /// The one a comparison's file names; nil where picks are not trained anew.
    package init?(_ file: ComparisonFile, in root: String) throws {
        guard let text = file.picks else { return nil }
        let recipe = try Recipe(
            StrictYAML.parse(text, path: "\(file.name): recipe of picks"), resolvingPolicy: false)
        self.init(comparison: file.name, recipe: recipe, root: root)
    }

    /// Seeds of comparisons are far below.
    package static func freshSeed(_ seed: UInt64) -> UInt64 { seed &+ 1 << 32 }

    /// The stand-alone trainings of a seed's picks.
    package func truth(_ picks: [String], seed: UInt64) throws -> StandAloneTruth {
        try StandAloneTruth(
            name: "\(comparison).picks", recipe: recipe, children: Set(picks).sorted(),
            seeds: [Self.freshSeed(seed)], in: root)
    }

    /// Accuracies by child, as far as they are there.
    package func accuracies(_ picks: [String], seed: UInt64) throws -> [String: Double] {
        let truth = try truth(picks, seed: seed)
        let found = try truth.found()
        return Dictionary(
            truth.members.compactMap { member in found.results[member].map { (member.child, $0.accuracy) } },
            uniquingKeysWith: { $1 })
    }

    /// Refuses arms whose children are not those of the recipe's space: the same label would be another child.
    ///
    /// - Throws: ``SearchError/otherChildren(space:arm:armSpace:)``; what reading the recipe's space throws.
    package func check(arm: String, of other: SearchSpace) throws {
        let space = try recipe.space.resolve()
        guard space.slots == other.slots else {
            throw SearchError.otherChildren(space: space.name, arm: arm, armSpace: other.name)
        }
    }

    /// Refuses a budget that does not pay for the final score of a child.
    ///
    /// - Throws: ``SearchError/truthTooSmall(scoring:budget:)``; what opening the images throws.
    package func checkRoom(_ execution: Execution) throws {
        let truth = try truth([], seed: 0)
        let space = try truth.recipe.space.resolve()
        try truth.checkRoom(
            Set(Restriction(space).spread(1).map { space.label(of: $0) }),
            on: truth.recipe.data.open(folder: execution.data))
    }

    /// Refuses, before anything is written or trained, what could not be trained or was trained by another recipe.
    ///
    /// - Throws: those of ``check(arm:of:)``; ``SearchError/otherTruth(name:differences:)``.
    package func check(_ file: ComparisonFile) async throws {
        for arm in file.arms {
            if let run = try arm.firstRecorded(in: root) { try check(arm: arm.name, of: run.space) }
        }
        for (seed, picks) in try await file.chosen(in: root) { _ = try truth(picks, seed: seed).found() }
    }

    /// Trains what is missing.
    ///
    /// - Returns: what was said of each training that has diverged.
    /// - Throws: ``SearchStopped``; what ``StandAloneTruth/run(shard:in:execution:observer:)`` throws.
    package func run(
        _ picks: [String], seed: UInt64, execution: Execution, observer: any TruthObserver
    ) async throws -> [String] {
        let truth = try truth(picks, seed: seed)
        return try await truth.run(in: truth.found(), execution: execution, observer: observer).diverged
            .map { $0.problem }
    }
}

extension ComparisonFile.Arm {
    /// Whose cuts are made on paper; nil for an arm with runs of its own.
    package var policyOnPaper: (any PruningPolicy)? {
        get throws { try paper.map { try PolicySpecification(recorded: $0.policy).make() } }
    }
}

extension ComparisonFile {
    /// The children its finished runs have chosen, by seed, and those that cuts on paper have.
    package func chosen(in root: String) async throws -> [(seed: UInt64, picks: [String])] {
        var picks: [UInt64: [String]] = [:]
        for arm in arms {
            let policy = try arm.policyOnPaper
            for member in arm.runs {
                let folder = try member.folder(in: root)
                guard folder.exists else { continue }
                let run = try folder.recorded()
                var best = run.best
                if let policy { best = try await run.eliminated(by: policy, storeBytes: 0).best }
                if let best { picks[member.seed, default: []].append(best) }
            }
        }
        return picks.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// The same comparison whose picks are trained anew by a recipe.
    package func retraining(by recipe: Recipe) -> ComparisonFile {
        ComparisonFile(name: name, arms: arms, picks: recipe.text, isJoined: isJoined)
    }
}
