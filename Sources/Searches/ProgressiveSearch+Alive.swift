import Architectures
import Foundations

/// Who trains, who is scored, and what each costs.
extension ProgressiveSearch {
    /// Children that are scored and no longer trained.
    var probation: Set<Child> { Set(state.probation.map { try? space.child(label: $0) }.compactMap { $0 }) }

    /// The children that train.
    var living: Living {
        if let restriction = supernet.sharing.restriction { return Living(restriction) }
        let probation = probation
        return Living(supernet.sharing.children.filter { !probation.contains($0) })
    }

    /// How many children train, as a number to divide by.
    var livingCount: Double {
        switch living {
        case .listed(let children): Double(children.count)
        case .open(let restriction): restriction.countValue
        }
    }

    /// Finds out anew who lives and is scored, and readies sampling: after a round began and after each scoring.
    func prepare() {
        scored = scoredChildren()
        let living = living
        let groups = independentGroups
        guard !groups.isEmpty else {
            samplers = [sampler(living)]
            return
        }
        let trained = Set(living.list ?? [])
        samplers = groups.map { sampler(Living(supernet.sharing.groups[$0].filter(trained.contains))) }
    }

    func sampler(_ living: Living) -> Sampler {
        let newest = state.snapshots.last.map { values(of: $0) } ?? state.earlier.last?.scores ?? [:]
        return Sampler(
            recipe.train.sampling, living: living, seeds: recipe.seeds, macs: multiplyAdds,
            scores: { newest[space.label(of: $0)] }, scored: scored)
    }

    /// The children of this round's scorings, sorted: all with weights, in the last round those that train, and of more
    /// than the recipe's sample a uniform draw without replacement, keyed by (seed, sample, round).
    private func scoredChildren() -> [Child] {
        guard let restriction = supernet.sharing.restriction else {
            let children = supernet.sharing.children.sorted()
            let probation = probation
            return isFinal ? children.filter { !probation.contains($0) } : children
        }
        var stream = RandomStream(seed: recipe.seeds[.sample], purpose: .sample, round: state.round, step: 1)
        var drawn: Set<Child> = []
        while drawn.count < recipe.score.sample { drawn.insert(restriction.sample(using: &stream)!) }
        return drawn.sorted()
    }

    /// The scores of one scoring by label, larger is better.
    func values(of snapshot: Snapshot) -> [String: Double] {
        Dictionary(
            uniqueKeysWithValues: snapshot.scores.map { ($0.child, Ranking.value(of: $0, recipe.score.measure)) })
    }

    /// Learnt values and multiply-adds of one image of a child, counted once.
    func cost(of child: Child) -> (params: Int, macs: Int) {
        if let cost = costs[child] { return cost }
        let images = dataset.training
        let input = FeatureShape(channels: images.channels, height: images.height, width: images.width)
        // Not the supernet's own, which it would keep. What it throws was checked when the run was opened.
        let graph = try? space.graph(of: child, input: input, classes: dataset.classes)
        require(graph != nil, "child \(space.label(of: child)) has no network")
        let cost = graph.map { ($0.parameterCount, $0.multiplyAdds) } ?? (1, 1)
        costs[child] = cost
        return cost
    }

    func multiplyAdds(_ child: Child) -> Int { cost(of: child).macs }
}
