import Reports

extension Examples {
    /// Eight children, three decisions and the final ranking: a policy with probation, a fallback that drops a choice too, a
    /// gate that holds.
    static let ledger: RunLedger = {
        typealias Entry = RunLedger.Entry
        let labels = ["111", "112", "121", "122", "211", "212", "221", "222"]
        func entry(
            _ child: String, _ score: Double, _ rank: Int, _ fate: RunLedger.Fate, _ reason: String? = nil,
            cut: Double? = nil, confidence: Double? = nil, group: Int = 0, mean: Double? = nil
        ) -> Entry {
            let index = labels.firstIndex(of: child) ?? 0
            return Entry(
                child: child, score: score, standardError: 0.0625, mean: mean, rank: rank,
                margin: cut.map { score - $0 },
                confidence: confidence, group: group, params: 24_858 + 1_000 * index,
                macs: 24_900_000 + 1_234_567 * index, fate: fate, reason: reason)
        }
        let loss = RunLedger.Measurement(
            measure: "loss", role: "rank", statistics: "batch", scorings: 2, model: "smoothed by main effects",
            looError: 0.03125, agreement: 0.625)
        let groups: [RunLedger.Group] = [
            .init(members: ["222", "221", "212"], parent: 0, within: 2.0 / 3, between: 0.25, tauWithin: 1),
            .init(members: ["122", "211"], parent: 0, within: 2.0 / 3, between: 0.25, tauWithin: -1),
        ]
        return RunLedger(
            run: "demo", isDone: true,
            rounds: [
                .init(
                    round: 0, fraction: 0.5, step: 80, images: 2_048, macs: 250_000_000_000, decider: .policy,
                    policy: "regret-guard", version: "1 around keep-fraction 1", measurement: loss, cut: -1.375,
                    grouping: "by: similarity, count: 2", groups: groups,
                    entries: [
                        entry("222", -1, 1, .kept, cut: -1.375, confidence: 0.99999, mean: -1.125),
                        entry("221", -1.125, 2, .kept, cut: -1.375, confidence: 0.9997),
                        entry("212", -1.25, 3, .kept, cut: -1.375, confidence: 0.977),
                        entry("122", -1.3125, 4, .kept, cut: -1.375, confidence: 0.841),
                        entry(
                            "211", -1.4375, 5, .probation, "mean loss 1.4375, rank 5 of 8, cut after 4; on probation",
                            cut: -1.375, confidence: 0.841),
                        entry(
                            "121", -1.5, 6, .dropped, "mean loss 1.5000, rank 6 of 8, cut after 4", cut: -1.375,
                            confidence: 0.977),
                        entry(
                            "112", -1.5, 6, .dropped, "mean loss 1.5000, rank 7 of 8, cut after 4", cut: -1.375,
                            confidence: 0.977),
                        entry(
                            "111", -2, 8, .dropped, "mean loss 2.0000, rank 8 of 8, cut after 4", cut: -1.375,
                            confidence: 1),
                    ]),
                .init(
                    round: 1, fraction: 0.75, step: 120, images: 3_072, macs: 400_000_000_000, decider: .fallback,
                    policy: "keep-all", version: "1", measurement: loss, cut: -1.125,
                    notes: ["keep-all decided in its place: it said \"\u{1B}[31mno\"\nand left"],
                    stamp: "A *test* | only.",
                    droppedChoices: [.init(slot: "0->1", choice: "max_pool_3x3", reason: "lowest effect")],
                    groups: groups.map { .init(members: $0.members.filter { !["221", "122"].contains($0) }) },
                    entries: [
                        entry("222", -0.9, 1, .kept, cut: -1.125, confidence: 0.999),
                        entry("221", -0.95, 2, .dropped, "*my* choice | <b>", cut: -1.125, confidence: 0.0001),
                        entry("211", -1, 3, .returned, cut: -1.125, confidence: 0.977, group: 1),
                        entry("212", -1.0625, 4, .kept, cut: -1.125, confidence: 0.841),
                        entry("122", -1.1875, 5, .dropped, "line\nbreak", cut: -1.125, confidence: 0.841, group: 1),
                    ]),
                .init(
                    round: 2, fraction: 0.875, step: 140, images: 3_584, macs: 450_000_000_000, decider: .gate,
                    policy: "gate", version: "1",
                    measurement: .init(
                        measure: "accuracy", role: "rank", statistics: "running", scorings: 1, agreement: -0.5),
                    notes: ["two successive rankings agree by tau-b -0.5, the gate asks for 0.2"],
                    groups: [.init(members: ["222", "212"], parent: 0), .init(members: ["211"], parent: 1)],
                    entries: [
                        entry("222", 0.5, 1, .kept), entry("212", 0.25, 2, .kept),
                        entry("211", 0.125, 3, .kept, group: 1),
                    ]),
                .init(
                    round: 3, fraction: 1, step: 160, images: 4_096, macs: 512_345_678_901, decider: .finalRanking,
                    policy: "final ranking", version: "1 around keep-fraction 1",
                    measurement: .init(measure: "loss", role: "pick", statistics: "batch", scorings: 1),
                    groups: [.init(members: ["222", "212"], parent: 0), .init(members: ["211"], parent: 1)],
                    entries: [
                        entry("212", -0.75, 1, .final), entry("222", -0.75, 1, .final),
                        entry("211", -1, 3, .final, group: 1),
                    ]),
            ])
    }()

    /// The same run as a record.
    static let ledgerRecord: RunRecord = {
        var record = run
        record.rounds = ledger.rounds.map { round in
            let gone = round.entries.filter { $0.fate == .dropped || $0.fate == .probation }
            return RunRecord.Round(
                round: round.round, policy: round.policy, images: round.images, macs: round.macs,
                survivors: round.entries.map(\.child).filter { child in !gone.contains { $0.child == child } },
                dropped: gone.map { .init(child: $0.child, reason: $0.reason ?? "") },
                scores: round.entries.map {
                    .init(
                        child: $0.child, score: $0.score, rank: $0.rank, group: $0.group, params: $0.params,
                        macs: $0.macs)
                })
        }
        return record
    }()

    static func story(_ child: String, _ ledger: RunLedger = ledger, best: String? = "212") -> ChildStory {
        let choices = ["max_pool_3x3", "sep_conv_3x3"]
        let slots = ["0->1", "0->2", "1->2"]
        let digits = child.map { (Int(String($0)) ?? 1) - 1 }
        let genotype = zip(slots, digits).map { "\($0) \(choices[$1])" }.joined(separator: ", ")
        return ChildStory(ledger, child: child, genotype: genotype, best: best) { slot, choice in
            zip(slots, digits).contains { $0 == slot && choices[$1] == choice }
        }
    }
}
