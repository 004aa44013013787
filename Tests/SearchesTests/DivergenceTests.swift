import Foundations
import Searches
import Testing

/// A run whose numbers overflow ends with exit 10, and its store stays readable.
@Suite struct DivergenceTests {
    /// Overflows in the loss of a step, in the weights, or in a score, after more and more steps.
    @Test(arguments: 1...6)
    func noCheckpointHoldsWhatIsNotFinite(_ steps: Int) async throws {
        let scratch = try Scratch()
        let recipe = try Micro.recipe(
            "train.optimizer.lr=1000", "train.optimizer.weight-decay=1000", "train.optimizer.schedule=constant",
            "score.window=1", "rounds=[]", "train.budget={steps: \(steps)}", "checkpoint.every-batches=1")
        let result = await status { try await scratch.search(recipe) }
        let run = try scratch.recorded()
        #expect(run.head.phase == .done || result == 10)
        #expect(run.head.phase == .done || run.head.step < steps + 1)
        #expect(try scratch.store().verify(full: true).errors.isEmpty)
        #expect(await status { try await scratch.resume() } == result)
    }
}
