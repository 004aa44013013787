import Architectures
import Policies

/// Controls of who is dropped, and of sharing at all.
extension Recipe {
    /// The same share kept at the same times by another policy.
    func pruned(by name: String, _ parameters: [String: PolicyValue] = [:]) throws -> Control.Made {
        guard let share = policy.keptShare else {
            return .impossible(because: "policy \(policy.use) keeps no share that is known beforehand")
        }
        guard share < 1 else { return .impossible(because: "the policy drops nobody") }
        var copy = self
        copy.policy = try PolicyCatalogue.current.resolve(
            PolicySpecification(use: name, parameters: parameters.merging(["keep": .number(share)]) { $1 }))
        // Successive halving plans its own decisions: those of the recipe stand for them.
        return policy.halving == nil
            ? .recipe(copy) : .impossible(because: "policy \(policy.use) sets its own times of decision")
    }

    /// Every child alone; all train in turn, and half of them leave at each of log2 n decisions by their own loss.
    func halvedAlone(_ ground: Control.Ground) throws -> Control.Made {
        guard let children = ground.children, children > 1 else {
            return .impossible(because: "the children are too many to train alone")
        }
        var copy = self
        copy.sharing = SharingChoice(mode: .none, independent: false)
        copy.policy = try PolicyCatalogue.current.resolve(PolicySpecification(use: "successive-halving"))
        let decisions = copy.policy.halving?.decisions(from: children) ?? 1
        copy.rounds = [Round(at: .fraction(1 / Double(decisions + 1)), regroup: nil)]
        copy.score.window = 1
        copy.score.gate = nil
        copy.score.model = RankingModel(smoothing: .none, afterParams: false, sizePrior: 0)
        copy.score.probe.batches = 0
        switch train.sampling.kind {
        case .fair, .sandwich, .byScore: copy.train.sampling = .init(.shuffledCycle)
        case .uniform, .sequential, .shuffledOnce, .shuffledCycle: break
        }
        return .recipe(copy)
    }
}

extension PolicySpecification {
    /// The policy looks at nothing but a round's scores, sizes and draws, so that its cuts can be made on paper.
    var decidesByScores: Bool {
        guard program == nil else { return false }
        if use == "regret-guard", case .policy(let wrapped)? = parameters["wrap"] { return wrapped.decidesByScores }
        return halving == nil && keptShare != nil
    }
}
