import Architectures
import Policies

/// Controls of who shares with whom.
extension Recipe {
    /// Groups are made at some time.
    var hasGroups: Bool {
        if rounds.contains(where: { $0.regroup != nil }) { return true }
        switch sharing.mode {
        case .adaptive, .groups: return true
        case .all, .prefix, .keyword, .none: return false
        }
    }

    /// Prefixes, keywords and no sharing stay: they are no groups.
    var withoutGroups: Recipe {
        var copy = self
        copy.rounds = rounds.map { Round(at: $0.at, regroup: nil) }
        switch sharing.mode {
        case .adaptive, .groups: copy.sharing = .all
        case .all, .prefix, .keyword, .none: break
        }
        return copy
    }

    /// As many groups at the same times, made another way.
    func grouped(by way: Grouping.By) -> Recipe {
        func other(_ grouping: Grouping) -> Grouping {
            grouping.by == way ? grouping : Grouping(by: way, count: grouping.count, reset: grouping.reset)
        }
        var copy = self
        copy.rounds = rounds.map { Round(at: $0.at, regroup: $0.regroup.map(other)) }
        switch sharing.mode {
        case .adaptive(let grouping, let below, let least):
            copy.sharing.mode = .adaptive(other(grouping), below: below, least: least)
        case .groups(let grouping): copy.sharing.mode = .groups(other(grouping))
        case .all, .prefix, .keyword, .none: break
        }
        return copy
    }

    /// Uniform training in as many groups as the recipe ends with.
    func groupedFromTheStart(_ ground: Control.Ground) throws -> Control.Made {
        guard ground.children != nil else { return .impossible(because: "the children are too many to list") }
        guard let last = plannedSplits(ground).compactMap(\.self).last, last.count > 1 else {
            return .impossible(because: "how many groups the recipe ends with cannot be said beforehand")
        }
        var copy = Comparison.uniform(self)
        // Groups by what training has shown cannot be made before it.
        let isKnown = last.by == .similarity || last.by == .random
        copy.sharing.mode = .groups(
            isKnown
                ? Grouping(
                    by: last.by, count: last.count, weighted: last.weighted, using: last.using,
                    partition: last.partition)
                : Grouping(by: .similarity, count: last.count))
        return .recipe(copy)
    }

    /// The recipe's splits where nobody is dropped.
    func onlySplits(_ ground: Control.Ground) throws -> Control.Made {
        if policy == .keepAll { return .impossible(because: "the policy drops nobody") }
        guard hasGroups else { return .impossible(because: "the recipe makes no groups") }
        let splits = plannedSplits(ground)
        var copy = self
        copy.policy = .keepAll
        if case .adaptive = sharing.mode {
            guard splits.contains(where: { $0 != nil }) else {
                return .impossible(because: "when the recipe splits cannot be said beforehand")
            }
            copy.sharing = .all
        }
        copy.rounds = zip(rounds, splits).map { Round(at: $0.at, regroup: $1) }
        return .recipe(copy)
    }

    /// The grouping of each round; of adaptive sharing those that the foreseen survivors lead to.
    private func plannedSplits(_ ground: Control.Ground) -> [Grouping?] {
        let fixed = rounds.map(\.regroup)
        if case .groups(let grouping) = sharing.mode, fixed.allSatisfy({ $0 == nil }) { return [grouping] }
        guard case .adaptive(let grouping, let below, let least) = sharing.mode, let children = ground.children else {
            return fixed
        }
        var (alive, groups) = (children, 1)
        return rounds.map { round in
            guard let kept = policy.foreseen(of: alive) else { return round.regroup }
            alive = kept
            if let explicit = round.regroup {
                groups = max(groups, explicit.count)
                return explicit
            }
            let count = Sharing.adaptiveCount(
                survivors: alive, original: children, alive: groups, least: least, below: below)
            guard count > groups else { return nil }
            groups = count
            var split = grouping
            split.count = count
            return split
        }
    }
}
