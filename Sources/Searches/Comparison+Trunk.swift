import Checkpoints
import Foundations
import Reports

/// Common beginnings: one run a seed, from which all arms of that seed are forked.
///
/// Pairs that begin with the same weights differ by nothing but what the arms do afterwards. What the trunk cost stands in
/// every fork's own account.
extension Comparison {
    static let trunkName = "trunk"

    /// The first arm's recipe that keeps everyone in one group and is scored once, where the trunk ends.
    package func trunkRecipe(seed: UInt64, until end: Double) -> Recipe {
        var recipe = Self.trunk(of: arms[0].recipe, until: end)
        recipe.seeds = Seeds(seed)
        return recipe
    }

    private static func trunk(of first: Recipe, until end: Double) -> Recipe {
        var recipe = uniform(first)
        // A fork goes on with the sharing it began with.
        if !recipe.sharing.goesOn(from: first.sharing) { recipe.sharing = first.sharing }
        recipe.rounds = [Recipe.Round(at: .fraction(end), regroup: nil)]
        recipe.score.window = 1
        recipe.score.gate = nil
        return recipe
    }

    /// Why a recipe cannot go on from the trunk of another; nil where it can. Known before anything is trained: a fork
    /// would only tell when the trunk has been paid for.
    package static func obstacle(_ recipe: Recipe, trunkOf first: Recipe, until end: Double) throws -> String? {
        if let early = decidesEarly(recipe, end) { return "it \(early)" }
        // Whatever they are called, and with the same children.
        let isSameSpace = try recipe.space.only == first.space.only && recipe.space.resolve() == first.space.resolve()
        return recipe.keyOffThePast(of: trunk(of: first, until: end), isSameSpace: isSameSpace)
            .map { "\($0) is not the trunk's" }
    }

    static func decidesEarly(_ recipe: Recipe, _ end: Double) -> String? {
        recipe.rounds.first { $0.at.unit != .fraction || $0.at.amount <= end }.map {
            "decides at \($0.at.text), not after the trunk's end at \(end) of the budget"
        }
    }

    func trunkFolder(_ seed: UInt64, in root: String) throws -> RunFolder {
        try ComparisonFile.trunkFolder(of: name, seed, in: root)
    }

    /// Brings the trunk of a seed to its end and gives its name.
    func readyTrunk(
        _ seed: UInt64, in root: String, execution: Execution, observer: any SearchObserver
    ) async throws -> String {
        let folder = try trunkFolder(seed, in: root)
        let recipe = trunkRecipe(seed: seed, until: trunk ?? 0)
        let watch = FirstRound(observer)
        let search: ProgressiveSearch
        if folder.exists {
            let recorded = try folder.recorded()
            guard recorded.recipe.identity(space: recorded.space) == recipe.identity(space: try recipe.space.resolve())
            else { throw SearchError.otherRecipe(run: folder.name) }
            if recorded.state.round > 0 { return folder.name }
            search = try .resume(name: folder.name, in: root, execution: execution, observer: watch)
        } else {
            search = try .start(name: folder.name, recipe: recipe, in: root, execution: execution, observer: watch)
        }
        do {
            _ = try await search.run()
        } catch let stopped as SearchStopped where observer.signal != 0 || !watch.isOver {
            throw stopped
        } catch is SearchStopped {}
        return folder.name
    }
}

/// Watches for another observer, and asks to stop once the first round is durable.
private final class FirstRound: SearchObserver {
    private let base: any SearchObserver
    private(set) var isOver = false

    init(_ base: any SearchObserver) { self.base = base }

    func stepped(_ progress: SearchProgress) throws {
        isOver = isOver || progress.round > 0
        try base.stepped(progress)
    }

    func durable(sequence: Int, step: Int) throws { try base.durable(sequence: sequence, step: step) }
    func scored(_ scoring: RunTrace.Scoring) throws { try base.scored(scoring) }
    func decided(_ round: RunRecord.Round, step: Int) throws { try base.decided(round, step: step) }
    func entered(_ point: String, seq: Int, of run: RunFolder) { base.entered(point, seq: seq, of: run) }
    func note(_ line: String) throws { try base.note(line) }
    var shouldStop: Bool { isOver || base.shouldStop }
    var signal: Int32 { base.signal }
}
