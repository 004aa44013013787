import Rankings

extension ComparisonRecord {
    /// The same arms with their verdicts: a pure function of what is recorded and a truth.
    ///
    /// - Parameters:
    ///   - truth: nil judges by picks trained anew, where every arm has them, and by nothing else.
    ///   - unequal: why the runs are no comparison at all; then every contrast is refused, and no difference told.
    /// - Throws: ``RankingsError`` for a child without a truth.
    package func judged(truth: TruthTable?, unequal: String? = nil) throws -> ComparisonRecord {
        var judged = self
        guard arms.count > 1 else {
            (judged.verdict, judged.contrasts, judged.secondary) = (nil, [], [])
            return judged
        }
        judged.verdict = try verdict(of: arms[0], against: arms[1], truth, unequal)
        let further = try arms.dropFirst(2).map { try verdict(of: arms[0], against: $0, truth, unequal) }
        let tested = further.indices.filter { further[$0].p != nil }
        judged.contrasts = further
        for (place, adjusted) in zip(tested, holmAdjusted(tested.map { further[$0].p ?? 1 })) {
            judged.contrasts[place].adjustedP = adjusted
            let isWinner = [.better, .worse].contains(further[place].conclusion)
            if isWinner, adjusted > 0.05 { judged.contrasts[place].conclusion = .inconclusive }
        }
        judged.secondary = unequal == nil ? try secondary(of: arms[0], against: arms[1]) : []
        return judged
    }

    /// Arms that are one recipe: on one kind of machine every pair of runs is equal, and no difference can be more than
    /// chance.
    package var placebos: [(String, String)] {
        arms.indices.flatMap { later in
            arms[..<later].filter { Self.isPlacebo($0, arms[later]) }.map { ($0.name, arms[later].name) }
        }
    }

    /// What is made on paper has the recipe whose cuts it makes, and is another way of searching.
    private static func isPlacebo(_ arm: Arm, _ other: Arm) -> Bool {
        arm.paperOf == nil && other.paperOf == nil && arm.recipe != nil && arm.recipe == other.recipe
    }

    private static let onePlacebo =
        "the arms are one recipe, a placebo: what differs between them is chance, or the machines they ran on"

    private func verdict(
        of arm: Arm, against other: Arm, _ truth: TruthTable?, _ unequal: String?
    ) throws -> Verdict {
        let pairs = Self.pairs(arm, other)
        let done = pairs.filter { $0.0.best != nil && $0.1.best != nil }
        let paired = try Self.paired(done, truth)
        var verdict = Verdict(
            measure: paired?.measure ?? "none", arm: arm.name, against: other.name, n: done.count, conclusion: .none,
            reason: nil)
        let refusal = unequal ?? Self.unequalCost(arm, other, done)
        let unfinished = Self.unfinished(arm, other, done.count)
        if let comparison = paired?.comparison, refusal == nil {
            verdict.fill(comparison, isWhole: unfinished == nil)
        }
        verdict.reason =
            refusal ?? unfinished
            ?? (paired == nil && !done.isEmpty ? Self.withoutTruth : nil) ?? Self.tooFew(done.count)
        if refusal != nil {
            verdict.conclusion = .refused
        } else if verdict.reason == nil, let comparison = paired?.comparison {
            verdict.conclusion = Conclusion(comparison)
            if Self.isPlacebo(arm, other), [.better, .worse].contains(verdict.conclusion) {
                verdict.conclusion = .inconclusive
                verdict.reason = Self.onePlacebo
            }
        }
        return verdict
    }

    static func pairs(_ arm: Arm, _ other: Arm) -> [(Outcome, Outcome)] {
        let theirs = Dictionary(other.seeds.map { ($0.seed, $0) }, uniquingKeysWith: { $1 })
        return arm.seeds.sorted { $0.seed < $1.seed }.compactMap { mine in theirs[mine.seed].map { (mine, $0) } }
    }

    /// By the truth, in points; without one by the picks trained anew; nil where neither is known of every pair.
    private static func paired(
        _ pairs: [(Outcome, Outcome)], _ truth: TruthTable?
    ) throws -> (measure: String, comparison: PairedComparison)? {
        guard !pairs.isEmpty else { return nil }
        if let truth {
            let (mine, theirs) = (pairs.map { $0.0.best ?? "" }, pairs.map { $0.1.best ?? "" })
            let points = truth.pointsPerUnit
            func values(_ picks: [String]) throws -> [Double] {
                try truth.places(of: picks).map { truth.means[$0] * points }
            }
            let error = try truth.pooledStandardErrors().map {
                try truth.error(of: mine, against: theirs, standardErrors: $0) * points
            }
            return try PairedComparison(values(mine), values(theirs), tableError: error ?? 0)
                .map { ("true accuracy of the pick, points", $0) }
        }
        let anew = pairs.compactMap { pair in pair.0.retrained.flatMap { a in pair.1.retrained.map { (a, $0) } } }
        guard anew.count == pairs.count else { return nil }
        return try PairedComparison(anew.map { 100 * $0.0 }, anew.map { 100 * $0.1 })
            .map { ("accuracy of the pick trained anew, points", $0) }
    }

    private static let withoutTruth =
        "without a truth nobody knows what the picks are worth: scores of a supernet cannot judge the supernet"

    private static func unequalCost(_ arm: Arm, _ other: Arm, _ pairs: [(Outcome, Outcome)]) -> String? {
        let (mine, theirs) = (
            pairs.reduce(0.0) { $0 + Double($1.0.macs) }, pairs.reduce(0.0) { $0 + Double($1.1.macs) }
        )
        guard mine > 0, theirs > 0 else { return nil }
        let gap = max(mine, theirs) / min(mine, theirs) - 1
        guard gap > allowedGap else { return nil }
        return "unequal cost: the arms spent charged multiply-adds \(Numbers.fixed(100 * gap, 1)) % apart, at most "
            + "\(Numbers.fixed(100 * allowedGap, 1)) % is a comparison"
    }

    private static func unfinished(_ arm: Arm, _ other: Arm, _ done: Int) -> String? {
        let wanted = Set((arm.seeds + other.seeds).map(\.seed)).count
        return done < wanted ? "\(done) of \(wanted) pairs \(done == 1 ? "is" : "are") finished" : nil
    }

    private static func tooFew(_ count: Int) -> String? {
        if count < Conclusion.pairsForATest {
            guard count > 0 else { return "no pair is finished" }
            let least = Numbers.fixed(SignFlip.smallestP(count: count), 4)
            return
                "with \(count) \(count == 1 ? "pair" : "pairs") no test at 5 % can fire (the smallest p is \(least)); "
                + "\(Conclusion.pairsForAVerdict) give a verdict"
        }
        if count < Conclusion.pairsForAWinner {
            return
                "fewer than \(Conclusion.pairsForAWinner) pairs name no winner; \(Conclusion.pairsForAVerdict) give a "
                + "verdict"
        }
        return count < Conclusion.pairsForAVerdict
            ? "\(count) pairs are a hint; \(Conclusion.pairsForAVerdict) give a verdict" : nil
    }
}

extension ComparisonRecord.Verdict {
    /// Of pairs that are not all there only what they are: a test whose end is not fixed tells nothing.
    fileprivate mutating func fill(_ comparison: PairedComparison, isWhole: Bool) {
        effect = comparison.effect
        gains = comparison.differences.count { $0 > 0 }
        losses = comparison.differences.count { $0 < 0 }
        guard isWhole else { return }
        let wide = comparison.interval(level: level)
        (low, high) = (wide?.low, wide?.high)
        let narrow = comparison.interval(level: 0.9)
        (low90, high90) = (narrow?.low, narrow?.high)
        p = comparison.count >= Conclusion.pairsForATest ? comparison.pValue : nil
        attainableP = comparison.attainableP
        detectableEffect = comparison.detectableEffect
        tableError = comparison.tableError
        correlation = comparison.count >= Conclusion.pairsForATest ? comparison.correlation : nil
        (wilcoxonP, signP) = (comparison.wilcoxonP, comparison.signP)
    }
}

extension ComparisonRecord {
    /// What a truth says beside the pick; larger is better in all of them.
    private static var measures: [(String, (Outcome) -> Double?)] {
        [
            ("tau-a of the ranking", { $0.tauA }), ("GT-Tau inside the subset", { $0.tauInside }),
            ("best of the top 3, minus its true rank", { $0.topRank["3"].map { -$0 } }),
            ("pick may be the best, share", { $0.hit.map { $0 ? 1 : 0 } }),
        ]
    }

    private func secondary(of arm: Arm, against other: Arm) throws -> [Secondary] {
        let pairs = Self.pairs(arm, other).filter { $0.0.best != nil && $0.1.best != nil }
        guard pairs.count >= Conclusion.pairsForATest, Self.unfinished(arm, other, pairs.count) == nil,
            Self.unequalCost(arm, other, pairs) == nil
        else { return [] }
        let found = try Self.measures.compactMap { name, value -> (String, PairedComparison)? in
            let values = pairs.compactMap { pair in value(pair.0).flatMap { a in value(pair.1).map { (a, $0) } } }
            guard values.count == pairs.count else { return nil }
            return try PairedComparison(values.map(\.0), values.map(\.1)).map { (name, $0) }
        }
        let isTested = pairs.count >= pairsForTests(of: found.count)
        return zip(found, holmAdjusted(found.map(\.1.pValue))).map { item, adjusted in
            let interval = isTested ? item.1.interval() : nil
            return Secondary(
                measure: item.0, effect: item.1.effect, low: interval?.low, high: interval?.high, n: item.1.count,
                p: isTested ? item.1.pValue : nil, adjustedP: isTested ? adjusted : nil)
        }
    }
}
