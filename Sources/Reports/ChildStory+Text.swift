extension ChildStory {
    /// For a terminal: a block a round, then where the child stands.
    ///
    /// - Parameter advice: lines on what can be done with the child, such as commands.
    package func text(advice: [String] = []) -> String {
        let blocks =
            ["child \(child) of run \(run)\n\(genotype)\(costs)"] + chapters.map(block) + [([ending] + advice).lines]
        return blocks.map { $0.split(separator: "\n").map { plainText(String($0)) + "\n" }.joined() }
            .joined(separator: "\n")
    }

    private var costs: String {
        guard let entry = chapters.lazy.compactMap(\.entry).first else { return "" }
        return "\n\(Numbers.grouped(entry.params)) parameters, \(Numbers.grouped(entry.macs)) multiply-adds an image"
    }

    private func block(_ chapter: Chapter) -> String {
        let round = chapter.round
        let fate = chapter.fateWords
        var lines = ["round \(round.round), at \(Numbers.fixed(round.fraction, 4)) of the budget: \(fate)"]
        if let entry = chapter.entry {
            lines.append(
                "score \(Numbers.fixed(entry.score, 5)), standard error \(Numbers.fixed(entry.standardError, 5)), rank "
                    + "\(entry.rank) of \(chapter.scored) (\(round.measurement.words))")
            if round.measurement.model != nil {
                let plain = entry.mean.map { "; its plain mean is \(Numbers.fixed($0, 5))" } ?? ""
                lines.append("ranked \(round.measurement.modelWords)\(plain)")
            }
            if entry.fate != .final { lines.append(position(entry, round.cut)) }
        } else {
            lines.append("not among the \(chapter.scored) children scored in this round")
        }
        if let choice = chapter.choice { lines.append("it has the dropped choice \(choice.words)") }
        if round.decider != .finalRanking { lines.append("decided by \(round.decision)") }
        lines += groups(chapter)
        lines += round.notes.map { "note: \($0)" }
        if let stamp = round.stamp { lines.append("stamp: \(stamp)") }
        return lines.map { $0.replacing("\n", with: "\\n") }.enumerated()
            .map { $0.offset == 0 ? $0.element : "  " + $0.element }.lines
    }

    private func position(_ entry: RunLedger.Entry, _ cut: Double?) -> String {
        guard let cut, let margin = entry.margin else { return "no cut was made" }
        let distance = "\(Numbers.fixed(abs(margin), 5)) \(margin < 0 ? "below" : "above") the cut at "
        let side = entry.fate == .dropped || entry.fate == .probation ? "below" : "above"
        let confidence = entry.confidence.map { _ in
            "; without noise its score lies \(side) with \(entry.confidenceWords)"
        }
        return "\(distance)\(Numbers.fixed(cut, 5))\(confidence.map { $0 + " confidence" } ?? "")"
    }

    private func groups(_ chapter: Chapter) -> [String] {
        let before = chapter.entry?.group
        guard let after = chapter.groupAfter, chapter.round.groups.count > 1 else {
            return before.map { ["in group \($0)"] } ?? []
        }
        let size = chapter.round.groups[after].members.count
        let others = size == 1 ? "alone" : "with \(size - 1) other\(size == 2 ? "" : "s")"
        guard let before, before != after || chapter.round.grouping != nil else {
            return ["in group \(after), \(others)"]
        }
        return ["scored in group \(before), afterwards in group \(after), \(others)"]
    }

    private var ending: String {
        switch standing {
        case .undecided: "now: no decision has been taken yet"
        case .training: "now: it trains on"
        case .onProbation where isDone: "now: on probation when the search ended, so left out of the final ranking"
        case .onProbation: "now: on probation, scored and no longer trained"
        case .dropped(let round): "now: out since round \(round), with the weights of that round"
        case .best: "now: the child this run chose"
        case .final(let rank, let count): "now: number \(rank) of \(count) in the final ranking"
        case .unranked: "now: it lived to the end but was not among those scored for the final ranking"
        }
    }
}

extension ChildStory.Chapter {
    fileprivate var fateWords: String {
        if let entry { return entry.fateWords }
        switch fate {
        case .dropped: return "dropped through a choice"
        case .kept: return "lived on"
        default: return "not ranked"
        }
    }
}

extension Sequence<String> {
    fileprivate var lines: String { joined(separator: "\n") }
}
