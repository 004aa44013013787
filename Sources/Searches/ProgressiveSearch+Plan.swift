import Architectures
import Foundations

/// When a round trains, scores and decides, in amounts of the budget.
extension ProgressiveSearch {
    /// The last round ranks for the final choice.
    var isFinal: Bool { state.round >= state.decisions.count }

    /// Groups with a budget of their own that still train; empty where all groups share one.
    var independentGroups: [Int] {
        guard recipe.sharing.independent else { return [] }
        let probation = probation
        return supernet.sharing.groups.indices.filter { group in
            supernet.sharing.groups[group].contains { !probation.contains($0) }
        }
    }

    /// What the budget is measured by: the run's spending, or that of each independent group.
    private func meters(_ independent: [Spending], _ whole: Spending) -> [Spending] {
        let groups = independentGroups
        return groups.isEmpty ? [whole] : groups.map { independent[$0] }
    }

    private var stepsPerEpoch: Int {
        let batch = recipe.train.batch
        return (dataset.count(of: .train) + batch - 1) / batch
    }

    /// The mean over the meters, in the budget's unit or in steps or epochs.
    private func amount(_ meters: [Spending], in unit: Recipe.Due.Unit = .fraction) -> Double {
        let unit: Budget.Unit =
            switch unit {
            case .fraction: recipe.train.budget.unit
            case .steps: .steps
            case .epochs: .epochs
            }
        let amounts = meters.map { $0.amount(in: unit, stepsPerEpoch: stepsPerEpoch) }
        return amounts.reduce(0, +) / Double(amounts.count)
    }

    func spent(in unit: Recipe.Due.Unit = .fraction) -> Double {
        amount(meters(state.meters, state.spending), in: unit)
    }

    private func start(in unit: Recipe.Due.Unit) -> Double {
        amount(meters(state.startMeters, state.roundStart), in: unit)
    }

    /// The spent fraction of the budget; can end a little above 1.
    var fraction: Double { spent() / recipe.train.budget.amount }

    /// The spent fractions of one independent group or of all: of the budget, and of the amount between the round's start
    /// and its end.
    func fractions(group: Int?) -> (whole: Double, inRound: Double) {
        guard let group else {
            return (fraction, share(of: [state.spending], since: [state.roundStart]))
        }
        let meter = [state.meters[group]]
        return (amount(meter) / recipe.train.budget.amount, share(of: meter, since: [state.startMeters[group]]))
    }

    private func share(of now: [Spending], since then: [Spending]) -> Double {
        let due = due(state.round)
        let (from, to) = (amount(then, in: due.unit), dueAmount(due))
        return to > from ? (amount(now, in: due.unit) - from) / (to - from) : 1
    }

    func due(_ round: Int) -> Recipe.Due {
        round < state.decisions.count ? state.decisions[round].at : .fraction(1)
    }

    func dueAmount(_ due: Recipe.Due) -> Double {
        due.unit == .fraction ? due.amount * recipe.train.budget.amount : due.amount
    }

    func pace() -> Pace { pace(round: state.round, samplers: samplers, scored: scored, start: nil) }

    /// - Parameters:
    ///   - scored: the children of a scoring.
    ///   - start: what will have been spent when the round begins; nil for the present one.
    private func pace(round: Int, samplers: [Sampler], scored: [Child], start: Double?) -> Pace {
        let due = due(round)
        var step = Spending()
        for sampler in samplers {
            let count = sampler.childrenPerStep
            let each = sampler.multiplyAddsPerStep / count
            step.chargeStep(
                images: recipe.train.batch, childMACs: Array(repeating: each, count: count), executed: 0)
        }
        var scoring = Spending()
        scoring.chargeScoring(scoringCost(scored, round: round), executed: 0)
        let meters = Double(samplers.count)
        return Pace(
            due: dueAmount(due), start: start ?? self.start(in: due.unit),
            scoring: amount([scoring], in: due.unit) / meters,
            step: amount([step], in: due.unit) / meters, cycle: samplers.map(\.cycleSteps).max() ?? 1,
            window: recipe.score.window)
    }

    /// Every role the recipe uses holds images.
    func checkRoles() throws {
        for role in [recipe.score.role, .train] where dataset.count(of: role) == 0 {
            throw SearchError.emptyRole(role.rawValue)
        }
    }

    /// Whether every round pays for its scorings, as far as that is certain before the first step: otherwise the run would
    /// spend more than its budget.
    func checkRoom() throws {
        guard state.round == 0, state.snapshots.isEmpty, state.spending == Spending() else { return }
        let now = pace()
        guard now.scoring + now.step <= now.due else { throw tooSmall(now, round: 0) }
        guard isFinal || endsInBudget(now) else {
            let budget = recipe.train.budget
            throw SearchError.decisionAfterTheEnd(
                due: due(0).text, budget: "\(Int(budget.amount)) \(budget.unit.rawValue)")
        }
        let cheapest = scored.min { multiplyAdds($0) < multiplyAdds($1) }!
        let least = recipe.policy == .keepAll ? scored : [cheapest]
        let leanest = recipe.policy == .keepAll ? samplers : [sampler(Living([cheapest]))]
        for round in state.decisions.indices where due(round).unit == due(round + 1).unit {
            var start = dueAmount(due(round))
            // Where scoring is free, decisions fall on whole steps.
            if now.scoring == 0 { start = (start / now.step - 1e-9).rounded(.up) * now.step }
            let later = pace(round: round + 1, samplers: leanest, scored: least, start: start)
            guard later.start + later.scoring < later.due else { throw tooSmall(later, round: round + 1) }
        }
    }

    private func tooSmall(_ pace: Pace, round: Int) -> SearchError {
        SearchError.budgetTooSmall(
            round: round, scoring: pace.scoring, room: max(0, pace.due - pace.start),
            unit: due(round).unit == .fraction ? recipe.train.budget.unit.rawValue : due(round).unit.rawValue)
    }

    /// Leaves out decisions that cannot pay for a scoring of those alive, or that the budget's end comes before: what a
    /// policy that kept more than planned leads to. A function of the state, so a resumed run leaves out the same.
    func leaveOutDecisionsWithoutRoom() throws {
        while !isFinal, state.round > 0, state.snapshots.isEmpty, state.spending == state.roundStart, !hasRoom() {
            let pace = pace()
            let due = state.decisions.remove(at: state.round).at
            let why =
                pace.start >= pace.due
                ? "that has passed" : "no budget to score the \(scored.count) alive before it"
            try observer.note("the decision at \(due.text) is left out: \(why)")
        }
    }

    private func hasRoom() -> Bool {
        let pace = pace()
        guard pace.start + pace.scoring < pace.due else { return false }
        return endsInBudget(pace)
    }

    /// A decision that does not go by the budget falls before its end, with room for the final scoring.
    private func endsInBudget(_ pace: Pace) -> Bool {
        guard due(state.round).unit != .fraction else { return true }
        let whole = self.pace(round: state.decisions.count, samplers: samplers, scored: scored, start: nil)
        let steps = (pace.due - pace.start) / pace.step
        return whole.start + steps * whole.step + Double(pace.scorings) * whole.scoring < whole.due - whole.scoring
    }

    /// The decisions after a verdict: it may end the search, or set when the next one is due; decisions of the recipe that
    /// would fall before are left out.
    func decisions(after answer: Answer) -> [RunState.Decision] {
        let done = Array(state.decisions.prefix(state.round + 1))
        if answer.verdict.stop { return done }
        let coming = state.decisions.dropFirst(state.round + 1)
        guard let share = answer.verdict.nextBudgetFraction else { return done + coming }
        let next = fraction + share
        // 0.3 + 0.7 is the end.
        guard next < 1 - 1e-9 else { return done }
        let moved = RunState.Decision(at: .fraction(next), round: coming.first?.round)
        return done + [moved] + coming.dropFirst().filter { $0.at.unit != .fraction || $0.at.amount > next }
    }
}

extension Recipe.Due {
    /// `0.5 of the budget`, `1000 steps`.
    var text: String {
        let number = Int(exactly: amount).map(String.init) ?? "\(amount)"
        return unit == .fraction ? "\(amount) of the budget" : "\(number) \(unit.rawValue)"
    }
}
