import Rankings

extension ComparisonRecord {
    /// The verdict as people read it: what it is first, then the figures. On development seeds it never sounds final.
    package var verdictWords: String { verdictLead + (verdictFigures.isEmpty ? "" : " " + verdictFigures) }

    /// The conclusion, a sentence or two.
    package var verdictLead: String {
        if let verdict { return lead(verdict) }
        return switch arms.count {
        case 0: "No verdict: there are no arms."
        case 1: "No verdict: there is one arm."
        default: "No verdict: the arms have not been judged."
        }
    }

    /// `3 of 20 runs have ended`, of those that are runs of their own.
    package var progress: String {
        let runs = ran.flatMap(\.seeds)
        return "\(runs.count { $0.best != nil }) of \(runs.count) runs have ended"
    }

    /// The effect, its interval and the test; empty where there are none.
    package var verdictFigures: String { verdict.map(figures) ?? "" }

    /// The word of a contrast for tables.
    package func word(_ verdict: Verdict) -> String {
        switch verdict.conclusion {
        case .none: "no verdict"
        case .refused: "refused"
        default: stage == "verdict" ? verdict.conclusion.rawValue : "\(verdict.conclusion.rawValue) (development)"
        }
    }

    private func lead(_ verdict: Verdict) -> String {
        let word = verdict.conclusion.rawValue
        switch verdict.conclusion {
        case .none: return "No verdict: \(verdict.reason ?? "nothing to judge by")."
        case .refused: return "Refused: \(verdict.reason ?? "the arms did not spend the same")."
        case .better, .worse, .equivalent, .inconclusive:
            guard stage == "verdict" else {
                return "Development result, no verdict: \(word) on these seeds."
            }
            return "Verdict: \(word)."
        }
    }

    private func figures(_ verdict: Verdict) -> String {
        guard let effect = verdict.effect else { return "" }
        let name = "\(verdict.arm) against \(verdict.against)"
        var parts = ["\(Numbers.signed(effect, 2)) points of \(verdict.measure.prefix { $0 != "," }) for \(name)"]
        if let low = verdict.low, let high = verdict.high {
            parts.append("95 % interval \(Numbers.signed(low, 2)) to \(Numbers.signed(high, 2))")
        }
        if let p = verdict.p { parts.append("p \(Numbers.probability(p))") }
        parts.append("\(verdict.n) pair\(verdict.n == 1 ? "" : "s")")
        var text = parts.joined(separator: ", ") + "."
        switch verdict.conclusion {
        case .equivalent:
            text += " The 90 % interval lies within ±\(Numbers.fixed(Conclusion.margin, 2)) points."
        case .inconclusive:
            text += " The detectable effect was \(Numbers.fixed(verdict.detectableEffect, 2)) points."
        case .better, .worse, .refused, .none: break
        }
        return text
    }

    /// Sentences that belong below the verdict: how it was come by, and what it does not say.
    package var verdictNotes: [String] {
        guard let verdict else { return [] }
        var notes: [String] = []
        if stage == "development", verdict.n >= Conclusion.pairsForAVerdict {
            notes.append(
                "Settings may have been chosen on these seeds. A verdict takes seeds from 1000 on and arms fixed before."
            )
        }
        if verdict.conclusion == .inconclusive, let reason = verdict.reason {
            notes.append(reason.prefix(1).uppercased() + reason.dropFirst() + ".")
        }
        let hasInterval = verdict.low != nil
        if let error = verdict.tableError, error > 0 {
            let points = "\(Numbers.fixed(error, 2)) points, which more seeds do not make smaller."
            notes.append(
                hasInterval
                    ? "The interval holds the error of the truth table, \(points) p is of the seeds alone."
                    : "The truth table's own error of this difference is \(points)")
        } else if verdict.tableError != nil, verdict.measure.hasPrefix("true"), verdict.gains + verdict.losses > 0 {
            let what = hasInterval ? "in the interval" : "known"
            notes.append("The truth table's own error is not \(what).")
        }
        if verdict.gains + verdict.losses == 0, verdict.n > 0, verdict.effect != nil {
            notes.append("Both arms picked equally good children with every seed.")
        } else if verdict.effect != nil {
            var text =
                "Gains \(verdict.gains), losses \(verdict.losses), equal \(verdict.n - verdict.gains - verdict.losses)"
            text += verdict.correlation.map { "; the arms' outcomes correlate by \(Numbers.fixed($0, 2))" } ?? ""
            if let wilcoxon = verdict.wilcoxonP, let sign = verdict.signP, verdict.p != nil {
                text += "; Wilcoxon p \(Numbers.probability(wilcoxon)), sign test p \(Numbers.probability(sign))"
            }
            notes.append(text + ".")
        }
        return notes
    }
}
