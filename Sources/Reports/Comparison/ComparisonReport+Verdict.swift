extension ComparisonReport {
    var verdict: [ReportDocument.Finding] { [conclusion, sureness, price, unknown] }

    private var conclusion: ReportDocument.Finding {
        guard let judgement else {
            let words = shared.count == 1 ? "1 seed is" : "\(shared.count) seeds are"
            let few = shared.count < Self.seedsForAWinner ? " Fewer than \(Self.seedsForAWinner) name no winner." : ""
            return .init(
                "Verdict", "No verdict: no test was made", ["\(words) shared by all arms.\(few)"], tone: .open)
        }
        let isOpen = judgement.conclusion.hasPrefix("inconclusive") || judgement.conclusion.hasPrefix("no ")
        let names = record.arms.prefix(2).map(\.name)
        let who = names.count == 2 ? "\(names[0]) against \(names[1])" : record.name
        return .init(
            "Verdict, \(who)", "\(strong: judgement.conclusion)",
            [
                """
                \(judgement.measure): \(strong: Self.signed(judgement.effect)) \(interval(judgement)), over \(judgement.n) \
                pairs.
                """
            ], tone: isOpen ? .open : .good)
    }

    private func interval(_ judgement: Judgement) -> String {
        guard judgement.low != nil || judgement.high != nil else { return "without an interval" }
        let level = judgement.level.map { "\(Numbers.fixed(100 * $0, 0)) % interval " } ?? ""
        return "(\(level)\(Self.signed(judgement.low)) to \(Self.signed(judgement.high)))"
    }

    private var sureness: ReportDocument.Finding {
        guard let judgement else {
            return .init(
                "How sure", "Not sure at all",
                ["What differs below may be chance: differences of a few seeds show what runs look like, no more."],
                tone: .open)
        }
        var remarks: [Prose] = []
        if let attainable = judgement.attainableP {
            remarks.append("The smallest p that \(judgement.n) pairs can reach is \(Numbers.fixed(attainable, 4)).")
        }
        if let detectable = judgement.detectableEffect {
            remarks.append("An effect of \(Numbers.fixed(detectable, 2)) would have been found four times in five.")
        }
        return .init("How sure", "p = \(strong: Numbers.fixed(judgement.p, 4)), two-sided", remarks)
    }

    private var price: ReportDocument.Finding {
        let macs = record.arms.flatMap { $0.seeds.map { Double($0.macs) } }.reduce(0, +)
        let total = Numbers.scaled(macs < 9e18 ? Int(macs) : .max)
        var remarks: [Prose] = []
        if let gap = record.costGap {
            remarks.append(
                gap > 0.005
                    ? "The arms differ by \(Numbers.fixed(100 * gap, 1)) %: this is no comparison at equal cost."
                    : "The arms are within \(Numbers.fixed(max(0.01, 100 * gap), 2)) % of each other: equal cost.")
        }
        let runs = record.arms.reduce(0) { $0 + $1.seeds.count }
        remarks.append("\(runs) runs of \(record.arms.count) arms; scoring and calibration are in it.")
        return .init("At what cost", "\(strong: total) multiply-adds charged", remarks)
    }

    private var unknown: ReportDocument.Finding {
        let hasTruth = record.arms.contains { $0.seeds.contains { $0.truthMean != nil } }
        var remarks: [Prose] = []
        if !hasTruth {
            remarks.append(
                """
                Which picks are better: without a truth table (\(code: "--truth")) nothing here measures what a child is \
                worth alone.
                """)
        }
        remarks.append("Whether it holds on other data, in another space or at another budget.")
        return .init(
            "What cannot be known from it", hasTruth ? "What lies outside these data" : "Whose picks are better",
            remarks)
    }

    /// With a sign, and a true minus.
    static func signed(_ value: Double?, _ digits: Int = 2) -> String {
        guard let value, value.isFinite else { return Numbers.none }
        let text = Numbers.fixed(abs(value), digits)
        let isZero = !text.contains { "123456789".contains($0) }
        return (isZero ? "" : value > 0 ? "+" : "−") + text
    }
}
