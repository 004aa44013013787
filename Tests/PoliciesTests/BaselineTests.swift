import Policies
import Testing

/// The policies that look at no score.
@Suite struct BaselineTests {
    private var standing: Standing {
        var standing = Standings.of([0.1, 0.2, 0.3, 0.4])
        for (place, size) in [300, 100, 400, 200].enumerated() {
            standing.survivors[place].params = size
            standing.survivors[place].macs = 1_000 - size
        }
        return standing
    }

    @Test func paramsKeepsTheLargest() async throws {
        let verdict = try await Params().decide(standing)
        #expect(verdict.keep == ["c2", "c0"])
        #expect(
            verdict.dropped == [
                .init(child: "c3", reason: "200 parameters, larger preferred, rank 3 of 4, cut after 2"),
                .init(child: "c1", reason: "100 parameters, larger preferred, rank 4 of 4, cut after 2"),
            ])
        #expect(try await Params(keep: 0.25, prefer: .smaller).decide(standing).keep == ["c1"])
    }

    @Test func macsKeepsTheMostWork() async throws {
        let verdict = try await MACs(keep: 0.75).decide(standing)
        #expect(verdict.keep == ["c1", "c3", "c0"])
        #expect(
            verdict.dropped == [
                .init(child: "c2", reason: "600 multiply-adds, larger preferred, rank 4 of 4, cut after 3")
            ])
        #expect(try await MACs(keep: 0.5, prefer: .smaller).decide(standing).keep == ["c2", "c0"])
    }

    @Test func preferencesComeFromTheFile() async throws {
        for (use, expected) in [("params", ["c1", "c3"]), ("macs", ["c2", "c0"])] {
            let policy = try PolicyCatalogue.builtIn.make(.init(use: use, parameters: ["prefer": .word("smaller")]))
            #expect(try await policy.decide(standing).keep == expected)
        }
    }

    @Test func equalSizesAreDrawn() async throws {
        var standing = Standings.of([0.1, 0.2])
        for place in standing.survivors.indices { standing.survivors[place].params = 7 }
        let verdict = try await Params().decide(standing)
        #expect(
            verdict.dropped[0].reason
                == "7 parameters, larger preferred, rank 2 of 2, cut after 1, tied with the last kept and drawn")
    }

    @Test func randomIsFairAndKeyed() async throws {
        // Of five children two stay whatever their scores: each in 2/5 of 2,000 seeds, 800 +- 5 sigma (sigma 21.9).
        let policy = try RandomChoice(keep: 0.4)
        var stays = [String: Int]()
        for seed in 0..<2_000 {
            let verdict = try await policy.decide(Standings.of([0.1, 0.2, nil, 0.9, 0.3], seed: UInt64(seed)))
            #expect(verdict.keep.count == 2)
            for child in verdict.keep { stays[child, default: 0] += 1 }
        }
        for child in 0..<5 { #expect(abs(stays["c\(child)", default: 0] - 800) < 110) }
        let many = Standings.of(Array(repeating: 0.5, count: 32))
        var later = many
        later.round += 1
        let verdict = try await policy.decide(many)
        #expect(try await Set(policy.decide(later).keep) != Set(verdict.keep))
        #expect(verdict.dropped[0].reason == "drawn at random: place 14 of 32, cut after 13")
    }

    @Test(arguments: [0, 1.5, .nan])
    func sharesAreChecked(_ keep: Double) {
        for make: () throws -> any PruningPolicy in [
            { try Params(keep: keep) }, { try MACs(keep: keep) }, { try RandomChoice(keep: keep) },
        ] {
            let error = #expect(throws: PolicyError.self) { _ = try make() }
            #expect(error?.message.hasSuffix("keep is \(keep), expected above 0 and at most 1") == true)
        }
    }
}
