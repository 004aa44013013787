import Checkpoints
import Foundations

/// What children are really worth: each one trained alone, once a seed.
///
/// There is no second trainer. A stand-alone training is a ``ProgressiveSearch`` of a recipe whose space holds one child,
/// that keeps everyone, decides nothing and takes its one score at the end. Every pair of a child and a seed is a run of
/// its own in the folder `NAME.truth` under the runs' root; the runs go seed by seed, so that a truth cut short has whole
/// seeds, and a later call runs only what is missing.
package struct StandAloneTruth: Sendable {
    package let name: String
    /// What all runs have in common: no child and no seed yet.
    package let recipe: Recipe
    /// Labels, in the order of the table.
    package let children: [String]
    package let seeds: [UInt64]
    /// Where the runs are.
    package let root: String
    /// `NAME.truth`, as a name beside those of runs.
    let folder: RunFolder

    /// One stand-alone training.
    package struct Member: Hashable, Sendable {
        package let child: String
        package let seed: UInt64
        package let run: String
    }

    /// - Parameters:
    ///   - recipe: whose space, images and training are taken; see ``Recipe/alone(scored:)`` for the rest.
    ///   - root: where runs live.
    package init(
        name: String, recipe: Recipe, children: [String], seeds: [UInt64], scored: FinalScore = FinalScore(),
        in root: String
    ) throws {
        self.name = name
        self.recipe = recipe.alone(scored: scored)
        self.children = children
        self.seeds = seeds
        _ = try RunFolder(root: root, name: name)
        folder = try RunFolder(root: root, name: name + ".truth")
        self.root = folder.path
    }

    /// All runs, seed by seed.
    package var members: [Member] { seeds.flatMap { seed in children.map { member($0, seed) } } }

    /// The runs of a part of several: children in turn, from another one on in every seed, so that no part has the same
    /// ones, and with them the dear ones, in all.
    package func members(of shard: Shard?) -> [Member] {
        guard let shard else { return members }
        return seeds.enumerated().flatMap { row, seed in
            children.enumerated().filter { shard.has($0.offset + row) }.map { member($0.element, seed) }
        }
    }

    /// A label that makes no name of a run (longer than 40 letters, with other signs) is named by its digest.
    func member(_ child: String, _ seed: UInt64) -> Member {
        let plain = "\(child).s\(seed)"
        let isName = child.utf8.count <= 40 && (try? RunFolder(root: root, name: plain)) != nil
        let digest = SHA256.digest(of: Array(child.utf8)).description.prefix(16)
        return Member(child: child, seed: seed, run: isName ? plain : "\(digest).s\(seed)")
    }

    /// The recipe of a run.
    package func recipe(of member: Member) -> Recipe {
        var recipe = recipe
        recipe.space.only = [member.child]
        recipe.seeds = Seeds(member.seed)
        return recipe
    }
}
