import Rankings

/// The regret audit in words and tables.
extension RunAudit {
    package var regretSection: ReportDocument.Section {
        var blocks: [ReportDocument.Block] = [
            .text(
                """
                What the cuts cost, by the truth. A child is lost while it does not train. Out of reach is the true accuracy \
                of the best child less that of the best one that still trains, in points.
                """),
            .list(verdicts.map { Prose($0) }),
        ]
        if hasCut {
            let free: Prose =
                """
                At random is the exact average over all choices of as many children from all \(regret.children). A free \
                ranking costs no training: it keeps the largest, equals in a random order.
                """
            blocks.append(.table(cutTable))
            blocks.append(
                .part("The same number of survivors, chosen otherwise", [.text(free), .table(yardsticks)]))
        }
        if !losses.isEmpty {
            let notes: Prose =
                """
                Margin is the distance to the cut; confidence is how sure the decision was, by the noise of the score alone.
                """
            blocks.append(.part("Who dropped the best, and why", [.text(notes), .table(lossTable)]))
        }
        return .init("Regret audit", blocks)
    }

    private var hasCut: Bool { regret.rounds.contains { $0.after < $0.before } }

    private var count: Int { regret.top.count }

    /// What there is to know first.
    private var verdicts: [String] {
        var lines = ["The true top \(count) of \(regret.children): \(regret.top.joined(separator: ", "))."]
        if let likely = regret.likely {
            lines.append("T*, the children that may truly be the best: \(likely.joined(separator: ", ")).")
        }
        guard let last = regret.rounds.last, hasCut else {
            return lines + ["No cut was made, so nothing was lost."]
        }
        let likelyLost = last.likelyLost.map { " and \($0) of T*" } ?? ""
        lines.append(
            "The cuts lost \(last.topLost) of the true top \(count)\(likelyLost); as many survivors chosen at random lose "
                + "\(Numbers.fixed(last.random.lost, 1)) of the top \(count) on average, and as few as these in "
                + "\(percent(last.randomNoWorse)) of all choices.")
        if last.reachable > 0 {
            lines.append(
                "The best child is lost; the best survivor is \(Numbers.fixed(last.reachable, 2)) points below it."
            )
        } else {
            lines.append("The best child, or one as good, is among the survivors.")
        }
        if let pickRegret {
            let chosen = pickRegret - last.reachable
            lines.append(
                "The chosen child is \(Numbers.fixed(pickRegret, 2)) points below the best: "
                    + "\(Numbers.fixed(last.reachable, 2)) through the cuts, \(Numbers.fixed(chosen, 2)) through the "
                    + "choice among the survivors.")
        }
        let comebacks = regret.rounds.flatMap { round in round.returned.map { "\($0) in round \(round.round)" } }
        if !comebacks.isEmpty { lines.append("Back from probation: \(comebacks.joined(separator: ", ")).") }
        return lines
    }

    private var cutTable: Table {
        var columns: [Table.Column] = [
            .numbers("Round"), .numbers("Trained"), .numbers("Train on"), .numbers("Lost of the top \(count)"),
            .numbers("So far"),
        ]
        if let likely = regret.likely { columns.append(.numbers("Of T* (\(likely.count))")) }
        var table = Table(columns + [.numbers("Out of reach, points")])
        for round in regret.rounds {
            table.add(
                ["\(round.round)", "\(round.before)", "\(round.after)", "\(round.topLostHere)", "\(round.topLost)"]
                    + (round.likelyLost.map { ["\($0)"] } ?? []) + [Numbers.fixed(round.reachable, 2)])
        }
        return table
    }

    private var yardsticks: Table {
        var table = Table([
            .numbers("After round"), .numbers("Survivors"), .words("Chosen by"), .numbers("Lost of the top \(count)"),
            .numbers("Out of reach, points"),
        ])
        for round in regret.rounds where round.after < round.before {
            func row(_ name: String, _ lost: String, _ points: Double) {
                table.add(["\(round.round)", "\(round.after)", name, lost, Numbers.fixed(points, 2)])
            }
            row("this run", "\(round.topLost)", round.reachable)
            row("at random", Numbers.fixed(round.random.lost, 1), round.random.regret)
            for other in round.free { row(other.name, Numbers.fixed(other.cut.lost, 1), other.cut.regret) }
        }
        return table
    }

    private var lossTable: Table {
        var table = Table([
            .numbers("Round"), .words("Child"), .numbers("True rank"), .numbers("Truth, %"), .words("Dropped by"),
            .numbers("Ranked"), .numbers("Margin"), .numbers("Confidence"), .words("Reason"),
        ])
        for loss in losses {
            let way =
                switch loss.through {
                case .name: ""
                case .choice: ", through a choice"
                case .probation: ", to probation"
                }
            table.add([
                "\(loss.round)", loss.child + (loss.isLikelyBest ? " (T*)" : ""), "\(loss.trueRank)",
                Numbers.fixed(loss.truth * regret.pointsPerUnit, 2), loss.decidedBy + way,
                loss.rank.map { "\($0) of \(loss.scored)" } ?? Numbers.none, Numbers.fixed(loss.margin, 5),
                RunLedger.confidenceWords(loss.confidence), loss.reason ?? Numbers.none,
            ])
        }
        return table
    }

    private func percent(_ chance: Double) -> String {
        chance < 0.001 ? "< 0.1 %" : Numbers.fixed(100 * chance, 1) + " %"
    }
}
