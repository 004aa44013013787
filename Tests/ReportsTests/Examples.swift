import Foundation
import Rankings
import Reports
import Testing

/// Small records to report on, and the golden texts beside them.
enum Examples {
    /// Eight children, three decisions: 8 to 4 by score, 4 to 2 by a policy that gives only sets, then everyone stays.
    static let run: RunRecord = {
        let labels = ["111", "112", "121", "122", "211", "212", "221", "222"]
        func scores(_ round: Int, _ children: [String], _ values: [Double?]) -> [RunRecord.Scored] {
            zip(children, values).enumerated().map { place, pair in
                let index = labels.firstIndex(of: pair.0) ?? 0
                return RunRecord.Scored(
                    child: pair.0, score: pair.1, rank: place + 1, group: index / 4, params: 24_858 + 1_000 * index,
                    macs: 24_900_000 + 1_234_567 * index)
            }
        }
        func drop(_ child: String, _ reason: String) -> RunRecord.Dropped { .init(child: child, reason: reason) }
        return RunRecord(
            run: "demo", phase: "finished", seed: 7, recipe: "recipes/demo.yaml", digest: "00ff", images: 4_096,
            macs: 512_345_678_901, executedMacs: 400_000_000_000, storeBytes: 1_048_576,
            rounds: [
                .init(
                    round: 1, policy: "keep-fraction", images: 2_048, macs: 250_000_000_000,
                    survivors: ["222", "221", "212", "122"],
                    dropped: [
                        drop("121", "mean loss 1.5000, rank 5 of 8, cut after 4"),
                        drop("211", "mean loss 1.6000, rank 6 of 8, cut after 4"),
                        drop("112", "mean loss 1.6000, rank 7 of 8, cut after 4"),
                        drop("111", "no score, rank 8 of 8, cut after 4"),
                    ],
                    scores: scores(
                        1, ["222", "221", "212", "122", "121", "211", "112", "111"],
                        [-1, -1.1, -1.2, -1.3, -1.5, -1.6, -1.6, nil])),
                .init(
                    round: 2, policy: "by|hand", images: 3_072, macs: 400_000_000_000, survivors: ["222", "212"],
                    dropped: [drop("221", "*my* choice\u{1B}[31m | <b>"), drop("122", "line\nbreak")], scores: []),
                .init(
                    round: 3, policy: "keep-all", images: 4_096, macs: 512_345_678_901, survivors: ["222", "212"],
                    dropped: [], scores: scores(3, ["212", "222"], [-0.8, -0.9])),
            ],
            best: "212", imagesPerSecond: 1_234.5, wallSeconds: 3.25)
    }()

    static func truth() throws -> RunTruth {
        let table = try TruthTable(
            labels: ["111", "112", "121", "122", "211", "212", "221", "222", "333"],
            means: [0.70, 0.78, 0.79, 0.82, 0.785, 0.83, 0.81, 0.835, 0.9])
        return RunTruth(
            table, subset: ("no-pool", ["212", "221", "222", "122"]), likelyBest: ["222", "212"],
            free: [FreeRanking("fewer ones", values: table.labels.map { -Double($0.count { $0 == "1" }) })])
    }

    /// A small one, unfinished and at unequal cost.
    static let comparison: ComparisonRecord = try! unjudged.judged(truth: truth().table)

    static let unjudged = ComparisonRecord(
        name: "demo",
        arms: [
            .init(
                name: "progressive",
                seeds: [
                    .init(
                        seed: 0, run: "demo.progressive.s0", images: 4_096, macs: 500_000_000, best: "212",
                        truthRank: 2, truthMean: 0.83, gtTau: 0.5, topRank: ["1": 2, "3": 1]),
                    .init(
                        seed: 1, run: "demo.progressive.s1", images: 4_100, macs: 500_000_000, best: "222",
                        truthRank: 1, truthMean: 0.835, gtTau: 0.7, topRank: ["1": 1, "3": 1]),
                ]),
            .init(
                name: "uniform",
                seeds: [
                    .init(
                        seed: 0, run: "demo.uniform.s0", images: 4_096, macs: 510_000_000, best: "221", truthRank: 4,
                        truthMean: 0.81, gtTau: 0.3, topRank: ["1": 4, "3": 2]),
                    .init(seed: 2, run: "demo.uniform.s2", images: 4_096, macs: 510_000_000, best: nil),
                ]),
        ])
}

extension Examples {
    static func markdown(
        _ record: RunRecord, ledger: RunLedger? = nil, trace: RunTrace? = nil, truth: RunTruth? = nil,
        stamps: [String] = []
    ) throws -> String {
        MarkdownRenderer().render(
            try RunReport(record, ledger: ledger, trace: trace, truth: truth, stamps: stamps).document)
    }

    /// Curves of the run of ``ledger``: 160 steps, two scorings for every decision but the last.
    static let trace = RunTrace(
        setting: .init(space: "deeper-insights", children: 8, images: "synthetic", batch: 16), fraction: 1, step: 160,
        round: 4, rounds: 4,
        trainLoss: .init(
            steps: Array(0..<160), values: (0..<160).map { $0 == 7 ? nil : 2 - Double($0) / 128 }),
        scorings: ledger.rounds.flatMap { round in
            [round.step - 8, round.step].suffix(round.measurement.scorings).map { step in
                .init(
                    round: round.round, step: step, role: round.measurement.role,
                    samples: round.entries.map {
                        .init(child: $0.child, score: $0.score, loss: abs($0.score), accuracy: 0.5, images: 128)
                    })
            }
        }, seconds: [1.5, 1, 0.5, 0.25], genotype: "0->1 max_pool_3x3, 0->2 <b>sep</b>")
}

/// Compares with Fixtures/name; with ESPALIER_WRITE_GOLDEN set, writes it instead.
func expectGolden(_ text: String, _ name: String, _ location: SourceLocation = #_sourceLocation) throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/\(name)")
    if ProcessInfo.processInfo.environment["ESPALIER_WRITE_GOLDEN"] != nil {
        try text.write(to: file, atomically: true, encoding: .utf8)
    }
    let golden = try String(contentsOf: file, encoding: .utf8)
    let lines = zip(text.split(separator: "\n"), golden.split(separator: "\n"))
    let first = lines.first { $0 != $1 }.map { "found \($0), expected \($1)" } ?? "lengths differ"
    #expect(text == golden, "\(name): \(first)", sourceLocation: location)
}
