import Foundations

/// What is recorded of a run: the JSON of `search`, `resume` and `show`, and all that a report is made of.
package struct RunRecord: Sendable, Hashable, Codable {
    package var schema = "espalier.run/1"
    package var run: String
    /// Where the run stands, such as `training` or `finished`.
    package var phase: String
    package var seed: UInt64
    /// The name or file of the recipe.
    @OrNull package var recipe: String?
    /// The last value of the run's digest chain, in hexadecimal.
    @OrNull package var digest: String?
    /// Image passes so far: training, scoring and calibration.
    package var images: Int
    /// Multiply-adds charged, by the contract's rule.
    package var macs: Int
    /// Multiply-adds executed, after sharing and rewriting.
    package var executedMacs: Int
    package var storeBytes: Int
    /// The decisions, in order.
    package var rounds: [Round]
    /// The child chosen; nil before the end.
    @OrNull package var best: String?
    @OrNull package var imagesPerSecond: Double?
    @OrNull package var wallSeconds: Double?

    package init(
        run: String, phase: String, seed: UInt64, recipe: String? = nil, digest: String? = nil, images: Int, macs: Int,
        executedMacs: Int, storeBytes: Int, rounds: [Round], best: String?, imagesPerSecond: Double? = nil,
        wallSeconds: Double? = nil
    ) {
        self.run = run
        self.phase = phase
        self.seed = seed
        self.recipe = recipe
        self.digest = digest
        self.images = images
        self.macs = macs
        self.executedMacs = executedMacs
        self.storeBytes = storeBytes
        self.rounds = rounds
        self.best = best
        self.imagesPerSecond = imagesPerSecond
        self.wallSeconds = wallSeconds
    }
}
