import Checkpoints
import Datasets
import Foundation
import Foundations

/// Which runs a comparison consists of, and what was fixed before the first: `NAME.comparison.json` beside them.
package struct ComparisonFile: Codable, Sendable {
    package struct Arm: Codable, Sendable {
        package let name: String
        package var purpose: String?
        /// SHA-256 of the recipe and its space, whatever the seed.
        package var recipe: String?
        /// What its decisions rest on; nil in files of before it was written down.
        package var role: String?
        /// What its final choice rests on; nil likewise.
        package var choice: String?
        /// Set where the arm has no runs and is worked out from another one's.
        package var paper: Paper?
        package let runs: [Member]
    }

    package struct Paper: Codable, Sendable, Hashable {
        /// Whose runs.
        package let of: String
        /// Whose cuts: a policy as a recipe spells it.
        package let policy: String
    }

    package struct Member: Codable, Sendable {
        package let seed: UInt64
        package let run: String
        /// The folder the run lives in; nil beside this file.
        package var root: String?

        package func folder(in root: String) throws -> RunFolder { try RunFolder(root: self.root ?? root, name: run) }
    }

    package var schema = "espalier.comparison/1"
    package let name: String
    package let arms: [Arm]
    /// The recipe by which picks are trained anew, alone; nil where they are not.
    package var picks: String?
    /// Made of parts that fixed seeds of their own; nil means no.
    package var isJoined: Bool?

    init(name: String, arms: [Arm], picks: String? = nil, isJoined: Bool? = nil) {
        self.name = name
        self.arms = arms
        self.picks = picks
        self.isJoined = isJoined
    }

    package var stage: SeedStage { (try? SeedStage(arms.flatMap { $0.runs.map(\.seed) })) ?? .development }

    static func path(_ name: String, _ root: String) -> String { "\(root)/\(name).comparison.json" }

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

    package func write(in root: String) throws {
        do {
            try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
            try Data(JSON.bytes(self)).write(
                to: URL(fileURLWithPath: ComparisonFile.path(name, root)), options: .atomic)
        } catch {
            throw SearchError.cannotWrite(path: ComparisonFile.path(name, root))
        }
    }
}

extension Comparison {
    /// All of its runs, made or not.
    package func plan() throws -> ComparisonFile {
        ComparisonFile(
            name: name,
            arms: try arms.map { arm in
                let source = arm.paperOf ?? arm.name
                return .init(
                    name: arm.name, purpose: arm.purpose, recipe: try digest(of: arm),
                    role: arm.recipe.score.role.rawValue, choice: arm.recipe.choosingRole.rawValue,
                    paper: arm.paperOf.map { .init(of: $0, policy: arm.recipe.policy.yaml) },
                    runs: seeds.map { .init(seed: $0, run: run(arm: source, seed: $0)) })
            })
    }

    /// What is on record of it: this call's arms and seeds and those of earlier ones.
    package func recorded(in root: String) throws -> ComparisonFile {
        if let file = try ComparisonFile.find(name, in: root) { return file }
        return try plan()
    }

    /// SHA-256 of all that decides an arm's runs but the seed.
    package func digest(of arm: Arm) throws -> String {
        let identity = recipe(of: arm, seed: 0).identity(space: try arm.recipe.space.resolve())
        let trunk = trunk.map { trunkRecipe(seed: 0, until: $0).text } ?? ""
        return SHA256.digest(of: Array((identity + trunk).utf8)).description
    }
}

extension ComparisonFile {
    /// This comparison with the arms and seeds an earlier call of the same name has run.
    ///
    /// - Parameter isPart: of several, whose seeds may be their own; another call has the seeds of the first one.
    /// - Throws: ``SearchError/mixedSeeds(development:verdict:)``; on verdict seeds
    ///   ``SearchError/verdictFixed(comparison:what:)`` for anything but what was fixed then;
    ///   ``SearchError/unequalArms(_:)`` where decisions or the final choice would rest on different roles.
    func merged(with earlier: ComparisonFile?, isPart: Bool = false, in root: String) throws -> ComparisonFile {
        guard let earlier else { return self }
        _ = try SeedStage((earlier.arms + arms).flatMap { $0.runs.map(\.seed) })
        if earlier.stage == .verdict { try checkFixed(by: earlier, seeds: !isPart) }
        try ComparisonFile.checkRoles(earlier.arms + arms, in: root)
        let names =
            earlier.arms.map(\.name) + arms.map(\.name).filter { name in !earlier.arms.contains { $0.name == name } }
        return ComparisonFile(
            name: name,
            arms: try names.map { name in
                let same = (earlier.arms + arms).filter { $0.name == name }
                let newest = same[same.count - 1]
                let runs = try Dictionary(same.flatMap(\.runs).map { ($0.seed, $0) }) { old, new in
                    try new.better(than: old, in: root) ? new : old
                }
                return Arm(
                    name: name, purpose: newest.purpose, recipe: newest.recipe, role: newest.role,
                    choice: newest.choice, paper: newest.paper, runs: runs.values.sorted { $0.seed < $1.seed })
            }, picks: picks ?? earlier.picks,
            isJoined: isPart && seeds != earlier.seeds ? true : earlier.isJoined ?? isJoined)
    }

    private var seeds: Set<UInt64> { Set(arms.flatMap { $0.runs.map(\.seed) }) }

    /// The built-in truth that belongs to all its runs; nil where there is none, or no run yet.
    package func builtInTruth(in root: String) throws -> (name: String, text: String)? {
        var found: (name: String, text: String)?
        for member in arms.compactMap({ $0.runs.first }) {
            let folder = try member.folder(in: root)
            guard folder.exists, let run = try? folder.recorded() else { continue }
            guard let truth = BuiltInTruths.fitting(run.recipe) else { return nil }
            found = truth
        }
        return found
    }

    /// Where a run is, or will be.
    func folder(of arm: String, _ seed: UInt64, in root: String) throws -> RunFolder {
        let member = arms.first { $0.name == arm }?.runs.first { $0.seed == seed }
        return try member?.folder(in: root) ?? RunFolder(root: root, name: "\(name).\(arm).s\(seed)")
    }

    /// Where the common beginning of a seed is, or would be.
    package static func trunkFolder(of comparison: String, _ seed: UInt64, in root: String) throws -> RunFolder {
        try RunFolder(root: root, name: "\(comparison).\(Comparison.trunkName).s\(seed)")
    }

    /// Images by which one arm has chosen are what another one is judged on.
    private static func checkRoles(_ arms: [Arm], in root: String) throws {
        try checkRoles(arms, "score", { $0.role }, { $0.score.role }, in: root)
        try checkRoles(arms, "make the final choice", { $0.choice }, { $0.choosingRole }, in: root)
    }

    private static func checkRoles(
        _ arms: [Arm], _ what: String, _ written: (Arm) -> String?, _ read: (Recipe) -> Role, in root: String
    ) throws {
        var roles: [(arm: String, role: String)] = []
        for arm in arms {
            guard let role = try written(arm) ?? arm.firstRecorded(in: root).map({ read($0.recipe).rawValue }) else {
                continue
            }
            roles.append((arm.name, role))
        }
        guard let first = roles.first, let other = roles.first(where: { $0.role != first.role }) else { return }
        throw SearchError.unequalArms(
            "the arms \(what) on different roles: \(first.arm) on \(first.role), \(other.arm) on \(other.role)")
    }

    /// Arms, their recipes and seeds were fixed before the first run: a verdict that goes on until it pleases is none.
    private func checkFixed(by earlier: ComparisonFile, seeds: Bool) throws {
        func refuse(_ what: String) -> SearchError { .verdictFixed(comparison: name, what: what) }
        let (old, new) = (earlier.arms.map(\.name), arms.map(\.name))
        guard old == new else {
            throw refuse("the arms were \(old.joined(separator: ", ")), now \(new.joined(separator: ", "))")
        }
        for (was, now) in zip(earlier.arms, arms) where was.recipe != now.recipe {
            throw refuse("the recipe of \(was.name) has changed")
        }
        guard !seeds || earlier.arms.map({ $0.runs.map(\.seed) }) == arms.map({ $0.runs.map(\.seed) }) else {
            throw refuse("the seeds were others")
        }
    }
}

extension ComparisonFile.Arm {
    /// The first of its runs that is there; nil where none is.
    func firstRecorded(in root: String) throws -> RecordedRun? {
        for member in runs {
            let folder = try member.folder(in: root)
            if folder.exists { return try folder.recorded() }
        }
        return nil
    }
}
