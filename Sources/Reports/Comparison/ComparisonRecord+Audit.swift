import Rankings

extension ComparisonRecord.Arm {
    /// The audits of its runs together; nil without a truth and before the first decision.
    package var audit: ArmAudit? { ArmAudit(finished.compactMap(\.audit)) }
}

extension ComparisonRecord {
    /// What the arms' cuts cost: of the truly best children, lost in each decision and, in brackets, by a random cut of the
    /// same size; nil where no arm has dropped anyone or no truth tells.
    ///
    /// - Parameter heading: how a column's name is written.
    package func losses(heading: (String) -> String = { $0 }) -> Table? {
        let audits = arms.compactMap { arm in arm.audit.map { (arm.name, $0) } }
        let decisions = audits.map(\.1.rounds.count).max() ?? 0
        let dropsAny = arms.contains { arm in
            arm.seeds.contains { outcome in outcome.audit.map { ($0.kept.last ?? $0.children) < $0.children } ?? false }
        }
        guard decisions > 0, dropsAny else { return nil }
        var table = Table(
            [.words(heading("Arm")), .numbers(heading("Runs"))]
                + (1...decisions).map { .numbers(heading("Decision \($0)")) }
                + [.numbers(heading("In all")), .numbers(heading("Points out of reach"))])
        for (name, audit) in audits {
            let lost = (0..<decisions).map { place in
                audit.rounds.indices.contains(place)
                    ? "\(Numbers.fixed(audit.rounds[place].lostTop, 2)) (\(Numbers.fixed(audit.rounds[place].lostAtRandom, 2)))"
                    : Numbers.none
            }
            table.add(
                [name, "\(audit.runs)"] + lost + [
                    Numbers.spread(audit.lostTopInAll.mean, audit.lostTopInAll.std, count: audit.runs, 2),
                    Numbers.spread(audit.reachableInAll.mean, audit.reachableInAll.std, count: audit.runs, 2),
                ])
        }
        return table
    }

    /// Whom ``losses(heading:)`` counts: `true top 8 of 64`.
    package var lossesAreOf: String {
        let audits = arms.flatMap { $0.finished.compactMap(\.audit) }
        guard let first = audits.first, audits.allSatisfy({ $0.top == first.top && $0.children == first.children })
        else { return "truly best children" }
        return "true top \(first.top) of \(first.children)"
    }
}
