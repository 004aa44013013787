import Rankings

extension ComparisonRecord {
    /// A table with what it shows, in a sentence or two.
    package struct Part: Sendable {
        package let words: String
        package let table: Table
    }

    /// How alike the rankings of each arm's runs are; nil where no arm has two finished runs.
    ///
    /// - Parameter heading: how a column's name is written.
    package func stabilities(heading: (String) -> String = { $0 }) -> Part? {
        let known = arms.compactMap { arm in arm.stability.map { (arm.name, $0) } }
        guard let top = known.first?.1.top else { return nil }
        var table = Table([
            .words(heading("Arm")), .numbers(heading("Runs")), .numbers("S-Tau (95 %)"),
            .numbers("Phi of the first \(top) (95 %)"), .numbers("RBO"),
        ])
        for (name, alike) in known {
            func figure(_ value: Double?, _ low: Double?, _ high: Double?) -> String {
                Numbers.fixed(value, 2) + (low == nil || high == nil ? "" : " (\(Numbers.range(low, high, 2)))")
            }
            table.add([
                name, "\(alike.runs)", figure(alike.sTau, alike.sTauLow, alike.sTauHigh),
                figure(alike.phi, alike.phiLow, alike.phiHigh), Numbers.fixed(alike.rankBiasedOverlap, 2),
            ])
        }
        return Part(
            words: """
                How alike the final rankings of an arm's runs are; no truth takes part, and ranking by parameters would have \
                1 everywhere. S-Tau: mean tau-b over pairs of runs. RBO: rank-biased overlap, persistence .9.
                """, table: table)
    }

    /// What rankings are worth among the children that runs kept; nil without a truth, and where nobody was dropped.
    ///
    /// - Parameter heading: how a column's name is written.
    package func kept(heading: (String) -> String = { $0 }) -> Part? {
        var table = Table([
            .words(heading("Arm")), .numbers(heading("Runs")), .numbers(heading("Kept")),
            .numbers("tau-b among them"), .numbers("tau-b of the twin"),
        ])
        for arm in arms {
            let finished = arm.finished
            let kept = finished.compactMap(\.kept)
            guard !kept.isEmpty else { continue }
            func mean(_ value: (SurvivorTaus) -> Double?) -> String {
                let values = kept.compactMap(value)
                let moments = values.count == kept.count ? Moments(values) : nil
                return Numbers.spread(moments?.mean, moments?.std, count: values.count, 2)
            }
            let runs = kept.count == finished.count ? "\(kept.count)" : "\(kept.count) of \(finished.count)"
            table.add([
                arm.name, runs, Numbers.fixed(Moments(kept.map { Double($0.children) })?.mean, 1), mean { $0.tau },
                mean { $0.uniform },
            ])
        }
        guard !table.rows.isEmpty else { return nil }
        return Part(
            words: """
                Among the children a run kept, which are harder to tell apart than all: its tau-b by the truth, and on the \
                same children that of its twin, the run of the same seed that kept everyone. Runs are those that dropped \
                someone.
                """, table: table)
    }
}
