import Policies

/// Standings to try policies on: one for each way a round can look.
enum Standings {
    static func of(_ means: [Double?], kind: String = "accuracy", seed: UInt64 = 3) -> Standing {
        let survivors = means.enumerated().map { place, mean in
            Survivor(
                child: "c\(place)", index: place, group: 0, params: 1_000 + place, macs: 9_000, genotype: "g\(place)",
                choices: [place / 8, place % 8],
                scores: mean.map { value in
                    let loss = kind == "loss" ? -value : 1
                    return [Score(step: 9, round: 2, kind: kind, value: value, loss: loss, n: 100, bn: "batch")]
                } ?? [],
                mean: mean)
        }
        return Standing(
            run: "demo", round: 2, seed: seed,
            budget: .init(macsSpent: 1e13, macsTotal: 2e13, imagesSpent: 1_000, fraction: 0.5, roundsLeft: 1),
            space: .init(
                name: "toy", children: 64, alive: means.count,
                slots: [
                    .init(name: "0->1", choices: ["pool", "conv"]), .init(name: "0->2", choices: ["pool", "conv"]),
                ]),
            survivors: survivors)
    }

    static let all: [(name: String, standing: Standing)] = [
        ("64 children", of((0..<64).map { Double(($0 * 37) % 64) / 64 })),
        ("losses", of((0..<10).map { -Double($0) }, kind: "loss")),
        ("all tied", of(Array(repeating: 0.1, count: 9))),
        ("two values", of((0..<12).map { Double($0 % 2) })),
        ("some without a score", of([0.1, nil, 0.3, nil, 0.5, nil])),
        ("nobody with a score", of([nil, nil, nil])),
        ("not finite", of([.nan, 0.2, .infinity, 0.4, -.infinity])),
        ("one child", of([0.5])),
        ("one child without a score", of([nil])),
        ("two children", of([0.5, 0.6])),
        ("two tied", of([0.5, 0.5])),
    ]
}
