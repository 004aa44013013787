import Rankings

extension RunLedger {
    /// The plain mean scores of the final ranking, by child; empty before it. What a model made of them is left out.
    package var lastScores: [String: Double] {
        guard let last = rounds.last, last.decider == .finalRanking else { return [:] }
        let finite = last.entries.map { ($0.child, $0.mean ?? $0.score) }.filter { $0.1.isFinite }
        return Dictionary(uniqueKeysWithValues: finite)
    }
}

extension BiasGap.Pair {
    /// The last scores of a run and of its twin that kept everyone, on the children the run kept; nil where it dropped
    /// nobody.
    ///
    /// - Parameters: last scores by child, of the run and of its twin.
    package init?(
        _ pruned: [String: Double], beside uniform: [String: Double], truth: TruthTable, anatomy: SpaceAnatomy
    ) {
        guard pruned.count < uniform.count else { return nil }
        let children = pruned.keys.filter {
            uniform[$0] != nil && truth[$0] != nil && anatomy.children[$0] != nil
        }.sorted()
        self.init(
            pruned: children.map { pruned[$0] ?? 0 }, uniform: children.map { uniform[$0] ?? 0 },
            truth: children.map { truth[$0] ?? 0 }, errors: truth.pooledStandardErrors(of: children),
            features: RunAudit.features(children, anatomy))
    }
}
