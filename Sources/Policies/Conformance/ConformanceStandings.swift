import Foundations

/// The rounds of the conformance kit: children of the 64 of `deeper-insights`, scores drawn once and for all.
enum ConformanceStandings {
    /// Sixteen children with distinct scores.
    static let ordinary = listed((0..<16).map { draw($0) })
    /// Sixteen children, the middle eight of them tied.
    static let tied = listed((0..<16).map { [0.6, 0.5, 0.5, 0.4][$0 % 4] })

    /// Each must get a valid verdict.
    static var rounds: [(name: String, standing: Standing)] {
        var measured = ordinary
        for slot in measured.space.slots {
            for (place, choice) in slot.choices.enumerated() {
                for kind in ["mean", "effect", "angle"] {
                    measured.operators.append(
                        .init(slot: slot.name, choice: choice, kind: kind, value: draw(place + 7)))
                }
            }
        }
        var probation = ordinary
        for place in [2, 5, 11] { probation.survivors[place].probation = true }
        probation.space.alive = 13
        return [
            ("ties", tied),
            ("losses", listed((0..<16).map { -draw($0) }, kind: "loss")),
            ("missing scores", listed((0..<16).map { $0 % 3 == 0 ? nil : draw($0) })),
            ("no score at all", listed(Array(repeating: nil, count: 16))),
            ("one child", listed([0.5])),
            ("two children", listed([0.5, 0.6])),
            ("measured choices", measured),
            ("some on probation", probation),
            ("2,000 children", large(count: 2_000, slots: 6, choices: 4, isListed: true)),
            ("a sample of a space too large to list", large(count: 40, slots: 12, choices: 10, isListed: false)),
        ]
    }

    private static func draw(_ place: Int) -> Double {
        var stream = RandomStream(seed: 11, purpose: .test, step: place)
        return stream.unitDouble()
    }

    /// As many children as there are means, spread over the 64.
    private static func listed(_ means: [Double?], kind: String = "accuracy") -> Standing {
        let choices = ["max_pool_3x3", "sep_conv_3x3", "sep_conv_5x5", "dil_conv_5x5"]
        let stride = 64 / means.count
        let survivors = means.enumerated().map { place, mean in
            let index = place * stride
            return survivor([index / 16, index / 4 % 4, index % 4], index: index, mean: mean, kind: kind)
        }
        return standing(
            survivors,
            .init(
                name: "deeper-insights", children: 64, alive: survivors.count,
                slots: ["0->1", "0->2", "1->2"].map { .init(name: $0, choices: choices) }))
    }

    private static func large(count: Int, slots: Int, choices: Int, isListed: Bool) -> Standing {
        let children = (0..<slots).reduce(1) { product, _ in product * choices }
        let survivors = (0..<count).map { place in
            // A step that shares no divisor with the number of children meets none of them twice.
            let index = place * 2_097_593 % children
            var rest = index
            let digits = (0..<slots).map { _ in
                defer { rest /= choices }
                return rest % choices
            }
            var one = survivor(digits, index: isListed ? index : nil, mean: draw(place), kind: "accuracy")
            if !isListed { one.scores[0].inclusion = Double(count) / Double(children) }
            return one
        }
        return standing(
            survivors,
            .init(
                name: "large", children: children, alive: isListed ? count : children,
                slots: (0..<slots).map { slot in
                    .init(name: "s\(slot)", choices: (0..<choices).map { "op\($0)" })
                }))
    }

    private static func survivor(_ choices: [Int], index: Int?, mean: Double?, kind: String) -> Survivor {
        Survivor(
            child: choices.map { "\($0 + 1)" }.joined(separator: choices.count > 3 ? "-" : ""), index: index,
            params: 1_000 + choices.reduce(0) { $0 * 10 + $1 },
            macs: 9_000_000 + choices.reduce(0) { $0 * 7 + $1 },
            genotype: "|" + choices.map { "op~\($0)" }.joined(separator: "|") + "|", choices: choices,
            scores: mean.map { value in
                [
                    Score(
                        step: 980, round: 2, kind: kind, value: value, loss: kind == "loss" ? -value : 1, n: 5_000,
                        bn: "batch")
                ]
            } ?? [], mean: mean, standardError: mean == nil ? nil : 0.004)
    }

    private static func standing(_ survivors: [Survivor], _ space: Standing.Space) -> Standing {
        Standing(
            run: "conformance", round: 2, seed: 1_234,
            budget: .init(macsSpent: 1e13, macsTotal: 2e13, imagesSpent: 250_000, fraction: 0.5, roundsLeft: 2),
            space: space, survivors: survivors)
    }
}
