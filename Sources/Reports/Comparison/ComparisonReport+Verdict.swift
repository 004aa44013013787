extension ComparisonReport {
    var verdict: [ReportDocument.Finding] { [conclusion, sureness, price, unknown] }

    private var conclusion: ReportDocument.Finding {
        let names = record.verdict.map { ", \($0.arm) against \($0.against)" } ?? ""
        let tone: ReportDocument.Finding.Tone =
            switch record.verdict?.conclusion {
            case .better, .worse, .equivalent: record.stage == "verdict" ? .good : .open
            default: .open
            }
        let figures = record.verdictFigures
        return .init(
            "Verdict\(names)", "\(strong: record.verdictLead)", figures.isEmpty ? [] : [Prose(figures)], tone: tone)
    }

    private var sureness: ReportDocument.Finding {
        guard let verdict = record.verdict, let p = verdict.p else {
            return .init(
                "How sure", "Not sure at all",
                [
                    "What differs below may be chance: differences of a few seeds show what runs look like, no more."
                ] + record.verdictNotes.map { Prose($0) }, tone: .open)
        }
        var remarks: [Prose] = []
        if let attainable = verdict.attainableP {
            remarks.append("The smallest p that \(verdict.n) pairs can reach is \(Numbers.probability(attainable)).")
        }
        if let detectable = verdict.detectableEffect, detectable.isFinite {
            remarks.append(
                "A difference of \(Numbers.fixed(detectable, 2)) points would have been found four times in five.")
        }
        return .init(
            "How sure", "p = \(strong: Numbers.probability(p)), two-sided, by the exact sign-flip test",
            remarks + record.verdictNotes.map { Prose($0) })
    }

    private var price: ReportDocument.Finding {
        let ran = record.ran
        let runs = ran.flatMap(\.seeds).filter { $0.macs > 0 || $0.best != nil }
        let total = Numbers.scaled(runs.reduce(0.0) { $0 + Double($1.macs) })
        var remarks: [Prose] = []
        if let gap = record.costGap {
            remarks.append(
                gap > ComparisonRecord.allowedGap
                    ? "The arms differ by \(Numbers.fixed(100 * gap, 1)) %: this is no comparison at equal cost."
                    : "The arms are within \(Numbers.fixed(max(0.01, 100 * gap), 2)) % of each other: equal cost.")
        }
        remarks.append("\(runs.count) runs of \(ran.count) arms; scoring and calibration are in it.")
        let paper = record.arms.filter { $0.paperOf != nil }.map(\.name)
        if !paper.isEmpty { remarks.append("Worked out on paper, at no cost: \(paper.joined(separator: ", ")).") }
        return .init("At what cost", "\(strong: total) multiply-adds charged", remarks)
    }

    private var unknown: ReportDocument.Finding {
        let hasTruth = record.arms.contains { $0.seeds.contains { $0.truthMean != nil } }
        guard !hasTruth else {
            return .init(
                "What cannot be known from it", "Whether it holds on other data, in another space or at another budget")
        }
        if record.hasRetrained {
            return .init(
                "What cannot be known from it", "How far the picks are from the best child",
                [
                    """
                    Picks were trained anew, alone, once each: that tells them apart on these images, and says nothing \
                    of the children nobody picked. Nor can it be known whether what is seen holds on other data, in \
                    another space or at another budget.
                    """
                ])
        }
        return .init(
            "What cannot be known from it", "Whose picks are better",
            [
                """
                Without a truth table (\(code: "--truth")) nothing here measures what a child is worth alone. Nor whether what \
                is seen holds on other data, in another space or at another budget.
                """
            ])
    }
}
