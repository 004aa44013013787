/// The one place where facts of a ledger become words; `show`, `explain` and reports share them.
extension RunLedger.Round {
    /// Who decided: `keep-fraction 1`.
    package var decision: String {
        switch decider {
        case .policy: "\(policy) \(version)"
        case .fallback: "\(policy) \(version), in place of the policy that failed"
        case .gate: "the gate, which holds everyone"
        case .finalRanking: "nobody: this is the final ranking"
        }
    }

    /// `0.5000 of the budget, step 80, 1,280 image passes, 24.90 G multiply-adds`.
    package var spent: String {
        "\(Numbers.fixed(fraction, 4)) of the budget, step \(step), \(Numbers.grouped(images)) image passes, "
            + "\(Numbers.scaled(macs)) multiply-adds"
    }

    /// How many were scored, and of how many went on.
    package var counts: String {
        let going = entries.count { $0.fate != .dropped && $0.fate != .probation }
        let waiting = entries.count { $0.fate == .probation }
        var text = "\(entries.count) scored, \(going) of them \(decider == .finalRanking ? "ranked" : "kept")"
        if waiting > 0 { text += ", \(waiting) on probation" }
        if let alive { text += "; \(alive) children train on, too many to list" }
        return text
    }

    /// Lines that a reader of any table of the round needs, each on its own.
    package var remarks: [String] {
        var lines = ["scores: \(measurement.words)"]
        lines.append("ranked: \(measurement.modelWords)")
        if let agreement = measurement.agreementWords { lines.append("agreement: \(agreement)") }
        if let cut { lines.append("cut: \(Numbers.fixed(cut, 5)), between the worst kept and the best dropped") }
        if let grouping { lines.append("groups made anew: \(grouping)") }
        lines += notes.map { "note: \($0)" }
        if let stamp { lines.append("stamp: \(stamp)") }
        lines += droppedChoices.map { "dropped choice: \($0.words)" }
        return lines
    }
}

extension RunLedger.Measurement {
    /// `minus the mean loss in nats on rank images, batch statistics, mean of 2 scorings`.
    package var words: String {
        let quantity = measure == "loss" ? "minus the mean loss in nats" : "the \(measure)"
        let many = scorings == 1 ? "one scoring" : "mean of \(scorings) scorings"
        return "\(quantity) on \(role) images, \(statistics) statistics, \(many)"
    }

    static let plain = "by the scores as they are"

    /// `by scores smoothed by main effects, leave-one-out error 0.01234`.
    package var modelWords: String {
        guard let model else { return Self.plain }
        return "by scores \(model)" + (looError.map { ", leave-one-out error \(Numbers.fixed($0, 5))" } ?? "")
    }

    /// nil where two rankings could not be compared.
    package var agreementWords: String? {
        agreement.map { "tau-b \(Numbers.fixed($0, 3)) between the rankings by the last two scorings" }
    }
}

extension RunLedger.DroppedChoice {
    /// `none at slot 0->1: lowest effect`.
    package var words: String { "\(choice) at slot \(slot): \(reason)" }
}

extension RunLedger.Entry {
    /// `dropped: rank 33 of 64`.
    package var fateWords: String {
        switch fate {
        case .probation: "on probation: \(reason ?? Numbers.none)"
        case .returned: "kept, back from probation"
        case .dropped: "dropped: \(reason ?? Numbers.none)"
        case .kept: "kept"
        case .final: "in the final ranking"
        }
    }

    package var confidenceWords: String { RunLedger.confidenceWords(confidence) }
}

extension RunLedger {
    /// In per cent, never all or nothing; a dash where it is not known.
    static func confidenceWords(_ confidence: Double?) -> String {
        guard let confidence else { return Numbers.none }
        if confidence >= 0.9995 { return "> 99.9 %" }
        return confidence < 0.0005 ? "< 0.1 %" : Numbers.fixed(100 * confidence, 1) + " %"
    }
}
