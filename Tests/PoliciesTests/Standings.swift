import Foundations
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
                slots: ["0->1", "0->2"].map { .init(name: $0, choices: ["pool", "conv"] + (2..<8).map { "op\($0)" }) }),
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
        ("some on probation", onProbation([1, 4, 6], of((0..<9).map { Double(($0 * 4) % 9) }))),
        ("all but one on probation", onProbation([0, 1, 3], of([0.1, 0.4, 0.2, nil]))),
        ("choices measured", measured(of((0..<24).map { Double(($0 * 7) % 24) }))),
        // Each choice has the same eight means in another order: which sum is lowest is a matter of rounding.
        ("a Latin square", latinSquare),
        ("a sample of 10^12", sample()),
        ("a sample without scores", sample(scored: false)),
    ]

    private static var latinSquare: Standing {
        let tenths = (0..<64).map { ($0 / 8 + $0 % 8) % 8 + 1 }
        return of(tenths.map { Double($0) / 10 })
    }

    /// With these survivors on probation.
    static func onProbation(_ places: [Int], _ standing: Standing) -> Standing {
        var standing = standing
        for place in places { standing.survivors[place].probation = true }
        standing.space.alive = standing.survivors.count - places.count
        return standing
    }

    /// With a value of each kind for every choice some survivor has.
    static func measured(_ standing: Standing) -> Standing {
        var standing = standing
        for slot in standing.space.slots {
            for (place, choice) in slot.choices.enumerated() {
                guard standing.survivors.contains(where: { standing.has($0, choice, in: slot.name) }) else { continue }
                for kind in ["mean", "effect", "angle"] {
                    standing.operators.append(
                        .init(slot: slot.name, choice: choice, kind: kind, value: Double((place * 5) % 8) / 10))
                }
            }
        }
        return standing
    }

    /// Forty children of a space with 10^12: twelve slots of ten choices, too many to list.
    static func sample(scored: Bool = true) -> Standing {
        var stream = RandomStream(seed: 5, purpose: .test)
        var standing = of((0..<40).map { _ in scored ? stream.unitDouble() : nil })
        standing.space = .init(
            name: "huge", children: 1_000_000_000_000, alive: 1_000_000_000_000,
            slots: (0..<12).map { slot in .init(name: "s\(slot)", choices: (0..<10).map { "op\($0)" }) })
        for place in standing.survivors.indices {
            standing.survivors[place].index = nil
            standing.survivors[place].choices = (0..<12).map { _ in stream.below(10) }
            for score in standing.survivors[place].scores.indices {
                standing.survivors[place].scores[score].inclusion = 4e-11
            }
        }
        return standing
    }
}
