import Checkpoints
import Foundations
import Policies
import Searches
import Testing

/// The controls of a recipe, and the recipes they are made of.
@Suite struct ControlTests {
    private func made(_ name: String, _ recipe: Recipe, truth: String? = nil) throws -> Control.Made {
        try #require(Controls.named(name)).recipe(from: recipe, Control.Ground(recipe, truth: truth))
    }

    private func recipe(_ name: String, _ recipe: Recipe, truth: String? = nil) throws -> Recipe {
        guard case .recipe(let made) = try made(name, recipe, truth: truth) else {
            Issue.record("no \(name): \(try made(name, recipe, truth: truth))")
            return recipe
        }
        return made
    }

    @Test func namesAreNamesOfRunsAndUnique() throws {
        let names = Controls.all.map(\.name)
        #expect(Set(names).count == names.count && names.count == 12)
        #expect(Controls.usual.allSatisfy { Controls.named($0) != nil })
        for name in names { _ = try RunFolder(root: "r", name: "c.\(name).s0") }
    }

    /// What every control leaves alone: cost, data, roles.
    @Test func aControlChangesNothingElse() throws {
        for base in [try Comparisons.recipe(), try adaptive()] {
            for control in Controls.all {
                guard case .recipe(let made) = try made(control.name, base, truth: nil) else { continue }
                #expect(made != base, "\(control.name)")
                #expect(made.train.budget == base.train.budget && made.data == base.data && made.space == base.space)
                #expect(made.score.role == base.score.role && made.seeds == base.seeds, "\(control.name)")
                #expect(try Recipe(StrictYAML.parse(made.text, path: control.name)) == made, "\(control.name)")
            }
        }
    }

    private func adaptive() throws -> Recipe {
        try Comparisons.recipe(
            "sharing={mode: adaptive, by: similarity, below: 16, least: 4}", "rounds=[{at: 0.5}, {at: 0.7}]")
    }

    @Test func uniformOnes() throws {
        let base = try Comparisons.recipe()
        let uniform = try recipe("uniform", base)
        #expect(uniform.policy == .keepAll && uniform.sharing == .all)
        #expect(uniform.rounds.map(\.at) == base.rounds.map(\.at) && uniform.rounds.allSatisfy { $0.regroup == nil })
        #expect(try recipe("uniform-star", base).rounds.isEmpty)
        #expect(try made("uniform-elim", base) == .paper(of: "uniform"))
        // A recipe that is uniform has no uniform twin.
        #expect(try made("uniform", uniform) == .impossible(because: "it is the recipe itself"))
        #expect(try made("uniform-elim", uniform) == .impossible(because: "the policy drops nobody"))
    }

    @Test func groupedOnes() throws {
        let base = try Comparisons.recipe()
        #expect(try recipe("progressive", base).rounds.allSatisfy { $0.regroup == nil })
        let random = try recipe("progressive-random", base).rounds.compactMap(\.regroup)
        #expect(random.map(\.by) == [.random, .random] && random.map(\.count) == [2, 4])
        #expect(try made("progressive-similar", base) == .impossible(because: "it is the recipe itself"))
        guard case .groups(let groups) = try recipe("grouped", base).sharing.mode else {
            Issue.record("no groups from the start")
            return
        }
        #expect(groups.count == 4 && groups.by == .similarity)
        let splits = try recipe("splits", base)
        #expect(splits.policy == .keepAll && splits.rounds == base.rounds)
        let plain = try Comparisons.recipe("rounds=[{at: 0.5}]")
        for name in ["progressive", "progressive-random", "progressive-similar", "splits"] {
            #expect(try made(name, plain) == .impossible(because: "the recipe makes no groups"), "\(name)")
        }
    }

    /// 64 > 32 > 16: adaptive sharing splits at the second decision, into min(64 / 16, 16 / 4) groups.
    @Test func adaptiveSplitsAreForeseen() throws {
        let base = try adaptive()
        #expect(try recipe("splits", base).rounds.map { $0.regroup?.count } == [nil, 4])
        guard case .groups(let groups) = try recipe("grouped", base).sharing.mode else {
            Issue.record("no groups from the start")
            return
        }
        #expect(groups.count == 4)
        guard case .adaptive(let grouping, 16, 4) = try recipe("progressive-random", base).sharing.mode else {
            Issue.record("not adaptive any more")
            return
        }
        #expect(grouping.by == .random)
        #expect(try recipe("progressive", base).sharing == .all)
        let unforeseen = try Comparisons.recipe(
            "sharing={mode: adaptive, by: similarity, below: 16, least: 4}", "rounds=[{at: 0.5}]",
            "policy=confident-cut")
        #expect(
            try made("splits", unforeseen)
                == .impossible(because: "when the recipe splits cannot be said beforehand"))
    }

    @Test func prunedOnes() throws {
        let base = try Comparisons.recipe("policy.keep=0.3")
        for name in ["random", "params"] {
            let made = try recipe(name, base)
            #expect(made.policy.use == name && made.policy.parameters["keep"] == .number(0.3))
            #expect(made.rounds == base.rounds)
        }
        #expect(try made("oracle", base) == .impossible(because: "it needs a truth table (--truth)"))
        let scratch = try Scratch()
        let truth = try scratch.write("label,gt_mean\n111,0.5\n", to: "truth.csv")
        let oracle = try recipe("oracle", base, truth: truth)
        #expect(oracle.policy.use == "oracle" && oracle.policy.parameters["truth"] == .word(truth))
        let unforeseen = try Comparisons.recipe("policy=confident-cut")
        #expect(
            try made("random", unforeseen)
                == .impossible(because: "policy confident-cut keeps no share that is known beforehand"))
        let halving = try Comparisons.recipe("policy=successive-halving")
        #expect(
            try made("random", halving)
                == .impossible(because: "policy successive-halving sets its own times of decision"))
        #expect(
            try made("uniform-elim", halving)
                == .impossible(because: "policy successive-halving looks at more than recorded scores"))
    }

    @Test func childrenAloneAreHalved() throws {
        let alone = try recipe("alone", Comparisons.recipe())
        #expect(alone.sharing.mode == .none && alone.policy.use == "successive-halving")
        // 64 children halved six times: seven rungs.
        #expect(alone.rounds.map(\.at) == [.fraction(1.0 / 7)])
        #expect(alone.score.model.smoothing == .none && alone.score.window == 1 && alone.score.gate == nil)
    }

    /// All of them, on one seed, within half a per cent of one another.
    @Test func everyControlRunsAtEqualCost() async throws {
        let scratch = try Scratch()
        let base = try Comparisons.recipe("train.batch=4", "policy.keep=0.4", images: 3000)
        let ground = try Control.Ground(base)
        var arms = [Comparison.Arm(name: "micro", recipe: base)]
        for control in Controls.all { try control.arm(from: base, ground).map { arms.append($0) } }
        #expect(arms.count == 11)
        let comparison = try Comparison(name: "all", arms: arms, seeds: [3])
        try await Comparisons.run(comparison, scratch)
        var costs: [Int] = []
        for arm in comparison.running {
            let run = try scratch.recorded("all.\(arm.name).s3")
            #expect(run.best != nil, "\(arm.name)")
            costs.append(run.spending.macs)
        }
        #expect(Double(costs.max() ?? 0) / Double(costs.min() ?? 1) < 1.005, "\(costs)")
        let file = try #require(try ComparisonFile.find("all", in: scratch.root))
        let paper = try #require(file.arms.first { $0.name == "uniform-elim" }?.paper)
        #expect(paper.of == "uniform" && paper.policy == "{use: keep-fraction, keep: 0.4}")
        // Cut on paper among what the uniform run has scored: 64 > 26 > 11.
        let uniform = try scratch.recorded("all.uniform.s3")
        let cut = try await uniform.eliminated(
            by: PolicySpecification(recorded: paper.policy).make(), storeBytes: 0)
        #expect(cut.rounds.map(\.survivors.count) == [26, 11, 11] && cut.macs == uniform.spending.macs)
        #expect(Set(cut.rounds[2].survivors).isSubset(of: cut.rounds[0].survivors))
        _ = try cut.compositeRanking()
        // The best of those that are left, by the uniform run's own last scores.
        let last = try #require(uniform.record(storeBytes: 0).rounds.last)
        let left = Set(cut.rounds[2].survivors)
        #expect(cut.best == last.scores.sorted { $0.rank < $1.rank }.first { left.contains($0.child) }?.child)
        // Whoever drops nobody changes nothing.
        let all = try await uniform.eliminated(by: KeepAll(), storeBytes: 0)
        #expect(all.best == uniform.best && all.rounds.map(\.survivors.count) == [64, 64, 64])
    }
}
