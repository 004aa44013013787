import Foundation
import Foundations
import Rankings

extension ConfidentCut {
    /// A look at the survivors: what was tested, at which level, with which result.
    public struct Look: Sendable, Hashable {
        /// One sentence for people: the numbers of the test, or why nobody was tested.
        public var statement: String
        /// One for each child tested, in the order of the pairs; empty where nobody was.
        public var tests: [ChildTest] = []
        /// k, the leaders protected.
        public var leaders: Int
        /// alpha_r, the level of this round; 0 where nobody was tested.
        public var roundLevel = 0.0
        /// The part of it that this look spends.
        public var spent = 0.0
        /// The bound on the correlation of neighbouring snapshots; nil where nobody was tested.
        public var rho: Double?
        var memory: Memory

        /// The children that were tested, not dropped, and are more than the k protected, as a share of all that could be
        /// dropped.
        public var doubt: Double {
            guard tests.count > leaders else { return 0 }
            return Double(tests.count { !$0.isWorse } - leaders) / Double(tests.count - leaders)
        }
    }

    /// What is known of one child.
    public struct ChildTest: Sendable, Hashable {
        /// Its label.
        public var child: String
        /// Its mean over snapshots and images, larger is better.
        public var mean: Double
        /// Holm's adjusted p-value of "fewer than k others are better".
        public var p: Double
        /// How many others are better, at the level at which k of them are.
        public var better: Int
        /// Whether it is shown to be worse than k others.
        public var isWorse: Bool
    }

    /// The test behind ``decide(_:)``; also for whoever wants the confidence of the children that were kept.
    public func look(at standing: Standing) -> Look {
        let training = standing.survivors.filter(\.isTraining)
        var memory = Memory(standing.state) ?? Memory(leaders: leaders(of: training.count))
        let k = memory.leaders
        let names = Set(training.map(\.child))
        let places = standing.pairs.map { pairs in pairs.children.indices.filter { names.contains(pairs.children[$0]) }
        }
        if let obstacle = obstacle(standing, training: training, places: places ?? [], leaders: k) {
            memory.statement = "kept everyone: \(obstacle)"
            return Look(statement: memory.statement, leaders: k, memory: memory)
        }
        guard let pairs = standing.pairs, let places else { return Look(statement: "", leaders: k, memory: memory) }
        let level = memory.spend(of: alpha, round: standing.round, roundsLeft: standing.budget.roundsLeft)
        let choices = Dictionary(training.map { ($0.child, $0.choices) }, uniquingKeysWith: { first, _ in first })
        let components = PairedComponents(
            pairs, places: places, choices: places.map { choices[pairs.children[$0]] ?? [] })
        let rho = memory.add(components, steps: pairs.steps)?.largestRho(beta: level * Self.partForRho, cap: rhoAtMost)
        let test = CutTest(
            components, leaders: k, level: level * (1 - Self.partForRho), rho: rho ?? rhoAtMost)
        let tests = places.enumerated().map { row, place in
            ChildTest(
                child: pairs.children[place], mean: test.means[row], p: test.adjusted[row], better: test.better[row],
                isWorse: test.isWorse[row])
        }
        memory.statement = String(
            format: "dropped %d of %d tested on %d snapshots of %d images, rho at most %.2f, level %.4g of %.4g",
            tests.count(where: \.isWorse), tests.count, pairs.steps.count, pairs.images, rho ?? rhoAtMost, level,
            memory.share)
        return Look(
            statement: memory.statement, tests: tests, leaders: k, roundLevel: memory.share, spent: level,
            rho: rho ?? rhoAtMost, memory: memory)
    }

    /// Why nobody can be tested; nil where the test can be made.
    private func obstacle(_ standing: Standing, training: [Survivor], places: [Int], leaders k: Int) -> String? {
        let isSample = training.contains { ($0.scores.last?.inclusion ?? 1) < 1 }
        if isSample || standing.space.alive > standing.survivors.count {
            return
                "the \(training.count) survivors are a sample of \(standing.space.alive), and this policy needs the list"
        }
        if training.count <= max(1, k) {
            return
                "\(training.count) survivor\(training.count == 1 ? "" : "s"), and \(k) \(k == 1 ? "is" : "are") protected"
        }
        guard let pairs = standing.pairs else { return "the standing holds no paired scores" }
        if places.count <= max(1, k) {
            return "paired scores of \(places.count) children, and \(k) \(k == 1 ? "is" : "are") protected"
        }
        let w = pairs.steps.count
        if w < Self.snapshotsNeeded { return "\(w) snapshots, expected \(Self.snapshotsNeeded) or more" }
        if !pairs.areApart {
            let gap = zip(pairs.steps, pairs.steps.dropFirst()).map { $1 - $0 }.min() ?? 0
            return "snapshots \(gap) steps apart, expected at least a sampling cycle of \(pairs.cycle)"
        }
        if pairs.images < 2 { return "scores on \(pairs.images) images, expected 2 or more" }
        return nil
    }
}

extension ConfidentCut.Look {
    /// The sentence of the ledger.
    func reason(for test: ConfidentCut.ChildTest) -> String {
        let p = String(format: "%.2g", test.p)
        let level = String(format: "%.4g", spent * (1 - ConfidentCut.partForRho))
        let all = String(format: "%.4g", roundLevel)
        return "worse than \(test.better) of \(tests.count - 1) others, \(leaders) needed: adjusted p \(p) <= \(level),"
            + " spent of the round's \(all)" + String(format: "; mean %.4f", test.mean)
    }

    /// Later than planned in proportion to the children in doubt, and never the end of the budget; nil follows the
    /// recipe: nobody was tested, nobody is in doubt, or this was the last decision.
    func nextBudgetFraction(_ budget: Standing.Budget) -> Double? {
        let rest = 1 - budget.fraction
        guard doubt > 0, budget.roundsLeft > 0, rest > 0 else { return nil }
        let planned = budget.nextFraction.map { $0 - budget.fraction } ?? rest / Double(budget.roundsLeft + 1)
        guard planned > 0, planned < rest else { return nil }
        return planned + doubt / 2 * min(planned, rest - planned)
    }
}
