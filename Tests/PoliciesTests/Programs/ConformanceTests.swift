import Foundation
import Policies
import Testing

/// The conformance kit passes good policies and finds what is wrong with bad ones.
@Suite struct ConformanceTests {
    private func problems(_ policy: any PruningPolicy) async -> [String: String] {
        let report = await Conformance.check(policy)
        return Dictionary(uniqueKeysWithValues: report.checks.filter { !$0.ok }.map { ($0.name, $0.detail) })
    }

    @Test(arguments: PolicyCatalogue.builtIn.entries.filter { !$0.name.contains("oracle") }.map(\.name))
    func everyBuiltInPasses(_ use: String) async throws {
        let report = await Conformance.check(try PolicyCatalogue.builtIn.make(PolicySpecification(use: use)))
        for check in report.checks { #expect(check.ok, "\(use): \(check.name): \(check.detail)") }
        #expect(report.isPassed && report.checks.count == 19 && Set(report.checks.map(\.name)).count == 19)
    }

    @Test(arguments: ["keep_top_half.py", "keep_top_half.sh"]) func theExamplesPass(_ name: String) async throws {
        let file = Exchange.policies + "/examples/" + name
        let report = await Conformance.check(ProgramPolicy(.init(argv: [file], folder: Exchange.policies)))
        for check in report.checks { #expect(check.ok, "\(name): \(check.name): \(check.detail)") }
        #expect(report.policy.hasPrefix("keep top half 1.0"))
    }

    /// Decides by a closure.
    private struct Own: PruningPolicy {
        let name = "own"
        let version = "1"
        let body: @Sendable (Standing) throws -> Verdict
        func decide(_ standing: Standing) async throws -> Verdict { try body(standing) }
    }

    /// Keeps the first half of an order.
    private func half(_ order: @escaping @Sendable (Standing) -> [Survivor]) -> Own {
        Own { standing in
            let sorted = order(standing).map(\.child)
            let kept = (sorted.count + 1) / 2
            return Verdict(
                keep: Array(sorted.prefix(kept)),
                dropped: sorted.dropFirst(kept).map { .init(child: $0, reason: "low") })
        }
    }

    @Test func anOrderThatDependsOnTheInputIsFound() async {
        let found = await problems(half(\.survivors))
        #expect(found.keys.sorted() == ["survivors in another order", "ties in another order"])
        #expect(found["ties in another order"]?.hasSuffix("break ties by a draw from seed, round and choices") == true)
    }

    @Test func tiesByLabelAreFound() async {
        let found = await problems(
            half { $0.survivors.sorted { ($1.mean ?? -9, $0.child) < ($0.mean ?? -9, $1.child) } })
        #expect(found.keys.sorted() == ["ties under other labels"])
    }

    @Test func aPolicyThatRemembersIsFound() async {
        let count = Counter()
        let found = await problems(
            half { $0.survivors.sorted { ($0.mean ?? -9) < ($1.mean ?? -9) }.rotated(by: count.next()) })
        #expect(found["the same round again"]?.contains("keep nothing outside state") == true)
        let text = await problems(
            Own { standing in
                var verdict = Verdict.keepingAll(of: standing)
                verdict.state = "\(count.next())"
                return verdict
            })
        #expect(text["the same round again"]?.hasPrefix("the decision is the same, but state differs; ") == true)
        #expect(text.keys.sorted() == ["the next round again", "the same round again"])
    }

    @Test func whatThrowsOnMissingScoresIsFound() async {
        let found = await problems(
            Own { standing in
                for survivor in standing.survivors where survivor.mean == nil {
                    throw PolicyError("no mean for \(survivor.child)")
                }
                return .keepingAll(of: standing)
            })
        #expect(found == ["missing scores": "no mean for 111", "no score at all": "no mean for 111"])
    }

    @Test func onlyOneOfTwoIsFound() async {
        let found = await problems(
            Own { standing in
                Verdict(keep: [], dropped: standing.survivors.map { .init(child: $0.child, reason: "all go") })
            })
        #expect(found == ["an ordinary round": "keep is empty, expected at least one survivor"])
    }

    @Test func aProgramThatCannotGreetIsNotTriedFurther() async throws {
        let script = try Script("#!/bin/sh\nexit 5\n")
        let report = await Conformance.check(script.policy())
        #expect(
            report.checks == [
                .init(name: "hello", ok: false, detail: "program policy.sh: left with status 5, expected 0")
            ])
        #expect(!report.isPassed)
    }

    /// A fallback hides nothing.
    @Test func aFallbackIsNoAnswer() async throws {
        let script = try Script(deciding: "exit 5")
        let found = await problems(script.policy(fallback: KeepAll()))
        #expect(
            found["an ordinary round"]?.hasPrefix("keep-all decided in its place: program policy.sh: left with") == true
        )
    }
}

/// A number that grows whenever it is asked for.
private final class Counter: @unchecked Sendable {
    private var count = 0
    private let lock = NSLock()

    func next() -> Int {
        lock.withLock {
            count += 1
            return count
        }
    }
}

extension Array {
    fileprivate func rotated(by count: Int) -> [Element] {
        Array(self[(count % self.count)...] + self[..<(count % self.count)])
    }
}
