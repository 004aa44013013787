import Foundations
import Policies
import Searches
import Synchronization

/// A policy that keeps what it is shown, and answers by a closure.
struct SpyPolicy: PruningPolicy {
    let name = "spy"
    let version = "1"
    let spy: Spy

    func decide(_ standing: Standing) async throws -> Verdict {
        spy.seen.withLock { $0.append(standing) }
        return try spy.answer(standing)
    }
}

/// What a ``SpyPolicy`` saw, and how it answers.
final class Spy: Sendable {
    let seen = Mutex<[Standing]>([])
    let answer: @Sendable (Standing) throws -> Verdict

    init(_ answer: @escaping @Sendable (Standing) throws -> Verdict = Spy.half) { self.answer = answer }

    /// The built-in policies and this one, as `use: spy`.
    var catalogue: PolicyCatalogue {
        .builtIn.adding([PolicyEntry(name: "spy", summary: "for tests") { _ in SpyPolicy(spy: self) }])
    }

    /// Keeps every other survivor, whatever the scores.
    static let half: @Sendable (Standing) throws -> Verdict = { standing in
        let children = standing.survivors.map(\.child)
        return .keeping(children.enumerated().filter { $0.offset % 2 == 0 }.map(\.element), of: standing)
    }
}

extension Verdict {
    static func keeping(_ keep: [String], of standing: Standing) -> Verdict {
        let rest = standing.survivors.map(\.child).filter { !keep.contains($0) }
        return Verdict(keep: keep, dropped: rest.map { .init(child: $0, reason: "not kept") })
    }
}
