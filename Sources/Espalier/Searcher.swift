import Foundation
import Foundations
import Searches

/// Searches from Swift: what `espalier search`, `resume` and `show` do, with policies of your own.
///
///     let searcher = Searcher(policies: [.keepWithin])
///     let recipe = try searcher.recipe("demo", policy: "keep-within", seed: 3)
///     let result = try await searcher.start(recipe, run: "first")
///     print(result.best ?? "not finished")
///
/// A value: it says where runs live and how work is done, never what a run computes. Runs are the command line's own:
/// what one makes, the other reads.
public struct Searcher: Sendable {
    /// The policies known beside the built-in ones; one of the same name takes the built-in one's place.
    public var policies: [PolicyEntry]
    /// The folder runs live in, created when missing.
    public var checkpoints: String
    /// Threads, 1 ... 4096; results do not depend on their number.
    public var threads: Int
    /// The folder of the data files, before what a recipe says.
    public var data: String?

    /// A searcher from its parts; without a number of threads one for each processor.
    public init(
        policies: [PolicyEntry] = [], checkpoints: String = "checkpoints", threads: Int? = nil, data: String? = nil
    ) {
        self.policies = policies
        self.checkpoints = checkpoints
        self.threads = threads ?? ProcessInfo.processInfo.activeProcessorCount
        self.data = data
    }

    /// Does some work with the policies known; whatever goes wrong becomes the surface's own error.
    func known<T>(_ body: () throws -> T) throws -> T {
        do {
            return try PolicyCatalogue.$current.withValue(PolicyCatalogue.builtIn.adding(policies), operation: body)
        } catch {
            throw SearchFailure(error)
        }
    }
}
