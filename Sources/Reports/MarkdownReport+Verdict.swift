import Rankings

extension MarkdownReport {
    /// What a comparison comes to, the first thing to be read: the words, every contrast, and what they rest on.
    static func verdict(_ record: ComparisonRecord) -> String {
        var text = "## Verdict\n\n**\(markdownText(record.verdictWords.trimmed))**\n"
        text += record.verdictNotes.map { "\n\(markdownText($0))\n" }.joined()
        if !record.contrasts.isEmpty { text += "\n" + contrasts(record).markdown }
        if !record.secondary.isEmpty {
            text += "\nBeside it, p-values adjusted by Holm over these:\n\n" + secondary(record).markdown
        }
        return text
    }

    private static func contrasts(_ record: ComparisonRecord) -> Table {
        var table = Table([
            .words("\(record.arms[0].name) against"), .words("Conclusion"), .numbers("Points"),
            .numbers("95 % interval"), .numbers("p"), .numbers("p by Holm"), .numbers("Pairs"), .words("Which shows"),
        ])
        for verdict in [record.verdict].compactMap(\.self) + record.contrasts {
            table.add([
                verdict.against, record.word(verdict), Numbers.fixed(verdict.effect, 2),
                Numbers.range(verdict.low, verdict.high, 2), verdict.p.map(Numbers.probability) ?? Numbers.none,
                verdict.adjustedP.map(Numbers.probability) ?? Numbers.none, String(verdict.n),
                record.arms.first { $0.name == verdict.against }?.purpose ?? "",
            ])
        }
        return table
    }

    private static func secondary(_ record: ComparisonRecord) -> Table {
        var table = Table([
            .words("Measure"), .numbers("Difference"), .numbers("95 % interval"), .numbers("p"), .numbers("p by Holm"),
        ])
        for item in record.secondary {
            table.add([
                item.measure, Numbers.fixed(item.effect, 3), Numbers.range(item.low, item.high, 3),
                Numbers.probability(item.p), Numbers.probability(item.adjustedP),
            ])
        }
        return table
    }
}

extension Numbers {
    /// `-0.20 to 1.30`; a dash where there is no interval.
    package static func range(_ low: Double?, _ high: Double?, _ digits: Int) -> String {
        low == nil || high == nil ? none : "\(fixed(low, digits)) to \(fixed(high, digits))"
    }
}

extension String {
    fileprivate var trimmed: String {
        var text = self
        while text.last == " " || text.last == "\n" { text.removeLast() }
        return text
    }
}
