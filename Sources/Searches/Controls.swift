import Policies

/// The controls of a comparison. A new one is one more row here.
package enum Controls {
    /// What a comparison of one recipe is made against unless more is asked for.
    package static let usual = ["uniform", "uniform-star"]

    package static func named(_ name: String) -> Control? { all.first { $0.name == name } }

    /// In the order of reports. Those worked out from others stand after them.
    package static let all: [Control] = [
        Control("uniform", isolates: "dropping and regrouping together, scored at the same times") { recipe, _ in
            .recipe(Comparison.uniform(recipe))
        },
        Control("uniform-star", isolates: "the same, with the cost of deciding spent on training") { recipe, _ in
            var star = Comparison.uniform(recipe)
            star.rounds = []
            return .recipe(star)
        },
        Control("uniform-elim", isolates: "training fewer children, beside only ranking fewer") { recipe, _ in
            if recipe.policy == .keepAll { return .impossible(because: "the policy drops nobody") }
            guard recipe.policy.decidesByScores else {
                return .impossible(because: "policy \(recipe.policy.use) looks at more than recorded scores")
            }
            return .paper(of: "uniform")
        },
        Control("progressive", isolates: "regrouping") { recipe, _ in
            guard recipe.hasGroups else { return .impossible(because: "the recipe makes no groups") }
            return .recipe(recipe.withoutGroups)
        },
        Control("progressive-random", isolates: "similarity: as many groups, dealt at random") { recipe, _ in
            guard recipe.hasGroups else { return .impossible(because: "the recipe makes no groups") }
            return .recipe(recipe.grouped(by: .random))
        },
        Control("progressive-similar", isolates: "the way of grouping: as many groups, by similarity") {
            recipe, _ in
            guard recipe.hasGroups else { return .impossible(because: "the recipe makes no groups") }
            return .recipe(recipe.grouped(by: .similarity))
        },
        Control("grouped", isolates: "when groups are made: from the start, and nobody dropped") {
            recipe, ground in
            try recipe.groupedFromTheStart(ground)
        },
        Control("splits", isolates: "dropping: the same splits, and nobody dropped") { recipe, ground in
            try recipe.onlySplits(ground)
        },
        Control("random", isolates: "whom scores drop, beside chance") { recipe, _ in
            try recipe.pruned(by: "random")
        },
        Control("params", isolates: "whom scores drop, beside size") { recipe, _ in
            try recipe.pruned(by: "params")
        },
        Control("oracle", isolates: "what perfect drops would be worth") { recipe, ground in
            guard let truth = ground.truth else { return .impossible(because: "it needs a truth table (--truth)") }
            return try recipe.pruned(by: "oracle", ["truth": .word(truth)])
        },
        Control("alone", isolates: "sharing: successive halving of children trained alone") { recipe, ground in
            try recipe.halvedAlone(ground)
        },
    ]
}
