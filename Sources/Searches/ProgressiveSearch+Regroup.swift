import Architectures
import Datasets
import Foundations
import Policies
import Supernets

/// A verdict carried out: who shares with whom from now on, and which arena each group inherits.
struct Regrouping {
    let sharing: Sharing
    /// By arena of the new sharing.
    let parents: [Int]
    let reset: Grouping.Reset
    let probation: [String]
    /// How the groups were made, for the ledger; nil where they were left alone.
    let how: String?
}

extension ProgressiveSearch {
    /// Takes the verdict's children and choices out, and splits the groups where the recipe or the policy asks for it.
    func regroup(keeping answer: Answer) throws -> Regrouping {
        let verdict = answer.verdict
        let kept = Set(try (verdict.keep + verdict.probation).map { try space.child(label: $0) })
        let present = try remaining(verdict, kept)
        let original = Double(space.count ?? .max)
        var wanted = answer.isHeld == true ? nil : grouping(verdict, survivors: kept.count, original: original)
        if let grouping = wanted, let obstacle = obstacle(grouping, verdict) {
            // A policy's own wish was refused before it was made durable; a recipe cannot be mended any more.
            try observer.note("round \(state.round): groups stay as they are: \(obstacle)")
            wanted = nil
        }
        guard let restriction = present.restriction else {
            return try split(present, keeping: kept, into: wanted, probation: verdict.probation)
        }
        guard let list = restriction.list(limit: recipe.score.sample) else {
            // Too many to list are one group.
            if wanted != nil {
                try observer.note("round \(state.round): groups stay as they are: too many children to list")
            }
            return Regrouping(sharing: .open(restriction), parents: [0], reset: .none, probation: [], how: nil)
        }
        return try split(.all(list), keeping: Set(list), into: wanted, probation: [])
    }

    /// The sharing without what the verdict dropped, groups whole. Of a listed space that is settled by name alone.
    private func remaining(_ verdict: Verdict, _ kept: Set<Child>) throws -> Sharing {
        guard var restriction = supernet.sharing.restriction else { return supernet.sharing }
        for item in verdict.dropChoices {
            guard let slot = space.slots.firstIndex(where: { $0.name == item.slot }),
                let choice = space.slots[slot].choices.firstIndex(of: item.choice)
            else { continue }
            restriction = restriction.removing(choice: UInt8(choice), atSlot: slot)
        }
        restriction = restriction.removing(try verdict.dropped.map { try space.child(label: $0.child) })
        return .open(restriction)
    }

    /// The policy's wish goes before the recipe's; where it has none and the recipe neither, an adaptive sharing decides.
    private func grouping(_ verdict: Verdict, survivors: Int, original: Double) -> Grouping? {
        let planned = state.decisions[state.round].round.flatMap { recipe.rounds[$0].regroup }
        if let asked = verdict.regroup {
            guard let by = Grouping.By(rawValue: asked.by) else { return nil }
            if var planned, planned.by == by {
                planned.count = asked.count
                return planned
            }
            return Grouping(by: by, count: asked.count)
        }
        guard planned == nil, case .adaptive(var grouping, let below, let least) = recipe.sharing.mode else {
            return planned
        }
        grouping.count = Sharing.adaptiveCount(
            survivors: survivors, original: Int(min(original, 1e9)), alive: aliveGroups(verdict), least: least,
            below: below)
        return grouping
    }

    /// Refuses a wish of the policy that cannot be carried out, while it can still be asked again.
    ///
    /// - Throws: ``PolicyError``.
    func checkRegrouping(_ answer: Answer) throws {
        guard let asked = answer.verdict.regroup, supernet.sharing.isListed,
            let wanted = grouping(answer.verdict, survivors: answer.verdict.keep.count, original: 0),
            let obstacle = obstacle(wanted, answer.verdict)
        else { return }
        throw PolicyError("\(answer.policy) asks for \(asked.count) groups by \(asked.by): \(obstacle)")
    }

    /// Why a grouping cannot be made; nil where it can.
    private func obstacle(_ grouping: Grouping, _ verdict: Verdict) -> String? {
        let alive = supernet.sharing.isListed ? aliveGroups(verdict) : 1
        let count = verdict.keep.count + verdict.probation.count
        if grouping.count < alive {
            return "\(alive) groups are alive, and groups with weights of their own cannot be merged"
        }
        if grouping.by == .gradient, count > Supernet.gradientChildren {
            return "\(count) children are alive, gradients are compared of at most \(Supernet.gradientChildren)"
        }
        if grouping.using == .agglomeration, count > SimilarityMatrix.limit {
            return "\(count) children are alive, at most \(SimilarityMatrix.limit) are compared pair by pair"
        }
        return nil
    }

    private func aliveGroups(_ verdict: Verdict) -> Int {
        let labels = Set(verdict.keep + verdict.probation)
        return supernet.sharing.groups.count { $0.contains { labels.contains(space.label(of: $0)) } }
    }

    private func split(
        _ sharing: Sharing, keeping kept: Set<Child>, into wanted: Grouping?, probation: [String]
    ) throws -> Regrouping {
        var least = 1
        if case .adaptive(_, _, let some) = recipe.sharing.mode { least = some }
        let members = sharing.children.filter(kept.contains).sorted()
        let images = dataset.training
        let weights = try space.slotWeights(
            wanted?.weighted ?? .none,
            input: FeatureShape(channels: images.channels, height: images.height, width: images.width),
            classes: dataset.classes)
        let (next, parents) = try sharing.split(
            keeping: kept, into: wanted, least: least, slotWeights: weights,
            similarity: try wanted.flatMap { try similarity($0, members) })
        return Regrouping(
            sharing: next, parents: parents, reset: wanted?.reset ?? .none, probation: probation.sorted(),
            how: wanted?.keys)
    }

    /// How alike any two of the children are, where a grouping does not go by choices or by chance.
    ///
    /// - Cost: of gradients, 3 x MACs for each child and image of the batches; charged.
    private func similarity(_ grouping: Grouping, _ children: [Child]) throws -> SimilarityMatrix? {
        switch grouping.by {
        case .random, .similarity: return nil
        case .correlation:
            let scores = history(of: children)
            if (scores.first?.count ?? 0) < 3 {
                try observer.note(
                    "round \(state.round): fewer than 3 scorings so far, groups by correlation are arbitrary")
            }
            return try .correlation(children, scores: scores)
        case .gradient:
            let batches = dataset.probe(
                batches: grouping.batches, batch: recipe.train.batch, round: state.round, scoring: 1 << 13,
                seeds: recipe.seeds, augmentation: recipe.data.augmentation)
            let (similarity, executed) = try supernet.gradientSimilarity(children, batches: batches)
            charge(children, gradientImages: batches.reduce(0) { $0 + $1.count }, executed: executed)
            return SimilarityMatrix(children, similarity)
        }
    }

    private func charge(_ children: [Child], gradientImages images: Int, executed: Int) {
        func cost(_ children: [Child]) -> ScoringCost {
            ScoringCost(childMACs: children.map(multiplyAdds), images: 0, calibrationImages: 0, probeImages: images)
        }
        state.spending.chargeScoring(cost(children), executed: executed)
        for group in state.meters.indices {
            let members = Set(supernet.sharing.groups[group])
            state.meters[group].chargeScoring(cost(children.filter(members.contains)), executed: 0)
        }
    }

    /// The scores of all scorings so far that every one of the children has, [child][scoring].
    private func history(of children: [Child]) -> [[Double]] {
        let all = state.earlier.map(\.scores) + state.snapshots.map { values(of: $0) }
        let labels = children.map { space.label(of: $0) }
        let complete = all.filter { scores in labels.allSatisfy { scores[$0] != nil } }
        return labels.map { label in complete.map { $0[label]! } }
    }
}
