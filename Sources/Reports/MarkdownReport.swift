import Rankings

/// Reports as Markdown text: pure functions of recorded values.
package enum MarkdownReport {
    /// A run: what it was, how it came out, the funnel, the ledger of drops, the final ranking, and with a truth how
    /// good that ranking is.
    ///
    /// - Parameters:
    ///   - ledger: adds who decided on what, errors, margins and groups; nil leaves them out.
    ///   - audit: adds what the cuts cost by the truth, and which features the scores favour.
    ///   - truth: adds true values and ranks; nil leaves them out.
    ///   - stamps: sentences the reader must see first, such as a caveat about the data set.
    /// - Throws: ``ReportsError`` for a record that contradicts itself; ``RankingsError`` naming children without a
    ///   truth.
    package static func run(
        _ record: RunRecord, ledger: RunLedger? = nil, truth: RunTruth? = nil, audit: RunAudit? = nil,
        stamps: [String] = []
    ) throws -> String {
        let ranking = try record.compositeRanking()
        let figures = try record.rounds.isEmpty ? nil : truth.map { try RunFigures(record, $0) }
        var parts = [title("Run \(markdownText(record.run))", stamps), facts(record), result(record, figures, truth)]
        if !record.rounds.isEmpty {
            parts.append(funnel(record))
            if let ledger { parts.append(decisions(ledger)) }
            parts += [survivors(record), ledger.map(self.ledger) ?? self.ledger(record)]
            if let groups = ledger.flatMap({ groups($0, figures) }) { parts.append(groups) }
            parts.append(finalRanking(record, ranking, figures))
        }
        if let truth, let figures { parts.append(againstTruth(record, figures, truth)) }
        if let audit { parts += [audit.regretSection.markdown, audit.biasSection.markdown] }
        if let section = ledger?.probationSection(hasTruth: audit != nil) { parts.append(section.markdown) }
        return parts.joined(separator: "\n")
    }

    static func title(_ text: String, _ stamps: [String]) -> String {
        "# \(text)\n" + stamps.map { "\n> \(markdownText($0))\n" }.joined()
    }

    private static func facts(_ record: RunRecord) -> String {
        var table = Table([.words("What"), .words("Value")])
        table.add(["phase", record.phase])
        table.add(["seed", String(record.seed)])
        table.add(["recipe", record.recipe ?? Numbers.none])
        table.add(["image passes", Numbers.grouped(record.images)])
        table.add(["multiply-adds charged", Numbers.scaled(record.macs)])
        table.add(["multiply-adds executed", Numbers.scaled(record.executedMacs)])
        table.add(["store, bytes", Numbers.grouped(record.storeBytes)])
        table.add(["images a second", Numbers.fixed(record.imagesPerSecond, 0)])
        table.add(["seconds", Numbers.fixed(record.wallSeconds, 1)])
        table.add(["digest", record.digest ?? Numbers.none])
        return table.markdown
    }

    private static func result(_ record: RunRecord, _ figures: RunFigures?, _ truth: RunTruth?) -> String {
        var text = "## Result\n\n"
        guard let best = record.best else { return text + "No child is chosen yet.\n" }
        text += "Best child: **\(markdownText(best))**"
        if let row = record.lastScored[best] {
            text += ", \(Numbers.grouped(row.params)) parameters, \(Numbers.scaled(row.macs)) multiply-adds an image"
        }
        text += ".\n"
        guard let figures, let rank = figures.pickRank else { return text }
        text += "By the truth it is number \(rank) of \(figures.truth.labels.count) and loses "
        text += "\(Numbers.fixed(figures.pickRegret, 3)) points against the best."
        if let likely = truth?.likelyBest {
            text += likely.contains(best) ? " It is one of" : " It is none of"
            text += " the children that may truly be the best (\(likely.map(markdownText).joined(separator: ", ")))."
        }
        return text + "\n"
    }
}
