import Checkpoints
import Foundation
import Foundations

/// Arms run over the same seeds: every pair of an arm and a seed is one run, and all are kept as runs of their own.
///
/// Arms are interleaved seed by seed, so that a comparison cut short still compares; started again under the same name it
/// goes on where it stopped.
package struct Comparison: Sendable {
    package struct Arm: Sendable {
        package let name: String
        package let recipe: Recipe

        package init(name: String, recipe: Recipe) {
            self.name = name
            self.recipe = recipe
        }
    }

    package let name: String
    package let arms: [Arm]
    package let seeds: [UInt64]

    /// - Throws: where budgets are unequal, or decisions would rest on different roles: such arms cannot be compared.
    package init(name: String, arms: [Arm], seeds: [UInt64]) throws {
        let names = arms.map(\.name)
        if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
            throw SearchError.unequalArms("two arms are called \(twice)")
        }
        let budgets = Set(arms.map(\.recipe.train.budget))
        guard budgets.count == 1 else {
            let texts = arms.map {
                "\($0.name) \(Int($0.recipe.train.budget.amount)) \($0.recipe.train.budget.unit.rawValue)"
            }
            throw SearchError.unequalArms("the arms spend unequal budgets: \(texts.joined(separator: ", "))")
        }
        let roles = Set(arms.map(\.recipe.score.role))
        guard roles.count == 1 else {
            let texts = arms.map { "\($0.name) on \($0.recipe.score.role.rawValue)" }
            throw SearchError.unequalArms("the arms score on different roles: \(texts.joined(separator: ", "))")
        }
        self.name = name
        self.arms = arms
        self.seeds = seeds
    }

    /// The uniform twin of a recipe: the same loop, scored at the same times, that keeps everyone in one group.
    package static func uniform(_ recipe: Recipe) -> Recipe {
        var twin = recipe
        twin.policy = .keepAll
        twin.sharing = .all
        twin.rounds = recipe.rounds.map { Recipe.Round(at: $0.at, regroup: nil) }
        return twin
    }

    package func run(arm: String, seed: UInt64) -> String { "\(name).\(arm).s\(seed)" }

    package var file: ComparisonFile {
        ComparisonFile(
            name: name,
            arms: arms.map { arm in
                .init(name: arm.name, runs: seeds.map { .init(seed: $0, run: run(arm: arm.name, seed: $0)) })
            })
    }

    /// Runs what is not done yet.
    ///
    /// - Throws: ``SearchError/otherRecipe(run:)`` where a run of that name was made with another recipe.
    package func run(in root: String, execution: Execution, observer: any SearchObserver) async throws {
        try checkRuns(in: root)
        try file.merged(with: ComparisonFile.find(name, in: root)).write(in: root)
        for seed in seeds {
            for arm in arms {
                let folder = try RunFolder(root: root, name: run(arm: arm.name, seed: seed))
                let search: ProgressiveSearch
                if !folder.exists {
                    search = try .start(
                        name: folder.name, recipe: recipe(of: arm, seed: seed), in: root, execution: execution,
                        observer: observer)
                } else if try recorded(folder).head.phase != .done {
                    search = try .resume(name: folder.name, in: root, execution: execution, observer: observer)
                } else {
                    continue
                }
                _ = try await search.run()
            }
        }
    }

    private func recipe(of arm: Arm, seed: UInt64) -> Recipe {
        var recipe = arm.recipe
        recipe.seeds = Seeds(seed)
        return recipe
    }

    private func recorded(_ folder: RunFolder) throws -> RecordedRun {
        let store = try CheckpointStore.open(folder, for: .reading)
        defer { store.close() }
        return try RecordedRun(store, name: folder.name)
    }

    /// Every name is usable, and runs that exist already are of this comparison: known before anything is run.
    private func checkRuns(in root: String) throws {
        for arm in arms {
            let space = try arm.recipe.space.resolve()
            for seed in seeds {
                let folder = try RunFolder(root: root, name: run(arm: arm.name, seed: seed))
                guard folder.exists else { continue }
                let run = try recorded(folder)
                guard run.recipe.identity(space: run.space) == recipe(of: arm, seed: seed).identity(space: space) else {
                    throw SearchError.otherRecipe(run: folder.name)
                }
            }
        }
    }
}

/// Which runs a comparison consists of: `NAME.comparison.json` beside them.
package struct ComparisonFile: Codable, Sendable {
    package struct Arm: Codable, Sendable {
        package let name: String
        package let runs: [Member]
    }

    package struct Member: Codable, Sendable {
        package let seed: UInt64
        package let run: String
    }

    package var schema = "espalier.comparison/1"
    package let name: String
    package let arms: [Arm]

    init(name: String, arms: [Arm]) {
        self.name = name
        self.arms = arms
    }

    private static func path(_ name: String, _ root: String) -> String { "\(root)/\(name).comparison.json" }

    /// The comparison of that name, nil where there is none.
    package static func find(_ name: String, in root: String) throws -> ComparisonFile? {
        guard (try? RunFolder(root: root, name: name)) != nil else { return nil }
        let path = path(name, root)
        // Written here, beside the runs: anything that is not such a file is as good as none.
        guard let bytes = try? RegularFile.read(path, limit: 16 << 20) else { return nil }
        guard let file = JSON.decode(ComparisonFile.self, String(decoding: bytes, as: UTF8.self)) else {
            throw SearchError.unreadableState(run: name, what: "comparison file \(path)")
        }
        return file
    }

    /// This comparison with the arms and seeds an earlier call of the same name has run.
    func merged(with earlier: ComparisonFile?) -> ComparisonFile {
        guard let earlier else { return self }
        let names =
            earlier.arms.map(\.name) + arms.map(\.name).filter { name in !earlier.arms.contains { $0.name == name } }
        return ComparisonFile(
            name: name,
            arms: names.map { name in
                let members = (earlier.arms + arms).filter { $0.name == name }.flatMap(\.runs)
                let bySeed = Dictionary(members.map { ($0.seed, $0) }, uniquingKeysWith: { _, new in new })
                return Arm(name: name, runs: bySeed.values.sorted { $0.seed < $1.seed })
            })
    }

    func write(in root: String) throws {
        do {
            try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
            try Data(JSON.bytes(self)).write(
                to: URL(fileURLWithPath: ComparisonFile.path(name, root)), options: .atomic)
        } catch {
            throw SearchError.cannotWrite(path: ComparisonFile.path(name, root))
        }
    }
}
