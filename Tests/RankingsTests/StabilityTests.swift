import Rankings
import Testing

/// Phi, RBO, precision and what is made of them, by hand.
@Suite struct StabilityTests {
    /// Phi of sets of names.
    private func stability(_ sets: [Set<String>], among items: [String]) throws -> SetStability? {
        try SetStability(memberships: sets.map { set in items.map { set.contains($0) ? 1 : 0 } })
    }

    @Test func phiByHand() throws {
        let items = ["a", "b", "c", "d"]
        // p = 1, 1/2, 1/2, 0: sum p (1 - p) = 1/2, times M / (M - 1) = 2 over n: 1/4. k/n (1 - k/n) = 1/4. Phi = 0.
        #expect(try stability([["a", "b"], ["a", "c"]], among: items)?.phi == 0)
        // Overlaps 2, 1, 1 of 2: mean 2/3, chance 1/2: (2/3 - 1/2) / (1 - 1/2) = 1/3.
        let three = try #require(try stability([["a", "b"], ["a", "b"], ["a", "c"]], among: items))
        #expect(abs(three.phi - 1.0 / 3) < 1e-15)
        // Unequal sizes, n = 3: p = 1, 1/2, 0; sum p (1 - p) = 1/4, times 2 / 3 = 1/6; k = 3/2: 1 - (1/6) / (1/4) = 1/3.
        let unequal = try #require(try stability([["a"], ["a", "b"]], among: ["a", "b", "c"]))
        #expect(abs(unequal.phi - 1.0 / 3) < 1e-15)
        #expect(try stability([["a", "b"], ["a", "b"]], among: items)?.phi == 1)
        #expect(try stability([["a", "b"], ["c", "d"]], among: items)?.phi == -1)
    }

    @Test func phiWithTiesIsTheMeanOverTheirOrders() throws {
        // Row 1 takes a; row 2 a or b. Phi is 1 or (0 - 1/2) / (1/2) = -1 with n = 2: mean 0.
        #expect(try SetStability(top: 1, of: [[2, 1], [1, 1]])?.phi == 0)
        // A constant row knows nothing.
        #expect(abs(try #require(try SetStability(top: 2, of: [[5, 4, 1, 0], [3, 3, 3, 3]])).phi) < 1e-15)
    }

    @Test func phiUndefined() throws {
        #expect(try stability([["a"]], among: ["a", "b"]) == nil)
        #expect(try stability([[], []], among: ["a", "b"]) == nil)
        #expect(try stability([["a"], ["a"]], among: ["a"]) == nil)
        #expect(try stability([["a"], ["a"], ["a"], ["a"]], among: ["a", "b"])?.interval() == nil)
        #expect(try stability([["a"], ["a"], ["b"]], among: ["a", "b"])?.interval() == nil)
        #expect(try stability([["a"], ["a"], ["a"], ["b"]], among: ["a", "b"])?.interval() != nil)
        #expect(throws: RankingsError.self) { try SetStability(top: 3, of: [[1, 2], [2, 1]]) }
    }

    @Test func rankBiasedOverlapByHand() throws {
        // a b c against b a c, p = 1/2: X = 0, 2, 3, agreements 0, 1, 1. 1/8 + (0/2 + 1/4 + 1/8) = 1/2.
        let abc = [3.0, 2, 1]
        #expect(try rankBiasedOverlap(abc, [2, 3, 1], p: 0.5) == 0.5)
        #expect(try rankBiasedOverlap(abc, abc, p: 0.5) == 1)
        // a and b tied against a b c: the mean of the orders a b c (1) and b a c (1/2).
        #expect(try rankBiasedOverlap([3, 3, 1], abc, p: 0.5) == 0.75)
        // Reversed: X = 0, 1, 3: agreements 0, 1/2, 1: 1/8 + (1/8 + 1/8) = 3/8.
        #expect(try rankBiasedOverlap(abc, [1, 2, 3], p: 0.5) == 0.375)
        #expect(try rankBiasedOverlap([], []) == nil)
        #expect(try rankBiasedOverlap([1], [7]) == 1)
        #expect(throws: RankingsError.self) { try rankBiasedOverlap(abc, abc, p: 1) }
        #expect(throws: RankingsError.self) { try rankBiasedOverlap(abc, [1, .nan, 2]) }
        #expect(try meanRankBiasedOverlap([abc]) == nil)
    }

    @Test func precisionByHand() throws {
        let truth = [4.0, 3, 2, 1]
        #expect(try precision(top: 2, scores: [9, 1, 8, 2], truth: truth) == 0.5)
        #expect(try precision(bottom: 2, scores: [9, 1, 8, 2], truth: truth) == 0.5)
        // Three equals for two places: each is in with 2/3; two of them are truly in: (2/3 + 2/3) / 2.
        #expect(abs(try #require(try precision(top: 2, scores: [5, 5, 5, 1], truth: truth)) - 2.0 / 3) < 1e-15)
        #expect(try precision(top: 5, scores: truth, truth: truth) == nil)
        #expect(try topMembers(0, of: truth) == [0, 0, 0, 0])
    }

    @Test func sparseTauByHand() throws {
        // In steps of .1: 70.0, 70.1 (70.05, a half, goes up), 70.1, 71.0: one tie.
        let truth = try TruthTable(labels: ["a", "b", "c", "d"], means: [70.04, 70.05, 70.14, 71])
        let scores = [1.0, 3, 2, 4]
        #expect(abs(try #require(try sparseTau(scores, truth: truth)) - 5 / 30.0.squareRoot()) < 1e-15)
        #expect(try sparseTau(scores, truth: truth, step: 0) == 4.0 / 6)
        #expect(try sparseTau(scores, truth: truth, step: 100) == nil)
        // Fractions count 100 points a unit.
        let fractions = try TruthTable(labels: ["a", "b", "c", "d"], means: [0.7004, 0.7005, 0.7014, 0.71])
        #expect(try sparseTau(scores, truth: fractions) == sparseTau(scores, truth: truth))
        #expect(throws: RankingsError.self) { try sparseTau(scores, truth: truth, step: -1) }
    }

    @Test func tauWithoutNoise() throws {
        // r_GT = sin(pi/4) = .7071, r_S = sin(pi/6) = 1/2: r_inf = 1, tau_inf = 1.
        #expect(abs((noiselessTau(gtTau: 0.5, sTau: 1.0 / 3) ?? 0) - 1) < 1e-7)
        // r_GT = 1/2, r_S = 1: nothing to correct.
        #expect(abs((noiselessTau(gtTau: 1.0 / 3, sTau: 1) ?? 0) - 1.0 / 3) < 1e-12)
        #expect(noiselessTau(gtTau: 0.9, sTau: 0.2) == 1)
        #expect(noiselessTau(gtTau: -0.9, sTau: 0.2) == -1)
        #expect(noiselessTau(gtTau: 0.5, sTau: 0) == nil)
        #expect(noiselessTau(gtTau: 0.5, sTau: 0.5, truthTau: -0.1) == nil)
        // Two thousand children, normal values: truth t, rows t + bias + noise of equal variance; r_S = 2/3,
        // r_GT = 1/sqrt 3, r_inf = 1/sqrt 2, tau_inf = 1/2.
        var stream = PortableStream(77)
        func normal() -> [Double] {
            (0..<2_000).map { _ in (0..<12).reduce(0.0) { sum, _ in sum + Double(stream.below(1 << 20)) } }
        }
        let (truth, bias) = (normal(), normal())
        let rows = (0..<4).map { _ in zip(zip(truth, bias), normal()).map { $0.0 + $0.1 + $1 } }
        let gt = try #require(Moments(try rows.map { try Kendall($0, truth)?.tauB })).mean
        let sTau = try #require(try stabilityTau(rows))
        #expect(abs((noiselessTau(gtTau: gt, sTau: sTau) ?? 0) - 0.5) < 0.02)
    }
}
