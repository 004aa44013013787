import Architectures
import Rankings
import Reports

extension RecordedRun {
    /// What the run's children are made of; of a space too large to list also those of `others` that it has.
    ///
    /// Sizes are those of the run's images, where it has seen any. A label that is none of the space's is left out.
    /// - Cost: the network of every child is spelt out, about a millisecond for a large one.
    package func anatomy(with others: [String] = []) -> SpaceAnatomy {
        let format = images
        let input =
            format.map { FeatureShape(channels: $0.channels, height: $0.height, width: $0.width) } ?? space.checkedInput
        var labels = Set(scores.values.joined().map(\.child))
        if rounds.contains(where: { $0.alive != nil }) { labels.formUnion(others) }
        var children: [String: SpaceAnatomy.Child] = [:]
        for label in labels {
            guard let child = try? space.child(label: label),
                let graph = try? space.graph(of: child, input: input, classes: format?.classes ?? 10)
            else { continue }
            children[label] = .init(
                choices: child.choices.map(Int.init), params: graph.parameterCount, macs: graph.multiplyAdds,
                depth: graph.depth)
        }
        return SpaceAnatomy(
            slots: space.slots.map { .init(name: $0.name, choices: $0.choices) }, children: children)
    }

    /// The run held against a truth, cut by cut and score by score; nil before the first decision.
    ///
    /// - Throws: `RankingsError` naming children without a truth.
    package func audit(_ truth: RunTruth) throws -> RunAudit? {
        guard !rounds.isEmpty else { return nil }
        return try RunAudit(
            ledger, truth: truth, anatomy: anatomy(with: truth.table.labels), best: best)
    }

    /// What a comparison averages over the runs of an arm (`ArmAudit`); nil before the first decision.
    ///
    /// - Parameter top: n of the true top n; nil takes an eighth of the children.
    package func auditSummary(_ truth: RunTruth, top: Int? = nil) throws -> AuditSummary? {
        guard !rounds.isEmpty else { return nil }
        return try RunAudit(
            ledger, truth: truth, anatomy: anatomy(with: truth.table.labels), top: top, withBias: false
        ).summary
    }
}
