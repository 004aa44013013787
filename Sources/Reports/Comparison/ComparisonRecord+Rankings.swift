import Rankings

extension ComparisonRecord {
    /// How alike the rankings of each arm's runs are, and what they are worth among the children a run kept; nil where
    /// no arm has two finished runs.
    ///
    /// - Parameter heading: how a column's name is written.
    package func rankings(heading: (String) -> String = { $0 }) -> Table? {
        let known = arms.filter { $0.stability != nil }
        guard let top = known.first?.stability?.top else { return nil }
        let hasKept = arms.contains { $0.seeds.contains { $0.kept != nil } }
        var columns: [Table.Column] = [
            .words(heading("Arm")), .numbers(heading("Runs")), .numbers("S-Tau"), .numbers("95 %"),
            .numbers("Phi of the first \(top)"), .numbers("95 %"), .numbers("RBO"),
        ]
        if hasKept {
            columns += [
                .numbers(heading("Kept")), .numbers("tau-b among them"), .numbers("tau-b of the twin"),
            ]
        }
        var table = Table(columns)
        for arm in known {
            guard let alike = arm.stability else { continue }
            var cells = [
                arm.name, "\(alike.runs)", Numbers.fixed(alike.sTau, 3),
                Numbers.range(alike.sTauLow, alike.sTauHigh, 2),
                Numbers.fixed(alike.phi, 3), Numbers.range(alike.phiLow, alike.phiHigh, 2),
                Numbers.fixed(alike.rankBiasedOverlap, 3),
            ]
            if hasKept {
                let kept = arm.finished.compactMap(\.kept)
                func mean(_ digits: Int, _ value: (SurvivorTaus) -> Double?) -> String {
                    let values = kept.compactMap(value)
                    let moments = values.count == kept.count ? Moments(values) : nil
                    return Numbers.spread(moments?.mean, moments?.std, count: values.count, digits)
                }
                cells += [
                    Numbers.fixed(Moments(kept.map { Double($0.children) })?.mean, 1), mean(2) { $0.tau },
                    mean(2) { $0.uniform },
                ]
            }
            table.add(cells)
        }
        return table
    }

    /// What ``rankings(heading:)`` shows, in sentences.
    package var rankingWords: [String] {
        var words = [
            """
            How alike the final rankings of an arm's runs are; no truth takes part, and ranking by parameters would have 1 \
            everywhere. S-Tau: mean tau-b over pairs of runs. RBO: rank-biased overlap, persistence .9.
            """
        ]
        if arms.contains(where: { $0.seeds.contains { $0.kept != nil } }) {
            words.append(
                """
                Among the children a run kept, which are harder to tell apart than all: its tau-b by the truth, and on the \
                same children that of its twin, the run of the same seed that kept everyone.
                """)
        }
        return words
    }
}
