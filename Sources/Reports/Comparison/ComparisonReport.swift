import Rankings

/// A comparison as a document: the verdict and its interval, then arms, pairs and costs.
package struct ComparisonReport: Sendable {
    /// What a test of the primary measure came to, in the measure's unit.
    package struct Judgement: Sendable, Hashable {
        package var measure: String
        /// First arm minus second, its interval and that interval's level, 0 ... 1.
        package var effect: Double?
        package var low: Double?
        package var high: Double?
        package var level: Double?
        /// Pairs; the test's p, the smallest p so many pairs can reach, and the effect they would find in most cases.
        package var n: Int
        package var p: Double?
        package var attainableP: Double?
        package var detectableEffect: Double?
        /// `better`, `worse`, `equivalent`, `inconclusive`, or a sentence that begins so.
        package var conclusion: String

        package init(
            measure: String, effect: Double?, low: Double?, high: Double?, level: Double?, n: Int, p: Double?,
            attainableP: Double?, detectableEffect: Double?, conclusion: String
        ) {
            self.measure = measure
            self.effect = effect
            self.low = low
            self.high = high
            self.level = level
            self.n = n
            self.p = p
            self.attainableP = attainableP
            self.detectableEffect = detectableEffect
            self.conclusion = conclusion
        }
    }

    /// Fewer seeds than this name no winner.
    static let seedsForAWinner = 8

    let record: ComparisonRecord
    let judgement: Judgement?
    let free: [RankingSummary]
    let isComplete: Bool
    let stamps: [String]

    /// - Parameters:
    ///   - judgement: of the first two arms; nil where no test was made.
    ///   - free: rankings that cost nothing, on the same children; empty without a truth.
    ///   - isComplete: every run has ended.
    ///   - stamps: sentences the reader must see first.
    package init(
        _ record: ComparisonRecord, judgement: Judgement? = nil, free: [RankingSummary] = [], isComplete: Bool = true,
        stamps: [String] = []
    ) {
        self.record = record
        self.judgement = judgement
        self.free = free
        self.isComplete = isComplete
        self.stamps = stamps
    }

    package var document: ReportDocument {
        let count = record.arms.map(\.seeds.count).max() ?? 0
        let names = record.arms.map(\.name).joined(separator: ", ")
        return ReportDocument(
            kind: "comparison", title: record.name, status: isComplete ? "finished" : "unfinished",
            subtitle: "\(record.arms.count) arms (\(names)) over \(count) seed\(count == 1 ? "" : "s")", stamps: stamps,
            verdict: verdict, sections: [arms, pairs, costs, runs], isLive: !isComplete)
    }

    /// Seeds that every arm has run.
    var shared: [UInt64] {
        guard let first = record.arms.first else { return [] }
        let sets = record.arms.map { Set($0.seeds.map(\.seed)) }
        return first.seeds.map(\.seed).filter { seed in sets.allSatisfy { $0.contains(seed) } }
    }

    /// Percentage points a unit of the truth: 100 where it is written in fractions.
    var points: Double {
        let values = record.arms.flatMap { $0.seeds.compactMap(\.truthMean) }
        return values.allSatisfy { 0...1 ~= $0 } ? 100 : 1
    }

    /// The first arm's pick less another arm's by the truth, in points, for each seed that has both.
    func differences(_ other: ComparisonRecord.Arm) -> [(seed: UInt64, points: Double)] {
        guard let first = record.arms.first else { return [] }
        return first.seeds.compactMap { outcome in
            guard let a = outcome.truthMean, let b = other.seeds.first(where: { $0.seed == outcome.seed })?.truthMean
            else { return nil }
            return (outcome.seed, points * (a - b))
        }
    }

    private var runs: ReportDocument.Section {
        var table = Table([.words("Run"), .words("Its own page")])
        for arm in record.arms {
            for outcome in arm.seeds {
                let run = "\(record.name).\(arm.name).s\(outcome.seed)"
                table.add([run, "espalier report \(run) --out \(run).html"])
            }
        }
        return .init(
            "Runs",
            [
                .text("Every pair of an arm and a seed is a run of its own."),
                .long(table, "All \(table.rows.count) runs"),
            ])
    }
}
