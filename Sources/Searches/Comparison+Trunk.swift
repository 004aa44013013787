import Checkpoints
import Foundations

/// Common beginnings: one run a seed, from which all arms of that seed are forked.
///
/// Pairs that begin with the same weights differ by nothing but what the arms do afterwards. What the trunk cost stands in
/// every fork's own account.
extension Comparison {
    static let trunkName = "trunk"

    /// The first arm's recipe that keeps everyone in one group and is scored once, where the trunk ends.
    func trunkRecipe(seed: UInt64, until end: Double) -> Recipe {
        var recipe = Comparison.uniform(arms[0].recipe)
        // A fork goes on with the sharing it began with.
        if !recipe.sharing.goesOn(from: arms[0].recipe.sharing) { recipe.sharing = arms[0].recipe.sharing }
        recipe.seeds = Seeds(seed)
        recipe.rounds = [Recipe.Round(at: .fraction(end), regroup: nil)]
        recipe.score.window = 1
        recipe.score.gate = nil
        return recipe
    }

    /// Brings the trunk of a seed to its end and gives its name.
    func readyTrunk(
        _ seed: UInt64, in root: String, execution: Execution, observer: any SearchObserver
    ) async throws -> String {
        let folder = try RunFolder(root: root, name: run(arm: Self.trunkName, seed: seed))
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
    func entered(_ point: String, seq: Int, of run: RunFolder) { base.entered(point, seq: seq, of: run) }
    func note(_ line: String) throws { try base.note(line) }
    var shouldStop: Bool { isOver || base.shouldStop }
    var signal: Int32 { base.signal }
}
