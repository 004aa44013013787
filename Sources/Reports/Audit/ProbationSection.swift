extension RunLedger {
    /// What a run itself can say of the children it dropped; nil where nobody was, and where a truth says more.
    ///
    /// - Parameter hasTruth: whether the report holds the cuts against a truth.
    package func probationSection(hasTruth: Bool) -> ReportDocument.Section? {
        let gone = rounds.flatMap { round in
            round.entries.filter { $0.fate == .dropped }.map(\.child)
        }
        let records = ProbationRecord.all(self)
        let outright = Set(gone).subtracting(records.map(\.child)).count
        guard !records.isEmpty || outright > 0 && !hasTruth else { return nil }
        let title = "What became of the dropped"
        guard !records.isEmpty else {
            let count = outright == 1 ? "1 child was" : "\(outright) children were"
            return .init(
                title,
                [
                    .text(
                        """
                        \(count) dropped, none of them on probation. Nothing was measured of a child after it left, so without \
                        a truth nobody can say whether a better one was lost. The policy regret-guard goes on scoring the \
                        closest ones; a truth table gives an audit.
                        """)
                ])
        }
        return .init(
            title,
            [
                .text(Prose(words(records))), .table(Self.table(records)),
                .text(Prose(Self.unknown(hasTruth ? 0 : outright))),
            ])
    }

    private func words(_ records: [ProbationRecord]) -> String {
        let back = records.count { if case .returned = $0.end { true } else { false } }
        let never = records.filter { if case .returned = $0.end { false } else { true } }
        let ahead = never.count { ($0.bestMargin ?? 0) > 0 }
        let unseen = never.count { $0.looks == 0 }
        var text = "\(records.count == 1 ? "1 child was" : "\(records.count) children were") on probation: "
        text += "out of training, still scored. \(back == 0 ? "None" : "\(back)") came back."
        if ahead > 0 { text += " \(ahead) overtook a child that trained on, and did not come back." }
        if never.count - ahead - unseen > 0 {
            text += " \(never.count - ahead - unseen) never overtook a child that trained on."
        }
        if unseen > 0 {
            text += isDone ? " \(unseen) had no later decision to come back in." : " \(unseen) not scored again so far."
        }
        return text
    }

    private static func unknown(_ outright: Int) -> String {
        "A child on probation is scored with weights that only the others train, so it may look worse than it would have "
            + "been: that one came back says that the supernet changed its mind, that one did not says little."
            + (outright > 0
                ? " Of the \(outright) dropped without probation nothing was measured afterwards; without a truth nobody "
                    + "can say whether a better child was lost." : "")
    }

    private static func table(_ records: [ProbationRecord]) -> Table {
        var table = Table([
            .words("Child"), .numbers("On probation since round"), .numbers("Scored again"),
            .numbers("Best margin to the worst kept"), .words("Then"),
        ])
        for record in records {
            let end =
                switch record.end {
                case .returned(let round): "back in round \(round)"
                case .dropped(let round): "out in round \(round)"
                case .waiting: "still waiting"
                }
            table.add([
                record.child, "\(record.since)", "\(record.looks)", Numbers.signed(record.bestMargin, 5), end,
            ])
        }
        return table
    }
}
