extension RunReport {
    /// A row for every child in every round, as recorded.
    package var csv: String {
        var table = CommaSeparated([
            "round", "step", "fraction", "images", "macs", "decided_by", "role", "measure", "child", "group", "rank",
            "score", "standard_error", "margin", "confidence", "params", "child_macs", "fate", "reason",
        ])
        for round in ledger?.rounds ?? [] {
            for entry in round.entries {
                table.add([
                    "\(round.round)", "\(round.step)", "\(round.fraction)", "\(round.images)", "\(round.macs)",
                    round.decider == .finalRanking ? "final ranking" : round.decision, round.measurement.role,
                    round.measurement.measure, entry.child, "\(entry.group)", "\(entry.rank)",
                    CommaSeparated.number(entry.score), CommaSeparated.number(entry.standardError),
                    CommaSeparated.number(entry.margin), CommaSeparated.number(entry.confidence), "\(entry.params)",
                    "\(entry.macs)", entry.fate.rawValue, entry.reason ?? "",
                ])
            }
        }
        return table.text
    }

    /// Everything the report shows, for programs: schema `espalier.report/1`.
    package var json: Document {
        Document(
            stamps: stamps, run: record, ledger: ledger, trace: trace, figures: figures.map(Figures.init), audit: audit)
    }

    package struct Document: Encodable, Sendable {
        let schema = "espalier.report/1"
        let stamps: [String]
        let run: RunRecord
        let ledger: RunLedger?
        let trace: RunTrace?
        /// Against the truth; nil without one.
        let figures: Figures?
        let audit: RunAudit?
    }

    struct Figures: Encodable, Sendable {
        let children: Int
        let rankings: [Row]
        let pickRank: Int?
        let pickRegret: Double?

        struct Row: Encodable, Sendable {
            let name: String
            let tauA: Double?
            let tauB: Double?
            let tauInside: Double?
            let topRank: [String: Double]
            let regret: Double?
        }

        init(_ figures: RunFigures) {
            children = figures.truth.labels.count
            pickRank = figures.pickRank
            pickRegret = figures.pickRegret
            rankings = figures.summaries.map { row in
                var top: [String: Double] = [:]
                top["1"] = row.top1
                top["3"] = row.top3
                return Row(
                    name: row.name, tauA: row.tauA, tauB: row.tauB, tauInside: row.tauInside, topRank: top,
                    regret: row.regret)
            }
        }
    }
}

extension ComparisonReport {
    /// A row a pair of an arm and a seed; of an arm on paper the run is the one it was worked out from.
    package var csv: String {
        var table = CommaSeparated([
            "arm", "seed", "run", "images", "macs", "pick", "pick_truth", "pick_rank", "regret_points", "hit", "tau_a",
            "gt_tau", "gt_tau_inside", "t1r", "t3r", "kept", "tau_kept", "uniform_tau_kept", "retrained",
        ])
        for arm in record.arms {
            for outcome in arm.seeds {
                table.add([
                    arm.name, "\(outcome.seed)", outcome.run ?? "", "\(outcome.images)", "\(outcome.macs)",
                    outcome.best ?? "", CommaSeparated.number(outcome.truthMean),
                    CommaSeparated.number(outcome.truthRank), CommaSeparated.number(outcome.regret),
                    outcome.hit.map { $0 ? "1" : "0" } ?? "", CommaSeparated.number(outcome.tauA),
                    CommaSeparated.number(outcome.gtTau), CommaSeparated.number(outcome.tauInside),
                    CommaSeparated.number(outcome.topRank["1"]), CommaSeparated.number(outcome.topRank["3"]),
                    outcome.kept.map { "\($0.children)" } ?? "", CommaSeparated.number(outcome.kept?.tau),
                    CommaSeparated.number(outcome.kept?.uniform), CommaSeparated.number(outcome.retrained),
                ])
            }
        }
        return table.text
    }
}
