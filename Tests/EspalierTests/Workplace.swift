import Espalier
import Foundation
import Synchronization
import Testing

/// A folder for runs that goes away with the test, and the smallest recipe.
final class Workplace: Sendable {
    let checkpoints = FileManager.default.temporaryDirectory.appending(path: "espalier-\(UUID().uuidString)").path

    deinit { try? FileManager.default.removeItem(atPath: checkpoints) }

    func searcher(_ policies: [PolicyEntry] = []) -> Searcher {
        Searcher(policies: policies, checkpoints: checkpoints, threads: 1)
    }

    static func text(policy: String = "keep-fraction") -> String {
        """
        schema: espalier.recipe/1
        space: {use: deeper-insights, cells: 1, channels: 4}
        data:
          set: synthetic
          hold-out: {rank: 16, pick: 16}
          synthetic: {side: 8, distance: 4, jitter: 0, train: 160, test: 32}
        train: {batch: 16, budget: {steps: 60}}
        score: {window: 1}
        rounds: [{at: 0.5}]
        policy: \(policy)
        """
    }
}

/// What a search tells, in order.
final class Told: Sendable {
    private let list = Mutex<[SearchEvent]>([])
    var events: [SearchEvent] { list.withLock { $0 } }
    func note(_ event: SearchEvent) { list.withLock { $0.append(event) } }
}

/// Keeps the first child by label and drops the rest.
struct KeepOne: PruningPolicy {
    let name = "keep-one"
    let version = "1"

    func decide(_ standing: Standing) async throws -> Verdict {
        let first = standing.survivors.map(\.child).min() ?? ""
        let rest = standing.survivors.map(\.child).filter { $0 != first }
        return Verdict(keep: [first], dropped: rest.map { .init(child: $0, reason: "not \(first)") })
    }
}

struct Failing: PruningPolicy {
    struct OutOfIdeas: Error {}
    let name = "failing"
    let version = "1"
    func decide(_ standing: Standing) async throws -> Verdict { throw OutOfIdeas() }
}

extension PolicyEntry {
    static let keepOne = PolicyEntry(name: "keep-one", summary: "keeps one") { _ in KeepOne() }
    static let failing = PolicyEntry(name: "failing", summary: "fails") { _ in Failing() }
}

/// The failure of some work.
func failure(_ body: () async throws -> Any) async throws -> SearchFailure {
    do {
        _ = try await body()
    } catch let failure as SearchFailure {
        return failure
    }
    return try #require(nil, "nothing was thrown")
}
